// SPDX-License-Identifier: Apache-2.0
// What may be asked of a run beside the picture: previews, a second try that is safer, memory given back.
#include "compute/memory/memory.h"
#include "models/pipeline/generate.h"
#include "tests/support/test_device.h"

#include <catch2/catch_test_macros.hpp>

#include <chrono>

using namespace igneous;

namespace {

/// The starter model: a tiny autoencoder, and large enough for its weights to count.
GenerationRequest starter_request()
{
    GenerationRequest request;
    request.model = IGNEOUS_SOURCE_DIR "/resources/starter";
    request.prompt = "a lake";
    request.width = request.height = 64;
    request.seed = 7;
    request.sampling.steps = 4;
    return request;
}

struct Seen {
    std::vector<Image> pictures;
    std::vector<std::uint64_t> seeds;
    std::vector<PreviewReady> previews;
    MemoryReport memory;
};

Seen run(Generator& generator, GenerationRequest const& request, GenerationExtras const& extras = {})
{
    Seen seen;
    auto const events = [&](GenerationEvent const& event) {
        if (auto const* ready = std::get_if<ImageReady>(&event)) {
            CHECK(ready->index == static_cast<int>(seen.pictures.size()));
            seen.pictures.push_back(ready->image);
            seen.seeds.push_back(ready->seed);
        } else if (auto const* preview = std::get_if<PreviewReady>(&event)) {
            seen.previews.push_back(*preview);
        }
    };
    seen.memory = generator.generate(request, events, {}, extras);
    return seen;
}

}

TEST_CASE("extras: previews come while it runs, show the picture and change nothing")
{
    test::test_device();
    auto const generator = make_generator({});
    GenerationRequest const request = starter_request();
    Seen const plain = run(*generator, request);
    CHECK(plain.previews.empty());
    Seen const watched = run(*generator, request, { .previews_per_second = 1000 });
    CHECK(watched.pictures == plain.pictures);
    REQUIRE_FALSE(watched.previews.empty());
    CHECK(watched.previews.size() <= 4);
    CHECK(watched.previews.front().step == 1);
    CHECK(watched.previews.front().total == 4);
    CHECK(watched.previews.front().image.width == 64);             // a tiny autoencoder shows the whole picture
    CHECK(watched.memory.peak <= watched.memory.planned * 1.01);
    CHECK(run(*generator, request, { .previews_per_second = 0.001 }).previews.size() == 1);
}

TEST_CASE("extras: a frugal run gives the same bytes in less memory")
{
    test::test_device();
    auto const generator = make_generator({});
    GenerationRequest request = starter_request();
    request.batch = 2;
    Seen const plain = run(*generator, request);
    Seen const frugal = run(*generator, request, { .safety = { .frugal = true } });
    CHECK(frugal.pictures == plain.pictures);
    CHECK(frugal.seeds == plain.seeds);
    CHECK(frugal.memory.peak < plain.memory.peak);
    // Blocks are rounded up to 64 KiB, and here every part has its own.
    CHECK(static_cast<double>(frugal.memory.peak) <= 1.01 * static_cast<double>(frugal.memory.planned) + 256 * 1024);
    CHECK(run(*generator, request).pictures == plain.pictures);    // and the usual way again
}

TEST_CASE("extras: f32 for safety is the f32 tier")
{
    test::test_device();
    auto const generator = make_generator({});
    GenerationRequest request = starter_request();
    Seen const safe = run(*generator, request, { .safety = { .f32 = true } });
    request.tier = Tier::f32;
    CHECK(run(*generator, request).pictures == safe.pictures);
}

TEST_CASE("extras: memory is given back, and the time of the next request is known from the last")
{
    test::test_device();
    std::shared_ptr<Device> device;
    GeneratorOptions options;
    options.on_device = [&](std::shared_ptr<Device> const& opened) { device = opened; };
    auto const generator = make_generator(std::move(options));
    GenerationRequest const request = starter_request();
    Seen const first = run(*generator, request);
    CHECK(device->memory().use().total > 10'000'000);
    generator->free_memory();
    CHECK(device->memory().use().total < 1'000'000);
    auto const begun = std::chrono::steady_clock::now();
    CHECK(run(*generator, request).pictures == first.pictures);
    std::chrono::duration<double> const spent = std::chrono::steady_clock::now() - begun;
    double const expected = generator->plan(request).seconds;
    CHECK(expected > 0.2 * spent.count());
    CHECK(expected < 2 * spent.count());
}
