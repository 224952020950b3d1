// SPDX-License-Identifier: Apache-2.0
#pragma once

// Texts that programs hide in a picture's transparency, one bit a pixel, so that they outlive sites that remove all else
// ("stealth PNG info", NovelAI's way first): columns from the left, each from the top, the lowest bit of alpha, most
// significant bit first; a mark of 15 letters, the length in bits as 32 bits, then the text, gzipped or plain.

#include "models/api/image.h"

#include <optional>
#include <string>

namespace igneous {

/// Nothing where the picture has no alpha, no such mark, or what follows it is not whole.
std::optional<std::string> text_in_alpha(Image const& image);

}
