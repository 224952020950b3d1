// SPDX-License-Identifier: Apache-2.0
#pragma once

// A picture to look at. A preview of what is being made lies over it until the real one comes.

#include "gui/canvas/movable_view.h"

#include <QImage>

namespace igneous {

class PictureView : public MovableView {
    Q_OBJECT

public:
    explicit PictureView(QWidget* parent = nullptr);

    /// Fits the view when the size is another than before.
    void show_picture(QImage const& picture);
    /// Drawn at `full`, the size the picture will have.
    void show_preview(QImage const& preview, QSize full);
    QImage const& picture() const { return m_picture; }
    void set_hint(QString const& hint);              // where there is no picture

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    QSize content_size() const override { return m_size; }

private:
    QImage m_picture, m_preview;
    QSize m_size;                                    // of what is shown
    QString m_hint;
};

}
