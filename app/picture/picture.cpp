// SPDX-License-Identifier: Apache-2.0
#include "app/picture/picture.h"

#include "app/files/file.h"
#include "app/picture/jpeg.h"
#include "app/picture/webp.h"
#include "models/api/error.h"

#include <algorithm>

namespace igneous {

namespace {


std::string name_of(std::filesystem::path const& path)
{
    auto const text = path.u8string();
    return { text.begin(), text.end() };
}

PictureFormat format_of(std::span<std::byte const> bytes, std::string_view who)
{
    if (is_png(bytes))
        return PictureFormat::png;
    if (is_jpeg(bytes))
        return PictureFormat::jpeg;
    if (is_webp(bytes))
        return PictureFormat::webp;
    fail(ErrorCode::file_damaged,
        "{} is no picture that can be read: expected a PNG, JPEG or WebP file, got {} bytes of something else", who,
        bytes.size());
}

/// a * b / 255, rounded.
int scaled(int a, int b) { return (a * b + 127) / 255; }

}

Image decode_picture(std::span<std::byte const> bytes, std::string_view who)
{
    switch (format_of(bytes, who)) {
    case PictureFormat::jpeg: return decode_jpeg(bytes, who);
    case PictureFormat::webp: return decode_webp(bytes, who);
    default: return decode_png(bytes, who);
    }
}

std::vector<PictureText> decode_picture_texts(std::span<std::byte const> bytes, std::string_view who)
{
    switch (format_of(bytes, who)) {
    case PictureFormat::jpeg: return decode_jpeg_texts(bytes, who);
    case PictureFormat::webp: return decode_webp_texts(bytes, who);
    default: return decode_png_texts(bytes, who);
    }
}

Image read_picture(std::filesystem::path const& path)
{
    return decode_picture(read_file(path, largest_picture_file), name_of(path));
}

std::vector<PictureText> read_picture_texts(std::filesystem::path const& path)
{
    return decode_picture_texts(read_file(path, largest_picture_file), name_of(path));
}

std::optional<PictureFormat> format_of_name(std::filesystem::path const& name)
{
    std::string ending = name_of(name.extension());
    std::ranges::transform(
        ending, ending.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    if (ending == ".png")
        return PictureFormat::png;
    if (ending == ".jpg" || ending == ".jpeg")
        return PictureFormat::jpeg;
    if (ending == ".webp")
        return PictureFormat::webp;
    return {};
}

std::vector<std::byte> encode_picture(
    PictureFormat format, Image const& image, std::span<PictureText const> texts, std::optional<int> quality)
{
    constexpr int usual_jpeg_quality = 95;
    switch (format) {
    case PictureFormat::jpeg: return encode_jpeg(image, texts, quality.value_or(usual_jpeg_quality));
    case PictureFormat::webp: return encode_webp(image, texts, quality);
    default:
        require(!quality, "PNG keeps every pixel and takes no quality; leave it out, or write JPEG or WebP");
        return encode_png(image, texts);
    }
}

void check_encodable(Image const& image, std::string_view format)
{
    require(image.channels == 1 || image.channels == 3 || image.channels == 4,
        "{}: pictures have 1, 3 or 4 channels, got {}", format, image.channels);
    require(image.width > 0 && image.height > 0 && std::max(image.width, image.height) <= largest_picture_side,
        "{}: sides from 1 to {}, got {}x{}", format, largest_picture_side, image.width, image.height);
    std::size_t const bytes = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height)
                              * static_cast<std::size_t>(image.channels);
    require(image.pixels.size() == bytes, "{}: {} bytes of pixels for {}x{}x{}", format, image.pixels.size(),
        image.width, image.height, image.channels);
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
