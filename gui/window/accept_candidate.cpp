// SPDX-License-Identifier: Apache-2.0
#include "gui/window/accept_candidate.h"

#include "app/paint/selection.h"
#include "app/session/layer_commands.h"
#include "app/session/session.h"

#include <algorithm>

namespace igneous {

namespace {

constexpr qsizetype longest_name = 40;

/// What the prompt begins with, else what was done.
std::string layer_name(Candidate const& candidate, QString const& task)
{
    QString const words = candidate.prompt.simplified();
    if (words.isEmpty())
        return task.toStdString();
    return (words.size() > longest_name ? words.left(longest_name).trimmed() + QStringLiteral("...") : words)
        .toStdString();
}

/// The document with room for `area`; gives how far what is in it has moved.
std::pair<int, int> make_room(Session& session, DocumentId id, Rect const& area)
{
    auto const document = [&]() -> Document const& { return *find_document(session.workspace(), id); };
    Rect const before { 0, 0, document().properties.width, document().properties.height };
    Rect const room = united(before, area);
    if (room == before)
        return {};
    int const x = -room.x, y = -room.y;
    session.push(set_document_size(document(), room.width, room.height));
    if (x == 0 && y == 0)
        return {};
    std::vector<LayerId> layers;
    for (Layer const& layer : document().layers)
        layers.push_back(layer.id);
    session.push(edit_layers(document(), layers, "Move layers", [x, y](LayerProperties& properties) {
        properties.x += x;
        properties.y += y;
    }));
    // The selection has no place of its own that could be moved.
    session.push(paint(document(), 0, tiles_between(document().selection, moved(document().selection, x, y)),
        "Move selection"));
    if (!document().properties.frame.empty())
        session.push(set_frame(document(), moved(document().properties.frame, x, y)));
    return { x, y };
}

/// Above all that is composed; masks and references may lie above it.
std::size_t place_on_top(Document const& document)
{
    std::size_t place = document.layers.size();
    while (place > 0
           && (document.layers[place - 1].kind == LayerKind::mask
               || document.layers[place - 1].kind == LayerKind::reference))
        --place;
    return place;
}

}

void accept_candidate(Session& session, Candidate const& candidate, QString const& name)
{
    if (!find_document(session.workspace(), candidate.document))
        return;
    session.begin_group(name.toStdString());
    auto const [x, y] = make_room(session, candidate.document, candidate.area);
    Layer layer = make_layer(session.new_id(), LayerKind::paint, layer_name(candidate, name));
    LayerId const id = layer.id;
    for (PlacedTile& placed : tiles_with(layer.pixels, candidate.layer, candidate.area.x + x, candidate.area.y + y))
        layer.pixels.put(placed.position, std::move(placed.tile));
    Document const& document = *find_document(session.workspace(), candidate.document);
    session.push(add_layer(document, std::move(layer), 0, place_on_top(document)));
    session.end_group();
    session.set_active_layer(candidate.document, id);
}

}
