// SPDX-License-Identifier: Apache-2.0
#include "tests/app/session/random_commands.h"

#include "app/session/commands.h"

#include <algorithm>

namespace igneous::test {

namespace {

std::uint64_t new_id(Random& random) { return random.next() >> 1 | 1; }

int pick(Random& random, int below) { return static_cast<int>(random.integer(0, below - 1)); }

std::vector<Layer const*> layers_of(Document const& document)
{
    std::vector<Layer const*> all;
    for_each_layer(document.layers, [&](Layer const& layer) { all.push_back(&layer); });
    return all;
}

/// A group, or 0 for none.
Layer const* random_group(Document const& document, Random& random)
{
    std::vector<Layer const*> groups { nullptr };
    for (Layer const* layer : layers_of(document))
        if (layer->kind == LayerKind::group)
            groups.push_back(layer);
    return groups[static_cast<std::size_t>(pick(random, static_cast<int>(groups.size())))];
}

std::size_t random_place(Document const& document, Layer const* group, Random& random, LayerId without = 0)
{
    auto const& layers = group ? group->children : document.layers;
    auto const count = layers.size() - (std::ranges::find(layers, without, &Layer::id) != layers.end() ? 1 : 0);
    return static_cast<std::size_t>(random.integer(0, static_cast<std::int64_t>(count)));
}

Document random_document(Random& random)
{
    Document document { .id = new_id(random) };
    document.properties = { "Document", 200 + pick(random, 400), 200 + pick(random, 400), { 0, 0, 128, 128 }, {} };
    Layer layer = make_layer(new_id(random), LayerKind::paint, "Ground");
    layer.pixels.put({ 0, 0 }, random_tile(random, 4));
    document.active_layer = layer.id;
    document.layers.push_back(std::move(layer));
    return document;
}

Command random_paint(Document const& document, Layer const* layer, Random& random)
{
    std::vector<PlacedTile> tiles;
    for (int i = 0; i <= pick(random, 2); ++i)
        tiles.push_back({ { pick(random, 3) - 1, pick(random, 2) },
            pick(random, 6) == 0 ? nullptr : random_tile(random, layer ? layer->pixels.channels() : 1) });
    return paint(document, layer ? layer->id : 0, std::move(tiles), "Stroke", pick(random, 2) ? "stroke" : "");
}

Command random_request(Workspace const& workspace, Random& random)
{
    switch (pick(random, 5)) {
    case 0:
        return set_negative_prompt(workspace, "blurry " + std::to_string(pick(random, 100)));
    case 1:
        return edit_request(workspace, "Steps", [&](GenerationRequest& r) { r.sampling.steps = 1 + pick(random, 50); });
    case 2:
        return edit_request(workspace, "Strength", [&](GenerationRequest& r) {
            r.init.emplace().strength = random.uniform();
            r.sampling.cfg = random.uniform(1, 15);
        });
    case 3: {
        auto image = std::make_shared<Image>(7 + pick(random, 9), 5, 3);
        for (auto& value : image->pixels)
            value = static_cast<std::uint8_t>(random.next());
        return set_init_pictures(pick(random, 3) ? std::move(image) : nullptr, nullptr);
    }
    default:
        return set_prompt(
            workspace, workspace.request.prompt.substr(0, 60) + static_cast<char>('a' + pick(random, 26)));
    }
}

Command random_layer_command(Document const& document, Random& random)
{
    auto const all = layers_of(document);
    int const what = all.empty() ? 0 : all.size() > 6 ? 1 : pick(random, 8);
    if (what == 0) {
        Layer layer = make_layer(new_id(random), static_cast<LayerKind>(pick(random, 4)), "Added");
        if (layer.kind != LayerKind::group)
            layer.pixels.put({ pick(random, 2), 0 }, random_tile(random, layer.pixels.channels()));
        Layer const* group = random_group(document, random);
        bool const deep = group && place_of(document, group->id).parent != 0;
        if (deep)
            group = nullptr;
        return add_layer(document, std::move(layer), group ? group->id : 0, random_place(document, group, random));
    }
    Layer const& layer = *all[static_cast<std::size_t>(pick(random, static_cast<int>(all.size())))];
    if (what == 1)
        return remove_layer(document, layer.id);
    if (what == 2) {
        Layer const* group = random_group(document, random);
        if (group && (group == &layer || find_layer(layer.children, group->id)))
            group = nullptr;
        return move_layer(document, layer.id, group ? group->id : 0, random_place(document, group, random, layer.id));
    }
    if (what == 3)
        return edit_layer(document, layer.id, "Move", [&](LayerProperties& p) { p.x = pick(random, 99) - 50; }, "move");
    if (what == 4)
        return edit_layer(document, layer.id, "Looks", [&](LayerProperties& p) {
            p.opacity = random.uniform();
            p.blend = static_cast<BlendMode>(pick(random, static_cast<int>(BlendMode::add) + 1));
            p.visible = pick(random, 2);
            p.name = "Zürich " + std::to_string(pick(random, 9));
        });
    return random_paint(document, layer.kind == LayerKind::group ? nullptr : &layer, random);
}

}

Tile random_tile(Random& random, int channels)
{
    TileBytes bytes(TileGrid(channels).tile_bytes(), static_cast<std::uint8_t>(random.next()));
    for (int i = 0; i < 64; ++i)
        bytes[static_cast<std::size_t>(random.next() % bytes.size())] = static_cast<std::uint8_t>(random.next());
    return make_tile(std::move(bytes));
}

Command random_command(Workspace const& workspace, Random& random)
{
    if (workspace.documents.empty())
        return add_document(workspace, random_document(random));
    Document const& document
        = workspace.documents[static_cast<std::size_t>(pick(random, static_cast<int>(workspace.documents.size())))];
    int const what = pick(random, 20);
    if (what < 6)
        return random_request(workspace, random);
    if (what == 6 && workspace.documents.size() < 3)
        return add_document(workspace, random_document(random));
    if (what == 7 && workspace.documents.size() > 1)
        return remove_document(document);
    if (what == 8)
        return set_frame(document, { pick(random, 50), pick(random, 50), 64, 64 });
    if (what == 9)
        return set_document_size(document, 100 + pick(random, 500), 100 + pick(random, 500));
    return random_layer_command(document, random);
}

void apply_changes(Workspace& workspace, std::vector<Change> const& changes)
{
    Effect effect;
    apply(workspace, changes, effect);
}

}
