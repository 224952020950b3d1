// SPDX-License-Identifier: Apache-2.0
#pragma once

// What pictures are called that nobody named: by their prompt, or by their seed where the prompt has no letters.

#include <cstdint>
#include <string>
#include <string_view>

namespace igneous {

/// "A snowy lake, 2 trees <lora:ink:0.8>" -> "a-snowy-lake-2-trees": ASCII letters and digits, at most 48; "" where the
/// text has none.
std::string slug(std::string_view prompt);

/// `attempt` 0, 1, 2... gives name.png, name-2.png, name-3.png...
std::string picture_name(std::string_view slug, std::uint64_t seed, int attempt);

}
