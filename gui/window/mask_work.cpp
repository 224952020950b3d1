// SPDX-License-Identifier: Apache-2.0
#include "gui/window/mask_work.h"

#include "gui/actions/actions.h"
#include "gui/canvas/background.h"
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
        if (Document const* document = m_context.document())
            set_selection(m_context.session, *document, rectangle_mask(m_context.view.document_area()),
                tr("Select all").toStdString());
    });
    add("select.none", tr("Select nothing"), Qt::CTRL | Qt::SHIFT | Qt::Key_A, [this] {
        if (Document const* document = m_context.document())
            set_selection(m_context.session, *document, TileGrid(1), tr("Select nothing").toStdString());
    });
    menu->addSeparator();
    QAction* invert = add(
        "select.invert", tr("Invert"), Qt::SHIFT | Qt::Key_V, [this] { change_mask(tr("Invert mask"), inverted); });
    QAction* grow = add("select.grow", tr("Grow…"), {}, [this] {
        ask_pixels(tr("Grow"), tr("By how many pixels"), [this](int pixels) {
            change_mask(tr("Grow mask"),
                [pixels](TileGrid const& mask, Rect const& area) { return grown(mask, pixels, area); });
        });
    });
    QAction* shrink = add("select.shrink", tr("Shrink…"), {}, [this] {
        ask_pixels(tr("Shrink"), tr("By how many pixels"), [this](int pixels) {
            change_mask(tr("Shrink mask"),
                [pixels](TileGrid const& mask, Rect const& area) { return grown(mask, -pixels, area); });
        });
    });
    QAction* feather = add("select.feather", tr("Feather…"), {}, [this] {
        ask_pixels(tr("Feather"), tr("How wide the soft edge is, in pixels"), [this](int pixels) {
            change_mask(tr("Feather mask"),
                [pixels](TileGrid const& mask, Rect const& area) { return feathered(mask, pixels, area); });
        });
    });
    menu->addSeparator();
    QAction* to_mask = add("select.to_mask", tr("Mask from selection"), {}, [this] { mask_from_selection(); });
    add("select.from_mask", tr("Selection from mask"), {}, [this] { selection_from_mask(); });
    QAction* clear = add("select.clear_mask", tr("Clear the mask"), {},
        [this] { change_mask(tr("Clear mask"), [](TileGrid const&, Rect const&) { return TileGrid(1); }); });
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
    LayerId const id = layer ? layer->id : 0;
    TileGrid const before = layer ? layer->pixels : document.selection;
    QPoint const origin = layer ? origin_of_layer(document, id) : QPoint();
    in_background(
        this,
        [before, origin, change = std::move(change), area = m_context.view.document_area()] {
            TileGrid const after = change(moved(before, origin.x(), origin.y()), area);
            return tiles_between(before, moved(after, -origin.x(), -origin.y()));
        },
        [this, id, before, document = document.id, name](std::vector<PlacedTile> tiles) {
            Document const* const now = find_document(m_context.session.workspace(), document);
            Layer const* const target = now && id ? find_layer(now->layers, id) : nullptr;
            if (!now || (id && !target) || tiles.empty())
                return;
            TileGrid const& still = target ? target->pixels : now->selection;
            if (still.tiles() == before.tiles())
                m_context.session.push(paint(*now, id, std::move(tiles), name.toStdString()));
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
    Session& session = m_context.session;
    session.begin_group(tr("Mask from selection").toStdString());
    Layer const* layer = mask_layer();
    if (!layer) {
        Layer made = make_layer(session.new_id(), LayerKind::mask, tr("Inpaint mask").toStdString());
        LayerId const id = made.id;
        session.push(add_layer(document, std::move(made), 0, document.layers.size()));
        layer = find_layer(m_context.document()->layers, id);
    }
    QPoint const origin = origin_of_layer(document, layer->id);
    TileGrid const united = joined(layer->pixels, moved(document.selection, -origin.x(), -origin.y()), Joining::add);
    session.push(paint(document, layer->id, tiles_between(layer->pixels, united), "Mask"));
    set_selection(session, document, TileGrid(1), "Select nothing");
    session.end_group();
}

void MaskWork::selection_from_mask()
{
    Document const& document = *m_context.document();
    Layer const* layer = mask_layer();
    if (!layer)
        return m_parts.window.notices().tell(
            tr("There is no mask to select from. Paint one with the mask brush first."));
    QPoint const origin = origin_of_layer(document, layer->id);
    set_selection(m_context.session, document, moved(layer->pixels, origin.x(), origin.y()),
        tr("Selection from mask").toStdString());
}

}
