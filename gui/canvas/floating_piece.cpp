// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/floating_piece.h"

#include "app/paint/selection.h"
#include "app/paint/transform.h"
#include "gui/canvas/brush_tool.h"
#include "gui/canvas/canvas_view.h"
#include "gui/studio/images.h"

#include <QCoreApplication>
#include <QPointer>

#include <cmath>

namespace igneous {

namespace {

QString tr(char const* text) { return QCoreApplication::translate("FloatingPiece", text); }

Affine affine(QTransform const& t) { return { t.m11(), t.m12(), t.m21(), t.m22(), t.dx(), t.dy() }; }

bool is_whole_move(QTransform const& t)
{
    return t.type() <= QTransform::TxTranslate && t.dx() == std::round(t.dx()) && t.dy() == std::round(t.dy());
}

TileGrid turned(TileGrid const& grid, QTransform const& place, std::stop_token const& stop)
{
    // As far as documents reach: what is moved out of sight can be moved back.
    constexpr int far = largest_document_side;
    return grid.empty() ? grid : transformed(grid, affine(place), { -far, -far, 2 * far, 2 * far }, stop);
}

}

FloatingPiece::Known FloatingPiece::lifted_from(
    Document const& document, LayerId id, Known const& known, std::stop_token const& stop)
{
    Layer const& layer = *find_layer(document.layers, id);
    TileGrid const &pixels = layer.pixels, &selection = document.selection;
    if (known && known->document == document.id && known->layer == id && known->pixels_now.tiles() == pixels.tiles()
        && known->selection_now.tiles() == selection.tiles())
        return known;
    QPoint const origin = origin_of_layer(document, id);
    Lifted parts = selection.empty() ? Lifted { pixels, TileGrid(pixels.channels()) }
                                     : lifted(pixels, moved(selection, -origin.x(), -origin.y()), stop);
    if (tight_bounds(parts.piece).empty())
        parts.piece = TileGrid(pixels.channels());
    return std::make_shared<Lift const>(
        Lift { document.id, id, pixels, selection, std::move(parts), {}, pixels, selection });
}

std::shared_ptr<Floating> FloatingPiece::shown(Lift const& lift, Document const& document)
{
    Rect const box = tight_bounds(lift.parts.piece);
    if (box.empty())
        return nullptr;                    // there is nothing to show
    QPoint const origin = origin_of_layer(document, lift.layer);
    Layer piece = make_layer(1, find_layer(document.layers, lift.layer)->kind, {});
    piece.pixels = lift.parts.piece;
    constexpr int largest = 2048;          // of what is drawn while it moves
    return std::make_shared<Floating>(Floating { lift.layer, lift.parts.rest, sampled(piece, box, largest),
        QRectF(box.x + origin.x(), box.y + origin.y(), box.width, box.height), lift.so_far });
}

FloatingPiece::Lift FloatingPiece::put_down(
    Lift const& lift, QTransform const& place, Document const& document, std::stop_token const& stop)
{
    Lift down = lift;
    down.so_far = place;
    if (place.isIdentity()) {
        down.pixels_now = lift.pixels;
        down.selection_now = lift.selection;
        return down;
    }
    QPoint const origin = origin_of_layer(document, lift.layer);
    QTransform const in_layer = QTransform::fromTranslate(origin.x(), origin.y()) * place
                                * QTransform::fromTranslate(-origin.x(), -origin.y());
    down.pixels_now = laid(lift.parts.rest, turned(lift.parts.piece, in_layer, stop), stop);
    down.selection_now = turned(lift.selection, place, stop);
    return down;
}

bool FloatingPiece::has_pixels(Lift const& lift) const
{
    if (!lift.parts.piece.empty())
        return true;
    Document const* const document = find_document(m_context.session.workspace(), lift.document);
    Layer const* const layer = document ? find_layer(document->layers, lift.layer) : nullptr;
    if (layer)
        m_tell((lift.pixels.empty() ? tr("%1 is empty: paint something on it first.")
                                    : tr("Nothing of %1 lies in the selection. Select a part of it, or select nothing "
                                         "for the whole layer."))
                .arg(QString::fromStdString(layer->properties.name)));
    return false;
}

void FloatingPiece::take(std::function<void()> ready)
{
    Layer const* const layer = m_context.layer();
    if (QString const objection = objection_to_painting(layer); !objection.isEmpty())
        return m_tell(objection);
    auto const wanted = std::make_shared<int>();
    m_taking = wanted;
    m_context.work.start(tr("Taking up the pixels…"),
        [this, wanted, ready = std::move(ready), document = m_context.document()->id, id = layer->id] {
            return taking(document, id, wanted, ready);
        });
}

PixelWork::Work FloatingPiece::taking(DocumentId id, LayerId layer, std::weak_ptr<void> const& wanted,
    std::function<void()> const& ready)
{
    Document const* const now = find_document(m_context.session.workspace(), id);
    if (!now || !find_layer(now->layers, layer) || m_taking.lock() != wanted.lock())
        return {};
    return [this, document = *now, layer, wanted, ready, known = m_lift](
               std::stop_token const& stop) -> PixelWork::Finish {
        Known const lift = lifted_from(document, layer, known, stop);
        return [this, wanted, ready, lift, floating = shown(*lift, document)] {
            if (m_taking.expired() || m_taking.lock() != wanted.lock())
                return true;
            m_taking.reset();
            if (!has_pixels(*lift))
                return true;
            m_lift = lift;
            m_shown = floating;
            m_context.view.show_floating(floating);
            ready();
            return true;
        };
    };
}

void FloatingPiece::show(QTransform const& place)
{
    m_shown->place = place;
    m_context.view.update();
}

void FloatingPiece::drop()
{
    m_taking.reset();
    m_context.view.end_floating(std::exchange(m_shown, nullptr));
}

void FloatingPiece::put(QTransform const& place, QString const& name)
{
    // It stays in sight until the document has it: for as long as the order lives.
    std::shared_ptr<void> until_then(
        nullptr, [view = QPointer(&m_context.view), shown = std::exchange(m_shown, nullptr)](void*) {
            if (view)
                view->end_floating(shown);
        });
    start_putting(
        m_lift->document, m_lift->layer, m_lift->so_far.inverted() * place, name, std::move(until_then));
}

void FloatingPiece::shift(QPoint const& by, QString const& name)
{
    if (Layer const* layer = m_context.layer())
        start_putting(
            m_context.document()->id, layer->id, QTransform::fromTranslate(by.x(), by.y()), name, nullptr);
}

void FloatingPiece::start_putting(DocumentId document, LayerId layer, QTransform const& by, QString const& name,
    std::shared_ptr<void> until_then)
{
    m_context.work.start(
        tr("Putting down the pixels…"), [this, document, layer, by, name, until_then = std::move(until_then)] {
            return putting(document, layer, by, name);
        });
}

PixelWork::Work FloatingPiece::putting(
    DocumentId id, LayerId layer, QTransform const& by, QString const& name)
{
    Document const* const now = find_document(m_context.session.workspace(), id);
    if (!now || !find_layer(now->layers, layer))
        return {};
    return [this, document = *now, layer, by, name, known = m_lift](std::stop_token const& stop) -> PixelWork::Finish {
        Known const lift = lifted_from(document, layer, known, stop);
        auto const down = std::make_shared<Lift const>(put_down(*lift, lift->so_far * by, document, stop));
        return [this, id = document.id, layer, lift, down, name = name.toStdString(),
                   tiles = tiles_between(lift->pixels_now, down->pixels_now),
                   selected = tiles_between(lift->selection_now, down->selection_now)] {
            Session& session = m_context.session;
            Document const* const open = find_document(session.workspace(), id);
            if (!has_still(open, layer, lift->pixels_now) || !has_still(open, 0, lift->selection_now))
                return false;
            if (!has_pixels(*lift))
                return true;
            session.begin_group(name);
            if (!tiles.empty())
                session.push(paint(*open, layer, tiles, name));
            if (!selected.empty())
                session.push(paint(*open, 0, selected, name));
            session.end_group();
            m_lift = is_whole_move(down->so_far) ? down : nullptr;
            return true;
        };
    };
}

}
