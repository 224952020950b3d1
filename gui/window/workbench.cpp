// SPDX-License-Identifier: Apache-2.0
#include "gui/window/workbench.h"

#include "app/files/places.h"
#include "gui/actions/actions.h"
#include "gui/canvas/picture_view.h"
#include "gui/generate/generate_panel.h"
#include "gui/history/history_panel.h"
#include "gui/canvas/pixel_work.h"
#include "gui/window/canvas_work.h"
#include "gui/window/collection_work.h"
#include "gui/window/document_work.h"
#include "gui/window/generate_work.h"
#include "gui/window/init_work.h"
#include "gui/window/layout_work.h"
#include "gui/window/main_window.h"
#include "gui/window/progress_work.h"
#include "gui/window/prompt_work.h"
#include "gui/window/settings_work.h"
#include "gui/window/status_bar.h"
#include "gui/window/task_work.h"
#include "gui/window/trouble_work.h"
#include "gui/window/welcome_work.h"
#include "gui/window/window_work.h"

namespace igneous {

Workbench::Workbench(StudioOptions options, std::filesystem::path starter, std::unique_ptr<Settings> settings)
    : m_starter(std::move(starter))
    , m_settings(settings ? std::move(settings) : std::make_unique<Settings>(options.data_folder / "settings.json"))
    , m_session(std::make_unique<Session>(options.data_folder / "session"))
    , m_studio(std::make_unique<Studio>(std::move(options)))
    , m_window(std::make_unique<MainWindow>())
    , m_actions(std::make_unique<Actions>(*m_window, *m_settings))
    , m_work(std::make_unique<QObject>())
{
    Parts const parts { *m_window, *m_actions, *m_studio, *m_session, *m_settings };
    QObject* work = m_work.get();
    auto* collections = new CollectionWork(parts, m_starter, work);
    auto* window_work = new WindowWork(parts, work);
    new SettingsWork(parts, *collections, work);
    new ProgressWork(parts, work);
    m_generate = new GenerateWork(parts, m_starter, work);
    auto* prompt = new PromptWork(parts, m_starter, work);
    connect(collections, &CollectionWork::models_changed, prompt, &PromptWork::refresh_choices);
    connect(prompt, &PromptWork::settings_read, collections,
        [collections](GenerationRequest const& request) { collections->recall(request, Recall::all); });
    auto* init = new InitWork(parts, work);
    connect(collections, &CollectionWork::init_asked, init, &InitWork::take_file);
    m_tasks = new TaskWork(parts, *m_generate, work);          // before the canvas: results go before it with their keys
    m_canvas = new CanvasWork(parts, work);
    m_tasks->attach(m_canvas->view());
    window_work->set_turn([this](QString const& doing, auto done) { m_canvas->pixels().then(doing, std::move(done)); });
    connect(collections, &CollectionWork::edit_asked, &m_canvas->documents(), &DocumentWork::edit_picture);
    QDockWidget* history = m_window->add_panel(
        QStringLiteral("history"), tr("History"), new HistoryPanel(*m_session), Qt::RightDockWidgetArea);
    history->hide();                       // until somebody wants it
    m_layout = new LayoutWork(parts, work);                    // after all panels
    new TroubleWork(parts, work);
    m_welcome = new WelcomeWork(parts, m_studio->program(), work);
    connect_results();
    m_studio->start();
}

Workbench::~Workbench()
{
    m_work.reset();                        // before what it controls
    m_window.reset();                      // it shows the actions
}

void Workbench::connect_results()
{
    Studio* studio = m_studio.get();
    connect(studio, &Studio::preview_ready, this,
        [this](qint64, QImage const& preview, QSize full) { m_window->view().show_preview(preview, full); });
    connect(studio, &Studio::picture_stored, this,
        [this](qint64, QString const&, QImage const& picture) { m_window->view().show_picture(picture); });
    connect(&m_window->status(), &StatusBar::queue_asked, this,
        [this] { m_window->raise_panel(QStringLiteral("queue")); });
}

void Workbench::show()
{
    bool const arranged = m_layout->bring_back();
    m_window->show();
    if (!arranged) {
        m_window->raise_panel(QStringLiteral("generate"));
        m_window->raise_panel(m_session->workspace().documents.empty() ? QStringLiteral("gallery") : QStringLiteral("layers"));
    }
    m_window->generate_panel().focus_prompt();
    m_welcome->open_once();
}

}
