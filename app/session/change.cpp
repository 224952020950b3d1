// SPDX-License-Identifier: Apache-2.0
#include "app/session/change.h"

#include "app/picture/png.h"
#include "app/session/layer_origin.h"
#include "models/api/error.h"

#include <algorithm>
#include <utility>

namespace igneous {

namespace {

Document& document_in(Workspace& workspace, DocumentId id)
{
    Document* const found = find_document(workspace, id);
    require(found, "session: there is no document {}", id);
    return *found;
}

Layer& layer_in(Document& document, LayerId id)
{
    Layer* const found = find_layer(document.layers, id);
    require(found, "session: {} has no layer {}", document.properties.name, id);
    return *found;
}

/// The layers of a group, or the outermost ones for 0.
std::vector<Layer>& layers_in(Document& document, LayerId parent)
{
    if (parent == 0)
        return document.layers;
    Layer& group = layer_in(document, parent);
    require(group.kind == LayerKind::group, "session: {} is no group", group.properties.name);
    return group.children;
}

Rect whole(Document const& document) { return { 0, 0, document.properties.width, document.properties.height }; }

/// The journal writes it as PNG.
void require_writable(std::shared_ptr<Image const> const& image)
{
    if (!image)
        return;
    auto const& [width, height, channels, pixels] = *image;
    require(width > 0 && height > 0 && std::max(width, height) <= largest_picture_side,
        "session: a picture with sides from 1 to {}, got {}x{}", largest_picture_side, width, height);
    require((channels == 1 || channels == 3 || channels == 4)
                && pixels.size()
                       == static_cast<std::size_t>(width) * static_cast<std::size_t>(height)
                              * static_cast<std::size_t>(channels),
        "session: a picture of {}x{} with {} channels in {} bytes", width, height, channels, pixels.size());
}

auto position(std::size_t index) { return static_cast<std::ptrdiff_t>(index); }

/// Applies each kind of change, and gives the one that leads back. Nothing is changed before everything is checked.
class Applier {
public:
    Applier(Workspace& workspace, Effect& effect)
        : m_workspace(workspace)
        , m_effect(effect)
    {
    }

    Change operator()(SetRequest const& change)
    {
        GenerationRequest after = kept_form(change.request);
        m_effect.request = true;
        return SetRequest { std::exchange(m_workspace.request, std::move(after)) };
    }

    Change operator()(SetInitPictures const& change)
    {
        require_writable(change.image);
        require_writable(change.mask);
        m_effect.request = true;
        return SetInitPictures { std::exchange(m_workspace.init_image, change.image),
            std::exchange(m_workspace.init_mask, change.mask) };
    }

    Change operator()(SetPromptHistory const& change)
    {
        require(change.entries.size() <= most_prompts, "session: {} prompts are remembered, got {}", most_prompts,
            change.entries.size());
        m_effect.prompt_history = true;
        return SetPromptHistory { std::exchange(m_workspace.prompt_history, change.entries) };
    }

    Change operator()(AddDocument const& change)
    {
        auto& all = m_workspace.documents;
        require_sound(change.document);
        require(!find_document(m_workspace, change.document.id), "session: there is a document {} already",
            change.document.id);
        require(change.index <= all.size(), "session: place {} of {} documents", change.index, all.size());
        require(all.size() < most_documents, "session: {} documents are open, and no more can be", all.size());
        all.insert(all.begin() + position(change.index), change.document);
        m_effect.documents = true;
        return RemoveDocument { change.document.id };
    }

    Change operator()(RemoveDocument const& change)
    {
        auto& all = m_workspace.documents;
        Document& document = document_in(m_workspace, change.document);
        auto const index = static_cast<std::size_t>(&document - all.data());
        AddDocument back { index, std::move(document) };
        all.erase(all.begin() + position(index));
        m_effect.documents = true;
        return back;
    }

    Change operator()(SetActiveDocument const& change)
    {
        m_effect.documents = true;
        return SetActiveDocument { std::exchange(m_workspace.active_document, change.document) };
    }

    Change operator()(SetDocumentProperties const& change)
    {
        Document& document = document_in(m_workspace, change.document);
        require_sound(change.properties);
        Rect const before = whole(document);
        SetDocumentProperties back { change.document, std::exchange(document.properties, change.properties) };
        DocumentEffect& effect = effect_in(change.document);
        effect.properties = true;
        if (before != whole(document))
            effect.dirty = united(effect.dirty, united(before, whole(document)));
        return back;
    }

    Change operator()(SetDocumentFile const& change)
    {
        effect_in(change.document).properties = true;
        return SetDocumentFile { change.document,
            std::exchange(document_in(m_workspace, change.document).file, change.file) };
    }

    Change operator()(SetActiveLayer const& change)
    {
        Document& document = document_in(m_workspace, change.document);
        LayerId const before = document.active_layer;
        activate(document, change.layer);
        return SetActiveLayer { change.document, before };
    }

    Change operator()(InsertLayer const& change)
    {
        Document& document = document_in(m_workspace, change.document);
        insert(document, change.parent, change.index, change.layer);
        touch(document, change.layer.id);
        if (change.active)
            activate(document, change.active);
        return RemoveLayer { change.document, change.layer.id };
    }

    Change operator()(RemoveLayer const& change)
    {
        Document& document = document_in(m_workspace, change.document);
        Layer const& layer = layer_in(document, change.layer);
        LayerId const active = document.active_layer;
        bool const goes = active == change.layer || find_layer(layer.children, active);
        touch(document, change.layer);
        auto const [parent, index] = place_of(document, change.layer);
        InsertLayer back { change.document, parent, index, take(document, change.layer), goes ? active : 0 };
        if (goes) {
            std::vector<Layer> const& left = layers_in(document, parent);
            activate(document, left.empty() ? parent : left[index > 0 ? index - 1 : 0].id);
        }
        return back;
    }

    Change operator()(MoveLayer const& change)
    {
        Document& document = document_in(m_workspace, change.document);
        Layer const& layer = layer_in(document, change.layer);
        require(change.layer != change.parent && !find_layer(layer.children, change.parent),
            "session: {} cannot be put into itself", layer.properties.name);
        layers_in(document, change.parent);
        Rect const before = bounds_of(document, change.layer);
        LayerPlace const from = place_of(document, change.layer);
        Layer moving = take(document, change.layer);
        try {
            insert(document, change.parent, change.index, moving);
        } catch (Error const&) {
            insert(document, from.parent, from.index, moving);
            throw;
        }
        touch(document, change.layer, before);
        return MoveLayer { change.document, change.layer, from.parent, from.index };
    }

    Change operator()(SetLayerProperties const& change)
    {
        Document& document = document_in(m_workspace, change.document);
        Layer& layer = layer_in(document, change.layer);
        require_sound(change.properties);
        Rect const before = bounds_of(document, change.layer);
        SetLayerProperties back { change.document, change.layer, std::exchange(layer.properties, change.properties) };
        touch(document, change.layer, before);
        return back;
    }

    Change operator()(PutTiles const& change)
    {
        Document& document = document_in(m_workspace, change.document);
        Layer* const layer = change.layer ? &layer_in(document, change.layer) : nullptr;
        require(!layer || layer->kind != LayerKind::group, "session: {} is a group and has no pixels",
            change.layer ? layer->properties.name : "");
        TileGrid& grid = layer ? layer->pixels : document.selection;
        for (PlacedTile const& placed : change.tiles)
            require_fits(grid, placed);
        PutTiles back { change.document, change.layer, {} };
        for (PlacedTile const& placed : change.tiles)
            back.tiles.push_back({ placed.position, grid.put(placed.position, placed.tile) });
        std::ranges::reverse(back.tiles);      // where one place is named twice, the first to be there comes back last
        DocumentEffect& effect = effect_in(change.document);
        auto const [x, y] = origin_of(document, change.layer);
        effect.dirty = united(effect.dirty, moved(area_of(change.tiles), x, y));
        if (!layer)
            effect.selection = true;
        return back;
    }

private:
    DocumentEffect& effect_in(DocumentId id)
    {
        auto const found = std::ranges::find(m_effect.in, id, &DocumentEffect::document);
        return found == m_effect.in.end() ? m_effect.in.emplace_back(DocumentEffect { .document = id }) : *found;
    }

    void activate(Document& document, LayerId layer)
    {
        effect_in(document.id).active_layer = true;
        document.active_layer = layer;
    }

    void touch(Document const& document, LayerId layer, Rect const& before = {})
    {
        DocumentEffect& effect = effect_in(document.id);
        effect.layers = true;
        effect.dirty = united(effect.dirty, united(before, bounds_of(document, layer)));
    }

    static void insert(Document& document, LayerId parent, std::size_t index, Layer const& layer)
    {
        auto& all = layers_in(document, parent);
        require(index <= all.size(), "session: place {} of {} layers", index, all.size());
        all.insert(all.begin() + position(index), layer);
        try {
            require_sound(document);
        } catch (Error const&) {
            auto& again = layers_in(document, parent);
            again.erase(again.begin() + position(index));
            throw;
        }
    }

    static Layer take(Document& document, LayerId id)
    {
        auto const [parent, index] = place_of(document, id);
        auto& all = layers_in(document, parent);
        Layer taken = std::move(all[index]);
        all.erase(all.begin() + position(index));
        return taken;
    }

    Workspace& m_workspace;
    Effect& m_effect;
};

std::size_t memory_of(TileGrid const& grid) { return grid.tiles().size() * (grid.tile_bytes() + 64); }

std::size_t memory_of(std::vector<Layer> const& layers)
{
    std::size_t bytes = 0;
    for_each_layer(layers, [&](Layer const& layer) { bytes += sizeof(Layer) + memory_of(layer.pixels); });
    return bytes;
}

std::size_t memory_of(std::shared_ptr<Image const> const& image) { return image ? image->pixels.size() : 0; }

/// Those of `grid`, cut into changes of about `piece` bytes.
void put_all(std::vector<Change>& changes, DocumentId document, LayerId layer, TileGrid const& grid, std::size_t piece)
{
    std::size_t const most = std::max<std::size_t>(1, piece / grid.tile_bytes());
    PutTiles put { document, layer, {} };
    for (auto const& [where, tile] : grid.tiles()) {
        put.tiles.push_back({ where, tile });
        if (put.tiles.size() == most)
            changes.emplace_back(std::exchange(put, PutTiles { document, layer, {} }));
    }
    if (!put.tiles.empty())
        changes.emplace_back(std::move(put));
}

void insert_all(std::vector<Change>& changes, DocumentId document, LayerId parent, std::vector<Layer> const& layers,
    std::size_t piece)
{
    for (std::size_t i = 0; i < layers.size(); ++i) {
        Layer const& layer = layers[i];
        Layer empty = make_layer(layer.id, layer.kind, {});
        empty.properties = layer.properties;
        changes.emplace_back(InsertLayer { document, parent, i, std::move(empty) });
        put_all(changes, document, layer.id, layer.pixels, piece);
        insert_all(changes, document, layer.id, layer.children, piece);
    }
}

}

GenerationRequest kept_form(GenerationRequest request)
{
    if (request.init) {
        request.init->image = {};
        request.init->mask.reset();
    }
    return request_from_json(to_json(request));
}

DocumentId document_of(Change const& change)
{
    return std::visit(
        []<class T>(T const& one) -> DocumentId {
            if constexpr (requires { one.document.id; })
                return one.document.id;
            else if constexpr (requires { one.document; })
                return one.document;
            else
                return 0;
        },
        change);
}

std::vector<Change> apply(Workspace& workspace, std::span<Change const> changes, Effect& effect)
{
    std::vector<Change> back;
    Applier applier(workspace, effect);
    try {
        for (Change const& change : changes)
            back.insert(back.begin(), std::visit(applier, change));
    } catch (...) {
        for (Change const& change : back)
            std::visit(applier, change);
        throw;
    }
    return back;
}

bool combine(Change& first, Change const& second)
{
    if (first.index() != second.index() || document_of(first) != document_of(second))
        return false;
    if (auto* put = std::get_if<PutTiles>(&first)) {
        auto const& later = std::get<PutTiles>(second);
        if (put->layer != later.layer)
            return false;
        std::map<TilePosition, Tile> all;
        for (PlacedTile const& placed : put->tiles)
            all[placed.position] = placed.tile;
        for (PlacedTile const& placed : later.tiles)
            all[placed.position] = placed.tile;
        put->tiles.clear();
        for (auto const& [where, tile] : all)
            put->tiles.push_back({ where, tile });
        return true;
    }
    if (auto const* properties = std::get_if<SetLayerProperties>(&first)) {
        if (properties->layer != std::get<SetLayerProperties>(second).layer)
            return false;
    } else if (std::holds_alternative<AddDocument>(first) || std::holds_alternative<RemoveDocument>(first)
        || std::holds_alternative<InsertLayer>(first) || std::holds_alternative<RemoveLayer>(first)
        || std::holds_alternative<MoveLayer>(first)) {
        return false;
    }
    first = second;                        // the others set one value: the last one stays
    return true;
}

std::size_t memory_of(Change const& change)
{
    std::size_t bytes = sizeof(Change);
    if (auto const* put = std::get_if<PutTiles>(&change)) {
        std::vector<TileBytes const*> tiles;
        for (PlacedTile const& placed : put->tiles)
            if (placed.tile)
                tiles.push_back(placed.tile.get());
        std::ranges::sort(tiles);          // a fill puts the same tile everywhere
        auto const repeated = std::ranges::unique(tiles);
        tiles.erase(repeated.begin(), repeated.end());
        for (TileBytes const* tile : tiles)
            bytes += tile->size();
        bytes += put->tiles.size() * sizeof(PlacedTile);
    } else if (auto const* request = std::get_if<SetRequest>(&change)) {
        bytes += request->request.prompt.size() + request->request.negative_prompt.size();
    } else if (auto const* pictures = std::get_if<SetInitPictures>(&change)) {
        bytes += memory_of(pictures->image) + memory_of(pictures->mask);
    } else if (auto const* history = std::get_if<SetPromptHistory>(&change)) {
        for (PromptEntry const& entry : history->entries)
            bytes += entry.prompt.size() + entry.negative_prompt.size();
    } else if (auto const* add = std::get_if<AddDocument>(&change)) {
        bytes += memory_of(add->document.layers) + memory_of(add->document.selection);
    } else if (auto const* insert = std::get_if<InsertLayer>(&change)) {
        bytes += memory_of(insert->layer.pixels) + memory_of(insert->layer.children);
    }
    return bytes;
}

std::vector<Change> changes_that_make(Workspace const& workspace, std::size_t piece)
{
    std::vector<Change> changes;
    changes.emplace_back(SetRequest { workspace.request });
    if (workspace.init_image || workspace.init_mask)
        changes.emplace_back(SetInitPictures { workspace.init_image, workspace.init_mask });
    if (!workspace.prompt_history.empty())
        changes.emplace_back(SetPromptHistory { workspace.prompt_history });
    for (std::size_t i = 0; i < workspace.documents.size(); ++i) {
        Document const& document = workspace.documents[i];
        Document empty { .id = document.id, .properties = document.properties, .file = document.file };
        empty.active_layer = document.active_layer;
        changes.emplace_back(AddDocument { i, std::move(empty) });
        put_all(changes, document.id, 0, document.selection, piece);
        insert_all(changes, document.id, 0, document.layers, piece);
    }
    changes.emplace_back(SetActiveDocument { workspace.active_document });
    return changes;
}

}
