// SPDX-License-Identifier: Apache-2.0
#include "app/picture/picture.h"

#include "app/files/file.h"
#include "app/picture/jpeg.h"
#include "models/api/error.h"

namespace igneous {

namespace {

constexpr std::uint64_t largest_file = 1ull << 30;

std::string name_of(std::filesystem::path const& path)
{
    auto const text = path.u8string();
    return { text.begin(), text.end() };
}

/// a * b / 255, rounded.
int scaled(int a, int b) { return (a * b + 127) / 255; }

}

Image read_picture(std::filesystem::path const& path)
{
    auto const bytes = read_file(path, largest_file);
    if (is_png(bytes))
        return decode_png(bytes, name_of(path));
    if (is_jpeg(bytes))
        return decode_jpeg(bytes, name_of(path));
    fail(ErrorCode::file_damaged,
        "{} is no picture that can be read: expected a PNG{} file, got {} bytes of something else", name_of(path),
        reads_jpeg() ? " or JPEG" : "", bytes.size());
}

std::vector<PictureText> read_picture_texts(std::filesystem::path const& path)
{
    return decode_png_texts(read_file(path, largest_file), name_of(path));
}

Image to_rgb(Image const& image)
{
    if (image.channels == 3)
        return image;
    Image out(image.width, image.height, 3);
    std::size_t const count = out.pixels.size() / 3;
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t c = 0; c < 3; ++c) {
            if (image.channels == 1) {
                out.pixels[3 * i + c] = image.pixels[i];
            } else {
                int const alpha = image.pixels[4 * i + 3];
                out.pixels[3 * i + c] = static_cast<std::uint8_t>(scaled(image.pixels[4 * i + c], alpha) + 255 - alpha);
            }
        }
    }
    return out;
}

Image to_grey(Image const& image)
{
    if (image.channels == 1)
        return image;
    auto const channels = static_cast<std::size_t>(image.channels);
    Image out(image.width, image.height, 1);
    for (std::size_t i = 0; i < out.pixels.size(); ++i) {
        std::uint8_t const* p = image.pixels.data() + i * channels;
        int const luma = (p[0] * 19595 + p[1] * 38470 + p[2] * 7471 + 0x8000) >> 16;
        out.pixels[i] = static_cast<std::uint8_t>(channels == 4 ? scaled(luma, p[3]) : luma);
    }
    return out;
}

}
