// SPDX-License-Identifier: Apache-2.0
#include "app/session/setting_commands.h"

#include "app/session/commands.h"
#include "app/settings/settings.h"

namespace igneous {

namespace {

using Values = std::vector<std::pair<std::string, std::optional<SettingValue>>>;

void give(Settings& settings, Values const& values)
{
    for (auto const& [name, value] : values)
        if (value)
            settings.set_value(name, *value);
        else
            settings.reset(name);
}

}

Command change_settings(Settings& settings, std::string name, Values values, std::string merge_key)
{
    Values before;
    for (auto const& [setting, value] : values)
        before.emplace_back(
            setting, settings.is_default(setting) ? std::nullopt : std::optional(settings.value(setting)));
    Command command = outside(
        std::move(name), [&settings, values = std::move(values)] { give(settings, values); },
        [&settings, before = std::move(before)] { give(settings, before); });
    command.merge_key = std::move(merge_key);
    return command;
}

Command reset_settings_page(Settings& settings, std::string name, std::string_view page)
{
    Values values;
    for (SettingInfo const& setting : settings.schema().settings)
        if (setting.page == page)
            values.emplace_back(std::string(setting.name), std::nullopt);
    return change_settings(settings, std::move(name), std::move(values));
}

}
