// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/generate.h"
#include "tests/models/families/golden_case.h"
#include "tests/models/pipeline/golden_model.h"
#include "tests/support/test_device.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <chrono>
#include <limits>
#include <thread>

using namespace igneous;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

namespace {

nlohmann::json const settings = { { "beta_schedule", "scaled_linear" }, { "beta_start", 0.00085 }, { "beta_end", 0.012 } };

GenerationRequest small_request(std::string const& model)
{
    GenerationRequest request;
    request.model = model;
    request.prompt = "a (mountain:1.2) at sunset";
    request.width = 24;
    request.height = 32;
    request.seed = 7;
    request.sampling.steps = 3;
    return request;
}

std::vector<Image> pictures(Generator& generator, GenerationRequest const& request, GenerationExtras const& extras = {}, std::stop_token stop = {})
{
    std::vector<Image> images;
    generator.generate(
        request,
        [&](GenerationEvent const& event) {
            if (auto const* ready = std::get_if<ImageReady>(&event))
                images.push_back(ready->image);
        },
        stop, extras);
    return images;
}

}

TEST_CASE("runs: the same request gives the same bytes, whatever ran before and in whatever order")
{
    test::test_device();
    golden::PipelineFolder const first("DDIMScheduler", settings), second("EulerDiscreteScheduler", settings, 4, [](auto const&, NamedTensors& tensors) {
        for (auto& [name, tensor] : tensors)
            if (tensor.shape.rank() > 1)
                for (float& value : tensor.f32())
                    value *= 0.9f;
    });
    auto const fresh = make_generator({});
    std::vector<Image> const expected = pictures(*fresh, small_request(first.path()));
    REQUIRE(expected.size() == 1);
    CHECK(pictures(*fresh, small_request(first.path())) == expected);

    auto const other = make_generator({});
    std::vector<Image> const of_second = pictures(*other, small_request(second.path()));
    CHECK(of_second != expected);
    CHECK(pictures(*other, small_request(first.path())) == expected);       // after another model, loaded the other way round
    CHECK(pictures(*other, small_request(second.path())) == of_second);
}

TEST_CASE("runs: a picture of a batch is the picture its own seed makes")
{
    test::test_device();
    golden::PipelineFolder const folder("DDIMScheduler", settings);
    auto const generator = make_generator({});
    GenerationRequest request = small_request(folder.path());
    request.sampling.sampler = "euler_ancestral";
    request.batch = 2;
    std::vector<Image> const both = pictures(*generator, request);
    request.batch = 1;
    CHECK(pictures(*generator, request).at(0) == both.at(0));
    request.seed += 1;
    CHECK(pictures(*generator, request).at(0) == both.at(1));
}

TEST_CASE("runs: what was planned is what was used, within one percent")
{
    test::test_device();
    golden::PipelineFolder const folder("DDIMScheduler", settings);
    auto const generator = make_generator({});
    GenerationRequest const request = small_request(folder.path());
    GenerationPlan const plan = generator->plan(request);
    MemoryReport const memory = generator->generate(request, [](GenerationEvent const&) {});
    CHECK(memory.planned == plan.total_bytes);
    // Blocks are rounded up to 64 KiB; the model is tiny, so that shows here.
    CHECK(static_cast<double>(memory.peak) <= 1.01 * static_cast<double>(plan.total_bytes) + 256 * 1024);
    CHECK(static_cast<double>(memory.peak) >= 0.99 * static_cast<double>(plan.total_bytes) - 256 * 1024);
}

TEST_CASE("runs: a cancel is heard while a step runs")
{
    test::test_device();
    golden::PipelineFolder const folder("DDIMScheduler", settings);
    auto const generator = make_generator({});
    GenerationRequest request = small_request(folder.path());
    request.sampling.steps = 200;
    std::stop_source stop;
    std::chrono::steady_clock::time_point asked;
    auto const events = [&](GenerationEvent const& event) {
        if (auto const* step = std::get_if<StepDone>(&event); step && step->step == 3) {
            asked = std::chrono::steady_clock::now();
            stop.request_stop();
        }
    };
    try {
        generator->generate(request, events, stop.get_token());
        FAIL("it ran to the end");
    } catch (Error const& error) {
        CHECK(error.code() == ErrorCode::cancelled);
    }
    CHECK(std::chrono::steady_clock::now() - asked < std::chrono::milliseconds(250));
    CHECK(pictures(*generator, small_request(folder.path())).size() == 1);
}

TEST_CASE("runs: strength 0 gives the picture back through the autoencoder alone")
{
    test::test_device();
    golden::PipelineFolder const folder("DDIMScheduler", settings);
    auto const generator = make_generator({});
    GenerationRequest request = small_request(folder.path());
    request.init = InitImage { golden::golden_picture(), 0.0, "comfy", std::nullopt };
    int steps = 0;
    generator->generate(request, [&](GenerationEvent const& event) { steps += std::holds_alternative<StepDone>(event); });
    CHECK(steps == 0);
}

TEST_CASE("runs: pixels outside the mask are the picture's own, bit for bit")
{
    test::test_device();
    golden::PipelineFolder const folder("DDIMScheduler", settings);
    auto const generator = make_generator({});
    GenerationRequest request = small_request(folder.path());
    Image const picture = golden::golden_picture(), mask = golden::golden_mask();
    request.init = InitImage { picture, 0.9, "a1111", mask };
    Image const painted = pictures(*generator, request).at(0);
    int inside = 0;
    for (std::size_t i = 0; i < mask.pixels.size(); ++i)
        for (std::size_t c = 0; c < 3; ++c) {
            if (mask.pixels[i] == 0)
                REQUIRE(painted.pixels[i * 3 + c] == picture.pixels[i * 3 + c]);
            else
                inside += painted.pixels[i * 3 + c] != picture.pixels[i * 3 + c];
        }
    CHECK(inside > 300);
}

TEST_CASE("runs: NaN in a weight is an error that names it")
{
    test::test_device();
    golden::PipelineFolder const folder("DDIMScheduler", settings, 4, [](std::string const& part, NamedTensors& tensors) {
        if (part == "unet")
            tensors.at("mid_block.resnets.0.conv1.weight").f32()[5] = std::numeric_limits<float>::quiet_NaN();
    });
    auto const generator = make_generator({});
    CHECK_THROWS_MATCHES(pictures(*generator, small_request(folder.path())), Error, MessageMatches(ContainsSubstring("mid_block.resnets.0.conv1.weight")));
}

TEST_CASE("runs: --inspect nan names the op where f16 overflows")
{
    test::test_device();
    golden::PipelineFolder const folder("DDIMScheduler", settings, 4, [](std::string const& part, NamedTensors& tensors) {
        if (part == "unet")
            for (float& value : tensors.at("mid_block.resnets.0.conv1.weight").f32())
                value = 30000;
    });
    auto const generator = make_generator({ .inspect = Inspect::nan });
    CHECK_THROWS_MATCHES(pictures(*generator, small_request(folder.path())), Error, MessageMatches(ContainsSubstring("mid_block.resnets.0") && ContainsSubstring("NaN or Inf")));
}

TEST_CASE("runs: the validation layers have nothing to say")
{
    test::test_device();
    golden::PipelineFolder const folder("DDIMScheduler", settings);
    std::shared_ptr<Device> opened;
    auto const generator = make_generator({ .device = { .validation = true }, .on_device = [&](std::shared_ptr<Device> const& device) { opened = device; } });
    GenerationRequest request = small_request(folder.path());
    request.init = InitImage { golden::golden_picture(), 0.9, "a1111", golden::golden_mask() };
    pictures(*generator, request);
    CHECK(test::validation_complaints(*opened).empty());
}

TEST_CASE("runs: a lost device is an error, and the next request has a new one")
{
    test::test_device();
    golden::PipelineFolder const folder("DDIMScheduler", settings);
    std::shared_ptr<Device> opened;
    int devices = 0;
    auto const generator = make_generator({ .on_device = [&](std::shared_ptr<Device> const& device) {
        opened = device;
        ++devices;
    } });
    GenerationRequest const request = small_request(folder.path());
    std::vector<Image> const expected = pictures(*generator, request);
    opened->simulate_loss();
    opened.reset();
    try {
        pictures(*generator, request);
        FAIL("the loss went unnoticed");
    } catch (Error const& error) {
        CHECK(error.code() == ErrorCode::device_lost);
    }
    CHECK(pictures(*generator, request) == expected);
    CHECK(devices == 2);
}
