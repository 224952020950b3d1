// SPDX-License-Identifier: Apache-2.0
#pragma once

// The studio put together: services, window, and what passes between them.

#include "app/session/session.h"
#include "app/settings/settings.h"
#include "gui/studio/studio.h"

#include <QTimer>

#include <memory>

namespace igneous {

class Actions;
class GalleryModel;
class GalleryPanel;
class GenerateWork;
class LibraryModel;
class LibraryPanel;
class LibraryWatcher;
class MainWindow;
class QueueModel;
class QueuePanel;

class Workbench : public QObject {
    Q_OBJECT

public:
    /// `starter`: the model that comes with the program.
    Workbench(StudioOptions options, std::filesystem::path starter);
    ~Workbench() override;

    MainWindow& window() { return *m_window; }
    Studio& studio() { return *m_studio; }
    void show();
    Session& session() { return *m_session; }
    Actions& actions() { return *m_actions; }

private:
    void make_panels();
    void connect_library();
    void connect_results();
    void show_models();
    void keep_layout();
    void show_picture(QString const& path);
    void trouble(QString const& message);

    std::filesystem::path m_starter;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<Studio> m_studio;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<Actions> m_actions;
    std::unique_ptr<QObject> m_work;       // parent of the controllers
    GenerateWork* m_generate = nullptr;
    QueueModel* m_queue = nullptr;
    GalleryModel* m_gallery = nullptr;
    LibraryModel* m_library = nullptr;
    LibraryWatcher* m_watcher = nullptr;
    GalleryPanel* m_gallery_panel = nullptr;
    LibraryPanel* m_library_panel = nullptr;
    QueuePanel* m_queue_panel = nullptr;
    QTimer m_queue_soon;
};

}
