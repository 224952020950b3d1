// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pictures in memory, as the pipelines take and give them.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace igneous {

/// 8 bits a channel, sRGB, rows from the top, channels interleaved.
struct Image {
    int width = 0, height = 0;
    int channels = 3;                      // 1 grey (masks), 3 RGB, 4 RGBA
    std::vector<std::uint8_t> pixels;      // width * height * channels

    Image() = default;
    Image(int w, int h, int c)
        : width(w)
        , height(h)
        , channels(c)
        , pixels(static_cast<std::size_t>(w) * static_cast<std::size_t>(h) * static_cast<std::size_t>(c))
    {
    }
    bool empty() const { return pixels.empty(); }
    bool operator==(Image const&) const = default;
};

/// Another size by a Lanczos filter (a = 3) that widens when the picture shrinks, as Pillow's LANCZOS: no aliasing, sharp.
Image resize(Image const& image, int width, int height);
/// Another size by a box or triangle: never darker or lighter than the source. For masks.
Image resize_mask(Image const& image, int width, int height);

}
