// SPDX-License-Identifier: Apache-2.0
#pragma once

// The keys of every command: found by name or by key, changed one by one or by a preset, with those that collide named.

#include <QWidget>

class QComboBox;
class QKeySequenceEdit;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace igneous {

class Actions;
class Session;
class Settings;
class ShortcutModel;

class ShortcutPage : public QWidget {
    Q_OBJECT

public:
    ShortcutPage(Actions& actions, Settings& settings, Session& session, QWidget* parent = nullptr);

private:
    QWidget* make_top();
    QWidget* make_editor();
    QString chosen() const;
    void show_chosen();
    void show_collision();
    void set_keys();
    void use_usual();
    void push(QString const& what, std::vector<std::string> own_keys);

    Actions& m_actions;
    Settings& m_settings;
    Session& m_session;
    ShortcutModel* m_model;
    QTableView* m_table;
    QComboBox* m_preset;
    QLabel* m_name;
    QKeySequenceEdit* m_keys;
    QPushButton* m_set;
    QPushButton* m_usual;
    QLabel* m_collision;
};

}
