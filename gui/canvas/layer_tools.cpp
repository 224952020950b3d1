// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/layer_tools.h"

#include "app/paint/compositing.h"
#include "app/paint/selection.h"
#include "gui/canvas/background.h"
#include "gui/canvas/brush_tool.h"
#include "gui/canvas/canvas_view.h"
#include "gui/studio/images.h"
#include "gui/theme/theme.h"

#include <QCoreApplication>
#include <QPainter>

#include <cmath>

namespace igneous {

namespace {

QString tr(char const* text) { return QCoreApplication::translate("LayerTools", text); }
constexpr double handle_reach = 9, handle_side = 9;    // widget pixels

/// Moving a group moves what is in it, so it has no objection there.
QString objection_to_moving(Layer const* layer)
{
    return layer && layer->kind == LayerKind::group && !layer->properties.locked ? QString()
                                                                                 : objection_to_painting(layer);
}

void push_place(Session& session, Document const& document, LayerId layer, QPoint const& place)
{
    session.push(edit_layer(document, layer, tr("Move layer").toStdString(), [&](LayerProperties& has) {
        has.x = place.x();
        has.y = place.y();
    }));
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

/// A mask is shown in grey, everything else as it is; halved until it is quick to draw.
QImage shown_pixels(TileGrid const& grid, Rect const& box)
{
    constexpr int most = 2048;
    Image const image = picture_of(grid, box);
    QImage shown;
    if (image.channels == 1) {
        shown = QImage(image.width, image.height, QImage::Format_ARGB32_Premultiplied);
        for (int y = 0; y < image.height; ++y)
            for (int x = 0; x < image.width; ++x) {
                int const value = image.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width)
                                               + static_cast<std::size_t>(x)];
                shown.setPixel(x, y, qRgba(value, value, value, value));
            }
    } else {
        shown = to_qimage(image).convertToFormat(QImage::Format_ARGB32_Premultiplied);
    }
    return std::max(shown.width(), shown.height()) > most
               ? shown.scaled(most, most, Qt::KeepAspectRatio, Qt::SmoothTransformation)
               : shown;
}

}

void MoveTool::press(Pointer const& pointer)
{
    Layer const* const layer = m_context.layer();
    if (QString const objection = objection_to_moving(layer); !objection.isEmpty())
        return m_tell(objection);
    m_layer = layer->id;
    m_from = pointer.at;
    m_before = { layer->properties.x, layer->properties.y };
    m_context.session.begin_group(tr("Move layer").toStdString());
}

void MoveTool::drag(Pointer const& pointer)
{
    Document const* const document = m_context.document();
    if (!m_layer || !document || !find_layer(document->layers, m_layer))
        return;
    QPointF by = pointer.at - m_from;
    if (pointer.modifiers & Qt::ShiftModifier)
        (std::abs(by.x()) > std::abs(by.y()) ? by.ry() : by.rx()) = 0;
    QPoint const place = m_before + by.toPoint();
    LayerProperties const& has = find_layer(document->layers, m_layer)->properties;
    if (place != QPoint(has.x, has.y))
        push_place(m_context.session, *document, m_layer, place);
}

bool MoveTool::confirm()
{
    if (!std::exchange(m_layer, 0))
        return false;
    m_context.session.end_group();
    return true;
}

bool MoveTool::cancel()
{
    if (!std::exchange(m_layer, 0))
        return false;
    m_context.session.cancel_group();
    return true;
}

void MoveTool::nudge(int x, int y)
{
    Layer const* const layer = m_context.layer();
    if (QString const objection = objection_to_moving(layer); !objection.isEmpty())
        return m_tell(objection);
    push_place(
        m_context.session, *m_context.document(), layer->id, { layer->properties.x + x, layer->properties.y + y });
}

void TransformTool::begin()
{
    Layer const* const layer = m_context.layer();
    if (QString const objection = objection_to_painting(layer); !objection.isEmpty())
        return m_tell(objection);
    Rect const bounds = tight_bounds(layer->pixels);
    if (bounds.empty())
        return m_tell(
            tr("%1 is empty, so there is nothing to transform.").arg(QString::fromStdString(layer->properties.name)));
    QPoint const origin = origin_of_layer(*m_context.document(), layer->id);
    m_layer = layer->id;
    m_box = QRectF(bounds.x + origin.x(), bounds.y + origin.y(), bounds.width, bounds.height);
    m_picture = shown_pixels(layer->pixels, bounds);
    m_middle = m_box.center();
    m_scale = { 1, 1 };
    m_degrees = 0;
    m_context.view.set_hidden_layer(m_layer);
}

QTransform TransformTool::to_document() const
{
    QTransform transform;
    transform.translate(m_middle.x(), m_middle.y());
    transform.rotate(m_degrees);
    transform.scale(m_scale.x(), m_scale.y());
    transform.translate(-m_box.center().x(), -m_box.center().y());
    return transform;
}

QPolygonF TransformTool::handles() const
{
    QPolygonF points;
    for (int y = -1; y <= 1; ++y)
        for (int x = -1; x <= 1; ++x)
            if (x || y)
                points.append(m_box.center() + QPointF(x * m_box.width() / 2, y * m_box.height() / 2));
    return (to_document() * m_context.view.view().to_widget()).map(points);
}

void TransformTool::press(Pointer const& pointer)
{
    if (!m_layer)
        begin();
    if (!m_layer)
        return;
    m_from = pointer.at;
    m_middle_before = m_middle;
    m_scale_before = m_scale;
    m_degrees_before = m_degrees;
    QPolygonF const all = handles();
    int number = 0;
    for (int y = -1; y <= 1; ++y)
        for (int x = -1; x <= 1; ++x)
            if ((x || y) && QLineF(all[number++], pointer.in_widget).length() <= handle_reach) {
                m_grip = Grip::scale;
                m_handle = QPointF(x, y);
                return;
            }
    m_grip = to_document().map(QPolygonF(m_box)).containsPoint(pointer.at, Qt::OddEvenFill) ? Grip::move : Grip::rotate;
}

void TransformTool::drag(Pointer const& pointer)
{
    if (!m_layer)
        return;
    auto const angle = [this](QPointF const& at) { return QLineF(m_middle, at).angle(); };
    switch (m_grip) {
    case Grip::none: return;
    case Grip::move: m_middle = m_middle_before + pointer.at - m_from; break;
    case Grip::scale: scale_to(pointer); break;
    case Grip::rotate:
        m_degrees = m_degrees_before + angle(m_from) - angle(pointer.at);
        if (pointer.modifiers & Qt::ShiftModifier)
            m_degrees = std::round(m_degrees / 15) * 15;
        break;
    }
    m_context.view.update();
}

/// The side or corner across stays where it is; corners keep the proportions unless Shift is held.
void TransformTool::scale_to(Pointer const& pointer)
{
    QTransform turn;
    turn.rotate(m_degrees);
    QPointF const half(m_box.width() / 2 * m_scale_before.x(), m_box.height() / 2 * m_scale_before.y());
    QPointF const across = m_middle_before - turn.map(QPointF(m_handle.x() * half.x(), m_handle.y() * half.y()));
    QPointF const reach = turn.inverted().map(pointer.at - across);
    auto const factor = [](double handle, double reached, double before) {
        if (handle == 0 || before == 0)
            return 1.;
        double const found = handle * reached / (2 * before);
        return std::abs(found) < 0.005 ? 0.005 : found;
    };
    double x = factor(m_handle.x(), reach.x(), half.x()), y = factor(m_handle.y(), reach.y(), half.y());
    bool const corner = m_handle.x() != 0 && m_handle.y() != 0;
    if (corner && !(pointer.modifiers & Qt::ShiftModifier))
        x = y = std::max(x, y);
    m_scale = { m_scale_before.x() * x, m_scale_before.y() * y };
    m_middle = across + turn.map(QPointF(m_handle.x() * half.x() * x, m_handle.y() * half.y() * y));
}

bool TransformTool::cancel()
{
    if (!m_layer)
        return false;
    stop();
    return true;
}

void TransformTool::stop()
{
    m_layer = 0;
    m_grip = Grip::none;
    m_picture = {};
    m_context.view.set_hidden_layer(0);
    m_context.view.update();
}

bool TransformTool::confirm()
{
    Document const* const document = m_context.document();
    Layer const* const layer = document && m_layer ? find_layer(document->layers, m_layer) : nullptr;
    QTransform const change = to_document();
    bool const was = m_layer != 0;
    if (!layer || change.isIdentity()) {
        stop();
        return was;
    }
    QPoint const origin = origin_of_layer(*document, m_layer);
    QTransform const in_layer = QTransform::fromTranslate(origin.x(), origin.y()) * change
                                * QTransform::fromTranslate(-origin.x(), -origin.y());
    Affine const affine { in_layer.m11(), in_layer.m12(), in_layer.m21(), in_layer.m22(), in_layer.dx(),
        in_layer.dy() };
    // As far as documents reach: what is moved out of sight can be moved back.
    constexpr int far = largest_document_side;
    in_background(
        &m_context.view,
        [pixels = layer->pixels, affine] {
            return tiles_between(pixels, transformed(pixels, affine, { -far, -far, 2 * far, 2 * far }));
        },
        [context = m_context, id = document->id, layer = m_layer, before = layer->pixels](
            std::vector<PlacedTile> tiles) {
            Document const* const now = find_document(context.session.workspace(), id);
            Layer const* const target = now ? find_layer(now->layers, layer) : nullptr;
            if (target && target->pixels.tiles() == before.tiles() && !tiles.empty())
                context.session.push(
                    igneous::paint(*now, layer, std::move(tiles), tr("Transform layer").toStdString()));
        });
    stop();
    return true;
}

void TransformTool::paint(QPainter& painter)
{
    if (!m_layer)
        return;
    QTransform const shown = to_document() * m_context.view.view().to_widget();
    painter.save();
    painter.setTransform(shown);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    if (Layer const* layer = find_layer(m_context.document()->layers, m_layer)) {
        painter.setOpacity(layer->properties.opacity);
        painter.setCompositionMode(shown_mode(layer->properties.blend));
    }
    painter.drawImage(m_box, m_picture);
    painter.restore();
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(dark_colours().accent, 1.5));
    painter.drawPolygon(shown.map(QPolygonF(m_box)));
    painter.setBrush(Qt::white);
    for (QPointF const& at : handles())
        painter.drawRect(QRectF(at.x() - handle_side / 2, at.y() - handle_side / 2, handle_side, handle_side));
}

}
