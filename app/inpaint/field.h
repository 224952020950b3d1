// SPDX-License-Identifier: Apache-2.0
#pragma once

// Colours in float, for what is computed between two pictures.

#include "models/api/image.h"

#include <cstddef>
#include <vector>

namespace igneous {

struct Field {
    int width = 0, height = 0;
    int channels = 3;
    std::vector<float> values;             // rows from the top, channels interleaved; 0..255 as in the picture

    Field(int w, int h, int c)
        : width(w)
        , height(h)
        , channels(c)
        , values(static_cast<std::size_t>(w) * static_cast<std::size_t>(h) * static_cast<std::size_t>(c))
    {
    }
    std::size_t pixels() const { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }
    std::size_t at(int x, int y) const
    {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
    }
    float* pixel(std::size_t at) { return values.data() + at * static_cast<std::size_t>(channels); }
    float const* pixel(std::size_t at) const { return values.data() + at * static_cast<std::size_t>(channels); }
};

/// A weight for each pixel, 0..1.
using Shares = std::vector<float>;

/// The first three channels; grey pictures have it three times.
Field colours_of(Image const& image);
/// Rounded and clamped, RGB.
Image to_picture(Field const& field);
/// 1 where the picture is opaque enough to be known; everywhere without an alpha channel.
Shares opaque_in(Image const& image);

/// Every pixel by what is known around it, near more than far, as smooth as the gap is wide: pictures of half the size
/// are made until nothing is missing, then each fills the gaps of the next larger one. Known pixels (weight 1) stay as
/// they are. Mid grey where nothing is known at all.
Field filled_gaps(Field const& colours, Shares const& known);

/// Smooths along what has weight, leaving the rest out: a Gaussian of `sigma` pixels (three boxes).
void blur(Field& field, Shares& weights, double sigma);
/// Between pixels' middles, as a resize to a larger size does.
Field enlarged(Field const& field, int width, int height);

}
