// SPDX-License-Identifier: Apache-2.0
// How the canvas is drawn.
#include "gui/canvas/canvas_view.h"

#include "app/paint/rects.h"
#include "app/paint/selection.h"
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

Image selection_in(TileGrid const& selection, Rect const& area, int level)
{
    int const size = 1 << level;
    Image out(area.width / size, area.height / size, 1);
    std::uint8_t* to = out.pixels.data();
    for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x, ++to) {
            int const px = area.x + x * size + size / 2, py = area.y + y * size + size / 2;
            if (Tile const tile = selection.tile({ px >> 8, py >> 8 }))
                *to = (*tile)[static_cast<std::size_t>((py & 255) * tile_side + (px & 255))];
        }
    return out;
}

}

Rect CanvasView::seen(QRect const& in_widget) const
{
    QRectF const area = m_view.to_widget().inverted().mapRect(QRectF(in_widget));
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
    paint_candidate(painter);
    paint_frame(painter);
    paint_selection(painter);
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
    QPolygonF const outline = m_view.to_widget().map(QPolygonF(QRectF(QPointF(), QSizeF(m_size))));
    painter.setPen(Qt::NoPen);
    painter.setBrush(brush);
    painter.drawPolygon(outline);
}

bool CanvasView::paint_document(QPainter& painter, QRect const& in_widget)
{
    double const scale = m_view.zoom() * devicePixelRatioF();
    int const level = TileCache::level_for(scale);
    auto const until = TileCache::Clock::now() + time_for_a_frame;
    Rect const area = seen(in_widget);
    painter.setTransform(m_view.to_widget());
    // Above three screen pixels a picture pixel, artists want to see the pixels.
    bool const plain = scale == std::floor(scale) && m_view.degrees() == 0;
    painter.setRenderHint(QPainter::SmoothPixmapTransform, scale < 3 && !plain && !m_rest.isActive());
    bool complete = m_picture.paint(painter, area, level, until);
    bool const masks = m_candidate.isNull() && has_masks(document()->layers);   // a result is judged without them
    return masks ? m_masks.paint(painter, area, level, until) && complete : complete;
}

void CanvasView::refine()
{
    auto const until = TileCache::Clock::now() + time_for_refining;
    for (TileCache* cache : { &m_picture, &m_masks })
        if (Rect const again = cache->refine(seen(rect()), until); !again.empty())
            update(to_widget(again).toAlignedRect().adjusted(-1, -1, 1, 1));
}

void CanvasView::paint_candidate(QPainter& painter) const
{
    if (m_candidate.isNull())
        return;
    painter.setRenderHint(QPainter::SmoothPixmapTransform, m_view.zoom() * devicePixelRatioF() < 3);
    painter.drawImage(
        QRectF(m_candidate_area.x, m_candidate_area.y, m_candidate_area.width, m_candidate_area.height), m_candidate);
}

void CanvasView::paint_frame(QPainter& painter) const
{
    Rect const frame = document()->properties.frame;
    if (frame.empty() || !m_frame_shown)
        return;
    QPolygonF const outline = m_view.to_widget().map(QPolygonF(QRectF(frame.x, frame.y, frame.width, frame.height)));
    painter.resetTransform();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0, 0, 0, 160), 3));
    painter.drawPolygon(outline);
    painter.setPen(QPen(dark_colours().accent, 1.5));
    painter.drawPolygon(outline);
}

void CanvasView::paint_selection(QPainter& painter)
{
    TileGrid const& selection = document()->selection;
    if (selection.empty())
        return;
    int const level = TileCache::level_for(m_view.zoom() * devicePixelRatioF()), size = 1 << level;
    Rect area = common(widened(seen(rect()), size), selection.bounds());
    area = { (area.x >> level) << level, (area.y >> level) << level, (area.width + size) / size * size,
        (area.height + size) / size * size };
    if (area.empty())
        return;
    if (level != m_outline_level || area != m_outline_area) {
        m_outline_level = level;
        m_outline_area = area;
        m_outline = {};
        for (auto const& line : outlines(selection_in(selection, area, level))) {
            QPolygonF polygon;
            for (Point const& point : line)
                polygon.append(QPointF(area.x + point.x * size, area.y + point.y * size));
            m_outline.addPolygon(polygon);
            m_outline.closeSubpath();
        }
    }
    painter.resetTransform();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setBrush(Qt::NoBrush);
    QPainterPath const path = m_view.to_widget().map(m_outline);
    painter.setPen(QPen(Qt::white, 1));
    painter.drawPath(path);
    QPen dashes(Qt::black, 1);
    dashes.setDashPattern({ 4, 4 });
    painter.setPen(dashes);
    painter.drawPath(path);
}

}
