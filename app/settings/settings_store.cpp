// SPDX-License-Identifier: Apache-2.0
#include "app/settings/settings_store.h"

#include "app/files/file.h"
#include "app/files/file_lock.h"
#include "app/files/growing_file.h"
#include "app/files/places.h"
#include "app/settings/settings_file.h"
#include "models/api/error.h"

#include <algorithm>

namespace igneous {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t largest_file = 16u << 20;
constexpr std::chrono::seconds patience { 5 };

/// "" where there is no file yet.
std::string text_of(fs::path const& file)
{
    std::error_code error;
    if (!fs::exists(file, error))
        return {};
    auto const bytes = read_file(file, largest_file);
    return { reinterpret_cast<char const*>(bytes.data()), bytes.size() };
}

SettingsFile read(std::string const& text, bool is_there, SettingsSchema const& schema)
{
    return is_there ? parse_settings(text, schema) : SettingsFile();
}

void write(fs::path const& file, std::string const& text)
{
    write_file(file, std::as_bytes(std::span(text)));
}

FileLock lock(fs::path const& file)
{
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    auto held = FileLock::take(fs::path(file) += ".lock", patience);
    if (!held)
        fail(ErrorCode::invalid_argument, "{} is held by another program for long; close that and try again",
            utf8_name(file));
    return std::move(*held);
}

}

SettingsStore::SettingsStore(fs::path file, SettingsSchema const& schema)
    : m_file(std::move(file))
    , m_schema(&schema)
{
    try {
        read_first();
    } catch (Error const& error) {
        m_report.notes.push_back(std::format("the settings stay in memory: {}", error.what()));
    }
}

void SettingsStore::read_first()
{
    std::error_code error;
    if (!fs::exists(m_file, error))
        return;
    std::string text = text_of(m_file);
    SettingsFile found = parse_settings(text, *m_schema);
    m_values = found.known(*m_schema);
    if (found.damage.empty())
        return;
    m_report.notes = found.damage;
    FileLock const held = lock(m_file);
    if (text != text_of(m_file)) {         // another program was here first and has repaired it
        found = parse_settings(text_of(m_file), *m_schema);
        m_values = found.known(*m_schema);
        if (found.damage.empty())
            return;
    }
    keep_damaged();
    write(m_file, settings_text(found, *m_schema));
}

void SettingsStore::keep_damaged()
{
    fs::path const copy = name_for_damaged(m_file);
    write(copy, text_of(m_file));
    m_report.kept_copy = copy;
}

SettingInfo const& SettingsStore::info(std::string_view name) const
{
    SettingInfo const* found = m_schema->find(name);
    require(found, "settings: there is none of the name {}", name);
    return *found;
}

SettingValue SettingsStore::value(std::string_view name) const
{
    auto const found = m_values.find(name);
    return found == m_values.end() ? info(name).default_value : found->second;
}

void SettingsStore::set_value(std::string_view name, SettingValue value)
{
    auto const objection = objection_to(info(name), value);
    require(!objection, "settings: {}", objection.value_or(""));
    m_values.insert_or_assign(std::string(name), std::move(value));
    m_changed.emplace(name);
}

bool SettingsStore::is_default(std::string_view name) const { return value(name) == info(name).default_value; }

void SettingsStore::reset(std::string_view name)
{
    info(name);
    if (auto const found = m_values.find(name); found != m_values.end()) {
        m_values.erase(found);
        m_changed.emplace(name);
    }
}

void SettingsStore::reset_page(std::string_view page)
{
    for (SettingInfo const& setting : m_schema->settings)
        if (setting.page == page)
            reset(setting.name);
}

std::vector<std::string> SettingsStore::save()
{
    FileLock const held = lock(m_file);
    std::error_code error;
    bool const is_there = fs::exists(m_file, error);
    std::string const before = text_of(m_file);
    SettingsFile file = read(before, is_there, *m_schema);
    if (!file.damage.empty()) {
        keep_damaged();
        m_report.notes.insert(m_report.notes.end(), file.damage.begin(), file.damage.end());
    }
    for (std::string const& name : m_changed) {
        if (auto const found = m_values.find(name); found != m_values.end())
            file.values[name] = to_json(found->second);
        else
            file.values.erase(name);
    }
    if (std::string const after = settings_text(file, *m_schema); after != before)
        write(m_file, after);
    m_changed.clear();
    return adopt(file.known(*m_schema));
}

std::vector<std::string> SettingsStore::reload()
{
    std::error_code error;
    bool const is_there = fs::exists(m_file, error);
    SettingsFile const file = read(text_of(m_file), is_there, *m_schema);
    return file.damage.empty() ? adopt(file.known(*m_schema)) : std::vector<std::string>();
}

std::vector<std::string> SettingsStore::adopt(std::map<std::string, SettingValue, std::less<>> values)
{
    std::vector<std::string> names;
    for (SettingInfo const& setting : m_schema->settings) {
        if (m_changed.contains(setting.name))
            continue;
        auto const found = values.find(setting.name);
        SettingValue const now = found == values.end() ? setting.default_value : found->second;
        if (now != value(setting.name))
            names.emplace_back(setting.name);
        if (found == values.end())
            m_values.erase(std::string(setting.name));
        else
            m_values.insert_or_assign(std::string(setting.name), now);
    }
    return names;
}

}
