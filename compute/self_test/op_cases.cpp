// SPDX-License-Identifier: Apache-2.0
#include "compute/ops/ops.h"
#include "compute/self_test/known_graph.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace igneous::self_test {

namespace {

/// Normalises those y that `members` lists: mean 0, variance 1.
void normalise(std::vector<double>& y, std::vector<std::size_t> const& members, double eps)
{
    double sum = 0, squares = 0;
    for (std::size_t i : members)
        sum += y[i];
    double const mean = sum / static_cast<double>(members.size());
    for (std::size_t i : members)
        squares += (y[i] - mean) * (y[i] - mean);
    double const factor = 1 / std::sqrt(squares / static_cast<double>(members.size()) + eps);
    for (std::size_t i : members)
        y[i] = (y[i] - mean) * factor;
}

/// 2 pictures, silu behind; `a` and `b` channels side by side (b may be 0).
void add_group_norm(std::string const& at, KnownGraph& g, int pixels, int a, int b, int groups)
{
    int const channels = a + b;
    Known const x = g.input(at + ".x", { 2, pixels, 1, a }, 1, 30);
    Known const x2 = b ? g.input(at + ".x2", { 2, pixels, 1, b }) : Known {};
    Known const scale = g.weight(at + ".scale", { channels }), shift = g.weight(at + ".shift", { channels });
    std::vector<double> y;
    for (int row = 0; row < 2 * pixels; ++row)
        for (int c = 0; c < channels; ++c)
            y.push_back(
                c < a ? x[static_cast<std::size_t>(row * a + c)] : x2[static_cast<std::size_t>(row * b + c - a)]);
    for (int n = 0; n < 2; ++n)
        for (int group = 0; group < groups; ++group) {
            std::vector<std::size_t> members;
            for (int p = 0; p < pixels; ++p)
                for (int c = 0; c < channels / groups; ++c)
                    members.push_back(
                        static_cast<std::size_t>((n * pixels + p) * channels + group * (channels / groups) + c));
            normalise(y, members, 1e-5f);
        }
    for (std::size_t i = 0; i < y.size(); ++i) {
        std::size_t const c = i % static_cast<std::size_t>(channels);
        y[i] = activated(Activation::silu, y[i] * scale[c] + shift[c]);
    }
    Tensor const joined = b ? concat(x.tensor, x2.tensor) : x.tensor;
    g.expect(at, silu(group_norm(joined, scale.tensor, shift.tensor, groups, 1e-5f)), y);
}

void add_layer_norm(std::string const& at, KnownGraph& g)
{
    Known const x = g.input(at + ".x", { 5, 76 }, 1, 30);
    Known const scale = g.weight(at + ".scale", { 76 }), shift = g.weight(at + ".shift", { 76 });
    std::vector<double> y = x.v;
    for (std::size_t r = 0; r < 5; ++r) {
        std::vector<std::size_t> members;
        for (std::size_t c = 0; c < 76; ++c)
            members.push_back(r * 76 + c);
        normalise(y, members, 1e-5f);
    }
    for (std::size_t i = 0; i < y.size(); ++i)
        y[i] = y[i] * scale[i % 76] + shift[i % 76];
    g.expect(at, layer_norm(x.tensor, scale.tensor, shift.tensor, 1e-5f), y);
}

void add_unary(std::string const& at, KnownGraph& g, Activation kind)
{
    Known const x = g.input(at + ".x", { 3, 67 }, 6);
    std::vector<double> y = x.v;
    for (double& v : y)
        v = activated(kind, v);
    g.expect(at, activate(x.tensor, kind), y);
}

void add_cast(std::string const& at, KnownGraph& g)
{
    Known const x = g.input(at + ".x", { 67 }), z = g.input_f32(at + ".z", { 66 });
    g.expect(at, cast(x.tensor, DType::f32), x.v);
    g.expect(at + " to f16", cast(z.tensor, DType::f16), z.v);
}

void add_binary(std::string const& at, KnownGraph& g, int channels)
{
    Known const a = g.input(at + ".a", { 2, 5, 3, channels }), b = g.input(at + ".b", { 2, 1, 1, channels });
    Known const weight = g.weight(at + ".weight", { channels });
    std::vector<double> y = a.v;
    std::size_t const width = static_cast<std::size_t>(channels);
    for (std::size_t i = 0; i < y.size(); ++i)
        y[i] = (y[i] + b[i / (15 * width) * width + i % width]) * weight[i % width];
    g.expect(at, (a.tensor + b.tensor) * weight.tensor, y);
}

void add_geglu(std::string const& at, KnownGraph& g)
{
    Known const x = g.input(at + ".x", { 7, 24 }, 3);
    std::vector<double> y;
    for (std::size_t i = 0; i < 7 * 12; ++i)
        y.push_back(x[i / 12 * 24 + i % 12] * activated(Activation::gelu, x[i / 12 * 24 + 12 + i % 12]));
    g.expect(at, geglu(x.tensor), y);
}

void add_copies(std::string const& at, KnownGraph& g)
{
    Known const a = g.input(at + ".a", { 6, 5 }), b = g.input(at + ".b", { 6, 3 });
    std::vector<double> y;
    for (std::size_t r = 0; r < 6; ++r) {
        for (std::size_t c = 2; c < 5; ++c)
            y.push_back(a[r * 5 + c]);
        for (std::size_t c = 0; c < 3; ++c)
            y.push_back(b[r * 3 + c]);
    }
    g.expect(at, concat(slice_channels(a.tensor, 2, 3), b.tensor), y);
}

void add_gathers(std::string const& at, KnownGraph& g)
{
    Known const table = g.weight(at + ".table", { 9, 12 }), x = g.input(at + ".x", { 3, 4, 6 });
    Known const ids = g.integers(at + ".ids", { 2, 3 }, { 0, 8, 3, 9, -1, 5 }),
                index = g.integers(at + ".index", { 3 }, { 3, 0, 2 });
    std::vector<double> rows, picked;
    for (double id : ids.v)
        for (std::size_t c = 0; c < 12; ++c)
            rows.push_back(id < 0 || id > 8 ? 0 : table[static_cast<std::size_t>(id) * 12 + c]);
    for (std::size_t n = 0; n < 3; ++n)
        for (std::size_t c = 0; c < 6; ++c)
            picked.push_back(x[(n * 4 + static_cast<std::size_t>(index[n])) * 6 + c]);
    g.expect(at, embedding(ids.tensor, table.tensor), rows);
    g.expect(at + ", gathered", gather_rows(x.tensor, index.tensor), picked);
}

void add_time_embedding(std::string const& at, KnownGraph& g)
{
    Known const t = g.input_f32(at + ".t", { 3 }, 480, 500);
    std::vector<double> y;
    for (std::size_t n = 0; n < 3; ++n)
        for (int i = 0; i < 32; ++i) {
            double const angle = t[n] * std::pow(10000.0, -(i % 16) / 16.0);
            y.push_back(i < 16 ? std::cos(angle) : std::sin(angle));
        }
    g.expect(at, time_embedding(t.tensor, 32, true, 0), y);
}

void add_resample(std::string const& at, KnownGraph& g)
{
    Known const x = g.input(at + ".x", { 1, 4, 6, 3 });
    auto const pixel
        = [&](std::size_t row, std::size_t column, std::size_t c) { return x[(row * 6 + column) * 3 + c]; };
    std::vector<double> nearest, bilinear, pooled;
    auto const between = [](std::size_t o, std::size_t size) {     // twice as large
        double const place = std::max((static_cast<double>(o) + 0.5) / 2 - 0.5, 0.0);
        return std::tuple { static_cast<std::size_t>(place), std::min(static_cast<std::size_t>(place) + 1, size - 1),
            place - std::floor(place) };
    };
    for (std::size_t oy = 0; oy < 8; ++oy)
        for (std::size_t ox = 0; ox < 12; ++ox)
            for (std::size_t c = 0; c < 3; ++c) {
                auto const [y0, y1, fy] = between(oy, 4);
                auto const [x0, x1, fx] = between(ox, 6);
                nearest.push_back(pixel(oy / 2, ox / 2, c));
                bilinear.push_back((pixel(y0, x0, c) * (1 - fx) + pixel(y0, x1, c) * fx) * (1 - fy)
                                   + (pixel(y1, x0, c) * (1 - fx) + pixel(y1, x1, c) * fx) * fy);
            }
    for (std::size_t oy = 0; oy < 2; ++oy)
        for (std::size_t ox = 0; ox < 3; ++ox)
            for (std::size_t c = 0; c < 3; ++c)
                pooled.push_back((pixel(2 * oy, 2 * ox, c) + pixel(2 * oy, 2 * ox + 1, c) + pixel(2 * oy + 1, 2 * ox, c)
                                     + pixel(2 * oy + 1, 2 * ox + 1, c))
                                 / 4);
    g.expect(at + ", nearest", resample(x.tensor, 8, 12, Filter::nearest), nearest);
    g.expect(at + ", bilinear", resample(x.tensor, 8, 12, Filter::bilinear), bilinear);
    g.expect(at + ", average_pool", average_pool(x.tensor), pooled);
}

void add_sampling(std::string const& at, KnownGraph& g)
{
    Known const x = g.input_f32(at + ".x", { 1, 3, 5, 4 }, 14),
                prediction = g.input(at + ".prediction", { 2, 3, 5, 4 });
    Known const factors = g.input_f32(at + ".factors", { 4 }, 2);
    std::vector<double> scaled, denoised;
    for (std::size_t i = 0; i < 120; ++i)
        scaled.push_back(x[i % 60] * factors[0]);
    for (std::size_t i = 0; i < 60; ++i) {
        double const guided = prediction[i] + factors[3] * (prediction[60 + i] - prediction[i]);
        denoised.push_back(factors[1] * x[i] + factors[2] * guided);
    }
    g.expect(at + ", model_input", model_input(x.tensor, factors.tensor, 2), scaled);
    g.expect(at + ", guide", guide(x.tensor, prediction.tensor, factors.tensor, 2), denoised);
}

}

std::vector<Case> op_cases()
{
    std::vector<Case> cases {
        { "group_norm, silu", [](std::string const& at, KnownGraph& g) { add_group_norm(at, g, 35, 24, 0, 6); }, true },
        { "group_norm of two inputs, silu",
            [](std::string const& at, KnownGraph& g) { add_group_norm(at, g, 11000, 7, 5, 4); } },
        { "layer_norm", add_layer_norm, true },
        { "cast", add_cast, true },
        { "binary, broadcast, vectors", [](std::string const& at, KnownGraph& g) { add_binary(at, g, 8); }, true },
        { "binary, broadcast", [](std::string const& at, KnownGraph& g) { add_binary(at, g, 7); } },
        { "geglu", add_geglu, true },
        { "concat and slice_channels", add_copies, true },
        { "embedding", add_gathers, true },
        { "time_embedding", add_time_embedding },
        { "resample", add_resample, true },
        { "sampling", add_sampling, true },
    };
    for (Activation kind :
        { Activation::silu, Activation::gelu, Activation::quick_gelu, Activation::relu, Activation::tanh })
        cases.push_back({ std::string(name_of(kind)),
            [kind](std::string const& at, KnownGraph& g) { add_unary(at, g, kind); }, kind == Activation::gelu });
    return cases;
}

}
