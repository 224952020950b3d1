// SPDX-License-Identifier: Apache-2.0
#pragma once

// One request from prompt to pictures: the sentence as code.

#include "models/pipeline/conditioning.h"
#include "models/pipeline/generate.h"
#include "models/pipeline/noise_schedule.h"
#include "models/pipeline/part_runner.h"
#include "models/pipeline/preview.h"
#include "models/pipeline/request_plan.h"
#include "models/pipeline/start.h"
#include "models/sampling/sampler.h"

#include <functional>
#include <optional>

namespace igneous {

class GenerationRun {
public:
    /// Plans; `request` is completed(). What is referred to must outlive the run. Throws Error.
    GenerationRun(GenerationRequest request, std::shared_ptr<LoadedModel> model, std::shared_ptr<Device> device,
        GeneratorOptions const& options, EventSink const& events, std::stop_token stop, GenerationExtras const& extras);
    /// Runs to the end, once. Throws Error; Error(cancelled) when `stop` was asked.
    MemoryReport operator()();
    /// Of all of it.
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
    std::uint64_t m_planned_before = 0;            // bytes of plans that a repair has replaced
    std::shared_ptr<Buffer> m_arena;               // at its largest
    std::optional<Image> m_init, m_mask;           // at the request's size
    NamedTensors m_saved;
};

}
