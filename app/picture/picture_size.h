// SPDX-License-Identifier: Apache-2.0
#pragma once

// How large a picture is, from the first bytes of its file: for lists of thousands of pictures, where reading the
// pixels of each would take minutes.

#include <cstddef>
#include <span>
#include <string_view>

namespace igneous {

struct PictureSize {
    int width = 0, height = 0;
    bool operator==(PictureSize const&) const = default;
};

/// Of a PNG, JPEG or WebP, turned upright as its EXIF says: what decode_picture() would give, unless the pixels are
/// damaged. Throws file_damaged.
PictureSize decode_picture_size(std::span<std::byte const> bytes, std::string_view who);

/// The same of a JPEG and of a WebP alone.
PictureSize decode_jpeg_size(std::span<std::byte const> bytes, std::string_view who);
PictureSize decode_webp_size(std::span<std::byte const> bytes, std::string_view who);

}
