// SPDX-License-Identifier: Apache-2.0
#pragma once

// A canvas over a session of its own, without the rest of the window, and hands that draw on it.

#include "gui/canvas/canvas_options.h"
#include "gui/canvas/canvas_tools.h"
#include "gui/canvas/canvas_view.h"
#include "gui/canvas/pixel_work.h"
#include "tests/app/process.h"

#include <memory>

namespace igneous::test {

class Canvas {
public:
    /// A document of this size with an empty layer, or what is in the session already where `width` is 0.
    explicit Canvas(int width, int height = 0, std::filesystem::path const& folder = {});

    Document const& document() const { return *view.document(); }
    Layer const& layer() const { return *context().layer(); }
    CanvasContext context() const { return { *session, *options, const_cast<CanvasView&>(view), *work }; }
    /// What is seen of the document.
    Image seen() const;
    /// The red, green, blue and alpha of a pixel.
    QColor at(int x, int y) const;

    void mouse(QEvent::Type type, QPointF const& at, Qt::MouseButton button = Qt::LeftButton,
        Qt::KeyboardModifiers modifiers = {});
    /// Press, move, release, through points of the document; waits for what comes of it.
    void draw(QList<QPointF> const& points, Qt::KeyboardModifiers modifiers = {});
    void pen(QEvent::Type type, QPointF const& at, double pressure, bool eraser = false,
        Qt::MouseButton button = Qt::LeftButton);
    void key(int key, Qt::KeyboardModifiers modifiers = {});
    /// Until nothing is being worked on any more.
    void settle();

private:
    TemporaryFolder m_folder;

public:
    std::unique_ptr<Settings> settings;
    std::unique_ptr<CanvasOptions> options;
    std::unique_ptr<Session> session;
    std::unique_ptr<PixelWork> work;
    CanvasView view;
    CanvasTools tools;
    QStringList refused;
};

/// One opaque colour all over, without a tile for each place.
Layer plain_layer(LayerId id, int width, int height, QColor const& colour);

}
