// SPDX-License-Identifier: Apache-2.0
// What is done where 16 bits or the memory do not suffice.
#include "models/pipeline/generate.h"
#include "models/pipeline/tiles.h"
#include "tests/models/pipeline/golden_model.h"
#include "tests/support/test_device.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <cmath>
#include <cstdlib>
#include <limits>

using namespace igneous;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

namespace {

nlohmann::json const settings = { { "beta_schedule", "scaled_linear" }, { "beta_start", 0.00085 }, { "beta_end", 0.012 } };

struct Made {
    std::vector<Image> pictures;
    std::vector<std::string> notices;
    MemoryReport memory;
};

Made make(Generator& generator, GenerationRequest const& request, GenerationExtras const& extras = {})
{
    Made made;
    made.memory = generator.generate(
        request,
        [&](GenerationEvent const& event) {
            if (auto const* ready = std::get_if<ImageReady>(&event))
                made.pictures.push_back(ready->image);
            else if (auto const* notice = std::get_if<Notice>(&event))
                made.notices.push_back(notice->text);
        },
        {}, extras);
    return made;
}

GenerationRequest small_request(std::string const& model)
{
    GenerationRequest request;
    request.model = model;
    request.prompt = "a mountain";
    request.width = 24;
    request.height = 32;
    request.seed = 7;
    request.sampling.steps = 3;
    return request;
}

GenerationRequest starter_request()
{
    GenerationRequest request;
    request.model = IGNEOUS_SOURCE_DIR "/resources/starter";
    request.prompt = "a lake";
    request.width = request.height = 128;
    return request;
}

/// A folder in which all of one tensor is `factor` times as large: what it feeds into is normalised, so that 32 bits do
/// not mind.
golden::Spoil larger(std::string part, std::string tensor, float factor)
{
    return [=](std::string const& name, NamedTensors& tensors) {
        if (name == part)
            for (float& value : tensors.at(tensor).f32())
                value *= factor;
    };
}

double mean_difference(Image const& one, Image const& other)
{
    REQUIRE(one.pixels.size() == other.pixels.size());
    double sum = 0;
    for (std::size_t i = 0; i < one.pixels.size(); ++i)
        sum += std::abs(one.pixels[i] - other.pixels[i]);
    return sum / static_cast<double>(one.pixels.size());
}

HostTensor ramp(int height, int width, int channels)
{
    HostTensor tensor(DType::f32, { 1, height, width, channels });
    float next = 0;
    for (float& value : tensor.f32())
        value = std::sin(0.1f * next++);
    return tensor;
}

}

TEST_CASE("safety: a part that gives NaN in 16 bits is done again in 32, alone, and says so")
{
    test::test_device();
    struct Case {
        char const *part, *tensor, *name;
        bool with_picture;
    };
    auto const each = GENERATE(Case { "vae", "decoder.conv_in.weight", "VAE decoder", false },
        Case { "vae", "encoder.conv_in.weight", "VAE encoder", true },
        Case { "unet", "conv_in.weight", "UNet", false },
        Case { "text_encoder", "text_model.embeddings.token_embedding.weight", "text encoder", false });
    CAPTURE(each.name);
    golden::PipelineFolder const folder("DDIMScheduler", settings, 4, larger(each.part, each.tensor, 1e7f));
    GenerationRequest request = small_request(folder.path());
    if (each.with_picture)
        request.init = InitImage { .image = golden::golden_picture(), .strength = 0.7 };
    auto const generator = make_generator({});
    Made const repaired = make(*generator, request);
    REQUIRE(repaired.notices.size() == 1);
    CHECK(repaired.notices.front().starts_with(each.name));
    CHECK(static_cast<double>(repaired.memory.peak) <= 1.01 * static_cast<double>(repaired.memory.planned) + 256 * 1024);
    CHECK(make(*generator, request).pictures == repaired.pictures);          // the same request ends the same way
    CHECK(make(*generator, request, { .safety = { .frugal = true } }).pictures == repaired.pictures);

    request.tier = Tier::f32;
    Made const reference = make(*generator, request);
    CHECK(reference.notices.empty());
    CHECK(mean_difference(repaired.pictures.at(0), reference.pictures.at(0)) < 1);
}

TEST_CASE("safety: a weight that is NaN is no matter of bits")
{
    test::test_device();
    golden::PipelineFolder const folder("DDIMScheduler", settings, 4, larger("vae", "decoder.conv_in.weight", 3e38f));
    auto const generator = make_generator({});
    CHECK_THROWS_MATCHES(make(*generator, small_request(folder.path())), Error, MessageMatches(ContainsSubstring("in 32 bits too")));
}

TEST_CASE("safety: tiles cover a side evenly and overlap by a quarter")
{
    CHECK(tile_begins(64, 64, 1) == std::vector { 0 });
    CHECK(tile_begins(40, 64, 1) == std::vector { 0 });
    for (int unit : { 1, 8 })
        for (int tile : { 64, 128 })
            for (int length = tile + unit; length < 1000; length += 5 * unit) {
                std::vector<int> const begins = tile_begins(length, tile, unit);
                CHECK(begins.front() == 0);
                CHECK(begins.back() == length - tile);
                for (std::size_t i = 1; i < begins.size(); ++i) {
                    CHECK(begins[i] % unit == 0);
                    CHECK(begins[i] > begins[i - 1]);
                    CHECK(begins[i] - begins[i - 1] <= tile - tile / 4);
                }
            }
}

TEST_CASE("safety: what does not look around is the same in tiles")
{
    HostTensor const input = ramp(37, 53, 3);
    auto const twice = [](HostTensor const& tile) {
        HostTensor large(DType::f32, { 1, 2 * tile.shape[1], 2 * tile.shape[2], tile.shape[3] });
        auto const from = tile.f32();
        auto const to = large.f32();
        auto const width = static_cast<std::size_t>(large.shape[2]), channels = static_cast<std::size_t>(large.shape[3]);
        for (std::size_t i = 0; i < to.size(); ++i) {
            std::size_t const pixel = i / channels, y = pixel / width / 2, x = pixel % width / 2;
            to[i] = from[(y * width / 2 + x) * channels + i % channels];
        }
        return large;
    };
    HostTensor const whole = twice(input), tiled = in_tiles(input, 16, 24, 1, twice);
    REQUIRE(tiled.shape == whole.shape);
    for (std::size_t i = 0; i < whole.f32().size(); ++i)
        CHECK(std::abs(tiled.f32()[i] - whole.f32()[i]) < 1e-6f);
    CHECK(in_tiles(input, 37, 53, 1, twice).bytes == whole.bytes);           // one tile: to the last bit
}

TEST_CASE("safety: a picture decoded in tiles is the picture, in less memory")
{
    test::test_device();
    GenerationRequest request;
    request.model = IGNEOUS_SOURCE_DIR "/resources/starter";
    request.prompt = "a lake at noon";
    request.width = 256;
    request.height = 192;
    request.seed = 3;
    request.sampling.steps = 2;
    auto const generator = make_generator({});
    Made const whole = make(*generator, request);
    request.vae_tile = 64;
    Made const tiled = make(*generator, request);
    double const difference = mean_difference(whole.pictures.at(0), tiled.pictures.at(0));
    INFO("mean difference of " << difference << " of 255");
    CHECK(difference > 0);
    CHECK(difference < 2);
    auto const decoder = [&](GenerationRequest const& asked) { return generator->plan(asked).arena_of_part.back().second; };
    GenerationRequest plain = request;
    plain.vae_tile = 0;
    CHECK(decoder(request) * 8 < decoder(plain));

    request.init = InitImage { .image = whole.pictures.at(0), .strength = 0.01 };   // there and back: both ways in tiles
    Image const back = make(*generator, request).pictures.at(0);
    plain.init = request.init;
    CHECK(mean_difference(back, make(*generator, plain).pictures.at(0)) < 3);

    request.vae_tile = 4096;                                                  // larger than the picture: no tiles
    request.init.reset();
    CHECK(make(*generator, request).pictures == whole.pictures);
    for (int bad : { -64, 8, 63, 100 }) {
        request.vae_tile = bad;
        CHECK_THROWS_MATCHES(make(*generator, request), Error, MessageMatches(ContainsSubstring("VAE tile")));
    }
}

TEST_CASE("safety: where memory is short the autoencoder works in bands, to the same bits")
{
    test::test_device();
    GenerationRequest request;
    request.model = IGNEOUS_SOURCE_DIR "/resources/starter";
    request.prompt = "a lake at noon";
    request.width = 256;
    request.height = 192;
    request.seed = 3;
    request.sampling.steps = 2;
    auto const generator = make_generator({});
    Made const whole = make(*generator, request);
    request.init = InitImage { .image = whole.pictures.at(0), .strength = 0.5 };
    Made const back = make(*generator, request);
    GenerationPlan const plan = generator->plan(request);
    std::uint64_t const beside = plan.total_bytes - plan.arena_bytes;

    for (std::uint64_t const percent : { 70, 45 }) {
        std::uint64_t const staging = (1 << 20) + plan.persistent_bytes;
        std::uint64_t const limit = beside + staging + plan.arena_bytes * percent / 100;
        auto const tight = make_generator({ .memory_limit = limit });
        GenerationPlan const banded = tight->plan(request);
        INFO(percent << " %: " << banded.total_bytes << " of " << plan.total_bytes << " bytes, "
                     << banded.flops / plan.flops << " times the work");
        CHECK(banded.total_bytes <= limit - staging);
        CHECK(banded.fits());
        CHECK(banded.weight_bytes == plan.weight_bytes);
        Made const made = make(*tight, request);
        CHECK(made.pictures == back.pictures);
        CHECK(made.notices.empty());
        CHECK(static_cast<double>(made.memory.peak) <= 1.01 * static_cast<double>(made.memory.planned));
        CHECK(static_cast<double>(made.memory.peak) >= 0.99 * static_cast<double>(made.memory.planned));
        CHECK(made.memory.planned == banded.total_bytes);
    }
}

TEST_CASE("safety: a part that is larger than the memory has its weights brought while it runs, to the same bits")
{
    test::test_device();
    GenerationRequest request = starter_request();
    request.seed = 5;
    request.sampling.steps = 3;
    SafetyMeasures const frugal { .frugal = true };
    auto const free = make_generator({});
    Made const plain = make(*free, request);
    GenerationPlan const least = free->plan(request, frugal);
    CHECK(least.streamed_bytes == 0);

    for (std::uint64_t const percent : { 80, 50 }) {
        std::uint64_t const limit = least.total_bytes - least.weight_bytes * (100 - percent) / 100;
        auto const tight = make_generator({ .memory_limit = limit });
        CHECK_FALSE(tight->plan(request).fits());
        GenerationPlan const streamed = tight->plan(request, frugal);
        INFO(percent << " %: " << streamed.weight_bytes << " of " << least.weight_bytes << " bytes of weights stay");
        CHECK(streamed.fits());
        CHECK(streamed.streamed_bytes > least.weight_bytes * (100 - percent) / 100);
        for (int again = 0; again < 2; ++again) {
            Made const made = make(*tight, request, { .safety = frugal });
            CHECK(made.pictures == plain.pictures);
            CHECK(made.memory.planned == streamed.total_bytes);
            std::uint64_t const staging = 256 << 10;        // the host's, which plans do not count
            CHECK(static_cast<double>(made.memory.peak - staging) <= 1.01 * static_cast<double>(made.memory.planned));
            CHECK(static_cast<double>(made.memory.peak) >= 0.99 * static_cast<double>(made.memory.planned));
        }
    }
}

TEST_CASE("safety: what does not fit as it is fits with less on the device at a time, and the plan knows")
{
    test::test_device();
    GenerationRequest request = starter_request();
    request.batch = 2;
    request.sampling.steps = 2;
    SafetyMeasures const frugal { .frugal = true };
    auto const free = make_generator({});
    Made const plain = make(*free, request);
    std::uint64_t const whole = free->plan(request).total_bytes, least = free->plan(request, frugal).total_bytes;
    REQUIRE(least < whole);

    auto const tight = make_generator({ .memory_limit = (whole + least) / 2 });
    CHECK_FALSE(tight->plan(request).fits());
    CHECK(tight->plan(request, frugal).fits());
    CHECK_THROWS_MATCHES(make(*tight, request), Error, MessageMatches(ContainsSubstring("this would fit")));
    CHECK(make(*tight, request, { .safety = frugal }).pictures == plain.pictures);
    // Each picture reads the prompt anew.
    CHECK(tight->plan(request, frugal).flops > free->plan(request).flops);
    CHECK(tight->plan(request, frugal).flops < 1.1 * free->plan(request).flops);
}
