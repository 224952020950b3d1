// SPDX-License-Identifier: Apache-2.0
#include "app/styles/style_file.h"

#include "app/files/file.h"
#include "app/files/growing_file.h"
#include "app/files/places.h"
#include "models/api/error.h"

#include <nlohmann/json.hpp>

#include <format>

namespace igneous {

namespace {

using nlohmann::json;

constexpr int version = 1;
constexpr std::uint64_t largest_file = 64u << 20;

}

std::vector<Style> styles_from_json(std::string_view text)
{
    json const in = json::parse(text, nullptr, false);
    if (!in.is_object() || !in.contains("styles") || !in["styles"].is_array())
        fail(ErrorCode::file_damaged, "styles: expected a JSON object with a list \"styles\"");
    std::vector<Style> styles;
    for (json const& entry : in["styles"]) {
        auto const field = [&](char const* name) {
            auto const found = entry.find(name);               // the end where it is no object
            return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
        };
        Style style { field("name"), field("prompt"), field("negative_prompt") };
        if (objection_to(style).empty() && !find_style(styles, style.name))
            styles.push_back(std::move(style));
    }
    return styles;
}

std::string to_json(std::vector<Style> const& styles)
{
    nlohmann::ordered_json out = { { "version", version }, { "styles", json::array() } };
    for (Style const& style : styles)
        out["styles"].push_back(nlohmann::ordered_json {
            { "name", style.name }, { "prompt", style.prompt }, { "negative_prompt", style.negative_prompt } });
    return out.dump(2, ' ', false, json::error_handler_t::replace) + '\n';
}

ReadStyles read_styles(std::filesystem::path const& file, std::vector<Style> const& shipped)
{
    std::error_code error;
    if (!std::filesystem::exists(file, error))
        return { shipped, {} };
    try {
        auto const bytes = read_file(file, largest_file);
        return { styles_from_json({ reinterpret_cast<char const*>(bytes.data()), bytes.size() }), {} };
    } catch (Error const& problem) {
        std::filesystem::path const copy = name_for_damaged(file);
        std::filesystem::rename(file, copy, error);
        return { shipped,
            std::format("The styles could not be read ({}). They are kept as {}; the usual ones are here again.",
                problem.what(), utf8_name(error ? file : copy)) };
    }
}

void write_styles(std::filesystem::path const& file, std::vector<Style> const& styles)
{
    std::string const text = to_json(styles);
    write_file(file, std::as_bytes(std::span(text)));
}

}
