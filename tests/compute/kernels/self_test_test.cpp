// SPDX-License-Identifier: Apache-2.0
#include "compute/ops/ops.h"
#include "compute/self_test/known_graph.h"
#include "compute/self_test/self_test.h"
#include "compute/tensor/error.h"
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

TEST_CASE("self-test: a variant that gives wrong numbers is named and switched off")
{
    test_device();                                       // skips where there is none
    auto const device = Device::open();                  // its own: variants stay off
    auto const half_as_much = [](std::string const& at, self_test::KnownGraph& g) {
        self_test::Known const x = g.input(at + ".x", { 3, 8 });
        std::vector<double> y = x.v;
        for (double& v : y)
            v *= 0.5;
        g.expect(at, silu(x.tensor), y);
    };
    auto const right = [](std::string const& at, self_test::KnownGraph& g) {
        self_test::Known const x = g.input(at + ".x", { 3, 8 });
        std::vector<double> y = x.v;
        y.resize(12);
        for (std::size_t i = 0; i < 12; ++i)
            y[i] = x[i / 4 * 8 + i % 4] * self_test::activated(Activation::gelu, x[i / 4 * 8 + 4 + i % 4]);
        g.expect(at, geglu(x.tensor), y);
    };
    auto const impossible
        = [](std::string const&, self_test::KnownGraph&) -> void { fail(ErrorCode::internal, "no kernel for this"); };
    auto const results = self_test::run(*device, SelfTestDepth::thorough,
        { { "wrong silu", half_as_much, true }, { "geglu", right, true }, { "impossible", impossible, true } }, {});
    auto const find = [&](std::string_view variant) {
        auto const found = std::ranges::find(results, variant, &SelfTestResult::variant);
        REQUIRE(found != results.end());
        return *found;
    };
    CHECK_FALSE(find("elementwise/unary.f32.f32").passed);
    CHECK(find("elementwise/unary.f32.f32").name == "wrong silu");
    CHECK(find("elementwise/geglu.f32").passed);
    CHECK(find("elementwise/geglu.f16").passed);
    CHECK(find("impossible").message == "no kernel for this");
    CHECK(device->profile().disabled.contains("elementwise/unary"));
    CHECK_FALSE(device->profile().disabled.contains("elementwise/geglu"));
}
