// SPDX-License-Identifier: Apache-2.0
// Noise against what PyTorch makes of the same seed.
#include "models/api/error.h"
#include "models/sampling/rng.h"
#include "tests/models/sampling/golden_file.h"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <map>
#include <string>

using namespace igneous;
using namespace igneous::test;

TEST_CASE("rng: a seed gives the noise that torch gives on a CPU, bit for bit", "[rng]")
{
    std::map<std::string, std::unique_ptr<NoiseGenerator>> generators;
    int different = 0, compared = 0;
    for (auto const& [name, expected] : read_golden(IGNEOUS_SOURCE_DIR "/tests/golden/samplers/rng.safetensors")) {
        INFO(name);                                        // cpu.<seed>.<call>.<count>, in the order of the calls
        std::string const seed = name.substr(4, name.find('.', 4) - 4);
        auto& generator = generators[seed];
        if (!generator)
            generator = make_noise_generator("torch-cpu", std::stoull(seed));
        auto const got = generator->randn(expected.size());
        for (size_t i = 0; i < got.size(); ++i, ++compared)
            different += got[i] != static_cast<float>(expected[i]);
        CHECK(different == 0);
    }
    CHECK(compared == 5 * (1024 + 3 + 16 + 1 + 37 + 7 + 31 + 400));
}

TEST_CASE("rng: a seed gives the noise that torch gives on CUDA", "[rng]")
{
    // torch.manual_seed(0); torch.randn(12, device="cuda"), as published with A1111's emulation.
    constexpr double expected[] = { -0.92466259, -0.42534415, -2.6438457, 0.14518388, -0.12086647, -0.57972564,
        -0.62285122, -0.32838709, -1.07454231, -0.36314407, -1.67105067, 2.26550497 };
    auto const got = TorchCudaGenerator(0).randn(12);
    for (size_t i = 0; i < 12; ++i) {                      // the last bit is CUDA's own
        auto const value = static_cast<float>(expected[i]);
        CHECK(got[i] >= std::nextafter(value, -10.f));
        CHECK(got[i] <= std::nextafter(value, 10.f));
    }
    // The first values do not depend on how many are asked for.
    auto const more = TorchCudaGenerator(0).randn(16384);
    CHECK(std::equal(got.begin(), got.end(), more.begin()));
}

TEST_CASE("rng: Philox threads take further elements when the GPU is full", "[rng]")
{
    // 1024 threads: element 1024 + t is the second normal of thread t, 4096 + t the first of its next counter, which an
    // unlimited generator gives in its second call.
    TorchCudaGenerator unlimited(7), limited(7, 1024);
    auto const first = unlimited.randn(1024), second = unlimited.randn(1024);
    auto const all = limited.randn(6000);
    for (size_t i = 0; i < 1024; ++i) {
        REQUIRE(all[i] == first[i]);
        REQUIRE(all[4096 + i] == second[i]);
        REQUIRE(all[1024 + i] != first[i]);
    }
    // After it, each thread has used two counters.
    TorchCudaGenerator other(7);
    other.randn(1);
    other.randn(1);
    CHECK(limited.randn(10) == other.randn(10));
}

TEST_CASE("rng: both generators are standard normal", "[rng]")
{
    for (auto const* name : { "torch-cpu", "torch-cuda" }) {
        auto const x = make_noise_generator(name, 99)->randn(200000);
        double sum = 0, squares = 0, fourth = 0;
        for (double const v : x) {
            sum += v;
            squares += v * v;
            fourth += v * v * v * v;
        }
        INFO(name);
        CHECK(std::abs(sum / 2e5) < 0.01);
        CHECK(std::abs(squares / 2e5 - 1) < 0.02);
        CHECK(std::abs(fourth / 2e5 - 3) < 0.1);
    }
}

TEST_CASE("rng: unknown names are refused and empty draws are fine", "[rng]")
{
    CHECK_THROWS_AS(make_noise_generator("numpy", 0), Error);
    CHECK(make_noise_generator("torch-cpu", 0)->randn(0).empty());
    CHECK(make_noise_generator("torch-cuda", 0)->randn(0).empty());
}
