// SPDX-License-Identifier: Apache-2.0
#include "gui/window/mask_work.h"

#include "gui/actions/actions.h"
#include "gui/canvas/brush_tool.h"
#include "gui/canvas/canvas_view.h"
#include "gui/canvas/select_tools.h"
#include "gui/theme/icons.h"
#include "gui/widgets/notice_bar.h"
#include "gui/window/main_window.h"

#include <QInputDialog>
#include <QMenu>

namespace igneous {

namespace {

constexpr int most_pixels = 500;

}

MaskWork::MaskWork(Parts const& parts, CanvasContext const& context, QObject* parent)
    : QObject(parent)
    , m_parts(parts)
    , m_context(context)
{
    QMenu* menu = parts.actions.menu(QStringLiteral("Select"));
    add("select.all", tr("Select all"), Qt::CTRL | Qt::Key_A, [this] {
        select(m_context, tr("Select all"),
            [area = m_context.view.document_area()](auto const&, auto const&) { return rectangle_mask(area); });
    });
    add("select.none", tr("Select nothing"), Qt::CTRL | Qt::SHIFT | Qt::Key_A, [this] {
        select(m_context, tr("Select nothing"), [](auto const&, auto const&) { return TileGrid(1); });
    });
    menu->addSeparator();
    QAction* invert = add("select.invert", tr("Invert"), Qt::SHIFT | Qt::Key_V, [this] {
        change_mask(tr("Invert mask"),
            [](TileGrid const& mask, Rect const& area, auto const&) { return inverted(mask, area); });
    });
    QAction* grow = add("select.grow", tr("Grow…"), {}, [this] {
        ask_pixels(tr("Grow"), tr("By how many pixels"), [this](int pixels) {
            change_mask(tr("Grow mask"),
                [pixels](TileGrid const& mask, Rect const& area, std::stop_token const& stop) {
                    return grown(mask, pixels, area, stop);
                });
        });
    });
    QAction* shrink = add("select.shrink", tr("Shrink…"), {}, [this] {
        ask_pixels(tr("Shrink"), tr("By how many pixels"), [this](int pixels) {
            change_mask(tr("Shrink mask"),
                [pixels](TileGrid const& mask, Rect const& area, std::stop_token const& stop) {
                    return grown(mask, -pixels, area, stop);
                });
        });
    });
    QAction* feather = add("select.feather", tr("Feather…"), {}, [this] {
        ask_pixels(tr("Feather"), tr("How wide the soft edge is, in pixels"), [this](int pixels) {
            change_mask(tr("Feather mask"),
                [pixels](TileGrid const& mask, Rect const& area, std::stop_token const& stop) {
                    return feathered(mask, pixels, area, stop);
                });
        });
    });
    menu->addSeparator();
    QAction* to_mask = add("select.to_mask", tr("Mask from selection"), {}, [this] { mask_from_selection(); });
    add("select.from_mask", tr("Selection from mask"), {}, [this] { selection_from_mask(); });
    QAction* clear = add("select.clear_mask", tr("Clear the mask"), {},
        [this] { change_mask(tr("Clear mask"), [](auto const&, auto const&, auto const&) { return TileGrid(1); }); });
    invert->setIcon(icon(QStringLiteral("invert")));
    m_mask_commands = { invert, grow, shrink, feather, clear };
    m_select_commands = { invert, grow, shrink, feather, to_mask };
}

QAction* MaskWork::add(char const* id, QString const& title, QKeySequence const& keys, std::function<void()> done)
{
    QString const group = QStringLiteral("Select");
    QAction* action = m_parts.actions.add(QString::fromLatin1(id), title, group, keys);
    m_parts.actions.menu(group)->addAction(action);
    connect(action, &QAction::triggered, this, [this, done = std::move(done)] {
        if (m_context.document())
            done();
    });
    return action;
}

Layer const* MaskWork::mask_layer() const
{
    if (Layer const* layer = m_context.layer(); layer && layer->kind == LayerKind::mask)
        return layer;
    Layer const* found = nullptr;
    if (Document const* document = m_context.document())
        for_each_layer(document->layers, [&](Layer const& layer) {
            if (layer.kind == LayerKind::mask && layer.properties.visible)
                found = &layer;
        });
    return found;
}

void MaskWork::change_mask(QString const& name, Change change)
{
    Document const& document = *m_context.document();
    Layer const* chosen = m_context.layer();
    bool const is_mask = chosen && chosen->kind == LayerKind::mask;
    // The chosen mask; else the selection, where there is one; else the mask that is there.
    Layer const* layer = is_mask || document.selection.empty() ? mask_layer() : nullptr;
    if (layer) {
        if (QString const objection = objection_to_painting(layer); !objection.isEmpty())
            return m_parts.window.notices().tell(objection);
    }
    m_context.work.change(tr("Changing the mask…"), name, document.id, layer ? layer->id : 0,
        [id = layer ? layer->id : 0, change = std::move(change), area = m_context.view.document_area()](
            Document const& now, TileGrid const& before, std::stop_token const& stop) {
            QPoint const origin = id ? origin_of_layer(now, id) : QPoint();
            TileGrid const after = change(moved(before, origin.x(), origin.y()), area, stop);
            return tiles_between(before, moved(after, -origin.x(), -origin.y()));
        });
}

void MaskWork::ask_pixels(QString const& title, QString const& what, std::function<void(int)> done)
{
    auto* dialog = new QInputDialog(&m_parts.window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setInputMode(QInputDialog::IntInput);
    dialog->setWindowTitle(title);
    dialog->setLabelText(what);
    dialog->setIntRange(1, most_pixels);
    dialog->setIntValue(m_pixels);
    connect(dialog, &QInputDialog::intValueSelected, this, [this, done = std::move(done)](int pixels) {
        m_pixels = pixels;
        if (m_context.document())
            done(pixels);
    });
    dialog->open();
}

void MaskWork::mask_from_selection()
{
    Document const& document = *m_context.document();
    if (document.selection.empty())
        return m_parts.window.notices().tell(
            tr("Nothing is selected. Select a part with the lasso or the rectangle first."));
    Layer const* const layer = mask_layer();
    m_context.work.start(tr("Changing the mask…"), [this, id = document.id, layer = layer ? layer->id : 0] {
        return make_mask(id, layer);
    });
}

/// Adds the selection to the mask, 0: to a new one.
PixelWork::Work MaskWork::make_mask(DocumentId id, LayerId mask)
{
    Document const* const open = find_document(m_context.session.workspace(), id);
    if (!open || (mask && !find_layer(open->layers, mask)))
        return {};
    return [this, document = *open, mask](std::stop_token const&) -> PixelWork::Finish {
        Layer const* const layer = find_layer(document.layers, mask);
        TileGrid const before = layer ? layer->pixels : TileGrid(1);
        QPoint const origin = layer ? origin_of_layer(document, mask) : QPoint();
        TileGrid const after = joined(before, moved(document.selection, -origin.x(), -origin.y()), Joining::add);
        return [this, id = document.id, mask, before, selected = document.selection,
                   tiles = tiles_between(before, after), none = tiles_between(document.selection, TileGrid(1))]() {
            Session& session = m_context.session;
            Document const* const now = find_document(session.workspace(), id);
            if (!has_still(now, 0, selected) || (mask && !has_still(now, mask, before)))
                return false;
            session.begin_group(tr("Mask from selection").toStdString());
            LayerId to = mask;
            if (!to) {
                Layer made = make_layer(to = session.new_id(), LayerKind::mask, tr("Inpaint mask").toStdString());
                session.push(add_layer(*now, std::move(made), 0, now->layers.size()));
            }
            session.push(paint(*now, to, tiles, "Mask"));
            session.push(paint(*now, 0, none, "Select nothing"));
            session.end_group();
            return true;
        };
    };
}

void MaskWork::selection_from_mask()
{
    Layer const* layer = mask_layer();
    if (!layer)
        return m_parts.window.notices().tell(
            tr("There is no mask to select from. Paint one with the mask brush first."));
    select(m_context, tr("Selection from mask"), [id = layer->id](Document const& now, auto const&) {
        Layer const* const mask = find_layer(now.layers, id);
        if (!mask)
            return now.selection;
        QPoint const origin = origin_of_layer(now, id);
        return moved(mask->pixels, origin.x(), origin.y());
    });
}

}
