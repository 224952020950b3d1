// SPDX-License-Identifier: Apache-2.0
#include "gui/window/window_work.h"

#include "app/session/session.h"
#include "gui/actions/actions.h"
#include "gui/actions/palette.h"
#include "gui/canvas/canvas_view.h"
#include "gui/canvas/picture_view.h"
#include "gui/theme/icons.h"
#include "gui/window/main_window.h"

#include <QDockWidget>
#include <QMenu>

namespace igneous {

WindowWork::WindowWork(Parts const& parts, QObject* parent)
    : QObject(parent)
    , m_parts(parts)
{
    make_edit();
    make_view();
}

void WindowWork::make_edit()
{
    Actions& actions = m_parts.actions;
    Session* session = &m_parts.session;
    QMenu* edit = actions.menu(QStringLiteral("Edit"));
    m_undo = actions.add(QStringLiteral("edit.undo"), tr("Undo"), QStringLiteral("Edit"), Qt::CTRL | Qt::Key_Z);
    m_undo->setIcon(icon(QStringLiteral("undo")));
    m_redo = actions.add(
        QStringLiteral("edit.redo"), tr("Redo"), QStringLiteral("Edit"), Qt::CTRL | Qt::SHIFT | Qt::Key_Z);
    m_redo->setIcon(icon(QStringLiteral("redo")));
    actions.also(QStringLiteral("edit.redo"), Qt::CTRL | Qt::Key_Y);
    edit->addActions({ m_undo, m_redo });
    edit->addSeparator();
    auto* palette = new CommandPalette(actions, m_parts.window);
    QAction* find = actions.add(
        QStringLiteral("edit.palette"), tr("Find a command…"), QStringLiteral("Edit"), Qt::CTRL | Qt::Key_K);
    actions.also(QStringLiteral("edit.palette"), Qt::CTRL | Qt::SHIFT | Qt::Key_P);
    find->setIcon(icon(QStringLiteral("search")));
    edit->addAction(find);
    connect(find, &QAction::triggered, palette, &CommandPalette::open);
    connect(m_undo, &QAction::triggered, this, [this, session] { m_turn(tr("Undoing…"), [session] { session->undo(); }); });
    connect(m_redo, &QAction::triggered, this, [this, session] { m_turn(tr("Redoing…"), [session] { session->redo(); }); });
    connect(session, &Session::history_changed, this, &WindowWork::name_undo);
    name_undo();
}

void WindowWork::name_undo()
{
    UndoStack const& history = m_parts.session.history();
    std::size_t const at = history.position();
    auto const text = [&](QString const& verb, bool can, std::size_t which) {
        return can ? QStringLiteral("%1 %2").arg(verb, QString::fromStdString(history.name(which))) : verb;
    };
    m_undo->setEnabled(history.can_undo());
    m_redo->setEnabled(history.can_redo());
    m_undo->setText(text(tr("Undo"), history.can_undo(), at - 1));
    m_redo->setText(text(tr("Redo"), history.can_redo(), at));
}

void WindowWork::make_view()
{
    Actions& actions = m_parts.actions;
    MainWindow* window = &m_parts.window;
    QString const view = QStringLiteral("View");
    auto const add = [&](char const* id, QString const& title, QKeySequence const& keys, auto const& done) {
        QAction* action = actions.add(QString::fromLatin1(id), title, view, keys);
        actions.menu(view)->addAction(action);
        connect(action, &QAction::triggered, this, done);
        return action;
    };
    QMenu* panels = actions.menu(view)->addMenu(tr("Panels"));
    connect(panels, &QMenu::aboutToShow, this, [this, panels] { list_panels(*panels); });
    add("view.hide_panels", tr("Hide all panels"), Qt::Key_Tab, [window] { window->toggle_panels(); });
    add("view.to_picture", tr("Go to the picture"), Qt::Key_F6, [window] {
        auto* canvas = window->findChild<CanvasView*>();
        QWidget* shown = canvas && canvas->isVisible() ? static_cast<QWidget*>(canvas) : &window->view();
        shown->setFocus(Qt::ShortcutFocusReason);
    });
    add("view.full_screen", tr("Full screen"), Qt::Key_F, [this] { toggle_full_screen(); });
    actions.also(QStringLiteral("view.full_screen"), Qt::Key_F11);

    QAction* quit = actions.add(QStringLiteral("file.quit"), tr("Quit"), QStringLiteral("File"), QKeySequence::Quit);
    if (quit->shortcuts().isEmpty())
        actions.also(QStringLiteral("file.quit"), Qt::CTRL | Qt::Key_Q);
    quit->setMenuRole(QAction::QuitRole);
    actions.menu(QStringLiteral("File"))->addAction(quit);
    connect(quit, &QAction::triggered, window, &QWidget::close);
}

void WindowWork::list_panels(QMenu& menu)
{
    menu.clear();
    for (QDockWidget* dock : m_parts.window.panels())
        menu.addAction(dock->toggleViewAction());
}

void WindowWork::toggle_full_screen()
{
    MainWindow& window = m_parts.window;
    window.setWindowState(window.windowState() ^ Qt::WindowFullScreen);
}

}
