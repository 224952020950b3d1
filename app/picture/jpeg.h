// SPDX-License-Identifier: Apache-2.0
#pragma once

// JPEG files in memory, with the texts that lie in them. Whatever the bytes are, reading ends with a picture or with an
// Error(file_damaged) that says what is wrong.

#include "app/picture/png.h"

namespace igneous {

bool is_jpeg(std::span<std::byte const> bytes);

/// 1 or 3 channels, turned upright as its EXIF says; CMYK becomes RGB without a colour profile.
Image decode_jpeg(std::span<std::byte const> bytes, std::string_view who);

/// What stands in EXIF, XMP and comments, by the keys that hidden_texts.h tells; a comment's key is "Comment".
std::vector<PictureText> decode_jpeg_texts(std::span<std::byte const> bytes, std::string_view who);

/// `quality` from 1 to 100; colours keep their full size. What is transparent shows white behind it. Throws
/// invalid_argument where a text is longer than the 64 KiB that JPEG has room for.
std::vector<std::byte> encode_jpeg(Image const& image, std::span<PictureText const> texts, int quality);

}
