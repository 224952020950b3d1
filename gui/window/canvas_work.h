// SPDX-License-Identifier: Apache-2.0
#pragma once

// The canvas in the window's middle: its tools and their keys, and the view's commands where the canvas is shown.

#include "gui/canvas/canvas_tools.h"
#include "gui/window/parts.h"

namespace igneous {

class CanvasArea;
class CanvasOptions;
class CanvasView;
class DocumentWork;
class MovableView;

class CanvasWork : public QObject {
    Q_OBJECT

public:
    explicit CanvasWork(Parts const& parts, QObject* parent = nullptr);

    CanvasView& view() { return *m_view; }
    CanvasArea& area() { return *m_area; }
    CanvasTools& tools() { return *m_tools; }
    DocumentWork& documents() { return *m_documents; }
    PixelWork& pixels() { return *m_pixels; }
    CanvasContext context() const { return { m_parts.session, *m_options, *m_view, *m_pixels }; }

protected:
    /// Keys that go up, and Esc for what takes a while, wherever the focus is.
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void make_middle();
    void make_brush_actions();
    void make_colour_actions();
    void make_view_actions();
    void make_frame_actions();
    void change_size(double factor);
    void say_where();
    /// The canvas, or the last picture.
    MovableView& shown() const;

    Parts m_parts;
    CanvasOptions* m_options;
    PixelWork* m_pixels;                   // ends before those that ask it for something
    CanvasView* m_view;
    CanvasTools* m_tools;
    CanvasArea* m_area = nullptr;
    DocumentWork* m_documents = nullptr;
    int m_last_key = 0;
};

}
