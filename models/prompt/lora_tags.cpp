// SPDX-License-Identifier: Apache-2.0
#include "models/prompt/lora_tags.h"

#include <charconv>
#include <cmath>
#include <format>

namespace igneous {

namespace {

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    std::size_t const first = text.find_first_not_of(blanks);
    return first == text.npos ? std::string_view {} : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::optional<double> number(std::string_view text)
{
    text = trimmed(text);
    if (text.starts_with('+'))
        text.remove_prefix(1);
    double value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.empty() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

/// What stands between the colons behind the word.
std::vector<std::string_view> fields_of(std::string_view inside)
{
    std::vector<std::string_view> fields;
    for (std::size_t colon = inside.find(':'); colon != inside.npos; colon = inside.find(':')) {
        fields.push_back(trimmed(inside.substr(0, colon)));
        inside.remove_prefix(colon + 1);
    }
    fields.push_back(trimmed(inside));
    return fields;
}

LoraTag read_tag(std::string_view whole, std::string_view inside)
{
    std::vector<std::string_view> const fields = fields_of(inside);
    LoraTag tag { .name = std::string(fields[0]) };
    auto const refuse = [&](std::string_view why) { tag.problem = std::format("{} in the prompt: {}", whole, why); };
    if (tag.name.empty())
        refuse("it names no LoRA");
    std::optional<double> text, unet;
    int positional = 0;
    for (std::size_t i = 1; i < fields.size(); ++i) {
        std::string_view field = fields[i];
        std::size_t const equals = field.find('=');
        std::string_view const word = trimmed(field.substr(0, equals == field.npos ? 0 : equals));
        if (equals != field.npos)
            field.remove_prefix(equals + 1);
        std::optional<double> const value = number(field);
        bool const is_text = word == "te" || (word.empty() && positional == 0),
                   is_unet = word == "unet" || (word.empty() && positional == 1);
        positional += word.empty() ? 1 : 0;
        if (!is_text && !is_unet)
            refuse(std::format("{} means nothing here; write <lora:name:weight>", fields[i]));
        else if (!value)
            refuse(std::format("its weight {} is no number", field));
        else
            (is_text ? text : unet) = value;
    }
    // As A1111 has it: the first weight is the text encoder's, and the UNet's too where it has none of its own.
    tag.weight = unet.value_or(text.value_or(1));
    if (text.value_or(1) != tag.weight)
        tag.text_weight = text.value_or(1);
    return tag;
}

}

std::vector<LoraTag> read_lora_tags(std::string_view prompt)
{
    std::vector<LoraTag> tags;
    for (std::size_t open = prompt.find('<'); open != prompt.npos; open = prompt.find('<', open + 1)) {
        std::string_view const behind = prompt.substr(open + 1);
        if (!behind.starts_with("lora:") && !behind.starts_with("lyco:"))
            continue;
        std::size_t const close = behind.find_first_of("<>");
        if (close == behind.npos || behind[close] != '>')
            continue;
        LoraTag tag = read_tag(prompt.substr(open, close + 2), behind.substr(5, close - 5));
        tag.begin = open;
        tag.end = open + close + 2;
        tags.push_back(std::move(tag));
    }
    return tags;
}

std::string without_lora_tags(std::string_view prompt)
{
    std::string out;
    std::size_t at = 0;
    for (LoraTag const& tag : read_lora_tags(prompt)) {
        out += prompt.substr(at, tag.begin - at);
        at = tag.end;
    }
    return out += prompt.substr(at);
}

}
