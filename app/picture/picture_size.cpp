// SPDX-License-Identifier: Apache-2.0
#include "app/picture/picture_size.h"

#include "app/picture/exif.h"
#include "app/picture/jpeg.h"
#include "app/picture/jpeg_segments.h"
#include "app/picture/picture.h"
#include "app/picture/webp.h"
#include "models/api/error.h"

namespace igneous {

namespace {

/// A number of `count` bytes, the highest first.
int big_endian(std::span<std::byte const> bytes, std::size_t at, std::size_t count)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
        value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
    return value > largest_picture_side ? 0 : static_cast<int>(value);
}

PictureSize png_size(std::span<std::byte const> bytes)
{
    constexpr std::size_t width_at = 16, height_at = 20;       // in IHDR, which is the first chunk of every PNG
    if (bytes.size() < height_at + 4)
        return {};
    return { big_endian(bytes, width_at, 4), big_endian(bytes, height_at, 4) };
}

PictureSize checked(PictureSize size, std::string_view who)
{
    if (size.width < 1 || size.height < 1 || size.width > largest_picture_side || size.height > largest_picture_side)
        fail(ErrorCode::file_damaged,
            "{} is a damaged picture: its size is missing or not from 1 to {} pixels a side; make or download it again",
            who, largest_picture_side);
    return size;
}

}

PictureSize decode_jpeg_size(std::span<std::byte const> bytes, std::string_view who)
{
    constexpr unsigned marker = 0xff, start_of_scan = 0xda, first_frame = 0xc0, last_frame = 0xcf;
    auto const byte = [&](std::size_t at) { return std::to_integer<unsigned>(bytes[at]); };
    PictureSize size;
    for (std::size_t at = 2; at + 9 <= bytes.size() && byte(at) == marker && byte(at + 1) != start_of_scan;) {
        unsigned const kind = byte(at + 1);
        if (kind == marker) {              // any number of them may stand before a segment
            ++at;
            continue;
        }
        // C4, C8 and CC lie among the frames and are tables
        if (kind >= first_frame && kind <= last_frame && kind != 0xc4 && kind != 0xc8 && kind != 0xcc) {
            size = { big_endian(bytes, at + 7, 2), big_endian(bytes, at + 5, 2) };
            break;
        }
        at += 2 + (byte(at + 2) << 8 | byte(at + 3));
    }
    if (exif_orientation(find_jpeg_segments(bytes).exif) >= 5)
        std::swap(size.width, size.height);
    return checked(size, who);
}

PictureSize decode_picture_size(std::span<std::byte const> bytes, std::string_view who)
{
    if (is_jpeg(bytes))
        return decode_jpeg_size(bytes, who);
    if (is_webp(bytes))
        return checked(decode_webp_size(bytes, who), who);
    if (!is_png(bytes))
        fail(ErrorCode::file_damaged, "{} is no picture that can be read: expected a PNG, JPEG or WebP file", who);
    return checked(png_size(bytes), who);
}

}
