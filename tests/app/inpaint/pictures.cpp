// SPDX-License-Identifier: Apache-2.0
#include "tests/app/inpaint/pictures.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace igneous::test {

namespace {

std::uint8_t level(double value) { return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0l, 255l)); }

}

Image landscape(int width, int height, int texture, unsigned seed)
{
    Image image(width, height, 3);
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> noise(-texture, texture);
    std::size_t i = 0;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < 3; ++c)
                image.pixels[i++] = level(110 + 40.0 * x / width + 20 * std::sin(y * 0.05 + c) + noise(random));
    return image;
}

Image shifted(Image picture, int red, int green, int blue)
{
    int const by[] = { red, green, blue };
    for (std::size_t i = 0; i < picture.pixels.size(); ++i)
        picture.pixels[i] = level(picture.pixels[i] + by[i % 3]);
    return picture;
}

Image rectangle_mask(int width, int height, Rect const& masked, std::uint8_t value)
{
    Image mask(width, height, 1);
    for (int y = masked.y; y < masked.y + masked.height; ++y)
        for (int x = masked.x; x < masked.x + masked.width; ++x)
            mask.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)]
                = value;
    return mask;
}

Image disc_mask(int width, int height, double centre_x, double centre_y, double radius)
{
    Image mask(width, height, 1);
    std::size_t i = 0;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x, ++i)
            mask.pixels[i] = std::hypot(x - centre_x, y - centre_y) <= radius ? 255 : 0;
    return mask;
}

Image with_alpha(Image const& picture, std::uint8_t alpha)
{
    Image out(picture.width, picture.height, 4);
    for (std::size_t i = 0; i < picture.pixels.size() / 3; ++i) {
        std::copy_n(&picture.pixels[i * 3], 3, &out.pixels[i * 4]);
        out.pixels[i * 4 + 3] = alpha;
    }
    return out;
}

Image hard_paste(Image const& before, Image const& painted, Image const& mask)
{
    Image out = before;
    for (std::size_t i = 0; i < mask.pixels.size(); ++i)
        if (mask.pixels[i] > 0)
            std::copy_n(&painted.pixels[i * 3], 3, &out.pixels[i * 3]);
    return out;
}

int change_outside(Image const& before, Image const& after, Image const& mask)
{
    int most = 0;
    auto const channels = static_cast<std::size_t>(before.channels);
    for (std::size_t i = 0; i < before.pixels.size(); ++i)
        if (mask.pixels[i / channels] == 0)
            most = std::max(most, std::abs(before.pixels[i] - after.pixels[i]));
    return most;
}

double mean_difference(Image const& one, Image const& other, Image const& mask)
{
    double sum = 0, count = 0;
    for (std::size_t i = 0; i < one.pixels.size(); ++i)
        if (mask.pixels[i / 3] > 0) {
            sum += std::abs(one.pixels[i] - other.pixels[i]);
            ++count;
        }
    return count == 0 ? 0 : sum / count;
}

}
