// SPDX-License-Identifier: Apache-2.0
// Separable resampling: first along rows, then along columns, with weights in double.
#include "models/api/image.h"

#include "models/api/error.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace igneous {

namespace {

struct Kernel {
    double radius;
    double (*weight)(double);
};

double sinc(double x) { return x == 0 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x); }
constexpr Kernel lanczos { 3, [](double x) { return std::abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0; } };
constexpr Kernel triangle { 1, [](double x) { return std::max(0.0, 1 - std::abs(x)); } };

/// The source positions that one output position is made of.
struct Taps {
    int first = 0;
    std::vector<double> weights;   // sum to 1
};

std::vector<Taps> taps_for(int from, int to, Kernel const& kernel)
{
    double const step = static_cast<double>(from) / to;
    double const stretch = std::max(step, 1.0);
    std::vector<Taps> all(static_cast<std::size_t>(to));
    for (int i = 0; i < to; ++i) {
        double const centre = (i + 0.5) * step;
        int const begin = std::max(0, static_cast<int>(centre - kernel.radius * stretch + 0.5));
        int const end = std::min(from, static_cast<int>(centre + kernel.radius * stretch + 0.5));
        Taps& taps = all[static_cast<std::size_t>(i)];
        taps.first = begin;
        double sum = 0;
        for (int j = begin; j < end; ++j) {
            taps.weights.push_back(kernel.weight((j + 0.5 - centre) / stretch));
            sum += taps.weights.back();
        }
        for (double& w : taps.weights)
            w /= sum;
    }
    return all;
}

std::uint8_t to_byte(double value) { return static_cast<std::uint8_t>(std::clamp(std::floor(value + 0.5), 0.0, 255.0)); }

/// `in` is seen as [outer, from, inner]; the middle becomes as long as `taps`.
std::vector<std::uint8_t> resample(std::vector<std::uint8_t> const& in, std::size_t outer, std::size_t from, std::size_t inner, std::vector<Taps> const& taps)
{
    std::vector<std::uint8_t> out(outer * taps.size() * inner);
    std::vector<double> sums(inner);
    for (std::size_t o = 0; o < outer; ++o) {
        for (std::size_t i = 0; i < taps.size(); ++i) {
            std::ranges::fill(sums, 0.0);
            for (std::size_t t = 0; t < taps[i].weights.size(); ++t) {
                std::uint8_t const* row = in.data() + (o * from + static_cast<std::size_t>(taps[i].first) + t) * inner;
                for (std::size_t c = 0; c < inner; ++c)
                    sums[c] += taps[i].weights[t] * row[c];
            }
            std::ranges::transform(sums, out.begin() + static_cast<std::ptrdiff_t>((o * taps.size() + i) * inner), to_byte);
        }
    }
    return out;
}

Image resized(Image const& image, int width, int height, Kernel const& kernel)
{
    require(!image.empty(), "resize: the picture is empty");
    constexpr int largest_side = 65536;
    require(width > 0 && height > 0 && std::max(width, height) <= largest_side, "resize: sides from 1 to {}, got {}x{}", largest_side,
        width, height);
    if (width == image.width && height == image.height)
        return image;
    auto const rows = static_cast<std::size_t>(image.height), columns = static_cast<std::size_t>(image.width);
    auto const channels = static_cast<std::size_t>(image.channels);
    Image out;
    out.width = width;
    out.height = height;
    out.channels = image.channels;
    out.pixels = resample(image.pixels, rows, columns, channels, taps_for(image.width, width, kernel));
    out.pixels = resample(out.pixels, 1, rows, static_cast<std::size_t>(width) * channels, taps_for(image.height, height, kernel));
    return out;
}

}

Image resize(Image const& image, int width, int height) { return resized(image, width, height, lanczos); }
Image resize_mask(Image const& image, int width, int height) { return resized(image, width, height, triangle); }

}
