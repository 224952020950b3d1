// SPDX-License-Identifier: Apache-2.0
// The menu of a picture in the grid.
#include "app/files/places.h"
#include "gui/gallery/boards_bar.h"
#include "gui/gallery/gallery_panel.h"
#include "gui/studio/collection_edits.h"
#include "gui/studio/gallery_model.h"
#include "gui/studio/picture_files.h"
#include "gui/widgets/tile_view.h"

#include <QInputDialog>
#include <QMenu>

namespace igneous {

void GalleryPanel::show_menu(QPoint const& at)
{
    QModelIndex const index = m_grid->indexAt(at);
    if (!index.isValid())
        return;
    QMenu menu(this);
    qint64 const picture = index.data(GalleryModel::picture_id).toLongLong();
    auto const chosen = selected();
    menu.addAction(tr("View"), this, [this, picture] { Q_EMIT view_asked(picture); });
    if (chosen.size() == 2)
        menu.addAction(tr("Compare the two"), this, [this, chosen] { Q_EMIT compare_asked(chosen[0], chosen[1]); });
    QMenu* use = menu.addMenu(tr("Use its settings"));
    struct Part {
        QString name;
        Recall what;
    };
    for (Part const& part : { Part { tr("All"), Recall::all }, { tr("All but the seed"), Recall::remix },
             { tr("Prompts"), Recall::prompts }, { tr("Seed"), Recall::seed }, { tr("Size"), Recall::size } })
        use->addAction(part.name, this, [this, picture, what = part.what] { Q_EMIT recall_asked(picture, what); });
    add_file_actions(menu, index.data(GalleryModel::path).toString());
    menu.addSeparator();
    QMenu* stars = menu.addMenu(tr("Stars"));
    for (int count = 0; count <= 5; ++count)
        stars->addAction(
            count == 0 ? tr("None") : QString(count, QChar(0x2605)), this, [this, count] { set_stars(count); });
    add_board_actions(menu);
    add_preview_actions(menu, index);
    menu.addAction(tr("Note…"), this, [this, picture] { note(picture); });
    menu.addSeparator();
    menu.addAction(in_trash() ? tr("Restore") : tr("Move to the trash"), this, &GalleryPanel::trash_or_restore);
    if (in_trash())
        menu.addAction(tr("Delete for good…"), this, &GalleryPanel::erase_for_good);
    menu.exec(m_grid->viewport()->mapToGlobal(at));
}

void GalleryPanel::add_file_actions(QMenu& menu, QString const& path)
{
    menu.addSeparator();
    menu.addAction(tr("Edit on the canvas"), this, [this, path] { Q_EMIT edit_asked(path); });
    menu.addAction(tr("Begin from it"), this, [this, path] { Q_EMIT init_asked(path); });
    menu.addAction(tr("Copy"), this, [path] { copy_picture(path, {}); });
    menu.addAction(tr("Show in its folder"), this, [path] { show_in_folder(path); });
}

void GalleryPanel::add_board_actions(QMenu& menu)
{
    QMenu* boards = menu.addMenu(tr("Add to a board"));
    for (Board const& board : m_model.boards())
        boards->addAction(QString::fromStdString(board.name), this,
            [this, name = board.name] { m_edits.apply(add_to_board(name, selected())); });
    boards->addSeparator();
    boards->addAction(tr("New board…"), this, [this, ids = selected()] {
        QString const name = QInputDialog::getText(this, tr("New board"), tr("Its name:")).simplified();
        if (!name.isEmpty())
            m_edits.apply(add_to_board(name.toStdString(), ids));
    });
    if (QString const board = m_boards->board(); !board.isEmpty())
        menu.addAction(tr("Take out of %1").arg(board), this,
            [this, board] { m_edits.apply(take_from_board(board.toStdString(), selected())); });
}

/// Of what it was made with.
void GalleryPanel::add_preview_actions(QMenu& menu, QModelIndex const& picture)
{
    auto const known = m_model.picture_at(picture);
    if (!known || (known->facts.model.empty() && known->facts.loras.empty()))
        return;
    QMenu* use = menu.addMenu(tr("Use as a preview"));
    QString const path = picture.data(GalleryModel::path).toString();
    auto const add = [&](QString const& words, std::string const& name, bool lora) {
        QString const shown = QString::fromStdString(name);
        use->addAction(
            words.arg(shown), this, [this, path, shown, lora] { Q_EMIT preview_asked(path, shown, lora); });
    };
    if (!known->facts.model.empty())
        add(tr("Of the model %1"), known->facts.model, false);
    for (std::string const& lora : known->facts.loras)
        add(tr("Of the LoRA %1"), lora, true);
}

void GalleryPanel::note(qint64 picture)
{
    auto const known = m_model.picture_at(m_model.index_of(picture));
    bool accepted = false;
    QString const text = QInputDialog::getMultiLineText(this, tr("Note"), tr("Words to find it by:"),
        known ? QString::fromStdString(known->note) : QString(), &accepted);
    if (accepted)
        m_edits.apply(note_picture(picture, text.toStdString()));
}

}
