// SPDX-License-Identifier: Apache-2.0
#include "app/inpaint/fill.h"

#include "app/inpaint/membrane.h"
#include "app/inpaint/nearest.h"
#include "models/api/error.h"

#include <algorithm>
#include <random>

namespace igneous {

namespace {

constexpr int remove_rounds = 60;
constexpr float noise_levels = 10;         // standard deviation of Expand's noise, of 255

/// 1 where the mask leaves the picture as it is.
Shares kept(Image const& mask, Shares const& opaque)
{
    Shares known(opaque);
    for (std::size_t i = 0; i < known.size(); ++i)
        if (mask.pixels[i] > 0)
            known[i] = 0;
    return known;
}

std::vector<bool> flags(Shares const& weights, bool set)
{
    std::vector<bool> out(weights.size());
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = (weights[i] > 0) == set;
    return out;
}

/// Near the edge its own colours, further out what all of it looks like.
void continue_edge(Field& field, Shares const& known, std::uint64_t seed)
{
    Field const wide = filled_gaps(field, known);
    Nearest const nearest = nearest_of(flags(known, true), field.width, field.height);
    Field edge = field;
    for (std::size_t i = 0; i < known.size(); ++i)
        std::copy_n(field.pixel(nearest.index[i]), 3, edge.pixel(i));
    Shares all(known.size(), 1.0f);
    float const side = static_cast<float>(std::max(field.width, field.height));
    blur(edge, all, side / 64);
    std::mt19937_64 random(seed);
    std::normal_distribution<float> noise(0, noise_levels);
    for (std::size_t i = 0; i < known.size(); ++i) {
        if (known[i] > 0)
            continue;
        float const far = std::clamp(nearest.distance[i] / (side / 3), 0.0f, 1.0f);
        for (int c = 0; c < 3; ++c)
            field.pixel(i)[c] = std::lerp(edge.pixel(i)[c], wide.pixel(i)[c], far) + noise(random);
    }
}

}

Image without_holes(Image const& picture)
{
    Shares const known = opaque_in(picture);
    Field const colours = colours_of(picture);
    bool const whole = std::ranges::all_of(known, [](float weight) { return weight > 0; });
    return to_picture(whole ? colours : filled_gaps(colours, known));
}

Image begun(Task task, Image const& picture, Image const& mask, std::uint64_t seed)
{
    require(mask.channels == 1 && mask.width == picture.width && mask.height == picture.height,
        "fill: a mask of {} x {} does not lie on a picture of {} x {}", mask.width, mask.height, picture.width,
        picture.height);
    if (task != Task::fill && task != Task::remove && task != Task::expand)
        return without_holes(picture);
    Shares const known = kept(mask, opaque_in(picture));
    if (std::ranges::all_of(known, [](float weight) { return weight > 0; }))
        return to_picture(colours_of(picture));
    Field field = colours_of(picture);
    if (task == Task::expand && std::ranges::any_of(known, [](float weight) { return weight > 0; })) {
        continue_edge(field, known, seed);
        return to_picture(field);
    }
    field = filled_gaps(field, known);
    if (task == Task::remove)
        relax(field, flags(known, false), std::vector<bool>(known.size(), true), remove_rounds);
    return to_picture(field);
}

Image mask_for_model(Image const& mask, int width, int height)
{
    Image out(width, height, 1);
    auto const first = [](int at, int from, int to) { return static_cast<int>(std::int64_t { at } * to / from); };
    auto const last
        = [](int at, int from, int to) { return static_cast<int>((std::int64_t { at + 1 } * to + from - 1) / from); };
    for (int y = 0; y < mask.height; ++y)
        for (int x = 0; x < mask.width; ++x) {
            if (mask.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(mask.width)
                            + static_cast<std::size_t>(x)]
                == 0)
                continue;
            int const left = first(x, mask.width, width), right = last(x, mask.width, width);
            for (int row = first(y, mask.height, height); row < last(y, mask.height, height); ++row)
                std::fill_n(out.pixels.begin() + static_cast<std::ptrdiff_t>(row) * width + left, right - left,
                    std::uint8_t { 255 });
        }
    return out;
}

}
