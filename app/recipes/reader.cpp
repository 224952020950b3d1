// SPDX-License-Identifier: Apache-2.0
#include "app/recipes/reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace igneous {

namespace {

constexpr std::size_t longest_json = 8u << 20;     // workflows with pictures in them are the longest
constexpr int deepest_json = 100;
constexpr std::int64_t largest_count = 1'000'000;

bool is_too_deep(std::string_view text)
{
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (in_string) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > deepest_json)
                return true;
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return false;
}

nlohmann::json const* field(nlohmann::json const& object, std::string_view name)
{
    if (!object.is_object())
        return nullptr;
    auto const found = object.find(name);
    return found == object.end() ? nullptr : &*found;
}

template<class Number>
std::optional<Number> from_text(std::string_view text)
{
    text = trimmed(text);
    if (text.starts_with('+'))
        text.remove_prefix(1);
    Number value {};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return {};
    return value;
}

}

std::string_view text_of(Texts texts, std::string_view key)
{
    auto const found = std::ranges::find(texts, key, &PictureText::key);
    return found == texts.end() ? std::string_view {} : std::string_view(found->value);
}

nlohmann::json parse_json(std::string_view text)
{
    if (text.size() > longest_json || is_too_deep(text))
        return nlohmann::json(nlohmann::json::value_t::discarded);
    return nlohmann::json::parse(text, nullptr, false);
}

nlohmann::json parse_python_json(std::string_view text)
{
    std::string plain;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') {
            in_string = !in_string;
        } else if (in_string && text[i] == '\\' && i + 1 < text.size()) {
            plain += text[i++];
        } else if (!in_string) {
            auto const word = [&](std::string_view name) { return text.substr(i).starts_with(name); };
            std::size_t const length = word("NaN") ? 3 : word("Infinity") ? 8 : word("-Infinity") ? 9 : 0;
            if (length > 0) {
                plain += "null";
                i += length - 1;
                continue;
            }
        }
        plain += text[i];
    }
    return parse_json(plain);
}

std::optional<std::string> string_field(nlohmann::json const& object, std::string_view name)
{
    auto const* value = field(object, name);
    return value && value->is_string() ? std::optional(value->get<std::string>()) : std::nullopt;
}

std::optional<double> number_field(nlohmann::json const& object, std::string_view name)
{
    auto const* value = field(object, name);
    if (value && value->is_string())
        return number_from(value->get_ref<std::string const&>());
    if (!value || !value->is_number() || !std::isfinite(value->get<double>()))
        return {};
    return value->get<double>();
}

std::optional<std::int64_t> integer_field(nlohmann::json const& object, std::string_view name)
{
    auto const number = number_field(object, name);
    constexpr double exact = 9007199254740992.0;   // 2^53
    if (!number || *number != std::floor(*number) || std::abs(*number) > exact)
        return {};
    return static_cast<std::int64_t>(*number);
}

std::optional<std::uint64_t> seed_field(nlohmann::json const& object, std::string_view name)
{
    auto const* value = field(object, name);
    if (!value)
        return {};
    if (value->is_string())
        return seed_from_text(value->get_ref<std::string const&>());
    if (value->is_number_unsigned())
        return value->get<std::uint64_t>();
    auto const number = integer_field(object, name);
    return number && *number >= 0 ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
}

nlohmann::json const& object_field(nlohmann::json const& object, std::string_view name)
{
    static nlohmann::json const none;
    auto const* value = field(object, name);
    return value ? *value : none;
}

std::optional<double> number_from(std::string_view text)
{
    auto const value = from_text<double>(text);
    return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<std::int64_t> integer_from(std::string_view text) { return from_text<std::int64_t>(text); }
std::optional<std::uint64_t> seed_from_text(std::string_view text) { return from_text<std::uint64_t>(text); }

std::optional<int> count_from(std::optional<std::int64_t> number)
{
    if (!number || *number < 0 || *number > largest_count)
        return {};
    return static_cast<int>(*number);
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view spaces = " \t\r\n";
    std::size_t const first = text.find_first_not_of(spaces);
    return first == text.npos ? std::string_view {} : text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

std::string lower_case(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    return out;
}

std::string file_stem(std::string_view name)
{
    if (std::size_t const slash = name.find_last_of("/\\"); slash != name.npos)
        name.remove_prefix(slash + 1);
    for (std::string_view const ending : { ".safetensors", ".ckpt", ".pt", ".pth", ".bin", ".gguf", ".sft" })
        if (name.size() > ending.size() && lower_case(name).ends_with(ending))
            return std::string(name.substr(0, name.size() - ending.size()));
    return std::string(name);
}

}
