// SPDX-License-Identifier: Apache-2.0
#pragma once

// The settings as a window uses them: they tell who looks on when one changes, here or in another program, and write
// themselves soon after. Everything happens on the thread that the object lives on.

#include "app/settings/settings_store.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

namespace igneous {

class Settings : public QObject {
    Q_OBJECT

public:
    /// data_folder()/settings.json in the program.
    explicit Settings(std::filesystem::path const& file, SettingsSchema const& schema = igneous_settings(),
        QObject* parent = nullptr);
    /// Writes what is left.
    ~Settings() override;

    SettingsReport const& report() const { return m_store.report(); }
    SettingsSchema const& schema() const { return m_store.schema(); }

    template<class T>
    T get(SettingKey<T> key) const
    {
        return m_store.get(key);
    }
    template<class T>
    void set(SettingKey<T> key, T value)
    {
        set_value(key.name, SettingValue(std::move(value)));
    }
    SettingValue value(std::string_view name) const { return m_store.value(name); }
    void set_value(std::string_view name, SettingValue value);
    bool is_default(std::string_view name) const { return m_store.is_default(name); }
    void reset(std::string_view name);
    void reset_page(std::string_view page);
    /// Writes now, without waiting; false where not_saved() was said.
    bool save();

Q_SIGNALS:
    void changed(QString const& name);
    /// The settings are kept in memory and the next change tries again.
    void not_saved(QString const& why);

private:
    void read_others();
    void watch();
    void tell(std::vector<std::string> const& names);

    SettingsStore m_store;
    QString m_file;
    QTimer m_save_soon;
    QFileSystemWatcher m_watcher;
};

}
