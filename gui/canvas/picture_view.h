// SPDX-License-Identifier: Apache-2.0
#pragma once

// A picture to look at: Space or the middle button pans, the wheel zooms at the pointer, Ctrl+0 fits, Ctrl+1 shows pixels,
// M mirrors, Shift+Space turns. A preview of what is being made lies over it until the real one comes.

#include "gui/canvas/view_transform.h"

#include <QImage>
#include <QWidget>

namespace igneous {

class PictureView : public QWidget {
    Q_OBJECT

public:
    explicit PictureView(QWidget* parent = nullptr);

    /// Fits the view when the size is another than before.
    void show_picture(QImage const& picture);
    /// Drawn at `full`, the size the picture will have.
    void show_preview(QImage const& preview, QSize full);
    QImage const& picture() const { return m_picture; }
    void set_hint(QString const& hint);              // where there is no picture

    void fit();
    void actual_size();
    void mirror();
    double zoom() const { return m_view.zoom(); }

Q_SIGNALS:
    void view_changed();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;

private:
    enum class Drag { none, pan, rotate };
    void changed();
    QPointF middle() const { return QPointF(width() / 2., height() / 2.); }

    QImage m_picture, m_preview;
    QSize m_size;                                    // of what is shown
    QString m_hint;
    ViewTransform m_view;
    bool m_fitted = true;                            // follows the window's size until the artist moves it
    bool m_space = false;
    Drag m_drag = Drag::none;
    QPointF m_last;
};

}
