// SPDX-License-Identifier: Apache-2.0
#include "app/session/document.h"

#include "models/api/error.h"

#include <algorithm>
#include <set>
#include <utility>

namespace igneous {

namespace {

bool equal_pictures(std::shared_ptr<Image const> const& one, std::shared_ptr<Image const> const& other)
{
    return one == other || (one && other && *one == *other);
}

bool find_place(std::vector<Layer> const& layers, LayerId parent, LayerId id, LayerPlace& place)
{
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (layers[i].id == id) {
            place = { parent, i };
            return true;
        }
        if (find_place(layers[i].children, layers[i].id, id, place))
            return true;
    }
    return false;
}

Rect bounds_with_children(Layer const& layer, int x, int y)
{
    x += layer.properties.x;
    y += layer.properties.y;
    Rect all = layer.pixels.empty() ? Rect() : moved(layer.pixels.bounds(), x, y);
    for (Layer const& child : layer.children)
        all = united(all, bounds_with_children(child, x, y));
    return all;
}

Rect bounds_below(std::vector<Layer> const& layers, LayerId id, int x, int y)
{
    for (Layer const& layer : layers) {
        if (layer.id == id)
            return bounds_with_children(layer, x, y);
        Rect const found = bounds_below(layer.children, id, x + layer.properties.x, y + layer.properties.y);
        if (!found.empty())
            return found;
    }
    return {};
}

void require_sound(std::vector<Layer> const& layers, std::size_t depth, std::set<LayerId>& ids)
{
    require(
        layers.empty() || depth <= deepest_layer, "layers: groups lie at most {} deep in one another", deepest_layer);
    for (Layer const& layer : layers) {
        require(layer.id != 0 && ids.insert(layer.id).second, "layers: each has an id of its own, {} is there twice",
            layer.id);
        require(ids.size() <= most_layers, "layers: a document has at most {}", most_layers);
        require(layer.kind == LayerKind::group || layer.children.empty(), "layers: {} is no group but has layers in it",
            layer.properties.name);
        require(layer.kind != LayerKind::group || layer.pixels.empty(), "layers: the group {} cannot have pixels",
            layer.properties.name);
        int const channels = layer.kind == LayerKind::mask ? 1 : 4;
        require(layer.pixels.channels() == channels, "layers: {} has {} channels but its kind has {}",
            layer.properties.name, layer.pixels.channels(), channels);
        igneous::require_sound(layer.properties);
        require_sound(layer.children, depth + 1, ids);
    }
}

bool is_within(int far, int x, int y) { return x >= -far && x <= far && y >= -far && y <= far; }

constexpr std::string_view layer_kind_names[] = { "paint", "group", "mask", "reference" };
constexpr std::string_view blend_mode_names[] = { "normal", "multiply", "screen", "overlay", "darken", "lighten",
    "color-dodge", "color-burn", "hard-light", "soft-light", "difference", "exclusion", "hue", "saturation", "color",
    "luminosity", "add" };
static_assert(std::size(blend_mode_names) == static_cast<std::size_t>(BlendMode::add) + 1);

}

std::string_view layer_kind_name(LayerKind kind) { return layer_kind_names[static_cast<std::size_t>(kind)]; }
std::string_view blend_mode_name(BlendMode mode) { return blend_mode_names[static_cast<std::size_t>(mode)]; }

Layer make_layer(LayerId id, LayerKind kind, std::string name)
{
    Layer layer { .id = id, .kind = kind, .pixels = TileGrid(kind == LayerKind::mask ? 1 : 4) };
    layer.properties.name = std::move(name);
    return layer;
}

Workspace::Workspace() = default;

bool Workspace::operator==(Workspace const& other) const
{
    return request == other.request && equal_pictures(init_image, other.init_image)
        && equal_pictures(init_mask, other.init_mask) && prompt_history == other.prompt_history
        && documents == other.documents && active_document == other.active_document;
}

Document* find_document(Workspace& workspace, DocumentId id)
{
    return const_cast<Document*>(find_document(std::as_const(workspace), id));
}

Document const* find_document(Workspace const& workspace, DocumentId id)
{
    auto const found = std::ranges::find(workspace.documents, id, &Document::id);
    return found == workspace.documents.end() ? nullptr : &*found;
}

Layer* find_layer(std::vector<Layer>& layers, LayerId id)
{
    return const_cast<Layer*>(find_layer(std::as_const(layers), id));
}

Layer const* find_layer(std::vector<Layer> const& layers, LayerId id)
{
    for (Layer const& layer : layers) {
        if (layer.id == id)
            return &layer;
        if (Layer const* found = find_layer(layer.children, id))
            return found;
    }
    return nullptr;
}

LayerPlace place_of(Document const& document, LayerId id)
{
    LayerPlace place;
    bool const found = find_place(document.layers, 0, id, place);
    require(found, "layers: there is no layer {}", id);
    return place;
}

Rect bounds_of(Document const& document, LayerId id) { return bounds_below(document.layers, id, 0, 0); }

void for_each_layer(std::vector<Layer> const& layers, std::function<void(Layer const&)> const& visit)
{
    for (Layer const& layer : layers) {
        visit(layer);
        for_each_layer(layer.children, visit);
    }
}

void require_sound(DocumentProperties const& properties)
{
    auto const& [name, width, height, frame, unknown] = properties;
    require(width > 0 && height > 0 && std::max(width, height) <= largest_document_side,
        "document: sides from 1 to {}, got {}x{}", largest_document_side, width, height);
    constexpr int far = 4 * largest_document_side;
    require(frame.width >= 0 && frame.height >= 0 && std::max(frame.width, frame.height) <= largest_document_side
            && is_within(far, frame.x, frame.y),
        "document: the frame may be up to {} wide and high, got {}x{} at ({}, {})", largest_document_side, frame.width,
        frame.height, frame.x, frame.y);
}

void require_sound(LayerProperties const& properties)
{
    require(properties.opacity >= 0 && properties.opacity <= 1, "layers: an opacity from 0 to 1, got {}",
        properties.opacity);
    constexpr int far = 4 * largest_document_side;
    require(is_within(far, properties.x, properties.y),
        "layers: at most {} pixels from the corner, got ({}, {})", far, properties.x, properties.y);
}

void require_sound(Document const& document)
{
    require(document.id != 0, "document: 0 is no id");
    require_sound(document.properties);
    require(document.selection.channels() == 1, "document: the selection has one channel, got {}",
        document.selection.channels());
    std::set<LayerId> ids;
    require_sound(document.layers, 0, ids);
}

GenerationRequest request_to_run(Workspace const& workspace)
{
    GenerationRequest request = workspace.request;
    if (!workspace.init_image)
        request.init.reset();
    if (request.init) {
        request.init->image = *workspace.init_image;
        if (workspace.init_mask)
            request.init->mask = *workspace.init_mask;
    }
    return request;
}

}
