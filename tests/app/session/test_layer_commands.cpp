// SPDX-License-Identifier: Apache-2.0
// Several layers at once: which they are, where they come to, and all of it taken back in one step.
#include "app/session/layer_commands.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <format>
#include <functional>
#include <random>

using namespace igneous;

namespace {

/// Lowest first, groups as "3(4 5)".
std::string order(std::vector<Layer> const& layers)
{
    std::string text;
    for (Layer const& layer : layers) {
        text += (text.empty() ? "" : " ") + std::to_string(layer.id);
        if (layer.kind == LayerKind::group)
            text += std::format("({})", order(layer.children));
    }
    return text;
}

/// 1 2 3(4 5(6)) 7, with groups that lie elsewhere than at 0.
struct Work {
    Workspace workspace;

    Work()
    {
        Document document { .id = 1 };
        for (LayerId id : { 1, 2, 3, 7 })
            document.layers.push_back(
                make_layer(id, id == 3 ? LayerKind::group : LayerKind::paint, std::to_string(id)));
        document.layers[2].properties.x = 100;
        document.layers[2].children.push_back(make_layer(4, LayerKind::paint, "4"));
        Layer inner = make_layer(5, LayerKind::group, "5");
        inner.properties.y = -30;
        inner.children.push_back(make_layer(6, LayerKind::paint, "6"));
        document.layers[2].children.push_back(std::move(inner));
        workspace.documents.push_back(std::move(document));
    }
    Document const& document() const { return workspace.documents[0]; }
    /// Does it, gives what came out, and takes it back, which must leave everything as it was.
    std::string done(Command const& command, std::function<void()> const& look = {})
    {
        Document const before = document();
        Effect effect;
        std::vector<Change> const back = apply(workspace, command.changes, effect);
        std::string const after = order(document().layers);
        if (look)
            look();
        apply(workspace, back, effect);
        CHECK(document() == before);
        return after;
    }
    LayerProperties const& of(LayerId id) const { return find_layer(document().layers, id)->properties; }
};

}

TEST_CASE("layer commands: what lies in another of them goes with it", "[session]")
{
    Work work;
    CHECK(outermost(work.document(), { 7, 6, 3, 99 }) == std::vector<LayerId> { 3, 7 });
    CHECK(work.done(remove_layers(work.document(), { 6, 3, 1 })) == "2 7");
    CHECK(work.done(remove_layers(work.document(), { 6, 4 })) == "1 2 3(5()) 7");
    CHECK(remove_layers(work.document(), { 99 }).changes.empty());
}

TEST_CASE("layer commands: several are moved in their order, and seen where they were", "[session]")
{
    Work work;
    CHECK(work.done(move_layers(work.document(), { 7, 1 }, 0, 1)) == "2 1 7 3(4 5(6))");
    CHECK(work.done(move_layers(work.document(), { 7, 1 }, 0, 0)) == "1 7 2 3(4 5(6))");
    CHECK(work.done(move_layers(work.document(), { 1, 2 }, 0, 2)) == "3(4 5(6)) 7 1 2");
    CHECK(work.done(move_layers(work.document(), { 1, 6 }, 3, 1), [&] {
        CHECK(work.of(1).x == -100);
        CHECK(work.of(6).x == 0);
        CHECK(work.of(6).y == -30);
    }) == "2 3(4 1 6 5()) 7");
    CHECK(move_layers(work.document(), { 1, 2 }, 0, 0).changes.empty());
    CHECK(move_layers(work.document(), { 3, 1 }, 5, 0).changes.empty());          // into itself
    CHECK(move_layers(work.document(), { 3 }, 3, 0).changes.empty());
}

TEST_CASE("layer commands: several are raised and lowered, those at the end stay", "[session]")
{
    Work work;
    CHECK(work.done(step_layers(work.document(), { 1, 2 }, 1)) == "3(4 5(6)) 1 2 7");
    CHECK(work.done(step_layers(work.document(), { 2, 7, 4 }, 1)) == "1 3(5(6) 4) 2 7");
    CHECK(work.done(step_layers(work.document(), { 1, 3 }, -1)) == "1 3(4 5(6)) 2 7");
    CHECK(step_layers(work.document(), { 7, 3 }, 1).changes.empty());
}

TEST_CASE("layer commands: a group comes to where the uppermost was", "[session]")
{
    Work work;
    CHECK(work.done(group_layers(work.document(), { 1, 4, 7 }, make_layer(9, LayerKind::group, "Group")), [&] {
        CHECK(work.of(4).x == 100);
    }) == "2 3(5(6)) 9(1 4 7)");
    CHECK(work.done(group_layers(work.document(), { 1, 6 }, make_layer(9, LayerKind::group, "Group")), [&] {
        CHECK(work.of(1).x == -100);
        CHECK(work.of(1).y == 30);
    }) == "2 3(4 5(9(1 6))) 7");
}

TEST_CASE("layer commands: copies come above what they are of, edits to each", "[session]")
{
    Work work;
    auto const own = [](Layer& layer) {
        layer.id += 10;
        for (Layer& child : layer.children)
            child.id += 10;
    };
    CHECK(work.done(duplicate_layers(work.document(), { 1, 5, 7 }, own)) == "1 11 2 3(4 5(6) 15(16)) 7 17");
    Command const hide = edit_layers(
        work.document(), { 1, 5, 6 }, "Hide layers", [](LayerProperties& has) { has.visible = false; });
    CHECK(hide.changes.size() == 3);
    work.done(hide, [&] {
        CHECK_FALSE(work.of(6).visible);
        CHECK(work.of(2).visible);
    });
    CHECK(edit_layers(work.document(), { 1 }, "Show", [](LayerProperties& has) { has.visible = true; })
            .changes.empty());
}

TEST_CASE("layer commands: any of them, anywhere, can be taken back", "[session]")
{
    std::minstd_rand random(11);
    Work work;
    LayerId next = 20;
    for (int i = 0; i < 300; ++i) {
        std::vector<LayerId> all, chosen;
        for_each_layer(work.document().layers, [&](Layer const& layer) { all.push_back(layer.id); });
        std::vector<LayerId> groups { 0 };
        for (LayerId id : all) {
            if (random() % 3 == 0)
                chosen.push_back(id);
            if (find_layer(work.document().layers, id)->kind == LayerKind::group)
                groups.push_back(id);
        }
        LayerId const parent = groups[random() % groups.size()];
        std::size_t staying = 0;
        std::vector<LayerId> const moving = outermost(work.document(), chosen);
        std::vector<Layer> const& all_layers = work.document().layers;
        for (Layer const& layer : parent ? find_layer(all_layers, parent)->children : all_layers)
            staying += !std::ranges::contains(moving, layer.id);
        Command const command = i % 3 == 0 ? move_layers(work.document(), chosen, parent, random() % (staying + 1))
                                : i % 3 == 1
                                    ? step_layers(work.document(), chosen, random() % 2 ? 1 : -1)
                                    : group_layers(work.document(), chosen,
                                          make_layer(next++, LayerKind::group, "Group"));
        work.done(command);
        Effect effect;
        if (next < 26)
            apply(work.workspace, command.changes, effect);
        require_sound(work.document());
    }
}
