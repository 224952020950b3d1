// SPDX-License-Identifier: Apache-2.0
#include "gui/window/task_work.h"

#include "app/inpaint/canvas_part.h"
#include "app/session/session.h"
#include "app/settings/settings.h"
#include "gui/actions/actions.h"
#include "gui/canvas/canvas_view.h"
#include "gui/generate/generate_panel.h"
#include "gui/tasks/task_bar.h"
#include "gui/tasks/task_names.h"
#include "gui/widgets/notice_bar.h"
#include "gui/window/generate_work.h"
#include "gui/window/live_work.h"
#include "gui/window/main_window.h"
#include "models/api/error.h"

#include <QActionGroup>
#include <QEvent>
#include <QMenu>
#include <QToolButton>

namespace igneous {

using namespace std::chrono_literals;

TaskWork::TaskWork(Parts const& parts, GenerateWork& generate, QObject* parent)
    : QObject(parent)
    , m_parts(parts)
    , m_generate(generate)
    , m_sender(parts)
    , m_results(parts)
    , m_candidates(new CandidateWork(parts, m_results, this))
    , m_live(new LiveWork(
          parts, m_sender, [this] { return live_order(); }, this))
    , m_bar(new TaskBar)
{
    make_bar();
    make_actions();
    follow_session();
    generate.set_canvas(
        [this](GenerationRequest const& request, QueuePlace const& place) { return this->generate(request, place); });
    generate.set_shape([this](GenerationRequest& request) { give_size(request); });
    connect(&m_sender, &TaskSender::sent, &m_results, &TaskResults::expect);
    connect(&m_sender, &TaskSender::trouble, this, [this](QString const& message, bool live) {
        if (live)
            m_live->set_on(false);         // it would say so at every stroke
        m_parts.window.notices().tell(message);
    });
    connect(&m_results, &TaskResults::live_failed, m_live, [this] { m_live->set_on(false); });
    connect(m_live, &LiveWork::outdated, m_candidates, &CandidateWork::step_aside);
    show_task();
}

void TaskWork::make_bar()
{
    GeneratePanel& panel = m_parts.window.generate_panel();
    panel.add_to_footer(m_bar);
    panel.put_beside_generate(&m_bar->menu_button());
    Settings* settings = &m_parts.settings;
    connect(m_bar, &TaskBar::strength_edited, this, &TaskWork::set_strength);
    connect(m_bar, &TaskBar::padding_edited, settings,
        [settings](double value) { settings->set(setting::task_context, value); });
    connect(m_bar, &TaskBar::feather_edited, settings,
        [settings](double value) { settings->set(setting::task_feather, value); });
    connect(m_bar, &TaskBar::live_edited, m_live, &LiveWork::set_on);
    connect(m_live, &LiveWork::changed, m_bar, &TaskBar::set_live);
    connect(settings, &Settings::changed, this, &TaskWork::show_task);
}

void TaskWork::make_actions()
{
    Actions& actions = m_parts.actions;
    QString const group = QStringLiteral("Generate");
    auto* menu = new QMenu(&m_bar->menu_button());
    m_choices = new QActionGroup(this);
    for (Task const task : all_tasks) {
        auto const id = QString::fromLatin1(task_name(task).data());
        QAction* action = actions.add(QStringLiteral("task.") + id, tr("Task: %1").arg(task_title(task)), group);
        action->setIconText(task_title(task));
        action->setCheckable(true);
        action->setToolTip(task_hint(task));
        action->setData(static_cast<int>(task));
        m_choices->addAction(action);
        QAction* entry = menu->addAction(task_title(task));
        entry->setCheckable(true);
        entry->setToolTip(task_hint(task));
        connect(entry, &QAction::triggered, action, &QAction::trigger);
        connect(action, &QAction::changed, entry, [entry, action] {
            entry->setChecked(action->isChecked());
            entry->setEnabled(action->isEnabled());
        });
    }
    connect(m_choices, &QActionGroup::triggered, this,
        [this](QAction* action) { choose(all_tasks[static_cast<std::size_t>(action->data().toInt())]); });
    menu->setToolTipsVisible(true);
    menu->addSeparator();
    QAction* live = actions.add(QStringLiteral("task.live"), tr("Live"), group);
    live->setCheckable(true);
    live->setToolTip(tr("Paint, and see the result at once"));
    menu->addAction(live);
    actions.menu(group)->addAction(live);
    connect(live, &QAction::toggled, m_live, &LiveWork::set_on);
    connect(m_live, &LiveWork::changed, live, &QAction::setChecked);
    m_bar->menu_button().setMenu(menu);
}

void TaskWork::follow_session()
{
    // A stroke changes the document many times; the button needs to know once.
    m_show_soon.setSingleShot(true);
    m_show_soon.setInterval(40ms);
    connect(&m_show_soon, &QTimer::timeout, this, &TaskWork::show_task);
    auto const soon = [this] {
        if (!m_show_soon.isActive())
            m_show_soon.start();
    };
    Session* session = &m_parts.session;
    connect(session, &Session::request_changed, this, soon);
    connect(session, &Session::documents_changed, this, soon);
    connect(session, &Session::document_changed, this, soon);
    connect(session, &Session::document_properties_changed, this, soon);
    connect(session, &Session::layers_changed, this, soon);
    connect(session, &Session::selection_changed, this, soon);
}

void TaskWork::attach(CanvasView& canvas)
{
    m_canvas = &canvas;
    m_candidates->attach(canvas);
    canvas.installEventFilter(this);
    m_show_soon.start();                   // documents of the last time may be there already
}

/// The canvas comes and goes behind the last picture.
bool TaskWork::eventFilter(QObject*, QEvent* event)
{
    if (event->type() == QEvent::ShowToParent || event->type() == QEvent::HideToParent)
        m_show_soon.start();
    return false;
}

/// What is not seen is not worked on: then Generate makes a picture.
Document const* TaskWork::document() const
{
    if (!m_canvas || !m_canvas->isVisibleTo(&m_parts.window))
        return nullptr;
    Workspace const& workspace = m_parts.session.workspace();
    return find_document(workspace, workspace.active_document);
}

TaskSituation TaskWork::situation() const
{
    Document const* const open = document();
    auto const& init = m_parts.session.workspace().request.init;
    if (!open)
        return { .strength = init ? init->strength : 1 };
    Rect const& frame = open->properties.frame;
    return { .document = true,
        .mask = has_mask(*open),
        .frame_reaches_out
        = !frame.empty() && !contains({ 0, 0, open->properties.width, open->properties.height }, frame),
        .picture = has_picture(*open),
        .strength = init ? init->strength : 1 };
}

std::optional<Task> TaskWork::task() const
{
    TaskSituation const now = situation();
    if (!now.document)
        return std::nullopt;
    return m_chosen ? *m_chosen : task_meant(now);
}

void TaskWork::choose(Task task)
{
    m_chosen = task;
    show_task();
}

void TaskWork::show_task()
{
    TaskSituation const now = situation();
    if (Task const meant = task_meant(now); meant != std::exchange(m_meant, meant))
        m_chosen.reset();                  // a mask was painted, or is gone: what was chosen was about something else
    Task const task = m_chosen ? *m_chosen : m_meant;
    bool const from_picture = m_parts.session.workspace().init_image != nullptr;
    m_bar->setVisible(now.document || from_picture);
    m_bar->set_document(now.document);
    m_bar->show_values(
        now.strength, m_parts.settings.get(setting::task_context), m_parts.settings.get(setting::task_feather));
    Task const shown = now.document ? task : from_picture && now.strength < 1 ? Task::refine : Task::generate;
    m_parts.window.generate_panel().name_generate(task_title(shown));
    for (QAction* action : m_choices->actions()) {
        action->setEnabled(now.document);
        action->setChecked(now.document && action->data().toInt() == static_cast<int>(task));
    }
    m_parts.actions.find(QStringLiteral("task.live"))->setEnabled(now.document);
    if (!now.document)
        m_live->set_on(false);
    GenerationRequest sized;
    give_size(sized);
    if (QSize const size(sized.width, sized.height); size != std::exchange(m_planned, size))
        m_generate.ask_plan_soon();
}

void TaskWork::give_size(GenerationRequest& request) const
{
    auto const meant = task();
    if (!meant)
        return;
    try {
        ModelFrame const frame = likely_frame(*document(), *meant, m_parts.settings.get(setting::task_context),
            m_parts.window.generate_panel().best_side());
        request.width = frame.width;
        request.height = frame.height;
    } catch (Error const&) {               // there is nothing to do: said when it is tried
    }
}

/// All of it is no start at all, so that the request then says nothing of one.
void TaskWork::set_strength(double strength)
{
    m_parts.session.push(edit_request(
        m_parts.session.workspace(), tr("Strength").toStdString(),
        [&](GenerationRequest& request) {
            if (!request.init)
                request.init.emplace();
            request.init->strength = strength;
            if (strength >= 1 && !m_parts.session.workspace().init_image)
                request.init.reset();
        },
        "strength"));
}

std::optional<TaskOrder> TaskWork::order(GenerationRequest request, Task task) const
{
    Document const* const open = document();
    if (!open)
        return std::nullopt;
    TaskOrder order;
    order.task = task;
    order.document = *open;
    order.request = std::move(request);
    order.padding = m_parts.settings.get(setting::task_context);
    order.feather = m_parts.settings.get(setting::task_feather);
    order.best_side = m_parts.window.generate_panel().best_side();
    order.lora_folders = m_generate.lora_folders();
    return order;
}

bool TaskWork::generate(GenerationRequest const& request, QueuePlace const& place)
{
    auto const meant = task();
    auto wanted = meant ? order(request, *meant) : std::nullopt;
    if (!wanted)
        return false;
    wanted->place = place;
    m_sender.send(std::move(*wanted));
    return true;
}

/// Something that is painted is always a beginning: from the prompt alone every stroke would give the same.
std::optional<TaskOrder> TaskWork::live_order() const
{
    auto meant = task();
    if (!meant)
        return std::nullopt;
    if (*meant == Task::generate && situation().picture)
        meant = Task::refine;
    return order(m_parts.session.workspace().request, *meant);
}

}
