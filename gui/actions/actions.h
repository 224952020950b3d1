// SPDX-License-Identifier: Apache-2.0
#pragma once

// Every command that a user can give, by an id ("canvas.brush"): with keys that can be changed and that the settings
// keep, in the command palette, and in the menus where it is put there.

#include <QAction>
#include <QHash>
#include <QKeySequence>
#include <QObject>
#include <QPointer>

#include <string>
#include <vector>

class QMainWindow;
class QMenu;

namespace igneous {

class Settings;

class Actions : public QObject {
    Q_OBJECT

public:
    /// Both must outlive it, or go in the same breath.
    Actions(QMainWindow& window, Settings& settings, QObject* parent = nullptr);

    /// A command of the window. `group` is where the user looks for it: a menu's name ("File", "Layer") or another
    /// ("Canvas", "Viewer"); names are English here and shown in the user's language. `usual` are its keys where neither
    /// the user nor a preset says otherwise. With `where`, the keys count only while the focus lies in that widget, and
    /// go before the same keys of the window; of two such actions the one of higher QAction::priority() counts while it is
    /// enabled. The id must be new.
    QAction* add(QString const& id, QString const& title, QString const& group, QKeySequence const& usual = {},
        QWidget* where = nullptr);
    /// Further usual keys of an action.
    void also(QString const& id, QKeySequence const& usual);
    /// Null where there is none.
    QAction* find(QString const& id) const;
    /// Group by group, in the order of the menus.
    QList<QAction*> const& all() const { return m_all; }
    static QString id(QAction const& action) { return action.objectName(); }
    /// As it was added, whatever it says at present ("Undo Brush stroke").
    static QString title(QAction const& action);
    static QString group(QAction const& action);
    /// Not where the part of the window that it belongs to is hidden.
    bool is_reachable(QString const& id) const;
    /// As the user reads it.
    static QString group_title(QString const& group);
    /// The menu of the bar, made when it is first asked for: File, Edit, View, Generate, Select, Layer, Gallery, Window,
    /// Help, in that order. The caller puts its actions in.
    QMenu* menu(QString const& group);

    /// What the keys would be if the user had changed nothing.
    QList<QKeySequence> usual_keys(QString const& id) const;
    bool is_changed(QString const& id) const;
    /// Other actions that the same keys, or keys that begin or end with them, would call at the same place.
    QList<QAction*> sharing(QString const& id, QKeySequence const& keys) const;
    /// A value of the setting "keys.own", changed so that the action has these keys.
    std::vector<std::string> with_own_keys(
        std::vector<std::string> own, QString const& id, QList<QKeySequence> const& keys) const;

    bool eventFilter(QObject* watched, QEvent* event) override;

Q_SIGNALS:
    void keys_changed();

private:
    struct Entry {
        QAction* action = nullptr;
        QList<QKeySequence> usual;
        QPointer<QWidget> where;           // null: the whole window
        bool local = false;
    };
    void read_settings();
    void show_keys(QString const& id);
    qsizetype place_for(QString const& group) const;
    QAction* local_action(QWidget const& focus, QKeyEvent const& event) const;

    QMainWindow& m_window;
    Settings& m_settings;
    QString m_preset;
    QHash<QString, QList<QKeySequence>> m_own;     // by id: what the user chose
    QHash<QString, Entry> m_entries;
    QList<QAction*> m_all;
    QHash<QString, QMenu*> m_menus;
};

}
