// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pictures between the worker and its user: netpbm's PAM, a few lines of text and then the bytes as they are. Written and
// read at the speed of a copy, and any netpbm tool shows one.

#include "models/api/image.h"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace igneous {

bool is_pam(std::span<std::byte const> bytes);
std::vector<std::byte> encode_pam(Image const& image);
/// 8 bits, 1, 3 or 4 channels. Throws file_damaged for anything else; `who` is what messages call the file.
Image decode_pam(std::span<std::byte const> bytes, std::string_view who);

}
