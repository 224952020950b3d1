// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/point_tools.h"

#include "app/paint/compositing.h"
#include "app/paint/flood.h"
#include "app/paint/selection.h"
#include "gui/canvas/background.h"
#include "gui/canvas/brush_tool.h"
#include "gui/canvas/canvas_options.h"
#include "gui/canvas/canvas_view.h"

#include <cmath>

namespace igneous {

namespace {

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
    QPoint const at = pixel_at(pointer.at), origin = origin_of_layer(*document, layer->id);
    QColor const colour = m_context.options.colour();
    auto const byte = [](int value) { return static_cast<std::uint8_t>(value); };
    Ink const ink { { byte(colour.red()), byte(colour.green()), byte(colour.blue()) },
        pointer.eraser || static_cast<bool>(pointer.modifiers & Qt::ShiftModifier) };
    Flooding const how { static_cast<int>(m_context.options.get(setting::fill_tolerance)),
        m_context.options.get(setting::fill_connected) };
    double const opacity = m_context.options.get(setting::brush_opacity);
    in_background(
        &m_context.view,
        [document = *document, pixels = layer->pixels, at, origin, ink, how, opacity] {
            TileGrid const region = moved(flooded(document, at.x(), at.y(), how), -origin.x(), -origin.y());
            return ink_through(pixels, region, Allowed(document.selection, origin.x(), origin.y()), ink, opacity);
        },
        [context = m_context, id = document->id, layer = layer->id, before = layer->pixels](
            std::vector<PlacedTile> tiles) {
            Document const* const now = find_document(context.session.workspace(), id);
            Layer const* const target = now ? find_layer(now->layers, layer) : nullptr;
            // What was painted meanwhile counts; the fill can be asked for again.
            if (target && target->pixels.tiles() == before.tiles() && !tiles.empty())
                context.session.push(igneous::paint(*now, layer, std::move(tiles), "Fill"));
        });
}

}
