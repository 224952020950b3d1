// SPDX-License-Identifier: Apache-2.0
#include "app/settings/settings_file.h"

#include "app/settings/shallow_json.h"

#include <algorithm>

namespace igneous {

using nlohmann::json;

namespace {

std::string line_of(json const& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

/// Each line that is a name and a value, for a text that is not JSON as a whole.
json salvage(std::string_view text)
{
    json all = json::object();
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        constexpr std::string_view space = " \t\r,";
        line.remove_prefix(std::min(line.find_first_not_of(space), line.size()));
        line = line.substr(0, line.find_last_not_of(space) + 1);
        if (!line.starts_with('"'))
            continue;
        json const one = parse_shallow_json("{" + std::string(line) + "}");
        if (one.is_object() && one.size() == 1)
            all.update(one);
    }
    return all;
}

int version_in(json const& root)
{
    auto const found = root.find("version");
    bool const sound = found != root.end() && found->is_number_unsigned() && found->get<std::uint64_t>() < 1'000'000
        && found->get<int>() > 0;
    return sound ? found->get<int>() : 0;
}

void split(json root, SettingsFile& file)
{
    file.version = version_in(root);
    if (file.version == 0)
        file.damage.emplace_back("the settings do not say which version they are of");
    if (auto const values = root.find("values"); values != root.end() && values->is_object())
        file.values = std::move(*values);
    else
        file.damage.emplace_back("the settings hold no values");
    root.erase("version");
    root.erase("values");
    file.rest = std::move(root);
}

void migrate(SettingsFile& file, SettingsSchema const& schema)
{
    for (int version = std::max(file.version, 1); version < schema.version(); ++version) {
        json const before = file.values;
        try {
            schema.migrations[static_cast<std::size_t>(version) - 1](file.values);
        } catch (json::exception const&) {
            file.values = before;
            file.damage.push_back(std::format("settings of version {} could not be carried over whole", version));
        }
    }
}

}

std::map<std::string, SettingValue, std::less<>> SettingsFile::known(SettingsSchema const& schema) const
{
    std::map<std::string, SettingValue, std::less<>> all;
    for (auto const& [name, value] : values.items())
        if (SettingInfo const* info = schema.find(name))
            if (auto sound = setting_from(*info, value))
                all.emplace(name, std::move(*sound));
    return all;
}

SettingsFile parse_settings(std::string_view text, SettingsSchema const& schema)
{
    SettingsFile file;
    json root = parse_shallow_json(text);
    if (root.is_object()) {
        split(std::move(root), file);
    } else {
        file.damage.emplace_back("the settings are garbled; what could be read of them was kept");
        file.values = salvage(text);
        file.version = version_in(file.values);
        file.values.erase("version");
    }
    migrate(file, schema);
    if (file.version > schema.version())
        return file;
    json const read = file.values;
    for (auto const& [name, value] : read.items()) {
        SettingInfo const* info = schema.find(name);
        if (!info || setting_from(*info, value))
            continue;
        file.damage.push_back(std::format("the setting {} was {}, which it cannot be; it is back at its default", name,
            line_of(value).substr(0, 80)));
        file.values.erase(name);
    }
    file.version = schema.version();
    return file;
}

std::string settings_text(SettingsFile const& file, SettingsSchema const& schema)
{
    std::string text = std::format("{{\n  \"version\": {},\n", std::max(file.version, schema.version()));
    for (auto const& [name, value] : file.rest.items())
        text += std::format("  {}: {},\n", line_of(name), line_of(value));
    text += "  \"values\": {";
    std::string_view before = "\n";
    for (auto const& [name, value] : file.values.items()) {
        text += std::format("{}    {}: {}", before, line_of(name), line_of(value));
        before = ",\n";
    }
    return text + "\n  }\n}\n";
}

}
