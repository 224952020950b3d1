// SPDX-License-Identifier: Apache-2.0
#include "gui/window/generate_work.h"

#include "app/files/places.h"
#include "app/session/session.h"
#include "app/settings/settings.h"
#include "gui/actions/actions.h"
#include "gui/generate/generate_panel.h"
#include "gui/studio/studio.h"
#include "gui/window/main_window.h"
#include "models/api/model_defaults.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMenu>

namespace igneous {

using namespace std::chrono_literals;

GenerateWork::GenerateWork(Parts const& parts, std::filesystem::path starter, QObject* parent)
    : QObject(parent)
    , m_parts(parts)
    , m_starter(std::move(starter))
{
    m_plan_soon.setSingleShot(true);
    m_plan_soon.setInterval(250ms);
    m_escape.setSingleShot(true);
    m_escape.setInterval(600ms);
    connect(&m_escape, &QTimer::timeout, &m_parts.studio, &Studio::cancel_running);
    qApp->installEventFilter(this);
    make_actions();
    connect_session();
    connect_engine();
    begin_first();
}

void GenerateWork::make_actions()
{
    Actions& actions = m_parts.actions;
    QString const group = QStringLiteral("Generate");
    auto const add = [&](char const* id, QString const& title, QKeySequence const& keys, auto const& done) {
        QAction* action = actions.add(QString::fromLatin1(id), title, group, keys);
        actions.menu(group)->addAction(action);
        connect(action, &QAction::triggered, this, done);
    };
    GeneratePanel& panel = m_parts.window.generate_panel();
    add("generate.start", tr("Generate"), Qt::CTRL | Qt::Key_Return, [&panel] { Q_EMIT panel.generate_asked(false); });
    add("generate.next", tr("Generate before what waits"), Qt::CTRL | Qt::SHIFT | Qt::Key_Return,
        [&panel] { Q_EMIT panel.generate_asked(true); });
    add("generate.cancel", tr("Cancel what runs"), Qt::CTRL | Qt::Key_Period, [&panel] { Q_EMIT panel.cancel_asked(); });
    connect(&panel, &GeneratePanel::generate_asked, this, &GenerateWork::generate);
    connect(&panel, &GeneratePanel::cancel_asked, &m_parts.studio, &Studio::cancel_running);
}

void GenerateWork::connect_session()
{
    GeneratePanel& panel = m_parts.window.generate_panel();
    Session* session = &m_parts.session;
    connect(&panel, &GeneratePanel::edited, this, [session](GenerationRequest const& request, QString const& what) {
        std::string const name = what.toStdString();
        session->push(edit_request(session->workspace(), name, [&](GenerationRequest& now) { now = request; }, name));
    });
    connect(session, &Session::request_changed, this, [this, session, &panel] {
        panel.show_request(session->workspace().request);
        m_plan_soon.start();
    });
    connect(session, &Session::prompt_history_changed, this, &GenerateWork::show_history);
    show_history();
}

void GenerateWork::connect_engine()
{
    GeneratePanel* panel = &m_parts.window.generate_panel();
    Studio* studio = &m_parts.studio;
    connect(studio, &Studio::started, &m_plan_soon, qOverload<>(&QTimer::start));
    connect(&m_plan_soon, &QTimer::timeout, this, [this] {
        GenerationRequest request = request_to_run(m_parts.session.workspace());
        if (m_shape)
            m_shape(request);
        m_parts.studio.ask_plan(std::move(request));
    });
    connect(studio, &Studio::planned, panel, &GeneratePanel::show_plan);
    connect(studio, &Studio::plan_failed, panel, &GeneratePanel::show_problem);
    connect(studio, &Studio::job_started, panel, [panel] { panel->set_running(true); });
    connect(studio, &Studio::job_ended, panel, [panel] { panel->set_running(false); });
}

void GenerateWork::begin_first()
{
    GenerationRequest request = m_parts.session.workspace().request;
    if (request.model.empty()) {
        request.model = utf8_name(m_starter);
        if (auto const usual = model_defaults(m_starter)) {
            request.width = usual->width;
            request.height = usual->height;
            request.sampling.steps = usual->steps;
            request.sampling.cfg = usual->cfg;
        }
        use_request(request, tr("Begin"));
    }
    m_parts.window.generate_panel().show_request(m_parts.session.workspace().request);
}

void GenerateWork::show_history()
{
    QStringList prompts;
    for (auto const& entry : m_parts.session.workspace().prompt_history)
        prompts.prepend(QString::fromStdString(entry.prompt));
    m_parts.window.generate_panel().set_prompt_history(prompts);
}

void GenerateWork::generate(bool front)
{
    GeneratePanel& panel = m_parts.window.generate_panel();
    panel.next_seed();
    m_parts.session.stop_merging();
    if (m_parts.settings.get(setting::remember_prompts))
        m_parts.session.remember_prompts();
    QueuePlace const place { front ? QueuePlace::Kind::front : QueuePlace::Kind::back };
    if (!m_on_canvas || !m_on_canvas(panel.request(), place))
        m_parts.studio.add_job(request_to_run(m_parts.session.workspace()), place, lora_folders());
}

bool GenerateWork::eventFilter(QObject*, QEvent* event)
{
    if (event->type() != QEvent::KeyPress && event->type() != QEvent::KeyRelease)
        return false;
    auto const* key = static_cast<QKeyEvent*>(event);
    if (key->key() != Qt::Key_Escape || key->isAutoRepeat())
        return false;
    if (event->type() == QEvent::KeyRelease)
        m_escape.stop();
    else if (m_parts.window.isActiveWindow())
        m_escape.start();
    return false;
}

std::vector<std::filesystem::path> GenerateWork::lora_folders() const
{
    std::vector<std::filesystem::path> folders;
    if (std::filesystem::path own = starter_loras(); !own.empty())
        folders.push_back(std::move(own));
    for (std::string const& folder : m_parts.settings.get(setting::lora_folders))
        folders.push_back(path_from_utf8(folder));
    return folders;
}

void GenerateWork::use_request(GenerationRequest const& request, QString const& name)
{
    m_parts.session.push(edit_request(
        m_parts.session.workspace(), name.toStdString(), [&](GenerationRequest& now) { now = request; }));
}

}
