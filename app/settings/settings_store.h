// SPDX-License-Identifier: Apache-2.0
#pragma once

// The settings of this user, in a file that several programs may have open: each writes only what it changed, on top of
// what the others wrote, so that nobody's change is lost. Values are typed and always within what the table allows. A
// damaged file is kept aside and what is whole of it is used; what only a newer version knows is left as it is.

#include "app/settings/settings_schema.h"

#include <filesystem>
#include <map>
#include <set>

namespace igneous {

/// What the user should know of how the settings were found.
struct SettingsReport {
    std::filesystem::path kept_copy;       // of a damaged file; empty where nothing was wrong
    std::vector<std::string> notes;        // a sentence each
};

class SettingsStore {
public:
    /// Reads the file, which need not exist. The schema must outlive the store.
    explicit SettingsStore(std::filesystem::path file, SettingsSchema const& schema = igneous_settings());

    SettingsReport const& report() const { return m_report; }
    SettingsSchema const& schema() const { return *m_schema; }

    template<class T>
    T get(SettingKey<T> key) const
    {
        return std::get<T>(value(key.name));
    }
    /// In memory; save() writes it. Throws invalid_argument, with what is allowed, for a value that is not.
    template<class T>
    void set(SettingKey<T> key, T value)
    {
        set_value(key.name, SettingValue(std::move(value)));
    }

    // The same by name, for pages that are made from the table. Throw invalid_argument for names that are not in it.
    SettingValue value(std::string_view name) const;
    void set_value(std::string_view name, SettingValue value);
    bool is_default(std::string_view name) const;
    void reset(std::string_view name);
    void reset_page(std::string_view page);

    bool is_saved() const { return m_changed.empty(); }
    /// Writes what was changed here, whole or not at all, and takes over what others changed: the names of those
    /// settings. Throws disk_full or invalid_argument; then everything stays changed in memory, for another try.
    std::vector<std::string> save();
    /// Takes over what others changed, but for what was changed here and is not saved yet.
    std::vector<std::string> reload();

private:
    SettingInfo const& info(std::string_view name) const;
    std::vector<std::string> adopt(std::map<std::string, SettingValue, std::less<>> values);
    void read_first();
    void keep_damaged();

    std::filesystem::path m_file;
    SettingsSchema const* m_schema;
    SettingsReport m_report;
    std::map<std::string, SettingValue, std::less<>> m_values;     // those that are not at their default
    std::set<std::string, std::less<>> m_changed;                  // not saved yet; without a value: reset
};

}
