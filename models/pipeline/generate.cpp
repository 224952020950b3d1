// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/generate.h"

#include "compute/memory/memory.h"
#include "models/pipeline/check_request.h"
#include "models/pipeline/conditioning.h"
#include "models/pipeline/generation_run.h"
#include "models/pipeline/noise_schedule.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace igneous {

namespace {

class Engine final : public Generator {
public:
    explicit Engine(GeneratorOptions options)
        : m_options(std::move(options))
    {
    }

    MemoryReport generate(GenerationRequest const& request, EventSink const& events, std::stop_token stop,
        GenerationExtras const& extras) override;
    GenerationPlan plan(GenerationRequest const& request, SafetyMeasures const& safety) override;
    void free_memory() override;

private:
    MemoryReport run(GenerationRequest const& request, EventSink const& events, std::stop_token stop,
        GenerationExtras const& extras);
    std::shared_ptr<Device> device();
    std::shared_ptr<LoadedModel> model(GenerationRequest const& request);

    GeneratorOptions m_options;
    std::shared_ptr<Device> m_device;
    bool m_told_trouble = false;                   // with the device's tuning
    std::shared_ptr<LoadedModel> m_model;
    double m_flops_per_second = 0;                 // what the last request ran at; 0 before the first
};

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

MemoryReport Engine::generate(GenerationRequest const& request, EventSink const& events, std::stop_token stop,
    GenerationExtras const& extras)
{
    try {
        events(PhaseStarted { "load" });
        device();
        if (!std::exchange(m_told_trouble, true) && !m_device->tuning_trouble().empty())
            events(Notice { m_device->tuning_trouble() });
        if (!extras.safety.frugal || request.batch <= 1)
            return run(request, events, stop, extras);
        require(extras.latents_in.empty() && extras.tensors_out.empty(),
            "tensors in and out are not for frugal runs of a batch");
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

MemoryReport Engine::run(GenerationRequest const& request, EventSink const& events, std::stop_token stop,
    GenerationExtras const& extras)
{
    std::shared_ptr<LoadedModel> const loaded = model(request);
    GenerationRun run(completed(under(extras.safety, request), loaded->parts.config), loaded, m_device, m_options, events,
        stop, extras);
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
    RequestPlan const planned = plan_request(full, *loaded, loaded->adapt(full.loras).get(),
        static_cast<int>(prompts.positive.size()), schedule.sigmas, profile,
        { .one_part = safety.frugal, .memory = budget });
    GenerationPlan numbers = planned.numbers;
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
