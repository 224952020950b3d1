// SPDX-License-Identifier: Apache-2.0
#include "app/paint/transform.h"

#include "app/paint/selection.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace igneous {

namespace {

Point mapped(Affine const& m, double x, double y) { return { m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f }; }

Affine inverse(Affine const& m)
{
    double const det = m.a * m.d - m.b * m.c;
    Affine out { m.d / det, -m.b / det, -m.c / det, m.a / det };
    out.e = -(out.a * m.e + out.c * m.f);
    out.f = -(out.b * m.e + out.d * m.f);
    return out;
}

/// Premultiplied floats.
struct Pixels {
    int width = 0, height = 0, channels = 4;
    std::vector<float> values;

    float const* at(int x, int y) const
    {
        return values.data()
               + (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x))
                     * static_cast<std::size_t>(channels);
    }
};

Pixels premultiplied(Image const& image)
{
    Pixels out { image.width, image.height, image.channels, std::vector<float>(image.pixels.size()) };
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
        out.values[i] = image.channels == 1 || i % 4 == 3 ? static_cast<float>(image.pixels[i])
                                                          : image.pixels[i] * (image.pixels[i | 3] / 255.f);
    return out;
}

/// Two by two become one; beyond the edge nothing is there.
Pixels halved(Pixels const& from)
{
    Pixels out { (from.width + 1) / 2, (from.height + 1) / 2, from.channels, {} };
    out.values.reserve(from.values.size() / 3);
    for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x)
            for (int c = 0; c < from.channels; ++c) {
                float sum = 0;
                for (int dy = 0; dy < 2; ++dy)
                    for (int dx = 0; dx < 2; ++dx)
                        if (2 * x + dx < from.width && 2 * y + dy < from.height)
                            sum += from.at(2 * x + dx, 2 * y + dy)[c];
                out.values.push_back(sum / 4);
            }
    return out;
}

std::array<float, 4> weights(double t)
{
    auto const f = static_cast<float>(t);
    return { f * (-0.5f + f * (1 - 0.5f * f)), 1 + f * f * (-2.5f + 1.5f * f), f * (0.5f + f * (2 - 1.5f * f)),
        f * f * (-0.5f + 0.5f * f) };
}

void sample(Pixels const& from, double x, double y, float* out)
{
    x -= 0.5;
    y -= 0.5;
    int const left = static_cast<int>(std::floor(x)) - 1, top = static_cast<int>(std::floor(y)) - 1;
    auto const wx = weights(x - std::floor(x)), wy = weights(y - std::floor(y));
    std::fill_n(out, from.channels, 0.f);
    for (int j = 0; j < 4; ++j)
        for (int i = 0; i < 4; ++i) {
            if (left + i < 0 || top + j < 0 || left + i >= from.width || top + j >= from.height)
                continue;
            float const weight = wx[static_cast<std::size_t>(i)] * wy[static_cast<std::size_t>(j)];
            float const* pixel = from.at(left + i, top + j);
            for (int c = 0; c < from.channels; ++c)
                out[c] += weight * pixel[c];
        }
}

void store(float const* pixel, int channels, std::uint8_t* out)
{
    auto const byte = [](float value) { return static_cast<std::uint8_t>(std::clamp(value, 0.f, 255.f) + 0.5f); };
    out[channels - 1] = byte(pixel[channels - 1]);
    for (int c = 0; c < channels - 1; ++c)
        out[c] = out[channels - 1] ? byte(pixel[c] / std::min(pixel[channels - 1], 255.f) * 255) : 0;
}

bool is_whole_move(Affine const& m)
{
    return m.a == 1 && m.b == 0 && m.c == 0 && m.d == 1 && m.e == std::round(m.e) && m.f == std::round(m.f);
}

Rect bounds_of(Affine const& m, Rect const& area, Rect const& limits)
{
    double left = 1e9, top = 1e9, right = -1e9, bottom = -1e9;
    for (int corner = 0; corner < 4; ++corner) {
        Point const p = mapped(m, area.x + (corner & 1 ? area.width : 0), area.y + (corner & 2 ? area.height : 0));
        left = std::min(left, p.x);
        right = std::max(right, p.x);
        top = std::min(top, p.y);
        bottom = std::max(bottom, p.y);
    }
    int const x = static_cast<int>(std::max(std::floor(left - 1), static_cast<double>(limits.x)));
    int const y = static_cast<int>(std::max(std::floor(top - 1), static_cast<double>(limits.y)));
    return { x, y, static_cast<int>(std::min(std::ceil(right + 1), limits.x + static_cast<double>(limits.width))) - x,
        static_cast<int>(std::min(std::ceil(bottom + 1), limits.y + static_cast<double>(limits.height))) - y };
}

}

TileGrid transformed(TileGrid const& grid, Affine const& affine, Rect const& limits, std::stop_token const& stop)
{
    Rect const area = tight_bounds(grid);
    TileGrid out(grid.channels());
    double const det = affine.a * affine.d - affine.b * affine.c;
    if (area.empty() || std::abs(det) < 1e-9)
        return out;
    if (is_whole_move(affine))
        return moved(grid, static_cast<int>(affine.e), static_cast<int>(affine.f));
    Rect const to = bounds_of(affine, area, limits);
    if (to.empty())
        return out;
    Pixels from = premultiplied(picture_of(grid, area));
    double shrunk = 1;
    for (; std::abs(det) * shrunk * shrunk <= 0.25 && from.width > 1 && from.height > 1; shrunk *= 2)
        from = halved(from);
    Affine const back = inverse(affine);
    Image image(to.width, to.height, grid.channels());
    std::array<float, 4> pixel {};
    std::uint8_t* at = image.pixels.data();
    for (int y = 0; y < to.height && !stop.stop_requested(); ++y)
        for (int x = 0; x < to.width; ++x, at += image.channels) {
            Point const source = mapped(back, to.x + x + 0.5, to.y + y + 0.5);
            sample(from, (source.x - area.x) / shrunk, (source.y - area.y) / shrunk, pixel.data());
            store(pixel.data(), image.channels, at);
        }
    for (PlacedTile const& placed : tiles_with(out, image, to.x, to.y))
        out.put(placed.position, placed.tile);
    return out;
}

}
