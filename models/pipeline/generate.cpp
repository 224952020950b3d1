// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/generate.h"

#include "compute/memory/memory.h"
#include "compute/memory/weight_store.h"
#include "compute/tune/tune.h"
#include "models/pipeline/autoencoding.h"
#include "models/pipeline/budget.h"
#include "models/pipeline/check_request.h"
#include "models/pipeline/conditioning.h"
#include "models/pipeline/given_tensors.h"
#include "models/pipeline/noise_schedule.h"
#include "models/pipeline/pictures.h"
#include "models/pipeline/preview.h"
#include "models/pipeline/request_plan.h"
#include "models/pipeline/start.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

namespace igneous {

namespace {

class Engine final : public Generator {
public:
    explicit Engine(GeneratorOptions options)
        : m_options(std::move(options))
    {
    }

    MemoryReport generate(GenerationRequest const& request, EventSink const& events, std::stop_token stop, GenerationExtras const& extras) override;
    GenerationPlan plan(GenerationRequest const& request, SafetyMeasures const& safety) override;
    void free_memory() override;

private:
    MemoryReport run(GenerationRequest const& request, EventSink const& events, std::stop_token stop, GenerationExtras const& extras);
    std::shared_ptr<Device> device();
    std::shared_ptr<LoadedModel> model(GenerationRequest const& request);

    GeneratorOptions m_options;
    std::shared_ptr<Device> m_device;
    bool m_told_trouble = false;                   // with the device's tuning
    std::shared_ptr<LoadedModel> m_model;
    double m_flops_per_second = 0;                 // what the last request ran at; 0 before the first
};

/// One request from prompt to pictures: the sentence as code.
class Run {
public:
    Run(GenerationRequest request, std::shared_ptr<LoadedModel> model, std::shared_ptr<Device> device, GeneratorOptions const& options,
        EventSink const& events, std::stop_token stop, GenerationExtras const& extras);
    MemoryReport operator()();
    double flops() const { return m_plan.numbers.flops; }

private:
    RequestPlan planned() const;
    RequestPlan tuned() const;
    void make_room();
    PartRunner part(std::string name, std::shared_ptr<Plan const> const& plan);
    HostTensor repaired(char const* what, bool F32Parts::* part, std::function<HostTensor()> const& make);
    HostTensor encode_text();
    std::optional<StartPicture> encode_init();
    HostTensor denoise(HostTensor const& context, std::optional<StartPicture> const& start);
    void decode(HostTensor const& latents);
    PreviewDecoder preview_decoder();
    Sampler sampler() const { return find_sampler(m_request.sampling.sampler)->sample; }

    GenerationRequest m_request;
    std::shared_ptr<LoadedModel> m_model;
    std::shared_ptr<Device> m_device;
    GeneratorOptions const& m_options;
    EventSink const& m_events;
    std::stop_token m_stop;
    GenerationExtras const& m_extras;
    TokenizedPrompts m_prompts;
    NoiseSchedule m_schedule;
    std::shared_ptr<AdaptedWeights const> m_adapted;   // null without LoRAs
    F32Parts m_f32;                                // parts that gave NaN in 16 bits
    RequestPlan m_plan;
    std::shared_ptr<Buffer> m_arena;               // at its largest
    std::optional<Image> m_init, m_mask;           // at the request's size
    NamedTensors m_saved;
};

Run::Run(GenerationRequest request, std::shared_ptr<LoadedModel> model, std::shared_ptr<Device> device, GeneratorOptions const& options,
    EventSink const& events, std::stop_token stop, GenerationExtras const& extras)
    : m_request(std::move(request))
    , m_model(std::move(model))
    , m_device(std::move(device))
    , m_options(options)
    , m_events(events)
    , m_stop(std::move(stop))
    , m_extras(extras)
    , m_prompts(tokenize_prompts(m_request, *m_model))
    , m_schedule(make_noise_schedule(m_request, m_model->parts.config.noise))
    , m_adapted(m_model->adapt(m_request.loras))
    , m_plan(tuned())
{
    if (m_request.init) {
        m_init = resize(m_request.init->image, m_request.width, m_request.height);
        if (m_request.init->mask)
            m_mask = resize_mask(*m_request.init->mask, m_request.width, m_request.height);
    }
    require(!m_model->parts.config.inpainting() || m_mask, "model: {} is an inpainting model; give it --init-image and --mask", m_model->name());
}

RequestPlan Run::planned() const
{
    return plan_request(m_request, *m_model, m_adapted.get(), static_cast<int>(m_prompts.positive.size()), m_schedule.sigmas,
        m_device->profile(),
        { .one_part = m_extras.safety.frugal, .keep_all = m_options.inspect != Inspect::none,
            .memory = m_device->memory().use().budget, .f32 = m_f32 });
}

/// Planned with the tiles that are fastest on the device: those not known yet are measured first, where memory is no matter.
RequestPlan Run::tuned() const
{
    RequestPlan plan = planned();
    if (m_extras.safety.frugal || m_options.inspect != Inspect::none)
        return plan;
    double const steps = std::max(plan.numbers.steps, 1), pictures = m_request.batch;
    TunedPlan const parts[] = { { plan.text, 2 }, { plan.encode }, { plan.denoise, steps }, { plan.decode, pictures } };
    TuneResult const result = tune(*m_device, parts, { .stop = m_stop });
    for (std::string const& tile : result.wrong)
        m_events(Notice { std::format("{} gives other numbers on this driver and is not used", tile) });
    return result.measured > 0 ? planned() : plan;
}

/// All at once: what does not fit says so now, not behind the last step.
void Run::make_room()
{
    Memory& memory = m_device->memory();
    check_budget(m_plan.numbers, memory.use(), m_model->weights->bytes(), m_request);
    m_arena = memory.arena(m_plan.numbers.arena_bytes);
    if (m_extras.safety.frugal)
        return;                                                    // each part brings its own weights
    for (auto const& plan : { m_plan.text, m_plan.encode, m_plan.denoise, m_plan.decode })
        if (plan)
            m_model->weights->realise(weights_of(*plan));
}

MemoryReport Run::operator()()
{
    Memory& memory = m_device->memory();
    if (m_extras.safety.frugal)
        m_model->weights = WeightStore::create(m_device);          // what is there goes
    m_model->weights->drop_unused();                               // those of adapters that are not asked for any more
    m_model->host_weights->drop_unused();
    memory.reset_peak();
    make_room();
    if (m_adapted)
        for (std::string const& notice : m_adapted->notices)
            m_events(Notice { notice });
    m_events(PhaseStarted { "text" });
    HostTensor const context = encode_text();
    std::optional<StartPicture> const start = encode_init();
    HostTensor const latents = repaired("UNet", &F32Parts::denoise, [&] { return denoise(context, start); });
    decode(latents);
    if (!m_extras.tensors_out.empty())
        write_safetensors(m_extras.tensors_out, m_saved);
    return { m_plan.numbers.total_bytes, memory.use().peak };
}

PartRunner Run::part(std::string name, std::shared_ptr<Plan const> const& plan)
{
    std::shared_ptr<WeightStore> const weights
        = m_extras.safety.frugal ? WeightStore::create(m_device, m_model->host_weights) : m_model->weights;
    return PartRunner(std::move(name), m_device, plan, weights, m_options);
}

/// What `make` gives; where that has NaN or Inf, what it gives once more with this part in 32 bits, and all weights
/// brought anew, so that memory stays what the plan says. The same request always ends the same way.
HostTensor Run::repaired(char const* what, bool F32Parts::* part, std::function<HostTensor()> const& make)
{
    HostTensor made = make();
    std::size_t bad = count_not_finite(made);
    if (bad == 0)
        return made;
    bool const was_f16 = m_request.tier != Tier::f32 && !(m_f32.*part);
    if (was_f16 && m_options.inspect == Inspect::none) {
        m_events(Notice { std::format("{}: 16 bits gave NaN or Inf; this part is done again in 32 bits", what) });
        m_f32.*part = true;
        m_plan = planned();
        m_model->weights = WeightStore::create(m_device);
        make_room();
        made = make();
        bad = count_not_finite(made);
    }
    if (bad > 0)
        fail(ErrorCode::numeric, "{}: {} of {} values are NaN or Inf, in 32 bits too; a weight of the model may be damaged, --inspect nan says where it begins",
            what, bad, made.shape.elements());
    return made;
}

HostTensor Run::encode_text()
{
    return repaired("text encoder", &F32Parts::text, [&] {
        PartRunner text = part("text_encoder", m_plan.text);
        return encode_prompts(m_prompts, *m_model, text, m_plan.copies, m_request.batch, m_stop);
    });
}

std::optional<StartPicture> Run::encode_init()
{
    if (!m_init)
        return std::nullopt;
    m_events(PhaseStarted { "encode" });
    StableDiffusionConfig const& config = m_model->parts.config;
    auto const encoded = [&](HostTensor const& picture) {
        return repaired("VAE encoder", &F32Parts::encode, [&] {
            PartRunner encoder = part("vae.encode", m_plan.encode);
            return encode_picture(encoder, config, picture, m_stop);
        });
    };
    HostTensor const picture = to_tensor(*m_init);
    StartPicture start { encoded(picture), {}, {} };
    if (m_mask) {
        start.mask = latent_mask(*m_mask, config.factor());
        if (config.inpainting())
            start.inpaint = side_by_side(*start.mask, encoded(without_masked(picture, *m_mask)));
    }
    return start;
}

HostTensor Run::denoise(HostTensor const& context, std::optional<StartPicture> const& start)
{
    m_events(PhaseStarted { "denoise" });
    PartRunner unet = part("unet", m_plan.denoise);
    unet.program().write("context", context);
    if (start && start->inpaint)
        unet.program().write("inpaint", repeated(*start->inpaint, m_plan.copies * m_request.batch));
    unet.run_request(m_stop);

    NoiseSource source(m_request.rng, m_request.seed, m_request.batch);
    if (!m_extras.latents_in.empty())
        source.set_tape(read_noise_tape(m_extras.latents_in));
    GpuLatentSpace space(m_device, m_plan.latents, std::move(source));
    Latents const noise = space.noise();
    std::optional<Latents> picture;
    if (start)
        picture = space.upload(repeated(start->latents, m_request.batch));

    Denoise estimate = Denoiser(unet, space,
        { m_model->parts.config.noise.prediction, m_request.sampling.cfg, m_plan.copies * m_request.batch, m_schedule.timestep }, m_stop);
    if (start && start->mask && !start->inpaint) {
        auto mask = std::make_shared<DeviceTensor>(*m_device, DType::f32, m_plan.latents.with(-1, 1), "mask");
        m_device->update(mask->buffer(), 0, repeated(*start->mask, m_request.batch).bytes);
        estimate = keeping_unmasked(space, std::move(estimate), *picture, noise, std::move(mask));
    }

    auto const save_step = [&](int step, Latents const& x) {
        if (m_extras.save_steps)
            m_saved.insert_or_assign(std::format("latents.{}", step), space.download(x).nhwc_to_nchw());
    };
    Previewer previewer(space, preview_decoder(), m_extras.previews_per_second, m_events);
    auto const begun = std::chrono::steady_clock::now();
    auto const on_step = [&](StepInfo const& info) {
        m_device->wait_idle();                                   // so that the time is the step's own
        std::chrono::duration<double> const spent = std::chrono::steady_clock::now() - begun;
        m_events(StepDone { info.step + 1, info.total, spent.count() / (info.step + 1) * (info.total - info.step - 1) });
        previewer.offer(info);
        if (info.step > 0)                                       // what a step begins with is what the last one ended with
            save_step(info.step - 1, info.x);
    };
    SamplerContext sampling {
        .space = space,
        .denoise = estimate,
        .sigmas = m_schedule.sigmas,
        .on_step = on_step,
        .eta = m_request.sampling.eta,
        .s_noise = m_request.sampling.s_noise,
    };
    Latents x = start_latents(space, picture, noise, m_schedule);
    if (m_schedule.sigmas.size() > 1) {
        x = sampler()(sampling, std::move(x));
        if (m_schedule.final_scale != 1)
            x = space.combine({ { m_schedule.final_scale, x } });
        save_step(sampling.steps() - 1, x);
    }
    HostTensor const latents = space.download(x);
    m_saved.insert_or_assign("latents", latents.nhwc_to_nchw());
    return latents;
}

/// A tiny autoencoder is its own preview; other latents need a known colour map. None in frugal runs.
PreviewDecoder Run::preview_decoder()
{
    StableDiffusionConfig const& config = m_model->parts.config;
    if (!std::holds_alternative<AutoencoderTinyConfig>(config.vae) || m_extras.previews_per_second <= 0 || m_extras.safety.frugal)
        return linear_preview(config);
    m_plan.numbers.total_bytes += m_plan.decode->persistent_bytes;   // now beside the denoiser's
    return [this, decoder = std::make_shared<PartRunner>(part("vae.preview", m_plan.decode))](HostTensor const& latents) {
        return to_image(to_unit_range(decode_latents(*decoder, m_model->parts.config, latents, m_stop)));
    };
}

void Run::decode(HostTensor const& latents)
{
    m_events(PhaseStarted { "decode" });
    HostTensor saved(DType::f32, { m_request.batch, 3, m_request.height, m_request.width });
    for (int i = 0; i < m_request.batch; ++i) {
        HostTensor const unit = to_unit_range(repaired("VAE decoder", &F32Parts::decode, [&] {
            PartRunner decoder = part("vae.decode", m_plan.decode);   // recording it is nothing beside running it
            return decode_latents(decoder, m_model->parts.config, one_of(latents, i), m_stop);
        }));
        HostTensor const planar = unit.nhwc_to_nchw();
        std::ranges::copy(planar.bytes, saved.bytes.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(i) * planar.bytes.size()));
        Image image = to_image(unit);
        if (m_mask)
            image = pasted(*m_init, image, *m_mask);
        m_events(ImageReady { i, std::move(image), m_request.seed + static_cast<std::uint64_t>(i) });
    }
    m_saved.insert_or_assign("image", std::move(saved));
}

std::shared_ptr<Device> Engine::device()
{
    if (!m_device) {
        m_device = Device::open(m_options.device);
        m_device->memory().set_limit(m_options.memory_limit);
        if (m_options.on_device)
            m_options.on_device(m_device);
    }
    return m_device;
}

std::shared_ptr<LoadedModel> Engine::model(GenerationRequest const& request)
{
    if (!m_model || m_model->folder != request.model || (m_device && !m_model->weights)) {
        m_model.reset();                                         // its weights go before the next one's come
        m_model = LoadedModel::load(request.model, m_options.clip_vocabulary, m_device);
    }
    m_model->use_vae(request.vae);
    return m_model;
}

MemoryReport Engine::generate(GenerationRequest const& request, EventSink const& events, std::stop_token stop, GenerationExtras const& extras)
{
    try {
        events(PhaseStarted { "load" });
        device();
        if (!std::exchange(m_told_trouble, true) && !m_device->tuning_trouble().empty())
            events(Notice { m_device->tuning_trouble() });
        if (!extras.safety.frugal || request.batch <= 1)
            return run(request, events, stop, extras);
        require(extras.latents_in.empty() && extras.tensors_out.empty(), "tensors in and out are not for frugal runs of a batch");
        MemoryReport most;
        for (int i = 0; i < request.batch; ++i) {                // each picture has noise of its own: the same bytes
            GenerationRequest one = request;
            one.batch = 1;
            one.seed += static_cast<std::uint64_t>(i);
            auto const numbered = [&](GenerationEvent event) {
                if (auto* ready = std::get_if<ImageReady>(&event))
                    ready->index = i;
                else if (auto* preview = std::get_if<PreviewReady>(&event))
                    preview->index = i;
                events(event);
            };
            MemoryReport const report = run(one, numbered, stop, extras);
            most = { std::max(most.planned, report.planned), std::max(most.peak, report.peak) };
        }
        return most;
    } catch (Error const& error) {
        if (error.code() == ErrorCode::device_lost) {            // everything on it is gone; the next request starts anew
            m_model.reset();
            m_device.reset();
        }
        throw;
    }
}

MemoryReport Engine::run(GenerationRequest const& request, EventSink const& events, std::stop_token stop, GenerationExtras const& extras)
{
    std::shared_ptr<LoadedModel> const loaded = model(request);
    Run run(completed(under(extras.safety, request), loaded->parts.config), loaded, m_device, m_options, events, stop, extras);
    auto const begun = std::chrono::steady_clock::now();
    MemoryReport const report = run();
    std::chrono::duration<double> const spent = std::chrono::steady_clock::now() - begun;
    m_flops_per_second = run.flops() / spent.count();
    return report;
}

void Engine::free_memory()
{
    m_model.reset();
    if (m_device)
        m_device->memory().release_arena();
}

GenerationPlan Engine::plan(GenerationRequest const& request, SafetyMeasures const& safety)
{
    try {
        device();
    } catch (Error const& error) {
        if (error.code() != ErrorCode::no_device)
            throw;
    }
    std::shared_ptr<LoadedModel> const loaded = model(request);
    GenerationRequest full = completed(under(safety, request), loaded->parts.config);
    int const pictures = safety.frugal ? std::exchange(full.batch, 1) : 1;   // one after the other
    DeviceProfile const profile = m_device ? m_device->profile() : DeviceProfile {};
    std::uint64_t const budget = m_device ? m_device->memory().use().budget : m_options.memory_limit;
    TokenizedPrompts const prompts = tokenize_prompts(full, *loaded);
    NoiseSchedule const schedule = make_noise_schedule(full, loaded->parts.config.noise);
    GenerationPlan numbers = plan_request(full, *loaded, loaded->adapt(full.loras).get(), static_cast<int>(prompts.positive.size()),
        schedule.sigmas, profile, { .one_part = safety.frugal, .memory = budget })
                                 .numbers;
    numbers.flops *= pictures;
    numbers.budget_bytes = budget;
    if (m_device)
        numbers.seconds = numbers.flops / (m_flops_per_second > 0 ? m_flops_per_second : profile.flops_per_second);
    return numbers;
}

}

std::unique_ptr<Generator> make_generator(GeneratorOptions options)
{
    return std::make_unique<Engine>(std::move(options));
}

}
