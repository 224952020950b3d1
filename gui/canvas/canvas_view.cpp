// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/canvas_view.h"

#include "app/paint/compositing.h"
#include "gui/canvas/canvas_options.h"
#include "gui/canvas/selection_outline.h"
#include "gui/theme/theme.h"

#include <QAccessible>
#include <QLabel>
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
    : MovableView(parent)
    , m_session(session)
    , m_options(options)
    , m_picture([this](Rect const& area, int step, std::span<std::uint32_t> out) {
        compose(*document(), area, composing(step), out);
    })
    , m_masks(
          [this](Rect const& area, int step, std::span<std::uint32_t> out) {
              std::vector<std::uint8_t> mask(out.size());
              compose_mask(*document(), area, composing(step), mask);
              std::ranges::transform(
                  mask, out.begin(), [](std::uint8_t value) { return std::uint32_t { value } << 24; });
          },
          [this](int x, int y, std::uint32_t mask) {
              return hatched(m_options.mask_colour(), m_options.get(setting::mask_opacity), x, y, mask);
          })
    , m_doing(new QLabel(this))
    , m_outline(new SelectionOutline(*this))
{
    setAccessibleName(tr("Canvas"));
    setMouseTracking(true);
    setTabletTracking(true);
    setAcceptDrops(true);
    m_doing->setProperty("floating", true);
    m_doing->setContentsMargins(Measures::margin, Measures::gap, Measures::margin, Measures::gap);
    m_doing->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_doing->hide();
    m_refine.setSingleShot(true);
    m_refine.setInterval(1ms);
    connect(&m_refine, &QTimer::timeout, this, &CanvasView::refine);
    m_rest.setSingleShot(true);
    m_rest.setInterval(120ms);
    connect(&m_rest, &QTimer::timeout, this, qOverload<>(&QWidget::update));
    follow_session();
}

Composing CanvasView::composing(int step) const
{
    return { .references = true,
        .without = m_floating ? m_floating->layer : 0,
        .instead = m_floating ? &m_floating->rest : nullptr,
        .step = step };
}

void CanvasView::follow_session()
{
    connect(&m_session, &Session::documents_changed, this, &CanvasView::show_active_document);
    connect(&m_session, &Session::document_changed, this, &CanvasView::document_changed);
    connect(&m_session, &Session::document_properties_changed, this, &CanvasView::show_active_document);
    connect(&m_session, &Session::selection_changed, this, [this](DocumentId id) {
        if (id == m_document) {
            m_outline->forget(document()->selection.empty());
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
        m_outline->forget(true);
        m_floating.reset();
        hide_candidate();
        if (other || is_fitted())
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

QPointF CanvasView::to_document(QPointF const& in_widget) const { return view().to_widget().inverted().map(in_widget); }

QRectF CanvasView::to_widget(Rect const& area) const
{
    return view().to_widget().mapRect(QRectF(area.x, area.y, area.width, area.height));
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

void CanvasView::show_floating(std::shared_ptr<Floating const> floating)
{
    auto const before = std::exchange(m_floating, std::move(floating));
    for (auto const& one : { before, m_floating }) {
        if (!one)
            continue;
        QRect const box = one->box.toAlignedRect();
        m_picture.changed({ box.x(), box.y(), box.width(), box.height() });
        m_masks.changed({ box.x(), box.y(), box.width(), box.height() });
    }
    update();
}

void CanvasView::end_floating(std::shared_ptr<Floating const> const& floating)
{
    if (floating && floating == m_floating)
        show_floating(nullptr);
}

void CanvasView::set_frame_shown(bool shown)
{
    m_frame_shown = shown;
    update();
}

void CanvasView::show_doing(QString const& what)
{
    m_doing->setVisible(!what.isEmpty());
    if (what.isEmpty())
        return;
    m_doing->setText(tr("%1  Esc stops it.").arg(what));
    m_doing->adjustSize();
    m_doing->move((width() - m_doing->width()) / 2, Measures::margin);
    QAccessibleEvent said(m_doing, QAccessible::Alert);
    QAccessible::updateAccessibility(&said);
}

void CanvasView::set_tool(Tool* tool)
{
    if (m_tool && m_tool != tool) {
        if (is_pressed())
            m_use = Use::none;
        m_tool->confirm();
    }
    m_tool = tool;
    if (m_tool)
        m_tool->begin();
    show_cursor();
    update();
}

}
