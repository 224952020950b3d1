// SPDX-License-Identifier: Apache-2.0
#include "compute/self_test/self_test.h"
#include "tests/support/test_device.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>

using namespace igneous;
using namespace igneous::test;

TEST_CASE("self-test: every variant gives its known answers on this device")
{
    auto const device = test_device();
    SelfTestDepth const depth = GENERATE(SelfTestDepth::quick, SelfTestDepth::thorough);
    auto const start = std::chrono::steady_clock::now();
    auto const results = run_self_test(*device, depth);
    std::chrono::duration<double> const seconds = std::chrono::steady_clock::now() - start;
    std::fprintf(stderr, "self-test: %zu variants in %.2f s\n", results.size(), seconds.count());
    CHECK(results.size() > 30);
    for (SelfTestResult const& result : results) {
        INFO(result.variant << ", " << result.name << ": error " << result.error << ", allowed " << result.allowed
                            << " " << result.message);
        CHECK(result.passed);
    }
    CHECK(device->profile().disabled.empty());
    CHECK(std::ranges::is_sorted(results, {}, &SelfTestResult::variant));
    for (std::string const& message : validation_complaints(*device))
        FAIL_CHECK("validation: " << message);
}
