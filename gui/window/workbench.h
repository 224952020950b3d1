// SPDX-License-Identifier: Apache-2.0
#pragma once

// The studio put together: services, window, and what passes between them.

#include "app/session/session.h"
#include "app/settings/settings.h"
#include "gui/studio/studio.h"

#include <memory>

namespace igneous {

class Actions;
class CanvasWork;
class GenerateWork;
class LayoutWork;
class MainWindow;
class WelcomeWork;
class TaskWork;

class Workbench : public QObject {
    Q_OBJECT

public:
    /// `starter`: the model that comes with the program.
    /// `settings`: the data folder's, where the caller has read them already.
    Workbench(
        StudioOptions options, std::filesystem::path starter, std::unique_ptr<Settings> settings = {});
    ~Workbench() override;

    MainWindow& window() { return *m_window; }
    Studio& studio() { return *m_studio; }
    void show();
    Session& session() { return *m_session; }
    Actions& actions() { return *m_actions; }
    CanvasWork& canvas() { return *m_canvas; }
    /// Parent of the controllers.
    QObject& work() { return *m_work; }
    TaskWork& tasks() { return *m_tasks; }

private:
    void connect_results();

    std::filesystem::path m_starter;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<Studio> m_studio;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<Actions> m_actions;
    std::unique_ptr<QObject> m_work;
    GenerateWork* m_generate = nullptr;
    CanvasWork* m_canvas = nullptr;
    LayoutWork* m_layout = nullptr;
    WelcomeWork* m_welcome = nullptr;
    TaskWork* m_tasks = nullptr;
};

}
