// SPDX-License-Identifier: Apache-2.0
// Blocks as models write them, fused and as written, in every kernel family, against the reference of what was written.
#include "tests/support/check.h"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <format>

using namespace igneous;
using namespace igneous::test;

namespace {

CheckOptions all_families()
{
    // Several products in a row, each stored as f16.
    return { .f16_tolerance = 1.5e-3,
        .families = { KernelFamily::scalar, KernelFamily::coopmat, KernelFamily::coopmat2 },
        .also_as_gpu = true,
        .twice = false };
}

Tensor weight(TestGraph& t, std::string const& name, Shape shape)
{
    double inputs = 1;
    for (int i = 1; i < static_cast<int>(shape.rank()); ++i)
        inputs *= static_cast<double>(shape[i]);
    return t.weight(name, shape, { .deviation = shape.rank() == 1 ? 0.1 : 1 / std::sqrt(inputs) });
}

Tensor dense(TestGraph& t, std::string const& name, Tensor x, int outputs)
{
    return linear(
        x, weight(t, name + ".weight", { outputs, x.shape.channels() }), weight(t, name + ".bias", { outputs }));
}

Tensor conv3(TestGraph& t, std::string const& name, Tensor x, int outputs, ConvSettings settings = { 1, 1, 1, 1, 1, 1 })
{
    return conv2d(x, weight(t, name + ".weight", { outputs, x.shape.channels(), 3, 3 }),
        weight(t, name + ".bias", { outputs }), settings);
}

Tensor norm(TestGraph& t, std::string const& name, Tensor x, int groups)
{
    Shape const channels { x.shape.channels() };
    return group_norm(x, t.weight(name + ".scale", channels, { .mean = 1, .deviation = 0.2 }),
        weight(t, name + ".shift", channels), groups, 1e-5f);
}

Tensor norm(TestGraph& t, std::string const& name, Tensor x)
{
    Shape const channels { x.shape.channels() };
    return layer_norm(x, t.weight(name + ".scale", channels, { .mean = 1, .deviation = 0.2 }),
        weight(t, name + ".shift", channels), 1e-5f);
}

}

TEST_CASE("a residual block with time embedding and skip: norms, convolutions, channel add, shortcut")
{
    for (auto [height, width, a, b, out] : { std::array { 8, 8, 32, 16, 32 }, std::array { 5, 7, 12, 4, 20 } })
        check_graph(
            std::format("resnet block {} x {}, {} + {} -> {}", height, width, a, b, out),
            [&](TestGraph& t) {
                Tensor const x
                    = concat(t.input("x", { 2, height, width, a }), t.input("skip", { 2, height, width, b }));
                Tensor const time = dense(t, "time", silu(t.input("time", { 2, 24 })), out);
                Tensor h = conv3(t, "conv1", silu(norm(t, "norm1", x, 4)), out);
                h = h + reshape(time, { 2, 1, 1, out });
                h = conv3(t, "conv2", silu(norm(t, "norm2", h, 4)), out);
                Tensor const shortcut = conv2d(
                    x, weight(t, "shortcut.weight", { out, a + b, 1, 1 }), weight(t, "shortcut.bias", { out }), {});
                t.output(shortcut + h);
            },
            all_families());
}

TEST_CASE("norms that convolutions apply while they load")
{
    CheckOptions options = all_families();
    for (auto [height, width, a, b, out] : { std::array { 9, 14, 32, 0, 40 }, std::array { 5, 29, 64, 32, 9 } })
        check_graph(
            std::format("norm, silu, conv {} x {}, {} + {} -> {}", height, width, a, b, out),
            [&](TestGraph& t) {
                Tensor x = t.input("x", { 2, height, width, a }, { .mean = 3 });
                if (b)
                    x = concat(x, t.input("skip", { 2, height, width, b }));
                Tensor const h = silu(norm(t, "norm", x, 4));
                t.output(conv3(t, "conv1", h, out) + conv3(t, "conv2", h, out));
            },
            options);
}

TEST_CASE("a transformer block: attention to itself and to text, GEGLU, three residuals")
{
    for (auto [tokens, heads, d, text] : { std::array { 64, 2, 16, 77 }, std::array { 35, 3, 10, 9 } })
        check_graph(
            std::format("transformer block, {} tokens, {} heads of {}, {} of text", tokens, heads, d, text),
            [&](TestGraph& t) {
                int const width = heads * d;
                float const scale = 1 / std::sqrt(static_cast<float>(d));
                Tensor x = t.input("x", { 2, tokens, width });
                Tensor const context = t.input("context", { 2, text, 24 }, {}, Rate::request);
                Tensor h = norm(t, "norm1", x);
                Tensor a = attention(
                    dense(t, "q1", h, width), dense(t, "k1", h, width), dense(t, "v1", h, width), heads, scale);
                x = dense(t, "out1", a, width) + x;
                h = norm(t, "norm2", x);
                a = attention(dense(t, "q2", h, width), dense(t, "k2", context, width), dense(t, "v2", context, width),
                    heads, scale);
                x = dense(t, "out2", a, width) + x;
                h = geglu(dense(t, "ff1", norm(t, "norm3", x), 4 * width));
                t.output(dense(t, "ff2", h, width) + x);
            },
            all_families());
}

TEST_CASE("a text layer: causal attention and quick GELU")
{
    check_graph(
        "CLIP layer",
        [](TestGraph& t) {
            Tensor x = embedding(t.input_i32("ids", { 2, 77 }, 0, 63, Rate::request), weight(t, "tokens", { 64, 32 }));
            x = x + weight(t, "positions", { 77, 32 });
            Tensor h = norm(t, "norm1", x);
            Tensor const a
                = attention(dense(t, "q", h, 32), dense(t, "k", h, 32), dense(t, "v", h, 32), 2, 0.25f, true);
            x = x + dense(t, "out", a, 32);
            h = activate(dense(t, "fc1", norm(t, "norm2", x), 128), Activation::quick_gelu);
            x = x + dense(t, "fc2", h, 32);
            t.output(norm(t, "final", x));
            t.output(gather_rows(norm(t, "final", x), t.input_i32("end", { 2 }, 0, 76, Rate::request)), "pooled");
        },
        all_families());
}

TEST_CASE("down and up: strided, right and bottom padding, upsampled")
{
    check_graph(
        "down and up",
        [](TestGraph& t) {
            Tensor const x = t.input("x", { 1, 9, 12, 8 });
            Tensor h = conv3(t, "down", x, 16, { .stride = 2, .pad_bottom = 1, .pad_right = 1 });
            h = activate(conv3(t, "middle", h, 16), Activation::relu);
            ConvSettings up { 1, 1, 1, 1, 1, 2 };
            t.output(activate(conv3(t, "up", h, 8, up), Activation::tanh));
        },
        all_families());
}

TEST_CASE("a value that two ops and an output read is computed once and kept")
{
    check_graph(
        "shared values",
        [](TestGraph& t) {
            Tensor const x = t.input("x", { 2, 10, 24 });
            Tensor const h = dense(t, "first", x, 24);
            Tensor const y = silu(h);
            t.output(h, "h");
            t.output(y + h, "sum");
            t.output(dense(t, "second", y, 24) + h + x, "last");
        },
        all_families());
}
