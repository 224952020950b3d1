// SPDX-License-Identifier: Apache-2.0
#include "tests/compute/kernels/kernel_test.h"
#include "tests/support/check.h"
#include "tests/support/random.h"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <format>

using namespace igneous;
using namespace igneous::test;

TEST_CASE("unary: every activation over odd and ordinary sizes")
{
    for (auto kind : { Activation::silu, Activation::gelu, Activation::quick_gelu, Activation::relu, Activation::tanh })
        for (Shape const& shape : { Shape { 2, 5, 7, 3 }, Shape { 4, 64 }, Shape { 1 } })
            check_graph(std::format("{} {}", name_of(kind), shape),
                [&](TestGraph& t) { t.output(activate(t.input("x", shape, { .deviation = 3 }), kind)); });
}

TEST_CASE("unary: the exact GELU is within 1e-6 everywhere")
{
    CheckOptions options { .f32_tolerance = 2e-7, .f16 = false };
    check_graph(
        "gelu on [-8, 8]",
        [&](TestGraph& t) {
            t.output(activate(t.input_f32("x", { 20001 },
                                  { .value = [](std::size_t i) { return static_cast<double>(i) * 0.0008 - 8; } }),
                Activation::gelu));
        },
        options);
}

TEST_CASE("unary: activations do not overflow for large arguments")
{
    double const values[] = { -60000, -1000, -104, -90, -30, 0, 30, 90, 104, 1000, 60000 };
    for (auto kind : { Activation::silu, Activation::gelu, Activation::quick_gelu, Activation::relu, Activation::tanh })
        check_graph(std::format("{} of large arguments", name_of(kind)), [&](TestGraph& t) {
            t.output(activate(t.input("x", { 11 }, { .value = [&](std::size_t i) { return values[i]; } }), kind));
        });
}

TEST_CASE("unary: affine and casts")
{
    check_graph("affine", [](TestGraph& t) { t.output(affine(t.input("x", { 3, 37 }), 2.5f, -0.75f)); });
    check_graph("to f32 and back",
        [](TestGraph& t) {
            Tensor const x = cast(t.input("x", { 3, 41 }), DType::f32);
            t.output(cast(affine(x, 0.5f), t.graph().activations()));
            t.output(cast(x, DType::f16), "half");
        },
        { .f32_tolerance = 5e-4 });
}

TEST_CASE("unary: f32 becomes the nearest f16, even where two are as near")
{
    std::vector<double> values { 0, -0.0, 1e-45, 65519.99609375, 65520, 1e9, -3e38, INFINITY, -INFINITY, NAN };
    for (std::uint32_t bits = 0; bits < 0x7c00; ++bits) {
        float const value = half_to_float(static_cast<std::uint16_t>(bits));
        float const next = bits + 1 < 0x7c00 ? half_to_float(static_cast<std::uint16_t>(bits + 1)) : 65536;
        float const middle = value + (next - value) / 2;
        for (float v : { value, middle, std::nextafter(middle, value), std::nextafter(middle, next) })
            values.insert(values.end(), { v, -v });
    }
    for (std::size_t count : { values.size(), values.size() - values.size() % 4 }) {      // alone and by four
        values.resize(count);
        auto graph = std::make_shared<Graph>(DType::f16);
        Shape const shape { static_cast<std::int64_t>(count) };
        graph->output("y", cast(graph->input("x", DType::f32, shape, Rate::step), DType::f16));
        auto const got = run_graph(graph, { { "x", host_tensor(shape, values) } }, {});
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < count; ++i)
            wrong += got[i] != half_to_float(float_to_half(static_cast<float>(values[i]))) && !std::isnan(values[i]);
        CHECK(wrong == 0);
        CHECK(std::isnan(got[9]));
    }
}

TEST_CASE("binary: b is broadcast in every way")
{
    struct Case {
        Shape a, b;
    };
    Case const cases[] = {
        { { 2, 4, 6, 8 }, { 2, 4, 6, 8 } },      // same
        { { 2, 4, 6, 8 }, { 8 } },               // a bias
        { { 2, 5, 3, 8 }, { 2, 1, 1, 8 } },      // a time embedding
        { { 3, 7, 5 }, { 7, 5 } },               // position embeddings
        { { 3, 7, 5 }, { 3, 7, 1 } },            // a mask
        { { 3, 7, 8 }, { 3, 7, 1 } },
        { { 2, 3, 4, 5, 8 }, { 1, 3, 1, 5, 1 } },
        { { 2, 3, 4, 5, 7 }, { 2, 1, 4, 1, 7 } },
        { { 2, 3, 4 }, { 1 } },                  // a scalar
        { { 1 }, { 1 } },
        { { 5, 1, 3 }, { 1, 1, 3 } },
    };
    for (Case const& c : cases) {
        check_graph(
            std::format("{} + {}", c.a, c.b), [&](TestGraph& t) { t.output(t.input("a", c.a) + t.input("b", c.b)); });
        check_graph(
            std::format("{} * {}", c.a, c.b), [&](TestGraph& t) { t.output(t.input("a", c.a) * t.input("b", c.b)); });
    }
    check_graph(
        "a weight is added", [](TestGraph& t) { t.output(t.input("a", { 2, 7, 12 }) + t.weight("b", { 7, 12 })); });
    check_graph("silu(a + b)", [](TestGraph& t) { t.output(silu(t.input("a", { 3, 10 }) + t.input("b", { 10 }))); });
    check_graph("x + x", [](TestGraph& t) {
        Tensor const x = t.input("x", { 3, 10 });
        t.output(x + x);
    });
}

TEST_CASE("binary: random shapes and broadcasts")
{
    for (std::uint64_t n = 1; n <= repetitions(12); ++n) {
        Random random(test_seed() * 1000 + n);
        std::vector<std::int64_t> a, b;
        for (std::int64_t i = random.integer(1, 5); i > 0; --i) {
            a.push_back(random.integer(1, 9));
            b.push_back(random.integer(0, 1) ? a.back() : 1);
        }
        b.erase(b.begin(), b.begin() + random.integer(0, static_cast<std::int64_t>(b.size()) - 1));
        Shape const whole { std::span<std::int64_t const>(a) }, part { std::span<std::int64_t const>(b) };
        check_graph(std::format("{} * {}", whole, part),
            [&](TestGraph& t) { t.output(t.input("a", whole) * t.input("b", part)); });
    }
}

TEST_CASE("geglu: value first, gate second")
{
    for (Shape const& shape : { Shape { 2, 5, 64 }, Shape { 3, 14 }, Shape { 1, 2 } })
        check_graph(std::format("geglu {}", shape),
            [&](TestGraph& t) { t.output(geglu(t.input("x", shape, { .deviation = 2 }))); });
}

TEST_CASE("concat and slice_channels: copies of every width")
{
    for (auto [a, b] : { std::pair { 4, 8 }, std::pair { 3, 5 }, std::pair { 320, 4 }, std::pair { 1, 1 } })
        check_graph(std::format("concat {} + {}", a, b),
            [&](TestGraph& t) { t.output(concat(t.input("a", { 2, 3, 5, a }), t.input("b", { 2, 3, 5, b }))); });
    for (auto [begin, size] : { std::pair { 0, 4 }, std::pair { 4, 8 }, std::pair { 3, 5 }, std::pair { 11, 1 } })
        check_graph(std::format("slice [{}, {}) of 12", begin, begin + size),
            [&](TestGraph& t) { t.output(slice_channels(t.input("x", { 7, 12 }), begin, size)); });
    check_graph("a concat of slices through a reshape", [](TestGraph& t) {
        Tensor const x = t.input("x", { 2, 6, 10 });
        t.output(reshape(concat(slice_channels(x, 5, 5), slice_channels(x, 0, 5)), { 12, 10 }));
    });
}
