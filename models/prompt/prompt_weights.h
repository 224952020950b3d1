// SPDX-License-Identifier: Apache-2.0
#pragma once

// What people write to weigh the words of a prompt, and what it means: "(word:1.2)" is 1.2 times as strong, "(word)"
// 1.1 times, "[word]" 1/1.1 times, and nesting multiplies. AUTOMATIC1111 and ComfyUI read the same text differently in
// places, so both dialects are here by name. Anything is a prompt: unbalanced brackets, numbers that are none and bad
// UTF-8 are never errors.

#include <string>
#include <string_view>
#include <vector>

namespace igneous {

enum class Weighting {
    a1111,    // ( ) and [ ], BREAK begins a new chunk, inner weights multiply the outer ones
    comfy,    // ( ) only; an explicit weight replaces those around it
};

/// The dialect of that name, "a1111" or "comfy". Throws invalid_argument for other names.
Weighting weighting_from_name(std::string_view name);

struct PromptSegment {
    std::string text;
    double weight = 1;
    bool is_break = false;       // A1111's BREAK: what follows begins a new chunk; text is "BREAK"
    bool operator==(PromptSegment const&) const = default;
};

/// Splits a prompt into pieces of one weight each, in order. `\(` `\)` `\[` `\]` are the characters themselves.
/// Brackets nested deeper than 256 are read as plain text. Follows A1111's parse_prompt_attention and ComfyUI's
/// token_weights.
std::vector<PromptSegment> parse_prompt(std::string_view prompt, Weighting dialect);

}
