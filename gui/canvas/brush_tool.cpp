// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/brush_tool.h"

#include "app/session/layer_origin.h"
#include "gui/canvas/canvas_options.h"
#include "gui/canvas/canvas_view.h"
#include "gui/canvas/point_tools.h"

#include <QCoreApplication>
#include <QPainter>

namespace igneous {

namespace {

QString tr(char const* text) { return QCoreApplication::translate("BrushTool", text); }

}

Ink ink_of(QColor const& colour, bool erases)
{
    auto const byte = [](int value) { return static_cast<std::uint8_t>(value); };
    return { .colour = { byte(colour.red()), byte(colour.green()), byte(colour.blue()) }, .erases = erases };
}

QPoint origin_of_layer(Document const& document, LayerId layer)
{
    Offset const at = origin_of(document, layer);
    return { at.x, at.y };
}

QString objection_to_painting(Layer const* layer)
{
    if (!layer)
        return tr("No layer is chosen, so there is nothing to paint on. Choose one in the layers panel.");
    QString const name = QString::fromStdString(layer->properties.name);
    if (layer->kind == LayerKind::group)
        return tr("%1 is a group, which has no pixels. Choose a layer in it.").arg(name);
    if (layer->properties.locked)
        return tr("%1 is locked. Unlock it in the layers panel to change it.").arg(name);
    if (!layer->properties.visible)
        return tr("%1 is hidden. Show it in the layers panel to change it.").arg(name);
    return {};
}

BrushTool::BrushTool(CanvasContext const& context, BrushKind kind, std::function<void(QString const&)> tell)
    : Tool(context)
    , m_kind(kind)
    , m_tell(std::move(tell))
{}

Layer const* BrushTool::mask_layer()
{
    Document const& document = *m_context.document();
    Layer const* found = m_context.layer();
    if (found && found->kind == LayerKind::mask)
        return found;
    found = nullptr;
    for_each_layer(document.layers, [&](Layer const& layer) {
        if (layer.kind == LayerKind::mask && layer.properties.visible && !layer.properties.locked)
            found = &layer;
    });
    if (found)
        return found;
    LayerId const id = m_context.session.new_id();
    Layer mask = make_layer(id, LayerKind::mask, tr("Inpaint mask").toStdString());
    m_context.session.push(add_layer(document, std::move(mask), 0, document.layers.size()));
    return find_layer(m_context.document()->layers, id);
}

Layer const* BrushTool::target()
{
    Layer const* layer = m_kind == BrushKind::mask ? mask_layer() : m_context.layer();
    QString const objection = objection_to_painting(layer);
    if (!objection.isEmpty())
        m_tell(objection);
    return objection.isEmpty() ? layer : nullptr;
}

void BrushTool::press(Pointer const& pointer)
{
    Document const* const document = m_context.document();
    if (m_kind == BrushKind::paint && pointer.modifiers & Qt::AltModifier)
        return pick_colour(m_context, pointer.at);
    m_context.session.begin_group((m_kind == BrushKind::erase  ? tr("Eraser stroke")
                                   : m_kind == BrushKind::mask ? tr("Mask stroke")
                                                               : tr("Brush stroke"))
            .toStdString());
    Layer const* const layer = document ? target() : nullptr;
    if (!layer) {
        m_context.session.cancel_group();
        return;
    }
    Document const& now = *m_context.document();
    QPoint const origin = origin_of_layer(now, layer->id);
    bool const erases = m_kind == BrushKind::erase || pointer.eraser
                        || (m_kind == BrushKind::mask && pointer.modifiers & Qt::AltModifier);
    m_layer = layer->id;
    m_origin = origin;
    m_stroke.emplace(layer->pixels, m_context.options.brush(), ink_of(m_context.options.colour(), erases),
        Allowed(now.selection, origin.x(), origin.y()),
        Rect { -origin.x(), -origin.y(), now.properties.width, now.properties.height });
    drag(pointer);
}

void BrushTool::drag(Pointer const& pointer)
{
    show_at(pointer.in_widget);
    if (!m_stroke)
        return;
    QPointF const at = pointer.at - m_origin;
    put(m_stroke->add({ at.x(), at.y(), pointer.pressure }));
}

void BrushTool::put(std::vector<PlacedTile> tiles)
{
    Document const* const document = m_context.document();
    if (tiles.empty() || !document || !find_layer(document->layers, m_layer))
        return;
    m_context.view.expect_change(
        moved(m_stroke->dirty(), static_cast<int>(m_origin.x()), static_cast<int>(m_origin.y())));
    m_context.session.push(igneous::paint(*document, m_layer, std::move(tiles), "Stroke"));
}

void BrushTool::release(Pointer const& pointer)
{
    show_at(pointer.in_widget);
    confirm();
}

bool BrushTool::confirm()
{
    if (!m_stroke)
        return false;
    put(m_stroke->finish());
    m_stroke.reset();
    m_context.session.end_group();
    return true;
}

bool BrushTool::cancel()
{
    if (!m_stroke)
        return false;
    m_stroke.reset();
    m_context.session.cancel_group();
    return true;
}

void BrushTool::hover(Pointer const& pointer) { show_at(pointer.in_widget); }

/// The outline follows: only the two places where it is and was are drawn anew.
void BrushTool::show_at(QPointF const& in_widget)
{
    double const side = m_context.options.get(setting::brush_size) * m_context.view.zoom() + 8;
    for (QPointF const& at : { m_at, in_widget })
        m_context.view.update(QRectF(at.x() - side / 2, at.y() - side / 2, side, side).toAlignedRect());
    m_at = in_widget;
}

void BrushTool::paint(QPainter& painter)
{
    double const radius = m_context.options.get(setting::brush_size) * m_context.view.zoom() / 2;
    painter.setBrush(Qt::NoBrush);
    if (radius < 2) {
        painter.setPen(QPen(Qt::black, 1));
        painter.drawLine(m_at - QPointF(5, 0), m_at + QPointF(5, 0));
        painter.drawLine(m_at - QPointF(0, 5), m_at + QPointF(0, 5));
        return;
    }
    painter.setPen(QPen(QColor(0, 0, 0, 170), 1));
    painter.drawEllipse(m_at, radius, radius);
    painter.setPen(QPen(QColor(255, 255, 255, 220), 1));
    painter.drawEllipse(m_at, radius - 1, radius - 1);
}

QCursor BrushTool::cursor() const { return Qt::BlankCursor; }

}
