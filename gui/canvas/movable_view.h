// SPDX-License-Identifier: Apache-2.0
#pragma once

// Something to look at that can be moved, zoomed, turned and mirrored: Space or the middle button pans, with Shift it
// turns, the wheel zooms at the pointer. It stays fitted to the window until the artist moves it.

#include "gui/canvas/view_transform.h"

#include <QWidget>

namespace igneous {

class MovableView : public QWidget {
    Q_OBJECT

public:
    explicit MovableView(QWidget* parent = nullptr);

    ViewTransform const& view() const { return m_view; }
    double zoom() const { return m_view.zoom(); }
    void fit();
    void actual_size();
    void zoom_by(double factor);
    void mirror();
    void rotate_by(double degrees);
    void reset_rotation();

Q_SIGNALS:
    void view_changed();

protected:
    /// In its own pixels; empty where there is nothing to look at.
    virtual QSize content_size() const = 0;
    /// While no gesture of the view's own is under way.
    virtual QCursor usual_cursor() const { return Qt::ArrowCursor; }
    /// A gesture moved the view, and may go on.
    virtual void moving() {}
    void view_moved();
    bool is_fitted() const { return m_fitted; }

    bool holds_space() const { return m_space; }
    bool is_moving() const { return m_gesture != Gesture::none; }
    void begin_moving(Qt::KeyboardModifiers modifiers, QPointF const& at);
    void end_moving();
    void show_cursor();

    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void move_to(QPointF const& at);

private:
    enum class Gesture { none, pan, turn };
    QPointF middle() const { return { width() / 2., height() / 2. }; }

    ViewTransform m_view;
    bool m_fitted = true, m_space = false;
    Gesture m_gesture = Gesture::none;
    QPointF m_last;
};

}
