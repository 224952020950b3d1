// SPDX-License-Identifier: Apache-2.0
// Previews and steps are told of while the device goes on: in order, truthfully, and cleanly when a run is cancelled.
#include "compute/memory/memory.h"
#include "models/pipeline/autoencoding.h"
#include "models/pipeline/generate.h"
#include "models/pipeline/progress.h"
#include "tests/models/pipeline/golden_model.h"
#include "tests/support/test_device.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <map>
#include <numeric>

using namespace igneous;

namespace {

constexpr int walk_steps = 24;

/// A walk of many latents that come and go; `told` sees each step.
void walk(std::shared_ptr<Device> const& device, std::function<void(GpuLatentSpace&, StepInfo const&)> const& told)
{
    GpuLatentSpace space(device, { 2, 16, 24, 4 }, NoiseSource("torch-cpu", 5, 2));
    Latents x = space.noise();
    for (int step = 0; step < walk_steps; ++step) {
        Latents denoised = space.combine({ { 0.5, x }, { 0.25, space.noise() } });
        told(space, { step, walk_steps, 1, x, denoised });
        denoised = {};
        for (int i = 0; i < 8; ++i)                               // over whatever memory is free again
            x = space.combine({ { 0.9, x }, { 0.1, x } });
    }
}

GenerationRequest request_for(std::string model)
{
    GenerationRequest request;
    request.model = std::move(model);
    request.prompt = "a lake";
    request.width = request.height = 64;
    request.seed = 7;
    request.sampling.steps = 6;
    return request;
}

std::string const starter = IGNEOUS_SOURCE_DIR "/resources/starter";
nlohmann::json const settings = { { "beta_schedule", "scaled_linear" }, { "beta_start", 0.00085 }, { "beta_end", 0.012 } };

std::vector<GenerationEvent> events_of(Generator& generator, GenerationRequest const& request,
    std::function<bool(GenerationEvent const&)> const& stops = {}, SafetyMeasures const& safety = {})
{
    std::vector<GenerationEvent> events;
    std::stop_source stop;
    auto const sink = [&](GenerationEvent const& event) {
        events.push_back(event);
        if (stops && stops(event))
            stop.request_stop();
    };
    generator.generate(request, sink, stop.get_token(), { .previews_per_second = 1000, .safety = safety });
    return events;
}

Image picture_of(std::vector<GenerationEvent> const& events) { return std::get<ImageReady>(events.back()).image; }

}

TEST_CASE("previews: each is what a waiting read gives, though memory is used again at once")
{
    auto const device = test::test_device();
    std::vector<HostTensor> expected;
    walk(device, [&](GpuLatentSpace& space, StepInfo const& step) { expected.push_back(space.download(step.denoised)); });

    std::vector<HostTensor> seen;
    std::vector<PreviewReady> previews;
    std::vector<int> steps;
    EventSink const events = [&](GenerationEvent const& event) {
        if (auto const* step = std::get_if<StepDone>(&event))
            steps.push_back(step->step);
        else if (auto const* preview = std::get_if<PreviewReady>(&event)) {
            CHECK(preview->step <= steps.back());
            previews.push_back(*preview);
        }
    };
    PreviewDecoder decoder = linear_preview({});
    decoder.picture = [&](HostTensor const& latents) {
        seen.push_back(latents);
        return Image(1, 1, 3);
    };
    std::optional<Progress> progress;
    walk(device, [&](GpuLatentSpace& space, StepInfo const& step) {
        if (!progress)
            progress.emplace(device, space, decoder, 1e6, events);
        progress->poll();
        progress->queued(step);
        if (step.step + 1 == step.total) {
            progress->finish();
            progress.reset();
        }
    });
    std::vector<int> all(walk_steps);
    std::iota(all.begin(), all.end(), 1);
    CHECK(steps == all);
    REQUIRE(previews.size() >= 1);
    REQUIRE(seen.size() == previews.size());
    CHECK(previews.front().step == 1);
    for (std::size_t i = 0; i < previews.size(); ++i) {
        CHECK(previews[i].index == static_cast<int>(i % 2));
        CHECK((i == 0 || previews[i].step > previews[i - 1].step));
        CHECK(seen[i].bytes == one_of(expected[static_cast<std::size_t>(previews[i].step - 1)], previews[i].index).bytes);
    }
}

TEST_CASE("previews: steps and previews are told in order, and all of them before the picture")
{
    test::test_device();
    golden::PipelineFolder const folder("DDIMScheduler", settings);
    auto const generator = make_generator({});
    bool const tiny = GENERATE(true, false), frugal = GENERATE(false, true);
    GenerationRequest request = request_for(tiny ? starter : folder.path());
    request.sampling.sampler = GENERATE("euler", "heun");
    int step = 0, preview = 0;
    bool decoding = false;
    for (GenerationEvent const& event : events_of(*generator, request, {}, { .frugal = frugal })) {
        if (auto const* phase = std::get_if<PhaseStarted>(&event))
            decoding = phase->phase == "decode";
        else if (auto const* done = std::get_if<StepDone>(&event)) {
            CHECK_FALSE(decoding);
            CHECK(done->step == ++step);
        } else if (auto const* ready = std::get_if<PreviewReady>(&event)) {
            CHECK_FALSE(decoding);
            CHECK(ready->step > preview);
            CHECK(ready->step <= step);
            preview = ready->step;
        }
    }
    CHECK(step == 6);
    CHECK((preview > 0) == (!tiny || !frugal));                    // no colour map for the starter's latents
}

TEST_CASE("previews: a tiny autoencoder's last one is the picture")
{
    test::test_device();
    auto const generator = make_generator({});
    GenerationRequest request = request_for(starter);
    request.sampling.sampler = "euler";
    request.sampling.steps = 1;
    request.tier = GENERATE(Tier::f16, Tier::f32);
    std::optional<Image> preview;
    auto const events = events_of(*generator, request);
    for (GenerationEvent const& event : events)
        if (auto const* ready = std::get_if<PreviewReady>(&event))
            preview = ready->image;
    REQUIRE(preview);
    CHECK(*preview == picture_of(events));
}

TEST_CASE("previews: a run cancelled while one is under way leaves nothing behind")
{
    test::test_device();
    golden::PipelineFolder const folder("DDIMScheduler", settings);
    std::shared_ptr<Device> device;
    auto const generator = make_generator(
        { .device = { .validation = true }, .on_device = [&](std::shared_ptr<Device> const& opened) { device = opened; } });
    GenerationRequest const request = request_for(GENERATE(true, false) ? starter : folder.path());
    Image const expected = picture_of(events_of(*generator, request));
    for (int step = 1; step < 6; ++step) {
        std::size_t after = 0;
        bool stopped = false;
        auto const stops = [&](GenerationEvent const& event) {
            after += stopped;
            auto const* done = std::get_if<StepDone>(&event);
            stopped = stopped || (done && done->step == step);
            return stopped;
        };
        try {
            events_of(*generator, request, stops);
            FAIL("it ran to the end");
        } catch (Error const& error) {
            CHECK(error.code() == ErrorCode::cancelled);
        }
        CHECK(after <= 2);                                         // what is done by then may be told
    }
    CHECK(picture_of(events_of(*generator, request)) == expected);
    generator->free_memory();
    CHECK(device->memory().use().total < 1'000'000);
    CHECK(test::validation_complaints(*device).empty());
}
