// SPDX-License-Identifier: Apache-2.0
#pragma once

// The settings' window, and what the settings do: each takes effect here, at once, wherever it is changed.

#include "app/jobs/engine.h"
#include "gui/window/parts.h"

#include <QObject>
#include <QTimer>

#include <optional>

namespace igneous {

class CollectionWork;
class SettingsWindow;

class SettingsWork : public QObject {
    Q_OBJECT

public:
    SettingsWork(Parts const& parts, CollectionWork& collections, QObject* parent = nullptr);

    /// "appearance", "engine"...: as the schema names pages.
    void open(QString const& page);

private:
    void make_actions();
    void take_effect(QString const& name);
    void show_looks();
    void choose_engine();
    void use_precision();
    void begin_queue();
    void read_folders();
    void write_folders();
    void tell_away(QStringList const& folders);
    void save_documents();
    void tell_found();

    Parts m_parts;
    CollectionWork& m_collections;
    SettingsWindow* m_dialog = nullptr;
    std::optional<EngineFacts> m_facts;
    std::vector<std::string> m_folders;    // as the library watches them
    QString m_away;                        // told of folders that are not there; empty: all are
    int m_writing_folders = 0;             // what is read meanwhile is old
    QTimer m_autosave;
};

}
