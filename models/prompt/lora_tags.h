// SPDX-License-Identifier: Apache-2.0
#pragma once

// Adapters asked for in a prompt, as A1111 writes them: <lora:name:0.8>. What they mean is taken from the request
// (models/api/lora.h); the text that is encoded has none of them.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace igneous {

/// <lora:name>, <lora:name:weight>, <lora:name:text encoder's weight:UNet's weight>; the weights also as te=0.5 and
/// unet=0.8. <lyco:...> is another word for it.
struct LoraTag {
    std::string name;
    double weight = 1;
    std::optional<double> text_weight;     // only where it is another one
    std::string problem;                   // not empty: why the tag cannot be used, with the tag in it
    std::size_t begin = 0, end = 0;        // where it stands in the prompt
};

/// From the left; text that only looks a little like a tag is none. Never throws.
std::vector<LoraTag> read_lora_tags(std::string_view prompt);

/// The prompt without its tags.
std::string without_lora_tags(std::string_view prompt);

}
