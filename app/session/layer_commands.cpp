// SPDX-License-Identifier: Apache-2.0
#include "app/session/layer_commands.h"

#include "app/session/layer_origin.h"
#include "models/api/error.h"

#include <algorithm>
#include <ranges>

namespace igneous {

namespace {

std::vector<LayerId> ids_in(Document const& document, LayerId parent)
{
    std::vector<LayerId> ids;
    for (Layer const& layer : parent ? find_layer(document.layers, parent)->children : document.layers)
        ids.push_back(layer.id);
    return ids;
}

void collect(std::vector<Layer> const& layers, std::vector<LayerId> const& wanted, std::vector<LayerId>& found)
{
    for (Layer const& layer : layers)
        if (std::ranges::contains(wanted, layer.id))
            found.push_back(layer.id);
        else
            collect(layer.children, wanted, found);
}

/// `layer` is seen where it was once it lies in something at `to`.
void keep_place(std::vector<Change>& changes, Document const& document, LayerId layer, Offset const& to)
{
    Offset const from = origin_of(document, place_of(document, layer).parent);
    if (from == to)
        return;
    LayerProperties properties = find_layer(document.layers, layer)->properties;
    properties.x += from.x - to.x;
    properties.y += from.y - to.y;
    changes.emplace_back(SetLayerProperties { document.id, layer, std::move(properties) });
}

}

std::vector<LayerId> outermost(Document const& document, std::vector<LayerId> const& layers)
{
    std::vector<LayerId> found;
    collect(document.layers, layers, found);
    return found;
}

Command remove_layers(Document const& document, std::vector<LayerId> const& layers)
{
    Command command { .name = layers.size() == 1 ? "Delete layer" : "Delete layers" };
    for (LayerId const layer : outermost(document, layers))
        command.changes.emplace_back(RemoveLayer { document.id, layer });
    return command;
}

Command move_layers(
    Document const& document, std::vector<LayerId> const& layers, LayerId parent, std::size_t index)
{
    Command command { .name = layers.size() == 1 ? "Move layer" : "Move layers" };
    std::vector<LayerId> const moving = outermost(document, layers);
    for (LayerId const layer : moving)
        if (layer == parent || find_layer(find_layer(document.layers, layer)->children, parent))
            return command;
    std::vector<LayerId> there = ids_in(document, parent), staying = there;
    std::erase_if(staying, [&](LayerId layer) { return std::ranges::contains(moving, layer); });
    require(index <= staying.size(), "layers: place {} of {}", index, staying.size());
    Offset const offset = origin_of(document, parent);
    for (std::size_t i = 0; i < moving.size(); ++i) {
        std::vector<LayerId> const before = there;
        std::erase(there, moving[i]);
        auto const place = i > 0       ? std::ranges::find(there, moving[i - 1]) + 1
                           : index > 0 ? std::ranges::find(there, staying[index - 1]) + 1
                                       : there.begin();
        auto const at = static_cast<std::size_t>(place - there.begin());
        there.insert(place, moving[i]);
        if (there == before)
            continue;                      // it stands there already
        command.changes.emplace_back(MoveLayer { document.id, moving[i], parent, at });
        keep_place(command.changes, document, moving[i], offset);
    }
    return command;
}

Command step_layers(Document const& document, std::vector<LayerId> const& layers, int by)
{
    Command command { .name = by > 0 ? "Raise layer" : "Lower layer" };
    std::vector<LayerId> const moving = outermost(document, layers);
    std::vector<LayerId> parents;
    for (LayerId const layer : moving)
        if (LayerId const parent = place_of(document, layer).parent; !std::ranges::contains(parents, parent))
            parents.push_back(parent);
    for (LayerId const parent : parents) {
        std::vector<LayerId> there = ids_in(document, parent);
        auto const moves = [&](std::size_t i) { return std::ranges::contains(moving, there[i]); };
        auto const step = [&](std::size_t from, std::size_t to) {
            if (moves(from) && !moves(to)) {
                command.changes.emplace_back(MoveLayer { document.id, there[from], parent, to });
                std::swap(there[from], there[to]);
            }
        };
        for (std::size_t i = 1; i < there.size(); ++i)
            if (by > 0)
                step(there.size() - 1 - i, there.size() - i);
            else
                step(i, i - 1);
    }
    return command;
}

Command group_layers(Document const& document, std::vector<LayerId> const& layers, Layer group)
{
    Command command { .name = layers.size() == 1 ? "Group layer" : "Group layers" };
    std::vector<LayerId> const moving = outermost(document, layers);
    if (moving.empty())
        return command;
    LayerPlace const place = place_of(document, moving.back());
    LayerId const id = group.id;
    command.changes.emplace_back(InsertLayer { document.id, place.parent, place.index + 1, std::move(group) });
    Offset const offset = origin_of(document, place.parent);
    for (std::size_t i = 0; i < moving.size(); ++i) {
        command.changes.emplace_back(MoveLayer { document.id, moving[i], id, i });
        keep_place(command.changes, document, moving[i], offset);
    }
    return command;
}

Command duplicate_layers(
    Document const& document, std::vector<LayerId> const& layers, std::function<void(Layer&)> const& make_own)
{
    Command command { .name = layers.size() == 1 ? "Duplicate layer" : "Duplicate layers" };
    // From above, so that places stay what they are.
    for (LayerId const layer : outermost(document, layers) | std::views::reverse) {
        Layer copy = *find_layer(document.layers, layer);
        make_own(copy);
        LayerPlace const place = place_of(document, layer);
        command.changes.emplace_back(InsertLayer { document.id, place.parent, place.index + 1, std::move(copy) });
    }
    return command;
}

Command edit_layers(Document const& document, std::vector<LayerId> const& layers, std::string name,
    std::function<void(LayerProperties&)> const& edit, std::string merge_key)
{
    Command command { .name = std::move(name), .merge_key = std::move(merge_key) };
    for_each_layer(document.layers, [&](Layer const& layer) {
        if (!std::ranges::contains(layers, layer.id))
            return;
        LayerProperties properties = layer.properties;
        edit(properties);
        if (properties != layer.properties)
            command.changes.emplace_back(SetLayerProperties { document.id, layer.id, std::move(properties) });
    });
    return command;
}

}
