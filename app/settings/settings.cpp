// SPDX-License-Identifier: Apache-2.0
#include "app/settings/settings.h"

#include "app/files/places.h"
#include "models/api/error.h"

#include <QFile>

namespace igneous {

namespace {

constexpr std::chrono::milliseconds soon { 100 };

}

Settings::Settings(std::filesystem::path const& file, SettingsSchema const& schema, QObject* parent)
    : QObject(parent)
    , m_store(file, schema)
    , m_file(QString::fromStdString(utf8_name(file)))
{
    m_save_soon.setSingleShot(true);
    m_save_soon.setInterval(soon);
    connect(&m_save_soon, &QTimer::timeout, this, &Settings::save);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &Settings::read_others);
    watch();
}

Settings::~Settings()
{
    if (!m_store.is_saved())
        save();
}

void Settings::set_value(std::string_view name, SettingValue value)
{
    bool const same = m_store.value(name) == value;
    m_store.set_value(name, std::move(value));
    m_save_soon.start();
    if (!same)
        Q_EMIT changed(QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())));
}

void Settings::reset(std::string_view name)
{
    SettingValue const before = m_store.value(name);
    m_store.reset(name);
    m_save_soon.start();
    if (before != m_store.value(name))
        Q_EMIT changed(QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())));
}

void Settings::reset_page(std::string_view page)
{
    for (SettingInfo const& setting : schema().settings)
        if (setting.page == page)
            reset(setting.name);
}

bool Settings::save()
{
    m_save_soon.stop();
    try {
        tell(m_store.save());
    } catch (Error const& error) {
        Q_EMIT not_saved(QString::fromStdString(error.what()));
        return false;
    }
    watch();
    return true;
}

void Settings::read_others()
{
    watch();
    try {
        tell(m_store.reload());
    } catch (Error const&) {
        // It is gone or unreadable just now: what is in memory counts, and the next save says what is wrong.
    }
}

/// A file that was replaced is another file: the watch has to be set again.
void Settings::watch()
{
    if (!m_watcher.files().contains(m_file) && QFile::exists(m_file))
        m_watcher.addPath(m_file);
}

void Settings::tell(std::vector<std::string> const& names)
{
    for (std::string const& name : names)
        Q_EMIT changed(QString::fromStdString(name));
}

}
