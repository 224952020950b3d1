// SPDX-License-Identifier: Apache-2.0
#pragma once

// Styles: prompts with a name that stand around what an artist writes, or behind it. "{prompt}" marks the place.

#include "models/api/request.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace igneous {

struct Style {
    std::string name;
    std::string prompt, negative_prompt;   // one of them may be empty
    bool operator==(Style const&) const = default;
};

/// The template with `prompt` where "{prompt}" stands, else behind it after a comma: as A1111 does it.
std::string with_style(std::string_view style, std::string_view prompt);

/// Puts the styles that the request names around its prompts, in their order, and takes their names out. Throws
/// invalid_argument for a name that `known` lacks.
void apply_styles(GenerationRequest& request, std::span<Style const> known);

/// Case counts. Null where there is none.
Style const* find_style(std::span<Style const> styles, std::string_view name);

/// What a person may not call a style, as a sentence; empty where it is fine.
std::string objection_to(Style const& style);

}
