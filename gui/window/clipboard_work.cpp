// SPDX-License-Identifier: Apache-2.0
// Cut, copy, paste and clear, of what is selected on the active layer. Copies go to the desktop's clipboard as
// pictures; where they came from lies beside, so that they come back to their place.
#include "app/paint/compositing.h"
#include "app/paint/floating.h"
#include "app/paint/ink.h"
#include "app/paint/selection.h"
#include "app/session/session.h"
#include "gui/actions/actions.h"
#include "gui/canvas/brush_tool.h"
#include "gui/canvas/canvas_options.h"
#include "gui/canvas/canvas_view.h"
#include "gui/canvas/pixel_work.h"
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

/// In the layer's own pixels.
TileGrid selected_of(Document const& document, LayerId layer)
{
    QPoint const origin = origin_of_layer(document, layer);
    return moved(document.selection, -origin.x(), -origin.y());
}

/// What is selected of the layer's pixels, and where in the document it lies; null where that is nothing.
QImage copied(Document const& document, LayerId id, QPoint& at, std::stop_token const& stop)
{
    TileGrid pixels = find_layer(document.layers, id)->pixels;
    if (!document.selection.empty())
        pixels = lifted(pixels, selected_of(document, id), stop).piece;
    Rect const area = tight_bounds(pixels);
    if (area.empty() || stop.stop_requested())
        return {};
    at = origin_of_layer(document, id) + QPoint(area.x, area.y);
    return to_qimage(picture_of(pixels, area));
}

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
            if (may_paint())
                copy(document, [this, id = document.id, layer = active()->id] { clear(id, layer, tr("Cut")); });
        })));
    m_with_layer.append(add_edit("edit.copy", tr("Copy"), QKeySequence(Qt::CTRL | Qt::Key_C),
        on_layer([this](Document const& document) { copy(document, [] {}); })));
    m_with_document.append(add_edit("edit.copy_merged", tr("Copy what is seen"), Qt::CTRL | Qt::SHIFT | Qt::Key_C,
        on_layer([this](Document const& document) { copy_seen(document); })));
    QAction* paste_action
        = m_parts.actions.add(QStringLiteral("edit.paste"), tr("Paste as a layer"), edit, Qt::CTRL | Qt::Key_V);
    menu->addAction(paste_action);
    connect(paste_action, &QAction::triggered, this, [this, &documents] { paste(documents); });
    m_with_layer.append(add_edit("edit.clear", tr("Clear"), Qt::Key_Delete,
        on_layer([this](Document const& document) {
            if (may_paint())
                clear(document.id, active()->id, tr("Clear"));
        })));
    m_with_layer.append(add_edit("edit.fill", tr("Fill with the brush colour"), Qt::ALT | Qt::Key_Backspace,
        on_layer([this](Document const& document) {
            if (may_paint())
                fill(document);
        })));
    menu->addSeparator();
}

bool LayerWork::may_paint()
{
    QString const objection = objection_to_painting(active());
    if (!objection.isEmpty())
        m_parts.window.notices().tell(objection);
    return objection.isEmpty();
}

void LayerWork::copy(Document const& document, std::function<void()> then)
{
    LayerId const layer = active()->id;
    m_context.work.start(tr("Copying…"), [this, id = document.id, layer, then = std::move(then)]() -> PixelWork::Work {
        Document const* const now = find_document(m_parts.session.workspace(), id);
        if (!now || !find_layer(now->layers, layer))
            return {};
        return [this, document = *now, layer, then](std::stop_token const& stop) -> PixelWork::Finish {
            QPoint at;
            QImage const image = copied(document, layer, at, stop);
            return [this, image, at, then] {
                if (image.isNull()) {
                    m_parts.window.notices().tell(
                        tr("There is nothing to copy: the layer has no pixels in the selection."));
                    return true;
                }
                auto* data = new QMimeData;
                data->setImageData(image);
                data->setData(place_mime, QByteArray::number(at.x()) + ' ' + QByteArray::number(at.y()));
                QApplication::clipboard()->setMimeData(data);
                then();
                return true;
            };
        };
    });
}

void LayerWork::copy_seen(Document const& document)
{
    m_context.work.start(tr("Copying…"), [this, id = document.id]() -> PixelWork::Work {
        Document const* const now = find_document(m_parts.session.workspace(), id);
        if (!now)
            return {};
        return [document = *now](std::stop_token const&) -> PixelWork::Finish {
            DocumentProperties const& has = document.properties;
            return [image = to_qimage(flatten(document, { 0, 0, has.width, has.height }))] {
                QApplication::clipboard()->setImage(image);
                return true;
            };
        };
    });
}

void LayerWork::clear(DocumentId document, LayerId layer, QString const& name)
{
    m_context.work.change(tr("Clearing…"), name, document, layer,
        [layer](Document const& now, TileGrid const& pixels, std::stop_token const& stop) {
            return now.selection.empty() ? tiles_between(pixels, TileGrid(pixels.channels()))
                                         : tiles_between(pixels, lifted(pixels, selected_of(now, layer), stop).rest);
        });
}

void LayerWork::fill(Document const& document)
{
    m_context.work.change(tr("Filling…"), tr("Fill"), document.id, active()->id,
        [id = active()->id, ink = ink_of(m_context.options.colour()),
            opacity = m_context.options.get(setting::brush_opacity)](
            Document const& now, TileGrid const& pixels, std::stop_token const& stop) {
            QPoint const origin = origin_of_layer(now, id);
            TileGrid const all
                = rectangle_mask({ -origin.x(), -origin.y(), now.properties.width, now.properties.height });
            return ink_through(
                pixels, all, Allowed(now.selection, origin.x(), origin.y()), ink, opacity, stop);
        });
}

/// In turn: what was cut just before is there by then.
void LayerWork::paste(DocumentWork& documents)
{
    m_context.work.start(tr("Pasting…"), [this, &documents]() -> PixelWork::Work {
        QMimeData const* data = QApplication::clipboard()->mimeData();
        if (!data || !data->hasImage()) {
            m_parts.window.notices().tell(tr("There is no picture on the clipboard to paste."));
            return {};
        }
        QImage const image = qvariant_cast<QImage>(data->imageData());
        std::optional<QPointF> middle;
        QList<QByteArray> const place = data->data(place_mime).split(' ');
        if (place.size() == 2)
            middle = QPointF(place[0].toInt() + image.width() / 2., place[1].toInt() + image.height() / 2.);
        return documents.adding(image, tr("Pasted"), middle);
    });
}

}
