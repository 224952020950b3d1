// SPDX-License-Identifier: Apache-2.0
#pragma once

// The session's active document, to be looked at and worked on: what was composed is kept and only what changes is made
// anew, so that documents of any size stay smooth. What the pointer does and is not the view's own goes to a tool.

#include "gui/canvas/floating_piece.h"
#include "gui/canvas/movable_view.h"
#include "gui/canvas/tile_cache.h"
#include "gui/canvas/tool.h"

#include <QTimer>

class QLabel;

namespace igneous {

struct Composing;
class SelectionOutline;

class CanvasView : public MovableView {
    Q_OBJECT

public:
    CanvasView(Session& session, CanvasOptions& options, QWidget* parent = nullptr);

    /// Null where none is open.
    Document const* document() const;
    Rect document_area() const;
    QPointF to_document(QPointF const& in_widget) const;
    QRectF to_widget(Rect const& area) const;

    /// A picture in place of that part of the document, until it is hidden: something to be judged.
    void show_candidate(QImage const& picture, Rect const& area);
    void hide_candidate();
    SelectionOutline const& outline() const { return *m_outline; }
    bool has_candidate() const { return m_candidate_is_final; }
    /// The same of a picture that is still being made; it goes with the candidate or hide_candidate().
    void show_preview(QImage const& picture, Rect const& area);

    /// The tool must live as long as it is set.
    void set_tool(Tool* tool);
    Tool* tool() const { return m_tool; }
    bool is_pressed() const { return m_use == Use::tool; }
    /// Pixels that are in the hand: they are drawn over the document, and their layer without them. Null: none.
    void show_floating(std::shared_ptr<Floating const> floating);
    /// Where these are the ones.
    void end_floating(std::shared_ptr<Floating const> const& floating);
    /// Of the next change of the document only this can look different: tools know better than tiles.
    void expect_change(Rect const& area) { m_expected = area; }
    void set_frame_shown(bool shown);
    /// Says over the canvas what is being done to the document; empty: nothing.
    void show_doing(QString const& what);

Q_SIGNALS:
    void pointer_moved(QPointF const& at);
    /// A tool did something: whoever holds a key for it need not switch back at once.
    void tool_used();
    void files_dropped(QList<QUrl> const& files, QPointF const& at);
    void picture_dropped(QImage const& picture, QPointF const& at);

protected:
    QSize content_size() const override { return m_size; }
    QCursor usual_cursor() const override;
    void moving() override { m_rest.start(); }
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void tabletEvent(QTabletEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    enum class Use { none, tool, brush };
    void follow_session();
    void show_active_document();
    void document_changed(DocumentId document, Rect const& dirty);
    void use(Pointer const& pointer);
    void use_no_more(Pointer const& pointer);
    void drag_brush(QPointF const& at);
    Pointer pointer(QPointF const& in_widget, Qt::KeyboardModifiers modifiers) const;
    Rect seen(QRect const& in_widget) const;
    Composing composing(int step) const;
    bool paint_document(QPainter& painter, QRect const& in_widget);
    void paint_ground(QPainter& painter) const;
    void paint_floating(QPainter& painter) const;
    void paint_candidate(QPainter& painter) const;
    int level() const;
    void paint_frame(QPainter& painter) const;
    void refine();

    Session& m_session;
    CanvasOptions& m_options;
    DocumentId m_document = 0;
    QSize m_size;
    TileCache m_picture, m_masks;
    QLabel* m_doing;
    QTimer m_refine, m_rest; // m_rest: while the view moves, quick counts more than smooth
    std::optional<Rect> m_expected;
    std::shared_ptr<Floating const> m_floating;

    QImage m_candidate;
    Rect m_candidate_area;
    bool m_candidate_is_final = false, m_frame_shown = true;
    SelectionOutline* m_outline;

    Tool* m_tool = nullptr;
    Use m_use = Use::none;
    QPointF m_last;
};

}
