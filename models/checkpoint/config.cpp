// SPDX-License-Identifier: Apache-2.0
#include "models/checkpoint/config.h"

#include "models/api/error.h"
#include "models/checkpoint/mapped_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace igneous {

struct Config::Data {
    nlohmann::json json;
    nlohmann::json const* find(std::string_view key) const
    {
        auto const at = json.find(key);
        return at == json.end() || at->is_null() ? nullptr : &*at;
    }
};

namespace {

std::string shown(nlohmann::json const* value)
{
    if (!value)
        return "absent";
    std::string const text = value->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return text.size() > 200 ? text.substr(0, 200) + "..." : text;
}

bool is_whole(nlohmann::json const& value)
{
    if (value.is_number_integer())
        return value.is_number_unsigned() ? value.get<std::uint64_t>() < (1ull << 31)
                                          : value.get<std::int64_t>() > -(1ll << 31);
    return value.is_number_float()
           && value.get<double>() == static_cast<double>(static_cast<int>(std::clamp(value.get<double>(), -2e9, 2e9)));
}

}

Config Config::read(std::filesystem::path const& path)
{
    auto const file = MappedFile::open(path);
    if (file->bytes().size() > 64u << 20)
        fail(ErrorCode::file_damaged, "{}: {} bytes are too many for a config", path.string(), file->bytes().size());
    return parse({ reinterpret_cast<char const*>(file->bytes().data()), file->bytes().size() }, path.string());
}

Config Config::parse(std::string_view text, std::string file)
{
    auto const depth_limit = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
        if (depth > 32)
            fail(ErrorCode::file_damaged, "{}: is nested deeper than a config is", file);
        return true;
    };
    try {
        auto data = std::make_shared<Data>();
        data->json = nlohmann::json::parse(text, depth_limit);
        if (data->json.is_object())
            return Config(std::move(data), std::move(file));
    } catch (nlohmann::json::exception const& e) {
        fail(ErrorCode::file_damaged, "{}: is not valid JSON: {}", file, e.what());
    }
    fail(ErrorCode::file_damaged, "{}: is not a JSON object", file);
}

bool Config::has(std::string_view key) const { return m_data->find(key) != nullptr; }

std::vector<std::string> Config::keys() const
{
    std::vector<std::string> out;
    for (auto const& [key, value] : m_data->json.items())
        out.push_back(key);
    return out;
}

void Config::wrong_type(std::string_view key, std::string_view expected) const
{
    fail(ErrorCode::file_damaged, "{}: {} is {}, expected {}", m_file, key, shown(m_data->find(key)), expected);
}

void Config::refuse(std::string_view key, std::string_view supported) const
{
    fail(ErrorCode::unsupported_model, "{}: {} is {}, supported: {}", m_file, key, shown(m_data->find(key)), supported);
}

int Config::integer(std::string_view key, std::optional<int> fallback, int least, int most) const
{
    nlohmann::json const* value = m_data->find(key);
    if (!value && fallback)
        return *fallback;
    if (!value || !is_whole(*value))
        wrong_type(key, "a whole number");
    auto const number = static_cast<int>(value->get<double>());
    if (number < least || number > most)
        refuse(key, std::format("{} to {}", least, most));
    return number;
}

double Config::number(std::string_view key, std::optional<double> fallback) const
{
    nlohmann::json const* value = m_data->find(key);
    if (!value && fallback)
        return *fallback;
    if (!value || !value->is_number())
        wrong_type(key, "a number");
    return value->get<double>();
}

bool Config::flag(std::string_view key, std::optional<bool> fallback) const
{
    nlohmann::json const* value = m_data->find(key);
    if (!value && fallback)
        return *fallback;
    if (!value || !value->is_boolean())
        wrong_type(key, "true or false");
    return value->get<bool>();
}

std::string Config::text(std::string_view key, std::optional<std::string> fallback) const
{
    nlohmann::json const* value = m_data->find(key);
    if (!value && fallback)
        return *fallback;
    if (!value || !value->is_string())
        wrong_type(key, "a text");
    return value->get<std::string>();
}

std::vector<int> Config::integers(
    std::string_view key, std::optional<std::vector<int>> fallback, int least, int most) const
{
    nlohmann::json const* value = m_data->find(key);
    if (!value && fallback)
        return *fallback;
    if (!value || !value->is_array() || value->empty() || value->size() > 64 || !std::ranges::all_of(*value, is_whole))
        wrong_type(key, "a list of whole numbers");
    std::vector<int> out;
    for (nlohmann::json const& entry : *value) {
        out.push_back(static_cast<int>(entry.get<double>()));
        if (out.back() < least || out.back() > most)
            refuse(key, std::format("numbers from {} to {}", least, most));
    }
    return out;
}

std::vector<double> Config::numbers(std::string_view key) const
{
    nlohmann::json const* value = m_data->find(key);
    if (!value)
        return {};
    if (!value->is_array() || !std::ranges::all_of(*value, [](auto const& entry) { return entry.is_number(); }))
        wrong_type(key, "a list of numbers");
    return value->get<std::vector<double>>();
}

std::vector<std::string> Config::texts(std::string_view key, std::optional<std::vector<std::string>> fallback) const
{
    nlohmann::json const* value = m_data->find(key);
    if (!value && fallback)
        return *fallback;
    // model_index.json writes [null, null] for a part that was left out.
    if (!value || !value->is_array()
        || !std::ranges::all_of(*value, [](auto const& entry) { return entry.is_string() || entry.is_null(); }))
        wrong_type(key, "a list of texts");
    std::vector<std::string> out;
    for (nlohmann::json const& entry : *value)
        out.push_back(entry.is_null() ? std::string() : entry.get<std::string>());
    return out;
}

std::vector<int> Config::per_block(std::string_view key, std::size_t count, int fallback) const
{
    nlohmann::json const* value = m_data->find(key);
    if (!value || !value->is_array())
        return std::vector<int>(count, integer(key, fallback, 1));
    std::vector<int> const list = integers(key);
    if (list.size() != count)
        wrong_type(key, std::format("one number or a list of {}", count));
    return list;
}

std::vector<bool> Config::flag_per_block(std::string_view key, std::size_t count, bool fallback) const
{
    nlohmann::json const* value = m_data->find(key);
    if (!value || !value->is_array())
        return std::vector<bool>(count, flag(key, fallback));
    if (value->size() != count || !std::ranges::all_of(*value, [](auto const& entry) { return entry.is_boolean(); }))
        wrong_type(key, std::format("true, false or a list of {}", count));
    return value->get<std::vector<bool>>();
}

void Config::only(std::string_view key, std::initializer_list<std::string_view> supported) const
{
    nlohmann::json const* value = m_data->find(key);
    if (!value)
        return;
    std::string list;
    for (std::string_view text : supported) {
        if (*value == nlohmann::json::parse(text))
            return;
        list += (list.empty() ? "" : " or ") + std::string(text);
    }
    refuse(key, list.empty() ? "null" : list);
}

}
