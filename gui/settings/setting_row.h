// SPDX-License-Identifier: Apache-2.0
#pragma once

// One setting: what it is and does at the left, the control that its type asks for at the right.

#include "app/settings/settings_schema.h"

#include <QWidget>

#include <functional>

class QComboBox;

namespace igneous {

class SettingRow : public QWidget {
    Q_OBJECT

public:
    explicit SettingRow(SettingInfo const& info, QWidget* parent = nullptr);

    std::string_view name() const { return m_info.name; }
    QString const& title() const { return m_title; }
    /// Does not emit.
    void show_value(SettingValue const& value);
    /// Choices that only the running program knows: titles with the texts that are kept. For settings that are texts.
    void set_choices(QList<std::pair<QString, QString>> const& choices);
    /// Whether every word occurs in what the row says.
    bool matches(QString const& text) const;

Q_SIGNALS:
    void edited(SettingValue const& value);

private:
    QWidget* make_control();
    QWidget* make_switch();
    QWidget* make_choice();
    QWidget* make_number();
    QWidget* make_whole_number();
    QWidget* make_folder();
    QWidget* make_folders();

    SettingInfo const& m_info;
    QString m_title, m_help;
    QString m_written; // of a text field: what the setting has
    QComboBox* m_choice = nullptr;
    std::function<void(SettingValue const&)> m_show;
};

}
