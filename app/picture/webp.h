// SPDX-License-Identifier: Apache-2.0
#pragma once

// WebP files in memory, with the texts that lie in them. Whatever the bytes are, reading ends with a picture or with an
// Error(file_damaged) that says what is wrong.

#include "app/picture/png.h"

#include <optional>

namespace igneous {

bool is_webp(std::span<std::byte const> bytes);

/// 3 or 4 channels, turned upright as its EXIF says; of an animation the first frame.
Image decode_webp(std::span<std::byte const> bytes, std::string_view who);

/// What stands in EXIF and XMP, by the keys that hidden_texts.h tells.
std::vector<PictureText> decode_webp_texts(std::span<std::byte const> bytes, std::string_view who);

/// Without a quality the pixels come back as they were, colours under full transparency too. With one, from 1 to 100,
/// the file is smaller. WebP has sides up to 16383.
std::vector<std::byte> encode_webp(
    Image const& image, std::span<PictureText const> texts, std::optional<int> quality = {});

}
