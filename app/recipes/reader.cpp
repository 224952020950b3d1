// SPDX-License-Identifier: Apache-2.0
#include "app/recipes/reader.h"

#include "app/picture/text_encoding.h"
#include "app/recipes/sampler_names.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <format>
#include <utility>

namespace igneous {

namespace {

constexpr std::size_t longest_json = 8u << 20;     // workflows with pictures in them are the longest
constexpr int deepest_json = 100;
constexpr std::int64_t largest_count = 1'000'000;
constexpr std::size_t most_loras = 100, most_notes = 100, longest_quote = 60;

/// For messages: a text of any length, in one line.
std::string shortened(std::string_view text)
{
    std::string out = valid_utf8(text.substr(0, longest_quote));
    std::ranges::replace(out, '\n', ' ');
    return text.size() > longest_quote ? out + "..." : out;
}

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

template <class Number>
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

void set_sampler(Recipe& recipe, std::string_view name)
{
    if (auto const choice = sampler_of(name)) {
        recipe.request.sampling.sampler = choice->sampler;
        if (!choice->schedule.empty())
            recipe.request.sampling.schedule = choice->schedule;
    } else {
        recipe.notes.push_back(std::format("the sampler \"{}\" is not known here: {} stands in for it", shortened(name),
            recipe.request.sampling.sampler));
    }
}

void set_schedule(Recipe& recipe, std::string_view name)
{
    if (auto schedule = schedule_of(name))
        recipe.request.sampling.schedule = std::move(*schedule);
    else
        recipe.notes.push_back(std::format("the schedule \"{}\" is not known here: {} stands in for it",
            shortened(name), recipe.request.sampling.schedule));
}

void use_comfyui_habits(GenerationRequest& request)
{
    request.weighting = "comfy";
    request.rng = "torch-cpu";
    request.sampling.timesteps = "nearest";
    request.sampling.initial_noise = "variance";
}

void begin_from_picture(Recipe& recipe, double strength, std::string_view steps_mode)
{
    recipe.request.init.emplace();
    recipe.request.init->strength = std::clamp(strength, 0.0, 1.0);
    recipe.request.init->steps_mode = steps_mode;
    recipe.notes.push_back("the picture that it began from is not in it");
}

void add_lora(Recipe& recipe, LoraUse lora)
{
    auto& loras = recipe.request.loras;
    lora.name = file_stem(lora.name);
    lora.hash = clean_hash(lora.hash);
    auto const found = std::ranges::find(loras, lora.name, &LoraUse::name);
    if (found != loras.end() && found->hash.empty())
        found->hash = lora.hash;
    else if (found == loras.end() && !lora.name.empty() && loras.size() < most_loras)
        loras.push_back(std::move(lora));
}

/// The weights behind a name: one, or the text encoder's and the UNet's; SD.Next and others may write te=1:unet=0.5.
void take_weights(LoraUse& lora, std::string_view text)
{
    std::size_t const colon = text.find(':');
    auto const number = [](std::string_view word) {
        return number_from(word.substr(word.find('=') == word.npos ? 0 : word.find('=') + 1));
    };
    lora.weight = number(text.substr(0, colon)).value_or(1);
    if (colon == text.npos)
        return;
    if (auto const second = number(text.substr(colon + 1)); second && *second != lora.weight)
        lora.text_weight = std::exchange(lora.weight, *second);
}

void take_loras_of_prompt(Recipe& recipe)
{
    std::string_view rest = recipe.request.prompt;
    for (std::size_t open = rest.find('<'); open != rest.npos; open = rest.find('<')) {
        rest.remove_prefix(open + 1);
        std::size_t const close = rest.find_first_of("<>");
        if (close == rest.npos || rest[close] == '<')
            continue;
        std::string_view const tag = rest.substr(0, close);
        std::size_t const first = tag.find(':');
        std::string_view const kind = tag.substr(0, std::min(first, tag.size()));
        if (kind == "lora" || kind == "lyco") {
            std::string_view const arguments = first == tag.npos ? std::string_view {} : tag.substr(first + 1);
            std::size_t const second = arguments.find(':');
            LoraUse lora { .name = std::string(arguments.substr(0, second)) };
            take_weights(lora, second == arguments.npos ? "1" : arguments.substr(second + 1));
            add_lora(recipe, std::move(lora));
        } else if (kind == "hypernet") {
            recipe.notes.push_back(std::format("<{}>: hypernetworks are not known here", shortened(tag)));
        }
        if (recipe.notes.size() > most_notes)
            break;
    }
}

void note_lost(Recipe& recipe, std::string_view key, std::string_view value)
{
    recipe.notes.push_back(std::format("\"{}: {}\" is not carried over", shortened(key), shortened(value)));
}

std::string clean_hash(std::string_view text)
{
    text = trimmed(text);
    if (text.starts_with("0x"))
        text.remove_prefix(2);
    std::string const hash = lower_case(text);
    bool const good = hash.size() >= 8 && hash.size() <= 64 && hash.find_first_not_of("0123456789abcdef") == hash.npos;
    return good ? hash : "";
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
