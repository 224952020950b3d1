// SPDX-License-Identifier: Apache-2.0
#pragma once

// The picture to start from: dropped here, chosen, or the last one that was made.

#include <QImage>
#include <QWidget>

class QLabel;
class QToolButton;

namespace igneous {

class InitRow : public QWidget {
    Q_OBJECT

public:
    explicit InitRow(QWidget* parent = nullptr);
    /// A small one will do; null: none. `size` is the picture's own.
    void show_picture(QImage const& thumbnail, QSize size);
    void set_last_there(bool there);

Q_SIGNALS:
    void file_chosen(QString const& path);
    void picture_dropped(QImage const& picture);
    void last_asked();
    void cleared();

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void choose_file();

    QImage m_thumbnail;
    bool m_under_drag = false;
    QLabel* m_text;
    QToolButton* m_last;
    QToolButton* m_clear;
};

}
