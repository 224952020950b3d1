// SPDX-License-Identifier: Apache-2.0
#include "app/styles/style.h"

#include "models/api/error.h"

#include <algorithm>

namespace igneous {

namespace {

constexpr std::string_view place = "{prompt}";
constexpr std::size_t longest_name = 80, longest_text = 100'000;

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blank = " \t\r\n";
    std::size_t const begin = std::min(text.find_first_not_of(blank), text.size());
    return text.substr(begin, text.find_last_not_of(blank) + 1 - begin);
}

}

std::string with_style(std::string_view style, std::string_view prompt)
{
    if (!style.contains(place)) {
        std::string_view const one = trimmed(prompt), other = trimmed(style);
        return std::format("{}{}{}", one, one.empty() || other.empty() ? "" : ", ", other);
    }
    std::string text;
    for (std::size_t at; (at = style.find(place)) != style.npos; style.remove_prefix(at + place.size()))
        text.append(style.substr(0, at)).append(prompt);
    return text.append(style);
}

void apply_styles(GenerationRequest& request, std::span<Style const> known)
{
    for (std::string const& name : request.styles) {
        Style const* style = find_style(known, name);
        require(style, "style: there is none called {} any more; take it off the prompt, or make it again", name);
        request.prompt = with_style(style->prompt, request.prompt);
        request.negative_prompt = with_style(style->negative_prompt, request.negative_prompt);
    }
    request.styles.clear();
}

Style const* find_style(std::span<Style const> styles, std::string_view name)
{
    auto const found = std::ranges::find(styles, name, &Style::name);
    return found == styles.end() ? nullptr : &*found;
}

std::string objection_to(Style const& style)
{
    if (trimmed(style.name).empty())
        return "a style needs a name";
    if (style.name.size() > longest_name)
        return std::format("a name of {} bytes is too long for a style; {} are room", style.name.size(), longest_name);
    if (trimmed(style.prompt).empty() && trimmed(style.negative_prompt).empty())
        return "a style needs a prompt, a negative prompt or both";
    if (style.prompt.size() > longest_text || style.negative_prompt.size() > longest_text)
        return std::format("a style's prompts may have {} bytes at most", longest_text);
    return {};
}

}
