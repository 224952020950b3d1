// SPDX-License-Identifier: Apache-2.0
// linear, conv2d and attention: sizes that fill no tile, sizes that fill several, every epilogue.
#include "compute/ops/ops.h"
#include "compute/self_test/known_graph.h"

#include <cmath>

namespace igneous::self_test {

namespace {

struct LinearSize {
    int rows, inputs, outputs;
};

/// x Wᵀ + b, [rows, outputs].
std::vector<double> product(Known const& x, Known const& weight, Known const& bias, LinearSize const& s)
{
    std::vector<double> y(static_cast<std::size_t>(s.rows * s.outputs));
    for (int r = 0; r < s.rows; ++r)
        for (int o = 0; o < s.outputs; ++o) {
            double sum = bias[static_cast<std::size_t>(o)];
            for (int i = 0; i < s.inputs; ++i)
                sum += x[static_cast<std::size_t>(r * s.inputs + i)]
                       * weight[static_cast<std::size_t>(o * s.inputs + i)];
            y[static_cast<std::size_t>(r * s.outputs + o)] = sum;
        }
    return y;
}

Case linear_case(std::string name, LinearSize size, Activation activation)
{
    return { std::move(name), [=](std::string const& at, KnownGraph& g) {
                Known const x = g.input(at + ".x", { size.rows, size.inputs });
                Known const weight = g.weight(at + ".weight", { size.outputs, size.inputs }, 0.3);
                Known const bias = g.weight(at + ".bias", { size.outputs });
                Known const residual = g.input(at + ".residual", { size.rows, size.outputs });
                std::vector<double> y = product(x, weight, bias, size);
                for (std::size_t i = 0; i < y.size(); ++i)
                    y[i] = activated(activation, y[i]) + residual[i];
                g.expect(at, activate(linear(x.tensor, weight.tensor, bias.tensor), activation) + residual.tensor, y);
            } };
}

Case geglu_case(LinearSize size)
{
    return { "linear, geglu", [=](std::string const& at, KnownGraph& g) {
                Known const x = g.input(at + ".x", { size.rows, size.inputs });
                Known const weight = g.weight(at + ".weight", { size.outputs, size.inputs }, 0.3);
                Known const bias = g.weight(at + ".bias", { size.outputs });
                std::vector<double> const both = product(x, weight, bias, size);
                std::size_t const width = static_cast<std::size_t>(size.outputs) / 2;
                std::vector<double> y(both.size() / 2);
                for (std::size_t i = 0; i < y.size(); ++i) {
                    std::size_t const value = i / width * 2 * width + i % width;
                    y[i] = both[value] * activated(Activation::gelu, both[value + width]);
                }
                g.expect(at, geglu(linear(x.tensor, weight.tensor, bias.tensor)), y);
            } };
}

struct ConvSize {
    int height, width, inputs, outputs, kernel;
    ConvSettings settings;
};

std::vector<double> convolution(Known const& x, Known const& weight, ConvSize const& s, int out_height, int out_width)
{
    std::vector<double> y;
    for (int oy = 0; oy < out_height; ++oy)
        for (int ox = 0; ox < out_width; ++ox)
            for (int o = 0; o < s.outputs; ++o) {
                double sum = 0;
                for (int ky = 0; ky < s.kernel; ++ky)
                    for (int kx = 0; kx < s.kernel; ++kx) {
                        int const up_y = oy * s.settings.stride + ky - s.settings.pad_top;
                        int const up_x = ox * s.settings.stride + kx - s.settings.pad_left;
                        if (up_y < 0 || up_x < 0 || up_y >= s.height * s.settings.upsample
                            || up_x >= s.width * s.settings.upsample)
                            continue;
                        int const pixel = up_y / s.settings.upsample * s.width + up_x / s.settings.upsample;
                        for (int i = 0; i < s.inputs; ++i)
                            sum += x[static_cast<std::size_t>(pixel * s.inputs + i)]
                                   * weight[static_cast<std::size_t>(
                                       ((o * s.inputs + i) * s.kernel + ky) * s.kernel + kx)];
                    }
                y.push_back(sum);
            }
    return y;
}

/// One picture: conv + bias + channel_add, activation, + residual.
Case conv_case(std::string name, ConvSize size, Activation activation)
{
    return { std::move(name), [=](std::string const& at, KnownGraph& g) {
                Known const x = g.input(at + ".x", { 1, size.height, size.width, size.inputs });
                Known const weight
                    = g.weight(at + ".weight", { size.outputs, size.inputs, size.kernel, size.kernel }, 0.2);
                Known const bias = g.weight(at + ".bias", { size.outputs });
                Known const channel_add = g.input(at + ".channel_add", { 1, 1, 1, size.outputs });
                Tensor tensor = conv2d(x.tensor, weight.tensor, bias.tensor, size.settings);
                Known const residual = g.input(at + ".residual", tensor.shape);
                std::vector<double> y = convolution(
                    x, weight, size, static_cast<int>(tensor.shape[1]), static_cast<int>(tensor.shape[2]));
                for (std::size_t i = 0; i < y.size(); ++i) {
                    std::size_t const o = i % static_cast<std::size_t>(size.outputs);
                    y[i] = activated(activation, y[i] + bias[o] + channel_add[o]) + residual[i];
                }
                g.expect(at, activate(tensor + channel_add.tensor, activation) + residual.tensor, y);
            } };
}

/// Large enough for statistics in boxes on GPUs, which the convolution stores.
void add_norm_of_conv(std::string const& at, KnownGraph& g)
{
    constexpr std::size_t channels = 150, groups = 5, width = channels / groups;
    ConvSize const size { 23, 30, 8, channels, 3, { .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1 } };
    Known const x = g.input(at + ".x", { 1, size.height, size.width, size.inputs });
    Known const weight = g.weight(at + ".weight", { channels, size.inputs, 3, 3 }, 0.2);
    Known const scale = g.weight(at + ".scale", { channels }), shift = g.weight(at + ".shift", { channels });
    std::vector<double> y = convolution(x, weight, size, size.height, size.width);
    std::size_t const pixels = y.size() / channels;
    for (std::size_t group = 0; group < groups; ++group) {
        auto const each = [&](auto&& use) {
            for (std::size_t i = 0; i < pixels * width; ++i) {
                std::size_t const channel = group * width + i % width;
                use(y[i / width * channels + channel], channel);
            }
        };
        double sum = 0, squares = 0;
        each([&](double v, std::size_t) { sum += v; });
        double const mean = sum / static_cast<double>(pixels * width);
        each([&](double v, std::size_t) { squares += (v - mean) * (v - mean); });
        double const factor = 1 / std::sqrt(squares / static_cast<double>(pixels * width) + 1e-5);
        each([&](double& v, std::size_t channel) { v = (v - mean) * factor * scale[channel] + shift[channel]; });
    }
    g.expect(at, group_norm(conv2d(x.tensor, weight.tensor, {}, size.settings), scale.tensor, shift.tensor, groups, 1e-5f), y);
}

struct AttentionSize {
    int queries, keys, heads, d;
    bool causal = false;
};

Case attention_case(std::string name, AttentionSize size)
{
    return { std::move(name), [=](std::string const& at, KnownGraph& g) {
                int const width = size.heads * size.d;
                Known const q = g.input(at + ".q", { 1, size.queries, width }, 2);
                Known const k = g.input(at + ".k", { 1, size.keys, width }, 2);
                Known const v = g.input(at + ".v", { 1, size.keys, width });
                double const scale = 1 / std::sqrt(static_cast<double>(size.d));
                std::vector<double> y(static_cast<std::size_t>(size.queries * width));
                for (int head = 0; head < size.heads; ++head)
                    for (int i = 0; i < size.queries; ++i) {
                        double total = 0;
                        for (int j = 0; j < (size.causal ? i + 1 : size.keys); ++j) {
                            double score = 0;
                            for (int c = head * size.d; c < (head + 1) * size.d; ++c)
                                score += q[static_cast<std::size_t>(i * width + c)]
                                         * k[static_cast<std::size_t>(j * width + c)];
                            double const share = std::exp(score * scale);
                            total += share;
                            for (int c = head * size.d; c < (head + 1) * size.d; ++c)
                                y[static_cast<std::size_t>(i * width + c)]
                                    += share * v[static_cast<std::size_t>(j * width + c)];
                        }
                        for (int c = head * size.d; c < (head + 1) * size.d; ++c)
                            y[static_cast<std::size_t>(i * width + c)] /= total;
                    }
                g.expect(
                    at, attention(q.tensor, k.tensor, v.tensor, size.heads, static_cast<float>(scale), size.causal), y);
            } };
}

}

std::vector<Case> product_cases()
{
    ConvSettings const same { .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1 };
    ConvSettings down { .stride = 2 }, up = same;
    down.pad_bottom = down.pad_right = 1;
    up.upsample = 2;
    ConvSettings band = up;                      // a band of rows that begins and ends inside of an enlarged one
    band.pad_top = band.pad_bottom = -1;
    auto const typical = [](Case c) {
        c.typical = true;
        return c;
    };
    return {
        typical(linear_case("linear, bias, gelu, residual", { 70, 72, 72 }, Activation::gelu)),
        linear_case("linear of odd sizes", { 5, 37, 27 }, Activation::none),
        geglu_case({ 19, 40, 96 }),
        typical(conv_case("conv2d 3x3, channel add, silu, residual", { 7, 9, 16, 40, 3, same }, Activation::silu)),
        conv_case("conv2d 3x3 of wide pictures, in boxes", { 5, 15, 20, 36, 3, same }, Activation::silu),
        typical(conv_case("conv2d 3x3 of 64 channels, in tiles of 2x2", { 15, 16, 64, 64, 3, same }, Activation::silu)),
        conv_case("conv2d 3x3 of wide pictures, upsampled", { 3, 13, 12, 10, 3, up }, Activation::none),
        conv_case("conv2d 3x3 of odd sizes, stride 2", { 9, 6, 5, 7, 3, down }, Activation::none),
        conv_case("conv2d 3x3, upsampled", { 4, 5, 8, 16, 3, up }, Activation::none),
        conv_case("conv2d 3x3, upsampled, a band", { 4, 5, 8, 16, 3, band }, Activation::none),
        typical(attention_case("attention, 2 heads of 40", { 19, 77, 2, 40 })),
        attention_case("attention, causal, heads of 8", { 21, 21, 2, 8, true }),
        attention_case("attention, keys enough to be split", { 9, 2050, 1, 16 }),
        linear_case("linear, a sum long enough to be split", { 9, 1040, 24 }, Activation::silu),
        conv_case("conv2d 3x3, a sum long enough to be split", { 4, 3, 128, 24, 3, same }, Activation::silu),
        { "group_norm of what conv2d 3x3 stores", add_norm_of_conv },
    };
}

}
