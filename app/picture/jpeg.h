// SPDX-License-Identifier: Apache-2.0
#pragma once

// JPEG files in, through stb_image where the build found it.

#include "models/api/image.h"

#include <cstddef>
#include <span>
#include <string_view>

namespace igneous {

bool is_jpeg(std::span<std::byte const> bytes);
/// Whether this build has a JPEG reader.
bool reads_jpeg();
/// 1 or 3 channels. Throws file_damaged, or invalid_argument where there is no reader.
Image decode_jpeg(std::span<std::byte const> bytes, std::string_view who);

}
