// SPDX-License-Identifier: Apache-2.0
// The commands of gallery, viewer and queue.
#include "gui/actions/actions.h"
#include "gui/gallery/gallery_panel.h"
#include "gui/queue/queue_panel.h"
#include "gui/viewer/viewer.h"
#include "gui/widgets/tile_view.h"
#include "gui/window/collection_work.h"
#include "gui/window/main_window.h"

#include <QListView>
#include <QMenu>

namespace igneous {

namespace {

QString stars_title(int count)
{
    return count == 0   ? CollectionWork::tr("No stars")
           : count == 1 ? CollectionWork::tr("1 star")
                        : CollectionWork::tr("%1 stars").arg(count);
}

/// Adds one command and what it does.
template<class Do>
QAction* add(Actions& actions, QObject* owner, QString const& id, QString const& title, QString const& group,
    QKeySequence const& keys, QWidget* where, Do done)
{
    QAction* action = actions.add(id, title, group, keys, where);
    QObject::connect(action, &QAction::triggered, owner, done);
    return action;
}

}

void CollectionWork::make_gallery_actions()
{
    QMenu* menu = m_parts.actions.menu(QStringLiteral("Gallery"));
    GalleryPanel* panel = m_gallery_panel;
    QWidget* grid = &panel->grid();
    auto const command = [&](char const* id, QString const& title, QKeySequence const& keys, QWidget* where, auto done) {
        QAction* action
            = add(m_parts.actions, this, QString::fromLatin1(id), title, QStringLiteral("Gallery"), keys, where, done);
        menu->addAction(action);
        return action;
    };
    command("gallery.search", tr("Search the gallery"), QKeySequence::Find, nullptr, [this] {
        m_parts.window.raise_panel(QStringLiteral("gallery"));
        m_gallery_panel->focus_search();
    });
    command("gallery.import", tr("Bring a folder in…"), {}, nullptr, [panel] { panel->ask_import(); });
    command("gallery.board", tr("New board"), {}, nullptr, [this] {
        m_parts.window.raise_panel(QStringLiteral("gallery"));
        m_gallery_panel->begin_board();
    });
    menu->addSeparator();
    command("gallery.compare", tr("Compare two"), QKeySequence(Qt::Key_C), grid, [this] {
        if (auto const chosen = m_gallery_panel->selected(); chosen.size() == 2)
            m_viewer->open_two(chosen[0], chosen[1]);
    });
    QMenu* stars = menu->addMenu(tr("Stars"));
    for (int count = 0; count <= 5; ++count)
        stars->addAction(add(m_parts.actions, this, QStringLiteral("gallery.stars%1").arg(count),
            stars_title(count), QStringLiteral("Gallery"),
            QKeySequence(Qt::Key_0 + count), grid, [panel, count] { panel->set_stars(count); }));
    command("gallery.trash", tr("Trash, or restore"), QKeySequence(Qt::Key_Delete), grid,
        [panel] { panel->trash_or_restore(); });
    command("gallery.erase", tr("Delete for good…"), QKeySequence(Qt::SHIFT | Qt::Key_Delete), grid,
        [panel] { panel->erase_for_good(); });
}

void CollectionWork::make_viewer_actions()
{
    Viewer* viewer = m_viewer;
    auto const command = [&](char const* id, QString const& title, QKeySequence const& keys, auto done) {
        return add(
            m_parts.actions, this, QString::fromLatin1(id), title, QStringLiteral("Viewer"), keys, viewer, [viewer, done] {
                if (viewer->isVisible())
                    done();
            });
    };
    command("viewer.close", tr("Close the viewer"), QKeySequence(Qt::Key_Escape), [viewer] { viewer->close_view(); });
    command("viewer.next", tr("Next picture"), QKeySequence(Qt::Key_Right), [viewer] { viewer->walk(1); });
    command("viewer.previous", tr("Previous picture"), QKeySequence(Qt::Key_Left), [viewer] { viewer->walk(-1); });
    command("viewer.full_screen", tr("Full screen"), QKeySequence(Qt::Key_F), [viewer] { Q_EMIT viewer->full_screen_asked(); });
    command("viewer.compare", tr("Compare"), QKeySequence(Qt::Key_C), [viewer] { viewer->toggle_compare(); });
    struct Mode {
        char const* id;
        QString title;
        CompareMode mode;
    };
    for (Mode const& mode : { Mode { "viewer.slider", tr("Compare with a slider"), CompareMode::slider },
             { "viewer.side_by_side", tr("Compare side by side"), CompareMode::side_by_side },
             { "viewer.blink", tr("Compare by blinking"), CompareMode::blink } })
        command(mode.id, mode.title, {}, [viewer, to = mode.mode] { viewer->set_mode(to); });
    struct Part {
        char const* id;
        QString title;
        Qt::Key key;
        Recall what;
    };
    for (Part const& part : { Part { "viewer.recall_all", tr("Use all of its settings"), Qt::Key_A, Recall::all },
             { "viewer.recall_remix", tr("Use its settings without the seed"), Qt::Key_R, Recall::remix },
             { "viewer.recall_prompts", tr("Use its prompts"), Qt::Key_P, Recall::prompts },
             { "viewer.recall_seed", tr("Use its seed"), Qt::Key_S, Recall::seed },
             { "viewer.recall_size", tr("Use its size"), Qt::Key_D, Recall::size } })
        command(part.id, part.title, QKeySequence(part.key),
            [viewer, what = part.what] { Q_EMIT viewer->recall_asked(viewer->picture(), what); });
    for (int count = 0; count <= 5; ++count)
        command(qPrintable(QStringLiteral("viewer.stars%1").arg(count)),
            stars_title(count), QKeySequence(Qt::Key_0 + count),
            [viewer, count] { viewer->set_stars(count); });
    command("viewer.trash", tr("Trash, or restore"), QKeySequence(Qt::Key_Delete), [viewer] { viewer->trash(); });
    command("viewer.copy", tr("Copy the picture"), QKeySequence::Copy, [viewer] { viewer->copy(); });
    command("viewer.folder", tr("Show the file in its folder"), {}, [viewer] { viewer->show_folder(); });
    command("viewer.edit", tr("Edit on the canvas"), QKeySequence(Qt::Key_E),
        [viewer] { Q_EMIT viewer->edit_asked(viewer->path()); });
    command("viewer.begin_from", tr("Begin from it"), QKeySequence(Qt::Key_I),
        [viewer] { Q_EMIT viewer->init_asked(viewer->path()); });
}

void CollectionWork::make_queue_actions()
{
    QueuePanel* panel = m_queue_panel;
    auto const command = [&](char const* id, QString const& title, QKeySequence const& keys, bool in_list, auto done) {
        return add(m_parts.actions, this, QString::fromLatin1(id), title, QStringLiteral("Queue"), keys,
            in_list ? &panel->list() : nullptr, done);
    };
    command("queue.pause", tr("Pause the queue, or go on"), {}, false, [panel] { panel->pause(!panel->is_paused()); });
    command("queue.up", tr("One place up"), QKeySequence(Qt::ALT | Qt::Key_Up), true, [panel] { panel->move_up(); });
    command("queue.down", tr("One place down"), QKeySequence(Qt::ALT | Qt::Key_Down), true,
        [panel] { panel->move_down(); });
    command("queue.front", tr("To the front"), QKeySequence(Qt::ALT | Qt::Key_Home), true,
        [panel] { panel->move_to_front(); });
    command("queue.cancel", tr("Cancel jobs"), QKeySequence(Qt::Key_Delete), true, [panel] { panel->cancel(); });
    command("queue.retry", tr("Try again"), QKeySequence(Qt::Key_R), true, [panel] { panel->retry(); });
    command("queue.clear", tr("Clear what has ended"), {}, false, [panel] { panel->clear_ended(); });
}

}
