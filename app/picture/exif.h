// SPDX-License-Identifier: Apache-2.0
#pragma once

// EXIF: the small TIFF in JPEG and WebP files that holds which way up a photograph is, and in which other programs keep
// their recipes. Only texts and the orientation are read; whatever the bytes are, reading ends soon.

#include "app/picture/png.h"

namespace igneous {

/// The texts among the tags that are known here, by the keys that picture texts have: UserComment is "parameters" (as
/// A1111 has it), ImageDescription is "Description", and "Software", "Make", "Model", "Artist", "MakerNote" are
/// themselves. `tiff` begins with its byte order, "II" or "MM".
std::vector<PictureText> exif_texts(std::span<std::byte const> tiff);
/// 1 to 8 as EXIF counts: 1 is upright.
int exif_orientation(std::span<std::byte const> tiff);

/// Whether a text of this key has a tag of its own.
bool has_exif_tag(std::string_view key);
/// The TIFF for those of the texts that have a tag; empty where none has.
std::vector<std::byte> exif_of(std::span<PictureText const> texts);

/// The picture turned upright.
Image upright(Image image, int orientation);

}
