// SPDX-License-Identifier: Apache-2.0
#pragma once

// The text of settings.json: { "version": 1, "values": { "name": value, ... } } with each value on a line of its own,
// so that a file that somebody or a broken disk has garbled still gives up the lines that are whole.

#include "app/settings/settings_schema.h"

#include <nlohmann/json.hpp>

#include <map>
#include <string>

namespace igneous {

struct SettingsFile {
    nlohmann::json rest = nlohmann::json::object();    // fields beside version and values, kept as they are
    nlohmann::json values = nlohmann::json::object();  // unknown ones too
    int version = 0;                                   // of what was read; 0: there was nothing
    std::vector<std::string> damage;                   // what was lost, a sentence each

    /// The values that the schema knows and allows.
    std::map<std::string, SettingValue, std::less<>> known(SettingsSchema const& schema) const;
};

/// Never throws. Older versions are migrated; in a newer one what this version does not understand is kept and no
/// damage.
SettingsFile parse_settings(std::string_view text, SettingsSchema const& schema);
std::string settings_text(SettingsFile const& file, SettingsSchema const& schema);

}
