// SPDX-License-Identifier: Apache-2.0
#pragma once

// The boards as a few lines of chips: choose one to look into, drop pictures on one, rename it in place.

#include "app/gallery/gallery_store.h"

#include <QListWidget>

namespace igneous {

class BoardsBar : public QListWidget {
    Q_OBJECT

public:
    explicit BoardsBar(QWidget* parent = nullptr);
    void show_boards(std::vector<Board> const& boards);
    /// Empty for all pictures.
    QString board() const;
    /// Begins to type a new board's name.
    void begin_new();

Q_SIGNALS:
    void board_chosen(QString const& board);
    void board_made(QString const& board);
    void renamed(QString const& board, QString const& name);
    void delete_asked(QString const& board);
    void pictures_dropped(QString const& board, std::vector<qint64> const& pictures);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    QStringList mimeTypes() const override;

private:
    void fit_height();
    void show_menu(QPoint const& at);
    void take_edit(QListWidgetItem* item);
    QListWidgetItem* board_under(QDropEvent const& event) const;
    QListWidgetItem* add_chip(QString const& text, QString const& board);

    std::vector<Board> m_boards;
};

}
