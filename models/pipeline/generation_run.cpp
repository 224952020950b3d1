// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/generation_run.h"

#include "compute/memory/memory.h"
#include "compute/memory/weight_store.h"
#include "compute/tune/tune.h"
#include "models/pipeline/autoencoding.h"
#include "models/pipeline/budget.h"
#include "models/pipeline/given_tensors.h"
#include "models/pipeline/pictures.h"
#include "models/pipeline/progress.h"

#include <algorithm>
#include <utility>

namespace igneous {

GenerationRun::GenerationRun(GenerationRequest request, std::shared_ptr<LoadedModel> model, std::shared_ptr<Device> device,
    GeneratorOptions const& options, EventSink const& events, std::stop_token stop, GenerationExtras const& extras)
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
    require(!m_model->parts.config.inpainting() || m_mask,
        "model: {} is an inpainting model; give it --init-image and --mask", m_model->name());
}

RequestPlan GenerationRun::planned() const
{
    return plan_request(m_request, *m_model, m_adapted.get(), static_cast<int>(m_prompts.positive.size()), m_schedule.sigmas,
        m_device->profile(),
        { .one_part = m_extras.safety.frugal, .keep_all = m_options.inspect != Inspect::none,
            .memory = m_device->memory().use().budget, .f32 = m_f32 });
}

/// Planned with the tiles that are fastest on the device: those not known yet are measured first, where memory is no matter.
RequestPlan GenerationRun::tuned() const
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
void GenerationRun::make_room()
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

MemoryReport GenerationRun::operator()()
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
    return { std::max(m_planned_before, m_plan.numbers.total_bytes), memory.use().peak };
}

PartRunner GenerationRun::part(std::string name, std::shared_ptr<Plan const> const& plan)
{
    std::shared_ptr<WeightStore> const weights
        = m_extras.safety.frugal ? WeightStore::create(m_device, m_model->host_weights) : m_model->weights;
    return PartRunner(std::move(name), m_device, plan, weights, m_options);
}

/// What `make` gives; where that has NaN or Inf, what it gives once more with this part in 32 bits, and all weights
/// brought anew, so that memory stays what the plan says. The same request always ends the same way.
HostTensor GenerationRun::repaired(char const* what, bool F32Parts::* part, std::function<HostTensor()> const& make)
{
    HostTensor made = make();
    std::size_t bad = count_not_finite(made);
    if (bad == 0)
        return made;
    bool const was_f16 = m_request.tier != Tier::f32 && !(m_f32.*part);
    if (was_f16 && m_options.inspect == Inspect::none) {
        m_events(Notice { std::format("{}: 16 bits gave NaN or Inf; this part is done again in 32 bits", what) });
        m_f32.*part = true;
        m_planned_before = std::max(m_planned_before, m_plan.numbers.total_bytes);
        m_plan = planned();
        m_model->weights = WeightStore::create(m_device);
        make_room();
        made = make();
        bad = count_not_finite(made);
    }
    if (bad > 0)
        fail(ErrorCode::numeric,
            "{}: {} of {} values are NaN or Inf, in 32 bits too; a weight of the model may be damaged, --inspect nan says "
            "where it begins",
            what, bad, made.shape.elements());
    return made;
}

HostTensor GenerationRun::encode_text()
{
    return repaired("text encoder", &F32Parts::text, [&] {
        PartRunner text = part("text_encoder", m_plan.text);
        return encode_prompts(m_prompts, *m_model, text, m_plan.copies, m_request.batch, m_stop);
    });
}

std::optional<StartPicture> GenerationRun::encode_init()
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

HostTensor GenerationRun::denoise(HostTensor const& context, std::optional<StartPicture> const& start)
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

    Progress progress(m_device, space, preview_decoder(), m_extras.previews_per_second, m_events);
    Denoise estimate = Denoiser(unet, space,
        { m_model->parts.config.noise.prediction, m_request.sampling.cfg, m_plan.copies * m_request.batch,
            m_schedule.timestep, [&] { progress.poll(); } },
        m_stop);
    if (start && start->mask && !start->inpaint) {
        auto mask = std::make_shared<DeviceTensor>(*m_device, DType::f32, m_plan.latents.with(-1, 1), "mask");
        m_device->update(mask->buffer(), 0, repeated(*start->mask, m_request.batch).bytes);
        estimate = keeping_unmasked(space, std::move(estimate), *picture, noise, std::move(mask));
    }

    auto const save_step = [&](int step, Latents const& x) {
        if (m_extras.save_steps)
            m_saved.insert_or_assign(std::format("latents.{}", step), space.download(x).nhwc_to_nchw());
    };
    auto const on_step = [&](StepInfo const& info) {
        progress.queued(info);
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
    progress.finish();
    HostTensor const latents = space.download(x);
    m_saved.insert_or_assign("latents", latents.nhwc_to_nchw());
    return latents;
}

/// A tiny autoencoder is its own preview, in the memory there is; other latents need a known colour map. Frugal and
/// inspected runs have no tiny ones.
PreviewDecoder GenerationRun::preview_decoder()
{
    if (m_extras.previews_per_second <= 0)
        return {};
    m_plan.numbers.total_bytes += static_cast<std::uint64_t>(m_plan.latents.elements()) * 4;   // those of the last preview
    StableDiffusionConfig const& config = m_model->parts.config;
    if (!std::holds_alternative<AutoencoderTinyConfig>(config.vae) || m_extras.safety.frugal
        || m_options.inspect != Inspect::none)
        return linear_preview(config);
    DType const tier = m_f32.decode || m_request.tier == Tier::f32 ? DType::f32 : DType::f16;
    auto const plan = std::make_shared<Plan const>(make_plan(
        build_preview_graph(m_model->parts.vae, { .batch = 1, .height = static_cast<int>(m_plan.latents[1]),
            .width = static_cast<int>(m_plan.latents[2]), .tier = tier }),
        { .profile = m_device->profile(), .fuse = true, .arena_limit = m_plan.numbers.arena_bytes }));
    if (plan->arena_bytes > m_plan.numbers.arena_bytes)
        return linear_preview(config);
    m_plan.numbers.total_bytes += plan->persistent_bytes;
    auto const decoder = std::make_shared<PartRunner>(part("vae.preview", plan));
    return {
        [this, decoder](DeviceTensor const& latents, int index, Readback& result, std::function<void()> const& meanwhile) {
            decoder->program().write_one_of("latents", latents, index);
            decoder->run(m_stop, meanwhile);
            decoder->program().read_later("sample", result);
        },
        [](HostTensor const& sample) { return to_image(to_unit_range(sample)); },
    };
}

void GenerationRun::decode(HostTensor const& latents)
{
    m_events(PhaseStarted { "decode" });
    HostTensor saved(DType::f32, { m_request.batch, 3, m_request.height, m_request.width });
    for (int i = 0; i < m_request.batch; ++i) {
        HostTensor const unit = to_unit_range(repaired("VAE decoder", &F32Parts::decode, [&] {
            PartRunner decoder = part("vae.decode", m_plan.decode);   // recording it is nothing beside running it
            return decode_latents(decoder, m_model->parts.config, one_of(latents, i), m_stop);
        }));
        HostTensor const planar = unit.nhwc_to_nchw();
        std::size_t const offset = static_cast<std::size_t>(i) * planar.bytes.size();
        std::ranges::copy(planar.bytes, saved.bytes.begin() + static_cast<std::ptrdiff_t>(offset));
        Image image = to_image(unit);
        if (m_mask)
            image = pasted(*m_init, image, *m_mask);
        m_events(ImageReady { i, std::move(image), m_request.seed + static_cast<std::uint64_t>(i) });
    }
    m_saved.insert_or_assign("image", std::move(saved));
}

}
