// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/point_tools.h"

#include "app/paint/compositing.h"
#include "app/paint/flood.h"
#include "app/paint/selection.h"
#include "gui/canvas/brush_tool.h"
#include "gui/canvas/canvas_options.h"
#include "gui/canvas/pixel_work.h"

#include <QCoreApplication>

#include <cmath>

namespace igneous {

namespace {

QString tr(char const* text) { return QCoreApplication::translate("FillTool", text); }

QPoint pixel_at(QPointF const& at)
{
    return { static_cast<int>(std::floor(at.x())), static_cast<int>(std::floor(at.y())) };
}

}

void pick_colour(CanvasContext const& context, QPointF const& at)
{
    Document const* const document = context.document();
    QPoint const pixel = pixel_at(at);
    if (!document || !QRect(0, 0, document->properties.width, document->properties.height).contains(pixel))
        return;
    Image const seen = flatten(*document, { pixel.x(), pixel.y(), 1, 1 });
    if (seen.pixels[3] > 0)
        context.options.set_colour(setting::brush_colour, QColor(seen.pixels[0], seen.pixels[1], seen.pixels[2]));
}

void FillTool::press(Pointer const& pointer)
{
    Document const* const document = m_context.document();
    Layer const* const layer = m_context.layer();
    if (QString const objection = objection_to_painting(layer); !objection.isEmpty())
        return m_tell(objection);
    QPoint const at = pixel_at(pointer.at);
    Ink const ink = ink_of(
        m_context.options.colour(), pointer.eraser || static_cast<bool>(pointer.modifiers & Qt::ShiftModifier));
    Flooding const how { static_cast<int>(m_context.options.get(setting::fill_tolerance)),
        m_context.options.get(setting::fill_connected) };
    double const opacity = m_context.options.get(setting::brush_opacity);
    m_context.work.change(tr("Filling…"), tr("Fill"), document->id, layer->id,
        [id = layer->id, at, ink, how, opacity](
            Document const& now, TileGrid const& pixels, std::stop_token const& stop) {
            QPoint const origin = origin_of_layer(now, id);
            TileGrid const region = moved(flooded(now, at.x(), at.y(), how, stop), -origin.x(), -origin.y());
            return ink_through(
                pixels, region, Allowed(now.selection, origin.x(), origin.y()), ink, opacity, stop);
        });
}

}
