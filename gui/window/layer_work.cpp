// SPDX-License-Identifier: Apache-2.0
#include "gui/window/layer_work.h"

#include "app/paint/compositing.h"
#include "app/paint/selection.h"
#include "app/session/layer_commands.h"
#include "app/session/session.h"
#include "gui/actions/actions.h"
#include "gui/canvas/brush_tool.h"
#include "gui/canvas/canvas_view.h"
#include "gui/layers/layers_panel.h"
#include "gui/theme/icons.h"
#include "gui/widgets/notice_bar.h"
#include "gui/window/canvas_work.h"
#include "gui/window/main_window.h"

#include <QMenu>

namespace igneous {

LayerWork::LayerWork(Parts const& parts, CanvasWork& canvas, DocumentWork& documents, QObject* parent)
    : QObject(parent)
    , m_parts(parts)
    , m_context(canvas.context())
{
    make_layer_actions();
    make_edit_actions(documents);
    auto const action = [&](char const* id) { return parts.actions.find(QString::fromLatin1(id)); };
    m_panel = new LayersPanel(parts.session,
        { action("layer.add"), action("layer.add_mask"), action("layer.group"), action("layer.duplicate"),
            action("layer.merge_down"), action("layer.up"), action("layer.down"), action("layer.delete") });
    parts.window.add_panel(QStringLiteral("layers"), tr("Layers"), m_panel, Qt::RightDockWidgetArea);
    parts.window.raise_panel(QStringLiteral("gallery"));
    canvas.tools().move_tool().set_chosen([this] { return chosen(); });
    Session* session = &parts.session;
    connect(session, &Session::documents_changed, this, &LayerWork::enable);
    connect(session, &Session::layers_changed, this, &LayerWork::enable);
    connect(session, &Session::active_layer_changed, this, &LayerWork::enable);
    enable();
}

QAction* LayerWork::add(char const* id, QString const& title, char const* icon_name, QKeySequence const& keys,
    std::function<void(Document const&)> done)
{
    QString const group = QStringLiteral("Layer");
    QAction* action = m_parts.actions.add(QString::fromLatin1(id), title, group, keys);
    m_parts.actions.menu(group)->addAction(action);
    if (*icon_name)
        action->setIcon(icon(QString::fromLatin1(icon_name)));
    connect(action, &QAction::triggered, this, [this, done = std::move(done)] {
        if (Document const* document = m_context.document())
            done(*document);
    });
    m_with_document.append(action);
    return action;
}

void LayerWork::make_layer_actions()
{
    QMenu* menu = m_parts.actions.menu(QStringLiteral("Layer"));
    auto const with_layer = [this](QAction* action) { m_with_layer.append(action); };
    add("layer.add", tr("New layer"), "plus", Qt::CTRL | Qt::SHIFT | Qt::Key_N, [this](Document const& document) {
        add_new(document, LayerKind::paint, tr("Layer %1").arg(document.layers.size() + 1));
    });
    add("layer.add_mask", tr("New mask layer"), "mask", {},
        [this](Document const& document) { add_new(document, LayerKind::mask, tr("Inpaint mask")); });
    with_layer(add("layer.duplicate", tr("Duplicate layer"), "copy", Qt::CTRL | Qt::Key_J,
        [this](Document const& document) { duplicate(document); }));
    with_layer(add("layer.delete", tr("Delete layer"), "trash", {},
        [this](Document const& document) { remove(document); }));
    menu->addSeparator();
    with_layer(add("layer.group", tr("Group"), "folder", Qt::CTRL | Qt::Key_G,
        [this](Document const& document) { group(document); }));
    with_layer(add("layer.ungroup", tr("Ungroup"), "", Qt::CTRL | Qt::SHIFT | Qt::Key_G,
        [this](Document const& document) { ungroup(document); }));
    with_layer(add("layer.merge_down", tr("Merge with the layer below"), "merge", {},
        [this](Document const& document) { merge_down(document); }));
    menu->addSeparator();
    with_layer(add("layer.up", tr("Raise layer"), "up", Qt::CTRL | Qt::Key_PageUp,
        [this](Document const& document) { m_parts.session.push(step_layers(document, chosen(), 1)); }));
    with_layer(add("layer.down", tr("Lower layer"), "down", Qt::CTRL | Qt::Key_PageDown,
        [this](Document const& document) { m_parts.session.push(step_layers(document, chosen(), -1)); }));
    with_layer(add("layer.rename", tr("Rename layer"), "", {}, [this](Document const&) {
        m_parts.window.raise_panel(QStringLiteral("layers"));
        m_panel->rename();
    }));
    with_layer(add("layer.visible", tr("Show or hide layer"), "", {},
        [this](Document const&) { m_panel->model().set_visible(chosen(), !active()->properties.visible); }));
    with_layer(add("layer.lock", tr("Lock or unlock layer"), "", {},
        [this](Document const&) { m_panel->model().set_locked(chosen(), !active()->properties.locked); }));
}

void LayerWork::enable()
{
    bool const document = m_context.document(), layer = active();
    for (QAction* action : m_with_document)
        action->setEnabled(document);
    for (QAction* action : m_with_layer)
        action->setEnabled(layer);
    if (document && !m_had_document)       // its first: layers are what one needs now
        m_parts.window.raise_panel(QStringLiteral("layers"));
    m_had_document = document;
}

LayerPlace LayerWork::above_active(Document const& document) const
{
    Layer const* const layer = active();
    if (!layer)
        return { 0, document.layers.size() };
    LayerPlace place = place_of(document, layer->id);
    ++place.index;
    return place;
}

void LayerWork::add_new(Document const& document, LayerKind kind, QString const& name)
{
    Layer layer = make_layer(m_parts.session.new_id(), kind, name.toStdString());
    LayerPlace const place = above_active(document);
    LayerId const id = layer.id;
    m_parts.session.push(add_layer(document, std::move(layer), place.parent, place.index));
    m_parts.session.set_active_layer(document.id, id);
}

void LayerWork::remove(Document const& document)
{
    m_parts.session.push(remove_layers(document, chosen()));
}

void LayerWork::duplicate(Document const& document)
{
    std::vector<LayerId> copies;
    std::function<void(Layer&)> const number = [&](Layer& layer) {
        layer.id = m_parts.session.new_id();
        for (Layer& child : layer.children)
            number(child);
    };
    m_parts.session.push(duplicate_layers(document, chosen(), [&](Layer& copy) {
        number(copy);
        copy.properties.name = tr("%1 copy").arg(QString::fromStdString(copy.properties.name)).toStdString();
        copies.insert(copies.begin(), copy.id);            // they come from above
    }));
    m_panel->choose(copies);
}

void LayerWork::group(Document const& document)
{
    Layer made = make_layer(m_parts.session.new_id(), LayerKind::group, tr("Group").toStdString());
    LayerId const id = made.id;
    m_parts.session.push(group_layers(document, chosen(), std::move(made)));
    m_panel->choose({ id });
}

/// What is in the group takes its place; only a plain group, so that nothing looks different.
void LayerWork::ungroup(Document const& document)
{
    Layer const& layer = *active();
    if (layer.kind != LayerKind::group)
        return m_parts.window.notices().tell(tr("%1 is no group.").arg(QString::fromStdString(layer.properties.name)));
    Session& session = m_parts.session;
    LayerPlace const place = place_of(document, layer.id);
    std::vector<LayerId> inside;
    for (Layer const& child : layer.children)
        inside.push_back(child.id);
    LayerId const id = layer.id;
    int const x = layer.properties.x, y = layer.properties.y;
    session.begin_group(tr("Ungroup").toStdString());
    for (std::size_t i = 0; i < inside.size(); ++i) {
        session.push(move_layer(document, inside[i], place.parent, place.index + i));
        if (x || y)
            session.push(edit_layer(document, inside[i], "Move layer", [&](LayerProperties& has) {
                has.x += x;
                has.y += y;
            }));
    }
    session.push(remove_layer(document, id));
    session.end_group();
}

void LayerWork::merge_down(Document const& document)
{
    LayerPlace const place = place_of(document, active()->id);
    std::vector<Layer> const& all
        = place.parent ? find_layer(document.layers, place.parent)->children : document.layers;
    Layer const* const below = place.index > 0 ? &all[place.index - 1] : nullptr;
    if (!below || below->kind != LayerKind::paint || active()->kind == LayerKind::mask || below->properties.locked)
        return m_parts.window.notices().tell(
            tr("Only a picture layer with an unlocked picture layer right below it can be merged with that."));
    m_context.work.start(tr("Merging…"), [this, id = document.id, lower = below->id, upper = active()->id] {
        return merging(id, lower, upper);
    });
}

PixelWork::Work LayerWork::merging(DocumentId id, LayerId lower, LayerId upper)
{
    Document const* const open = find_document(m_parts.session.workspace(), id);
    Layer const* const below = open ? find_layer(open->layers, lower) : nullptr;
    Layer const* const above = open ? find_layer(open->layers, upper) : nullptr;
    if (!below || !above)
        return {};
    Document two;
    two.layers = { *below, *above };
    two.layers[0].properties.blend = BlendMode::normal;
    Rect const area = united(bounds_of(two, lower), bounds_of(two, upper));
    if (area.empty())
        return {};
    return [this, id, two, area](std::stop_token const&) -> PixelWork::Finish {
        LayerProperties const& has = two.layers[0].properties;
        return [this, id, lower = two.layers[0], upper = two.layers[1],
                   tiles = tiles_with(two.layers[0].pixels, flatten(two, area), area.x - has.x, area.y - has.y)] {
            Session& session = m_parts.session;
            Document const* const now = find_document(session.workspace(), id);
            Layer const* const top = now ? find_layer(now->layers, upper.id) : nullptr;
            if (!has_still(now, lower.id, lower.pixels) || !top || *top != upper)
                return false;
            session.begin_group(tr("Merge layers").toStdString());
            session.push(paint(*now, lower.id, tiles, "Merge"));
            session.push(edit_layer(*now, lower.id, "Merge", [](LayerProperties& properties) {
                properties.opacity = 1;
                properties.visible = true;
            }));
            session.push(remove_layer(*now, upper.id));
            session.end_group();
            return true;
        };
    };
}

}
