// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pictures as files, and the few changes that requests need: size, one channel, no transparency.

#include "app/picture/png.h"

#include <filesystem>

namespace igneous {

/// PNG, and JPEG where the build has it, told apart by content. Throws file_missing or file_damaged.
Image read_picture(std::filesystem::path const& path);
std::vector<PictureText> read_picture_texts(std::filesystem::path const& path);

/// Three channels; what is transparent shows white behind it, as A1111 does.
Image to_rgb(Image const& image);
/// One channel: Rec. 601 luma as Pillow rounds it; what is transparent is black. For masks.
Image to_grey(Image const& image);


}
