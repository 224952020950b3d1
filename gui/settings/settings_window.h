// SPDX-License-Identifier: Apache-2.0
#pragma once

// All settings, page by page or as one searches; they hold at once and every change can be undone.

#include <QDialog>

class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QScrollArea;

namespace igneous {

class Actions;
class Session;
class SettingRow;
class Settings;
struct EngineFacts;

class SettingsWindow : public QDialog {
    Q_OBJECT

public:
    SettingsWindow(Settings& settings, Session& session, Actions& actions, QWidget* parent = nullptr);
    /// "appearance", "engine"..., as the schema names pages.
    void show_page(QString const& id);
    /// The devices to choose from.
    void show_engine(EngineFacts const& facts);

private:
    struct Page {
        QString id;
        QWidget* whole;
        QList<SettingRow*> rows;
        QList<QWidget*> lines;             // between the rows: the first stands over the second
    };
    QWidget* make_page(QString const& id, QString const& title);
    QWidget* make_side();
    /// Shows the rows that match and the lines between them; false where none does.
    bool show_rows(Page const& page, QString const& text);
    void add_row(Page& page, std::string_view setting);
    void reset(QString const& page, QString const& title);
    void show_values(QString const& name);
    void find(QString const& text);
    SettingRow* row(std::string_view name) const;

    Settings& m_settings;
    Session& m_session;
    Actions& m_actions;
    QLineEdit* m_text;
    QListWidget* m_list;
    QScrollArea* m_scroll;
    QLabel* m_nothing;
    QList<Page> m_pages;
};

}
