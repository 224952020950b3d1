// SPDX-License-Identifier: Apache-2.0
#pragma once

// Last week's picture: a field to search in, boards to keep things together, a grid to look through, the trash behind a
// button. Pictures are dragged out as files, onto boards, and in from anywhere.

#include "app/gallery/gallery_picture.h"
#include "app/gallery/recall.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QMenu;
class QToolButton;

namespace igneous {

class BoardsBar;
class CollectionEdits;
class GalleryImport;
class GalleryModel;
class TileView;

class GalleryPanel : public QWidget {
    Q_OBJECT

public:
    GalleryPanel(GalleryModel& model, CollectionEdits& edits, GalleryImport& import, QWidget* parent = nullptr);

    void focus_search();
    /// What a search for these words finds.
    void search_for(QString const& text);
    TileView& grid() { return *m_grid; }
    /// In the order of the grid.
    std::vector<PictureId> selected() const;
    bool in_trash() const;

    // On what is selected.
    void set_stars(int stars);
    void trash_or_restore();
    void erase_for_good();
    void begin_board();
    void ask_import();

Q_SIGNALS:
    /// To be seen large, with the others of the search around it.
    void view_asked(qint64 picture);
    void compare_asked(qint64 one, qint64 other);
    void recall_asked(qint64 picture, igneous::Recall what);
    void edit_asked(QString const& path);
    void init_asked(QString const& path);
    /// The picture is to stand for a model, or a LoRA, of that name.
    void preview_asked(QString const& picture, QString const& model, bool lora);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void make_search();
    void make_grid();
    QWidget* make_bar();
    void connect_boards();
    void search();
    void show_answer();
    void show_menu(QPoint const& at);
    void add_file_actions(QMenu& menu, QString const& path);
    void add_board_actions(QMenu& menu);
    void add_preview_actions(QMenu& menu, QModelIndex const& picture);
    void note(qint64 picture);

    GalleryModel& m_model;
    CollectionEdits& m_edits;
    GalleryImport& m_import;
    QLineEdit* m_text;
    QLabel* m_hints;
    BoardsBar* m_boards;
    QComboBox* m_order;
    QToolButton* m_trash;
    QToolButton* m_remove;
    TileView* m_grid;
    QLabel* m_count;
    QTimer m_typing;
};

}
