// SPDX-License-Identifier: Apache-2.0
// Pictures that become documents or layers of one: their tiles are made beside the window.
#include "app/session/session.h"
#include "gui/canvas/brush_tool.h"
#include "gui/canvas/canvas_area.h"
#include "gui/canvas/canvas_view.h"
#include "gui/studio/images.h"
#include "gui/window/canvas_work.h"
#include "gui/window/document_work.h"

namespace igneous {

namespace {

Layer picture_layer(LayerId id, QImage const& picture, QString const& name)
{
    Layer layer = make_layer(id, LayerKind::paint, name.toStdString());
    Image const image = from_qimage(picture.convertToFormat(QImage::Format_RGBA8888));
    for (PlacedTile const& placed : tiles_with(layer.pixels, image, 0, 0))
        layer.pixels.put(placed.position, placed.tile);
    return layer;
}

}

void DocumentWork::edit_picture(QImage const& picture, QString const& name)
{
    if (picture.isNull())
        return tell(tr("There is no picture to edit yet. Generate one, or open one from the gallery or a file."));
    m_canvas.context().work.start(
        tr("Opening the picture…"), [this, picture, name] { return making_document(picture, name); });
}

PixelWork::Work DocumentWork::making_document(QImage const& picture, QString const& name)
{
    return [this, picture, name, id = m_parts.session.new_id()](std::stop_token const&) -> PixelWork::Finish {
        return [this, size = picture.size(), name, layer = picture_layer(id, picture, tr("Picture"))] {
            add_with_layers(name, size, { layer });
            m_canvas.view().fit();
            return true;
        };
    };
}

void DocumentWork::add_picture_layer(QImage const& picture, QString const& name, std::optional<QPointF> at)
{
    m_canvas.context().work.start(
        tr("Adding the picture…"), [this, picture, name, at] { return adding(picture, name, at); });
}

PixelWork::Work DocumentWork::adding(QImage const& picture, QString const& name, std::optional<QPointF> at)
{
    if (picture.isNull()) {
        tell(tr("There is no picture in it that can be read, so nothing was added."));
        return {};
    }
    Document const* const document = m_canvas.context().document();
    if (!document)
        return making_document(picture, name);
    return [this, picture, name, at, document = document->id, id = m_parts.session.new_id()](
               std::stop_token const&) -> PixelWork::Finish {
        return [this, at, document, size = picture.size(), layer = picture_layer(id, picture, name)] {
            put_layer(document, layer, size, at);
            return true;
        };
    };
}

/// Above the active layer, in its group.
void DocumentWork::put_layer(DocumentId id, Layer layer, QSize size, std::optional<QPointF> at)
{
    Document const* const document = find_document(m_parts.session.workspace(), id);
    if (!document)                         // closed meanwhile
        return;
    QPointF const middle = at.value_or(QPointF(document->properties.width / 2., document->properties.height / 2.));
    LayerPlace place { 0, document->layers.size() };
    QPoint origin;
    if (Layer const* active = find_layer(document->layers, document->active_layer)) {
        place = place_of(*document, active->id);
        ++place.index;
        origin = place.parent ? origin_of_layer(*document, place.parent) : QPoint();
    }
    layer.properties.x = qRound(middle.x() - size.width() / 2.) - origin.x();
    layer.properties.y = qRound(middle.y() - size.height() / 2.) - origin.y();
    LayerId const added = layer.id;
    m_parts.session.push(add_layer(*document, std::move(layer), place.parent, place.index));
    m_parts.session.set_active_layer(id, added);
    m_canvas.area().show_canvas();
}

}
