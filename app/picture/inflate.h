// SPDX-License-Identifier: Apache-2.0
#pragma once

// Compressed texts of pictures.

#include <expected>
#include <string>
#include <string_view>

namespace igneous {

enum class Compressed { zlib, gzip };

/// The text, or what it is instead: "broken", "far too long" (see longest_picture_text). Throws out_of_memory.
std::expected<std::string, std::string_view> inflated(std::string_view bytes, Compressed how);

}
