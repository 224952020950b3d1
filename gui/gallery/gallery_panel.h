// SPDX-License-Identifier: Apache-2.0
#pragma once

// Last week's picture: a field to search in, a grid to look through, the trash behind a button.

#include "app/gallery/gallery_picture.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QListView;
class QToolButton;

namespace igneous {

class GalleryModel;
class PictureDelegate;
class Studio;

class GalleryPanel : public QWidget {
    Q_OBJECT

public:
    GalleryPanel(Studio& studio, GalleryModel& model, QWidget* parent = nullptr);
    void focus_search();
    /// What a search for these words finds.
    void search_for(QString const& text);

Q_SIGNALS:
    void picture_chosen(QString const& path);
    /// Its settings are wanted, seed and all.
    void recipe_asked(QString const& path);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void search();
    void show_count();
    void show_menu(QPoint const& at);
    void set_stars(int stars);
    void trash_or_restore();
    std::vector<PictureId> selected() const;
    bool in_trash() const;

    Studio& m_studio;
    GalleryModel& m_model;
    PictureDelegate* m_delegate;
    QLineEdit* m_text;
    QComboBox* m_order;
    QToolButton* m_trash;
    QToolButton* m_remove;
    QListView* m_grid;
    QLabel* m_count;
    QTimer m_typing;
};

}
