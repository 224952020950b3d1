// SPDX-License-Identifier: Apache-2.0
#pragma once

// The session's active document, to be looked at and worked on: what was composed is kept and only what changes is made
// anew, so that documents of any size stay smooth. It moves, turns and mirrors the view itself; everything else that
// the pointer does goes to a tool.

#include "gui/canvas/tile_cache.h"
#include "gui/canvas/tool.h"
#include "gui/canvas/view_transform.h"

#include <QPainterPath>
#include <QTimer>
#include <QWidget>

namespace igneous {

class CanvasView : public QWidget {
    Q_OBJECT

public:
    CanvasView(Session& session, CanvasOptions& options, QWidget* parent = nullptr);

    /// Null where none is open.
    Document const* document() const;
    Rect document_area() const;
    ViewTransform const& view() const { return m_view; }
    double zoom() const { return m_view.zoom(); }
    QPointF to_document(QPointF const& in_widget) const;
    QRectF to_widget(Rect const& area) const;
    void fit();
    void actual_size();
    void zoom_by(double factor);
    void mirror();
    void rotate_by(double degrees);
    void reset_rotation();

    /// A picture in place of that part of the document, until it is hidden: something to be judged.
    void show_candidate(QImage const& picture, Rect const& area);
    void hide_candidate();
    bool has_candidate() const { return m_candidate_is_final; }
    /// The same of a picture that is still being made; it goes with the candidate or hide_candidate().
    void show_preview(QImage const& picture, Rect const& area);

    /// The tool must live as long as it is set.
    void set_tool(Tool* tool);
    Tool* tool() const { return m_tool; }
    bool is_pressed() const { return m_drag == Drag::tool; }
    /// A layer that is not drawn while a tool shows it itself; 0: none.
    void set_hidden_layer(LayerId layer);
    /// Of the next change of the document only this can look different: tools know better than tiles.
    void expect_change(Rect const& area) { m_expected = area; }
    void set_frame_shown(bool shown);

Q_SIGNALS:
    void view_changed();
    void pointer_moved(QPointF const& at);
    /// A tool did something: whoever holds a key for it need not switch back at once.
    void tool_used();
    void files_dropped(QList<QUrl> const& files, QPointF const& at);
    void picture_dropped(QImage const& picture, QPointF const& at);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void tabletEvent(QTabletEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    enum class Drag { none, pan, rotate, tool, brush };
    void follow_session();
    void show_active_document();
    void document_changed(DocumentId document, Rect const& dirty);
    void view_moved();
    void press(Drag drag, QPointF const& at);
    void move_to(QPointF const& at, Pointer const& pointer);
    void drag_brush(QPointF const& at);
    void show_cursor();
    Pointer pointer(QPointF const& in_widget, Qt::KeyboardModifiers modifiers) const;
    Rect seen(QRect const& in_widget) const;
    bool paint_document(QPainter& painter, QRect const& in_widget);
    void paint_ground(QPainter& painter) const;
    void paint_candidate(QPainter& painter) const;
    void paint_selection(QPainter& painter);
    void paint_frame(QPainter& painter) const;
    void refine();
    QPointF middle() const { return { width() / 2., height() / 2. }; }

    Session& m_session;
    CanvasOptions& m_options;
    DocumentId m_document = 0;
    QSize m_size;
    ViewTransform m_view;
    bool m_fitted = true;
    TileCache m_picture, m_masks;
    QTimer m_refine, m_rest; // m_rest: while the view moves, quick counts more than smooth
    std::optional<Rect> m_expected;
    LayerId m_hidden_layer = 0;

    QImage m_candidate;
    Rect m_candidate_area;
    bool m_candidate_is_final = false, m_frame_shown = true;
    QPainterPath m_outline; // of the selection, in the document's pixels
    Rect m_outline_area;
    int m_outline_level = -1;

    Tool* m_tool = nullptr;
    Drag m_drag = Drag::none;
    bool m_space = false, m_pen = false;
    QPointF m_last;
};

}
