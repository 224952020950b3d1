// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/canvas_view.h"

#include "app/paint/compositing.h"
#include "gui/canvas/canvas_options.h"

#include <QPainter>

namespace igneous {

using namespace std::chrono_literals;

namespace {

/// A mask's own alpha, striped so that it is never taken for paint.
std::uint32_t hatched(QColor const& colour, double opacity, int x, int y, std::uint32_t mask)
{
    if (mask == 0)
        return 0;
    constexpr int period = 12, stripe = 3;
    double const strength = ((x + y) % period + period) % period < stripe ? 1 : 0.55;
    auto const alpha = static_cast<int>(static_cast<double>(mask >> 24) * opacity * strength + 0.5);
    return qPremultiply(qRgba(colour.red(), colour.green(), colour.blue(), alpha));
}

}

Document const* CanvasContext::document() const
{
    return find_document(session.workspace(), session.workspace().active_document);
}

Layer const* CanvasContext::layer() const
{
    Document const* const open = document();
    return open ? find_layer(open->layers, open->active_layer) : nullptr;
}

CanvasView::CanvasView(Session& session, CanvasOptions& options, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_options(options)
    , m_picture([this](Rect const& area, int step, std::span<std::uint32_t> out) {
        compose(*document(), area, { .references = true, .without = m_hidden_layer, .step = step }, out);
    })
    , m_masks(
          [this](Rect const& area, int step, std::span<std::uint32_t> out) {
              std::vector<std::uint8_t> mask(out.size());
              compose_mask(*document(), area, step, mask);
              std::ranges::transform(
                  mask, out.begin(), [](std::uint8_t value) { return std::uint32_t { value } << 24; });
          },
          [this](int x, int y, std::uint32_t mask) {
              return hatched(m_options.mask_colour(), m_options.get(setting::mask_opacity), x, y, mask);
          })
{
    setFocusPolicy(Qt::ClickFocus);                // Tab has another meaning here; it goes through the panels
    setAccessibleName(tr("Canvas"));
    setMinimumSize(240, 200);
    setMouseTracking(true);
    setTabletTracking(true);
    setAcceptDrops(true);
    m_refine.setSingleShot(true);
    m_refine.setInterval(1ms);
    connect(&m_refine, &QTimer::timeout, this, &CanvasView::refine);
    m_rest.setSingleShot(true);
    m_rest.setInterval(120ms);
    connect(&m_rest, &QTimer::timeout, this, qOverload<>(&QWidget::update));
    follow_session();
}

void CanvasView::follow_session()
{
    connect(&m_session, &Session::documents_changed, this, &CanvasView::show_active_document);
    connect(&m_session, &Session::document_changed, this, &CanvasView::document_changed);
    connect(&m_session, &Session::document_properties_changed, this, &CanvasView::show_active_document);
    connect(&m_session, &Session::selection_changed, this, [this](DocumentId id) {
        if (id == m_document) {
            m_outline_level = -1;
            update();
        }
    });
    connect(&m_options, &CanvasOptions::changed, this, qOverload<>(&QWidget::update));
    connect(&m_options, &CanvasOptions::mask_look_changed, this, [this] {
        m_masks.reset(m_size.width(), m_size.height());
        update();
    });
    show_active_document();
}

Document const* CanvasView::document() const { return find_document(m_session.workspace(), m_document); }
Rect CanvasView::document_area() const { return { 0, 0, m_size.width(), m_size.height() }; }

void CanvasView::show_active_document()
{
    DocumentId const active = m_session.workspace().active_document;
    Document const* const open = find_document(m_session.workspace(), active);
    QSize const size = open ? QSize(open->properties.width, open->properties.height) : QSize();
    bool const other = active != m_document;
    if (other || size != m_size) {
        m_document = open ? active : 0;
        m_size = size;
        m_picture.reset(size.width(), size.height());
        m_masks.reset(size.width(), size.height());
        m_outline_level = -1;
        m_hidden_layer = 0;
        hide_candidate();
        if (other || m_fitted)
            fit();
    }
    update();
}

void CanvasView::document_changed(DocumentId id, Rect const& dirty)
{
    if (id != m_document)
        return;
    Rect area = dirty;
    if (m_expected)
        area = *std::exchange(m_expected, {});
    m_picture.changed(area);
    m_masks.changed(area);
    update(to_widget(area).toAlignedRect().adjusted(-2, -2, 2, 2));
}

QPointF CanvasView::to_document(QPointF const& in_widget) const { return m_view.to_widget().inverted().map(in_widget); }

QRectF CanvasView::to_widget(Rect const& area) const
{
    return m_view.to_widget().mapRect(QRectF(area.x, area.y, area.width, area.height));
}

void CanvasView::view_moved()
{
    update();
    Q_EMIT view_changed();
}

void CanvasView::fit()
{
    m_fitted = true;
    m_view.fit(m_size, size());
    view_moved();
}

void CanvasView::actual_size()
{
    m_fitted = false;
    m_view.set_zoom(1 / devicePixelRatioF(), middle());
    view_moved();
}

void CanvasView::zoom_by(double factor)
{
    m_fitted = false;
    m_view.zoom_by(factor, middle());
    view_moved();
}

void CanvasView::mirror()
{
    m_view.mirror(middle());
    view_moved();
}

void CanvasView::rotate_by(double degrees)
{
    m_fitted = false;
    m_view.rotate_to(m_view.degrees() + degrees, middle());
    view_moved();
}

void CanvasView::reset_rotation()
{
    m_view.rotate_to(0, middle());
    view_moved();
}

void CanvasView::show_candidate(QImage const& picture, Rect const& area)
{
    m_candidate = picture;
    m_candidate_area = area;
    m_candidate_is_final = !picture.isNull();
    update();
}

void CanvasView::show_preview(QImage const& picture, Rect const& area)
{
    show_candidate(picture, area);
    m_candidate_is_final = false;
}

void CanvasView::hide_candidate() { show_candidate({}, {}); }

void CanvasView::set_hidden_layer(LayerId layer)
{
    if (layer == m_hidden_layer)
        return;
    LayerId const before = std::exchange(m_hidden_layer, layer);
    if (Document const* open = document()) {
        Rect const area = united(bounds_of(*open, before), bounds_of(*open, layer));
        m_picture.changed(area);
        update();
    }
}

void CanvasView::set_frame_shown(bool shown)
{
    m_frame_shown = shown;
    update();
}

void CanvasView::set_tool(Tool* tool)
{
    if (m_tool && m_tool != tool) {
        if (m_drag == Drag::tool)
            m_drag = Drag::none;
        m_tool->confirm();
    }
    m_tool = tool;
    if (m_tool)
        m_tool->begin();
    show_cursor();
    update();
}

}
