// SPDX-License-Identifier: Apache-2.0
#pragma once

// The segments of a JPEG file that are not pixels.

#include "app/picture/hidden_texts.h"

namespace igneous {

// What EXIF and XMP segments (APP1) begin with.
constexpr std::string_view exif_mark("Exif\0\0", 6), xmp_mark("http://ns.adobe.com/xap/1.0/\0", 29);
constexpr std::size_t longest_segment = 65533;     // without its own length

struct JpegSegments : HiddenTexts {
    std::vector<std::string> comments;
};

/// Those before the pixels. Segments behind a broken one are not found.
JpegSegments find_jpeg_segments(std::span<std::byte const> bytes);

}
