// SPDX-License-Identifier: Apache-2.0
// How the canvas is drawn.
#include "gui/canvas/canvas_view.h"

#include "app/paint/rects.h"
#include "gui/canvas/selection_outline.h"
#include "gui/theme/theme.h"

#include <QPaintEvent>
#include <QPainter>

#include <cmath>

namespace igneous {

using namespace std::chrono_literals;

namespace {

constexpr auto time_for_a_frame = 10ms, time_for_refining = 6ms;

QBrush checkers()
{
    constexpr int side = 8;
    QImage image(2 * side, 2 * side, QImage::Format_RGB32);
    image.fill(QColor(0xcc, 0xcc, 0xcc));
    QPainter painter(&image);
    for (int corner : { 0, side })
        painter.fillRect(corner, corner, side, side, Qt::white);
    return QBrush(image);
}

bool has_masks(std::vector<Layer> const& layers)
{
    return std::ranges::any_of(layers, [](Layer const& layer) {
        return layer.properties.visible
               && ((layer.kind == LayerKind::mask && !layer.pixels.empty()) || has_masks(layer.children));
    });
}

/// As near as the screen's own painter has it.
QPainter::CompositionMode shown_mode(BlendMode mode)
{
    switch (mode) {
    case BlendMode::multiply: return QPainter::CompositionMode_Multiply;
    case BlendMode::screen: return QPainter::CompositionMode_Screen;
    case BlendMode::overlay: return QPainter::CompositionMode_Overlay;
    case BlendMode::darken: return QPainter::CompositionMode_Darken;
    case BlendMode::lighten: return QPainter::CompositionMode_Lighten;
    case BlendMode::color_dodge: return QPainter::CompositionMode_ColorDodge;
    case BlendMode::color_burn: return QPainter::CompositionMode_ColorBurn;
    case BlendMode::hard_light: return QPainter::CompositionMode_HardLight;
    case BlendMode::soft_light: return QPainter::CompositionMode_SoftLight;
    case BlendMode::difference: return QPainter::CompositionMode_Difference;
    case BlendMode::exclusion: return QPainter::CompositionMode_Exclusion;
    case BlendMode::add: return QPainter::CompositionMode_Plus;
    default: return QPainter::CompositionMode_SourceOver;
    }
}

}

Rect CanvasView::seen(QRect const& in_widget) const
{
    QRectF const area = view().to_widget().inverted().mapRect(QRectF(in_widget));
    auto const whole = [](double value) { return static_cast<int>(std::clamp(value, -1e6, 1e6)); };
    int const x = whole(std::floor(area.left())), y = whole(std::floor(area.top()));
    return common({ x, y, whole(std::ceil(area.right())) - x, whole(std::ceil(area.bottom())) - y }, document_area());
}

void CanvasView::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    painter.fillRect(event->rect(), colours().canvas);
    if (!document())
        return;
    paint_ground(painter);
    bool const complete = paint_document(painter, event->rect());
    paint_floating(painter);
    paint_candidate(painter);
    paint_frame(painter);
    if (!document()->selection.empty())
        m_outline->paint(painter, document()->selection, seen(rect()), level(), view().to_widget());
    if (m_tool) {
        painter.resetTransform();
        painter.setRenderHint(QPainter::Antialiasing);
        m_tool->paint(painter);
    }
    if (!complete)
        QTimer::singleShot(0, this, qOverload<>(&QWidget::update));
    else
        m_refine.start();
}

void CanvasView::paint_ground(QPainter& painter) const
{
    static QBrush const brush = checkers();
    QPolygonF const outline = view().to_widget().map(QPolygonF(QRectF(QPointF(), QSizeF(m_size))));
    painter.setPen(Qt::NoPen);
    painter.setBrush(brush);
    painter.drawPolygon(outline);
}

int CanvasView::level() const { return TileCache::level_for(zoom() * devicePixelRatioF()); }

bool CanvasView::paint_document(QPainter& painter, QRect const& in_widget)
{
    double const scale = zoom() * devicePixelRatioF();
    auto const until = TileCache::Clock::now() + time_for_a_frame;
    Rect const area = seen(in_widget);
    painter.setTransform(view().to_widget());
    // Above three screen pixels a picture pixel, artists want to see the pixels.
    bool const plain = scale == std::floor(scale) && view().degrees() == 0;
    painter.setRenderHint(QPainter::SmoothPixmapTransform, scale < 3 && !plain && !m_rest.isActive());
    bool complete = m_picture.paint(painter, area, level(), until);
    bool const masks = m_candidate.isNull() && has_masks(document()->layers);   // a result is judged without them
    return masks ? m_masks.paint(painter, area, level(), until) && complete : complete;
}

void CanvasView::refine()
{
    auto const until = TileCache::Clock::now() + time_for_refining;
    for (TileCache* cache : { &m_picture, &m_masks })
        if (Rect const again = cache->refine(seen(rect()), until); !again.empty())
            update(to_widget(again).toAlignedRect().adjusted(-1, -1, 1, 1));
}

void CanvasView::paint_floating(QPainter& painter) const
{
    Layer const* const layer = m_floating ? find_layer(document()->layers, m_floating->layer) : nullptr;
    if (!layer)
        return;
    painter.setTransform(m_floating->place * view().to_widget());
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.setOpacity(layer->properties.opacity);
    painter.setCompositionMode(shown_mode(layer->properties.blend));
    painter.drawImage(m_floating->box, m_floating->picture);
    painter.setOpacity(1);
    painter.setCompositionMode(QPainter::CompositionMode_SourceOver);
    painter.setTransform(view().to_widget());
}

void CanvasView::paint_candidate(QPainter& painter) const
{
    if (m_candidate.isNull())
        return;
    painter.setRenderHint(QPainter::SmoothPixmapTransform, zoom() * devicePixelRatioF() < 3);
    painter.drawImage(
        QRectF(m_candidate_area.x, m_candidate_area.y, m_candidate_area.width, m_candidate_area.height), m_candidate);
}

void CanvasView::paint_frame(QPainter& painter) const
{
    Rect const frame = document()->properties.frame;
    if (frame.empty() || !m_frame_shown)
        return;
    QPolygonF const outline = view().to_widget().map(QPolygonF(QRectF(frame.x, frame.y, frame.width, frame.height)));
    painter.resetTransform();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0, 0, 0, 160), 3));
    painter.drawPolygon(outline);
    painter.setPen(QPen(dark_colours().accent, 1.5));
    painter.drawPolygon(outline);
}

}
