// SPDX-License-Identifier: Apache-2.0
#pragma once

// What happens under the pointer: each tool is one class that hears where it is pressed, moved and released, in pixels
// of the document, and may draw over the canvas.

#include "app/session/session.h"

#include <QCursor>
#include <QPointF>

class QPainter;

namespace igneous {

class CanvasOptions;
class CanvasView;
class PixelWork;

struct Pointer {
    QPointF at;                            // in pixels of the document
    QPointF in_widget;
    double pressure = 1;                   // of a pen; a mouse presses fully
    bool eraser = false;                   // the pen's other end
    Qt::KeyboardModifiers modifiers;
};

/// What tools work with. All outlive them.
struct CanvasContext {
    Session& session;
    CanvasOptions& options;
    CanvasView& view;
    PixelWork& work;

    /// The active document and, in it, the active layer; null where there is none.
    Document const* document() const;
    Layer const* layer() const;
};

class Tool {
public:
    explicit Tool(CanvasContext const& context)
        : m_context(context)
    {}
    virtual ~Tool() = default;
    Tool(Tool const&) = delete;
    Tool& operator=(Tool const&) = delete;

    virtual void press(Pointer const& pointer) = 0;
    virtual void drag(Pointer const& pointer) = 0;
    virtual void release(Pointer const& pointer) = 0;
    virtual void hover(Pointer const&) {}
    /// Takes back what is under way (Esc); false where nothing is.
    virtual bool cancel() { return false; }
    /// Ends what is under way (Enter, another tool); false where nothing is.
    virtual bool confirm() { return false; }
    /// Over the canvas, in the widget's coordinates.
    virtual void paint(QPainter&) {}
    virtual QCursor cursor() const { return Qt::CrossCursor; }
    virtual void begin() {}

protected:
    CanvasContext const m_context;
};

}
