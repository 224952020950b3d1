// SPDX-License-Identifier: Apache-2.0
// Cut, copy, paste and clear, of what is selected on the active layer. Copies go to the desktop's clipboard as
// pictures; where they came from lies beside, so that they come back to their place.
#include "app/paint/compositing.h"
#include "app/paint/ink.h"
#include "app/paint/selection.h"
#include "app/session/session.h"
#include "gui/actions/actions.h"
#include "gui/canvas/brush_tool.h"
#include "gui/canvas/canvas_options.h"
#include "gui/canvas/canvas_view.h"
#include "gui/studio/images.h"
#include "gui/widgets/notice_bar.h"
#include "gui/window/document_work.h"
#include "gui/window/layer_work.h"
#include "gui/window/main_window.h"

#include <QApplication>
#include <QClipboard>
#include <QMenu>
#include <QMimeData>

namespace igneous {

namespace {

QString const place_mime = QStringLiteral("application/x-igneous-place");

}

void LayerWork::make_edit_actions(DocumentWork& documents)
{
    QString const edit = QStringLiteral("Edit");
    QMenu* menu = m_parts.actions.menu(edit);
    auto const add_edit = [&](char const* id, QString const& title, QKeySequence const& keys, auto const& done) {
        QAction* action = m_parts.actions.add(QString::fromLatin1(id), title, edit, keys, &m_context.view);
        menu->addAction(action);
        connect(action, &QAction::triggered, this, done);
        return action;
    };
    auto const on_layer = [this](auto const& done) {
        return [this, done] {
            if (Document const* document = m_context.document())
                done(*document);
        };
    };
    menu->addSeparator();
    m_with_layer.append(
        add_edit("edit.cut", tr("Cut"), QKeySequence(Qt::CTRL | Qt::Key_X), on_layer([this](Document const& document) {
            copy(document);
            clear(document, tr("Cut"));
        })));
    m_with_layer.append(add_edit("edit.copy", tr("Copy"), QKeySequence(Qt::CTRL | Qt::Key_C),
        on_layer([this](Document const& document) { copy(document); })));
    m_with_document.append(add_edit("edit.copy_merged", tr("Copy what is seen"), Qt::CTRL | Qt::SHIFT | Qt::Key_C,
        on_layer([](Document const& document) {
            QApplication::clipboard()->setImage(
                to_qimage(flatten(document, { 0, 0, document.properties.width, document.properties.height })));
        })));
    QAction* paste_action
        = m_parts.actions.add(QStringLiteral("edit.paste"), tr("Paste as a layer"), edit, Qt::CTRL | Qt::Key_V);
    menu->addAction(paste_action);
    connect(paste_action, &QAction::triggered, this, [this, &documents] { paste(documents); });
    m_with_layer.append(add_edit("edit.clear", tr("Clear"), Qt::Key_Delete,
        on_layer([this](Document const& document) { clear(document, tr("Clear")); })));
    m_with_layer.append(add_edit("edit.fill", tr("Fill with the brush colour"), Qt::ALT | Qt::Key_Backspace,
        on_layer([this](Document const& document) {
            if (QString const objection = objection_to_painting(active()); !objection.isEmpty())
                return m_parts.window.notices().tell(objection);
            QColor const colour = m_context.options.colour();
            auto const byte = [](int value) { return static_cast<std::uint8_t>(value); };
            QPoint const origin = origin_of_layer(document, active()->id);
            TileGrid const all
                = rectangle_mask({ -origin.x(), -origin.y(), document.properties.width, document.properties.height });
            m_parts.session.push(paint(document, active()->id,
                ink_through(active()->pixels, all, Allowed(document.selection, origin.x(), origin.y()),
                    { { byte(colour.red()), byte(colour.green()), byte(colour.blue()) } },
                    m_context.options.get(setting::brush_opacity)),
                tr("Fill").toStdString()));
        })));
    menu->addSeparator();
}

QImage LayerWork::copied(Document const& document, QPoint& at) const
{
    Layer const* const layer = active();
    if (!layer || layer->kind == LayerKind::group)
        return {};
    QPoint const origin = origin_of_layer(document, layer->id);
    TileGrid pixels = layer->pixels;
    if (!document.selection.empty()) {
        // What is not selected is rubbed out of the copy.
        TileGrid const outside = inverted(moved(document.selection, -origin.x(), -origin.y()), pixels.bounds());
        for (PlacedTile const& placed : ink_through(pixels, outside, Allowed(TileGrid(1)), { .erases = true }, 1))
            pixels.put(placed.position, placed.tile);
    }
    Rect const area = tight_bounds(pixels);
    if (area.empty())
        return {};
    at = origin + QPoint(area.x, area.y);
    return to_qimage(picture_of(pixels, area)).copy();
}

void LayerWork::copy(Document const& document)
{
    QPoint at;
    QImage const image = copied(document, at);
    if (image.isNull())
        return m_parts.window.notices().tell(tr("There is nothing to copy: the layer has no pixels in the selection."));
    auto* data = new QMimeData;
    data->setImageData(image);
    data->setData(place_mime, QByteArray::number(at.x()) + ' ' + QByteArray::number(at.y()));
    QApplication::clipboard()->setMimeData(data);
}

void LayerWork::clear(Document const& document, QString const& name)
{
    Layer const* const layer = active();
    if (QString const objection = objection_to_painting(layer); !objection.isEmpty())
        return m_parts.window.notices().tell(objection);
    QPoint const origin = origin_of_layer(document, layer->id);
    TileGrid const region = document.selection.empty() ? rectangle_mask(layer->pixels.bounds())
                                                       : moved(document.selection, -origin.x(), -origin.y());
    std::vector<PlacedTile> tiles = ink_through(layer->pixels, region, Allowed(TileGrid(1)), { .erases = true }, 1);
    if (!tiles.empty())
        m_parts.session.push(paint(document, layer->id, std::move(tiles), name.toStdString()));
}

void LayerWork::paste(DocumentWork& documents)
{
    QMimeData const* data = QApplication::clipboard()->mimeData();
    if (!data || !data->hasImage())
        return m_parts.window.notices().tell(tr("There is no picture on the clipboard to paste."));
    QImage const image = qvariant_cast<QImage>(data->imageData());
    std::optional<QPointF> middle;
    QList<QByteArray> const place = data->data(place_mime).split(' ');
    if (place.size() == 2)
        middle = QPointF(place[0].toInt() + image.width() / 2., place[1].toInt() + image.height() / 2.);
    documents.add_picture_layer(image, tr("Pasted"), middle);
}

}
