// SPDX-License-Identifier: Apache-2.0
#include "app/inpaint/field.h"

#include <algorithm>
#include <cmath>

namespace igneous {

namespace {

/// Rows, then columns: `count` lines of `length` values that lie `step` apart.
void box_lines(std::vector<float>& values, std::size_t count, std::size_t line_step, std::size_t length,
    std::size_t step, int radius)
{
    std::vector<float> line(length);
    auto const share = 1.0f / static_cast<float>(2 * radius + 1);
    auto const last = static_cast<std::ptrdiff_t>(length) - 1;
    for (std::size_t i = 0; i < count; ++i) {
        float* const first = values.data() + i * line_step;
        for (std::size_t j = 0; j < length; ++j)
            line[j] = first[j * step];
        // Beyond the ends is nothing: weights are blurred alike, so that it does not darken.
        double sum = 0;
        for (std::ptrdiff_t j = 0; j <= std::min<std::ptrdiff_t>(radius - 1, last); ++j)
            sum += line[static_cast<std::size_t>(j)];
        for (std::ptrdiff_t j = 0; j <= last; ++j) {
            if (j + radius <= last)
                sum += line[static_cast<std::size_t>(j + radius)];
            if (j - radius - 1 >= 0)
                sum -= line[static_cast<std::size_t>(j - radius - 1)];
            first[static_cast<std::size_t>(j) * step] = static_cast<float>(sum) * share;
        }
    }
}

void box(std::vector<float>& values, int width, int height, int channels, int radius)
{
    auto const w = static_cast<std::size_t>(width), h = static_cast<std::size_t>(height),
               c = static_cast<std::size_t>(channels);
    for (std::size_t channel = 0; channel < c; ++channel) {
        std::vector<float> plane(w * h);
        for (std::size_t i = 0; i < plane.size(); ++i)
            plane[i] = values[i * c + channel];
        box_lines(plane, h, w, w, 1, radius);
        box_lines(plane, w, 1, h, w, radius);
        for (std::size_t i = 0; i < plane.size(); ++i)
            values[i * c + channel] = plane[i];
    }
}

struct Level {
    Field colours;
    Shares known;
};

/// Half the size: the mean of what is known in two by two.
Level halved(Level const& in)
{
    Level out { Field((in.colours.width + 1) / 2, (in.colours.height + 1) / 2, in.colours.channels), {} };
    out.known.resize(out.colours.pixels());
    for (int y = 0; y < in.colours.height; ++y)
        for (int x = 0; x < in.colours.width; ++x) {
            std::size_t const from = in.colours.at(x, y), to = out.colours.at(x / 2, y / 2);
            out.known[to] += in.known[from];
            for (int c = 0; c < in.colours.channels; ++c)
                out.colours.pixel(to)[c] += in.known[from] * in.colours.pixel(from)[c];
        }
    for (std::size_t i = 0; i < out.known.size(); ++i) {
        float const weight = out.known[i];
        for (int c = 0; weight > 0 && c < out.colours.channels; ++c)
            out.colours.pixel(i)[c] /= weight;
        out.known[i] = std::min(weight, 1.0f);
    }
    return out;
}

}

Field colours_of(Image const& image)
{
    Field out(image.width, image.height, 3);
    auto const channels = static_cast<std::size_t>(image.channels);
    for (std::size_t i = 0; i < out.pixels(); ++i)
        for (std::size_t c = 0; c < 3; ++c)
            out.values[i * 3 + c] = image.pixels[i * channels + (channels >= 3 ? c : 0)];
    return out;
}

Image to_picture(Field const& field)
{
    Image out(field.width, field.height, 3);
    std::ranges::transform(field.values, out.pixels.begin(),
        [](float value) { return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0l, 255l)); });
    return out;
}

Shares opaque_in(Image const& image)
{
    Shares known(static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height), 1.0f);
    if (image.channels == 4)
        for (std::size_t i = 0; i < known.size(); ++i)
            known[i] = image.pixels[i * 4 + 3] >= 128 ? 1.0f : 0.0f;
    return known;
}

Field filled_gaps(Field const& colours, Shares const& known)
{
    std::vector<Level> levels { { colours, known } };
    while (levels.back().colours.pixels() > 1)
        levels.push_back(halved(levels.back()));
    if (levels.back().known[0] <= 0)
        std::ranges::fill(levels.back().colours.values, 128.0f);
    for (std::size_t i = levels.size() - 1; i-- > 0;) {
        Level& level = levels[i];
        Field const coarse = enlarged(levels[i + 1].colours, level.colours.width, level.colours.height);
        for (std::size_t p = 0; p < level.known.size(); ++p)
            for (int c = 0; c < colours.channels; ++c) {
                float& value = level.colours.pixel(p)[c];
                value = level.known[p] * value + (1 - level.known[p]) * coarse.pixel(p)[c];
            }
    }
    return std::move(levels.front().colours);
}

void blur(Field& field, Shares& weights, double sigma)
{
    int const radius = static_cast<int>(std::lround((std::sqrt(4 * sigma * sigma + 1) - 1) / 2));
    if (radius < 1)
        return;
    for (std::size_t i = 0; i < weights.size(); ++i)
        for (int c = 0; c < field.channels; ++c)
            field.pixel(i)[c] *= weights[i];
    for (int pass = 0; pass < 3; ++pass) {
        box(field.values, field.width, field.height, field.channels, radius);
        box(weights, field.width, field.height, 1, radius);
    }
    for (std::size_t i = 0; i < weights.size(); ++i)
        for (int c = 0; c < field.channels; ++c)
            field.pixel(i)[c] = weights[i] > 1e-6f ? field.pixel(i)[c] / weights[i] : 0;
}

Field enlarged(Field const& field, int width, int height)
{
    struct Tap {
        int first = 0, second = 0;
        float share = 0;                   // of the second
    };
    auto const taps = [](int from, int to) {
        std::vector<Tap> all(static_cast<std::size_t>(to));
        for (int i = 0; i < to; ++i) {
            float const at
                = std::clamp((static_cast<float>(i) + 0.5f) * static_cast<float>(from) / static_cast<float>(to) - 0.5f,
                    0.0f, static_cast<float>(from - 1));
            int const first = static_cast<int>(at);
            all[static_cast<std::size_t>(i)] = { first, std::min(first + 1, from - 1), at - static_cast<float>(first) };
        }
        return all;
    };
    auto const mixed = [](float one, float other, float share) { return one + (other - one) * share; };
    std::vector<Tap> const across = taps(field.width, width), down = taps(field.height, height);
    Field out(width, height, field.channels);
    auto const channels = static_cast<std::size_t>(field.channels);
    std::vector<float> row(static_cast<std::size_t>(field.width) * channels);
    float* to = out.values.data();
    for (Tap const& y : down) {
        float const* const above = field.pixel(field.at(0, y.first));
        float const* const below = field.pixel(field.at(0, y.second));
        for (std::size_t i = 0; i < row.size(); ++i)
            row[i] = mixed(above[i], below[i], y.share);
        for (Tap const& x : across) {
            float const* const left = row.data() + static_cast<std::size_t>(x.first) * channels;
            float const* const right = row.data() + static_cast<std::size_t>(x.second) * channels;
            for (std::size_t c = 0; c < channels; ++c)
                *to++ = mixed(left[c], right[c], x.share);
        }
    }
    return out;
}

}
