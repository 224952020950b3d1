// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/pictures.h"

#include "models/api/error.h"

#include <algorithm>
#include <cmath>

namespace igneous {

namespace {

std::size_t at(Image const& image, int x, int y, int c)
{
    return (static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(x)) * static_cast<std::size_t>(image.channels)
        + static_cast<std::size_t>(c);
}

std::uint8_t to_byte(float unit)
{
    return static_cast<std::uint8_t>(std::lround(std::clamp(unit, 0.0f, 1.0f) * 255.0f));
}

}

HostTensor to_tensor(Image const& image)
{
    HostTensor out(DType::f32, { 1, image.height, image.width, 3 });
    std::span<float> const values = out.f32();
    std::size_t i = 0;
    for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x)
            for (int c = 0; c < 3; ++c)
                values[i++] = static_cast<float>(image.pixels[at(image, x, y, image.channels >= 3 ? c : 0)]) / 127.5f - 1.0f;
    return out;
}

HostTensor to_unit_range(HostTensor const& sample)
{
    HostTensor out = sample;
    for (float& value : out.f32())
        value = std::clamp(value * 0.5f + 0.5f, 0.0f, 1.0f);
    return out;
}

std::size_t count_not_finite(HostTensor const& values)
{
    return static_cast<std::size_t>(std::ranges::count_if(values.f32(), [](float value) { return !std::isfinite(value); }));
}

Image to_image(HostTensor const& unit)
{
    require(unit.shape.rank() == 4 && unit.shape[0] == 1 && unit.shape[3] == 3, "picture: expected [1, H, W, 3], got {}", unit.shape);
    Image image(static_cast<int>(unit.shape[2]), static_cast<int>(unit.shape[1]), 3);
    std::ranges::transform(unit.f32(), image.pixels.begin(), to_byte);
    return image;
}

HostTensor latent_mask(Image const& mask, int factor)
{
    int const height = mask.height / factor, width = mask.width / factor;
    HostTensor out(DType::f32, { 1, height, width, 1 });
    std::span<float> const values = out.f32();
    for (int y = 0; y < height * factor; ++y)
        for (int x = 0; x < width * factor; ++x)
            if (mask.pixels[at(mask, x, y, 0)] >= 128)
                values[static_cast<std::size_t>((y / factor) * width + x / factor)] = 1;
    return out;
}

HostTensor without_masked(HostTensor const& picture, Image const& mask)
{
    HostTensor out = picture;
    std::span<float> const values = out.f32();
    for (int y = 0; y < mask.height; ++y)
        for (int x = 0; x < mask.width; ++x)
            if (mask.pixels[at(mask, x, y, 0)] >= 128)
                std::ranges::fill(values.subspan((static_cast<std::size_t>(y) * static_cast<std::size_t>(mask.width) + static_cast<std::size_t>(x)) * 3, 3), 0.0f);
    return out;
}

Image pasted(Image const& original, Image const& painted, Image const& mask)
{
    require(original.width == painted.width && original.height == painted.height && mask.width == original.width && mask.height == original.height,
        "paste: picture {} x {}, painted {} x {} and mask {} x {} differ in size", original.width, original.height, painted.width, painted.height,
        mask.width, mask.height);
    Image out(original.width, original.height, 3);
    for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x) {
            int const share = mask.pixels[at(mask, x, y, 0)];
            for (int c = 0; c < 3; ++c) {
                int const old_value = original.pixels[at(original, x, y, original.channels >= 3 ? c : 0)];
                int const new_value = painted.pixels[at(painted, x, y, c)];
                out.pixels[at(out, x, y, c)] = static_cast<std::uint8_t>((old_value * (255 - share) + new_value * share + 127) / 255);
            }
        }
    return out;
}

}
