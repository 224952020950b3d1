// SPDX-License-Identifier: Apache-2.0
#include "app/session/commands.h"
#include "models/api/error.h"
#include "tests/app/session/random_commands.h"

#include <catch2/catch_test_macros.hpp>
#include <limits>

using namespace igneous;
using test::Random;

namespace {

struct Desk {
    Workspace workspace;
    UndoStack history { [this](std::vector<Change> const& changes) {
        Effect effect;
        return apply(workspace, changes, effect);
    } };

    Document const& document() const { return workspace.documents.front(); }
};

void fill(Image& image, Rect const& area, std::uint8_t value)
{
    for (int y = area.y; y < area.y + area.height; ++y)
        for (int x = area.x; x < area.x + area.width; ++x)
            for (int c = 0; c < image.channels; ++c)
                image.pixels[static_cast<std::size_t>((y * image.width + x) * image.channels + c)] = value;
}

void add_small_document(Desk& desk)
{
    Document document { .id = 1 };
    document.properties = { "Picture", 600, 500, {}, {} };
    document.layers.push_back(make_layer(2, LayerKind::paint, "Ground"));
    desk.history.push(add_document(desk.workspace, std::move(document)));
}

}

TEST_CASE("undo and redo lead to every state there was, whatever was done", "[session][undo]")
{
    for (std::uint64_t const seed : { 1, 2, 3, 4 }) {
        Random random(seed);
        CAPTURE(seed);
        Desk desk;
        std::vector<Workspace> states { desk.workspace };
        for (int round = 0; round < 400; ++round) {
            CAPTURE(round);
            int const what = static_cast<int>(random.integer(0, 9));
            if (what == 0) {
                desk.history.undo();
            } else if (what == 1) {
                desk.history.redo();
            } else if (what == 2) {
                desk.history.go_to(
                    static_cast<std::size_t>(random.integer(0, static_cast<std::int64_t>(states.size()) - 1)));
            } else {
                if (what == 3)
                    desk.history.stop_merging();
                desk.history.push(test::random_command(desk.workspace, random));
                states.resize(desk.history.position());
                states.push_back(desk.workspace);
            }
            REQUIRE(states.size() == desk.history.names().size() + 1);
            REQUIRE(desk.workspace == states[desk.history.position()]);
        }
        for (std::size_t position = states.size(); position-- > 0;) {
            desk.history.go_to(position);
            REQUIRE(desk.workspace == states[position]);
        }
    }
}

TEST_CASE("painting on tiles is painting on a plain picture, also backwards", "[session][undo]")
{
    Random random(7);
    Desk desk;
    add_small_document(desk);
    Rect const whole { -100, -40, 700, 640 };
    std::vector<Image> plain { Image(whole.width, whole.height, 4) };
    for (int stroke = 0; stroke < 40; ++stroke) {
        int const x = static_cast<int>(random.integer(-100, 500)), y = static_cast<int>(random.integer(-40, 500));
        Image piece(static_cast<int>(random.integer(1, 100)), static_cast<int>(random.integer(1, 100)), 4);
        auto const value = static_cast<std::uint8_t>(random.next());
        fill(piece, { 0, 0, piece.width, piece.height }, value);
        Image after = plain.back();
        fill(after, { x - whole.x, y - whole.y, piece.width, piece.height }, value);
        plain.push_back(std::move(after));
        auto const& layer = desk.document().layers[0];
        desk.history.push(paint(desk.document(), layer.id, tiles_with(layer.pixels, piece, x, y), "Stroke"));
        REQUIRE(picture_of(desk.document().layers[0].pixels, whole) == plain.back());
    }
    while (plain.size() > 1) {
        plain.pop_back();
        REQUIRE(desk.history.undo());
        REQUIRE(picture_of(desk.document().layers[0].pixels, whole) == plain.back());
    }
    CHECK(desk.document().layers[0].pixels.empty());
}

TEST_CASE("typing is one command until the typist pauses", "[session][undo]")
{
    Desk desk;
    for (std::string const text : { "a", "a c", "a ca", "a cat" })
        desk.history.push(set_prompt(desk.workspace, text));
    CHECK(desk.history.names() == std::vector<std::string> { "Prompt" });
    desk.history.stop_merging();
    desk.history.push(set_prompt(desk.workspace, "a cat in"));
    desk.history.push(set_negative_prompt(desk.workspace, "blurry"));
    desk.history.push(set_prompt(desk.workspace, "a cat in a hat"));
    CHECK(desk.history.position() == 4);
    desk.history.undo();
    desk.history.undo();
    CHECK(desk.workspace.request.prompt == "a cat in");
    desk.history.push(set_prompt(desk.workspace, "a cat in it"));      // not into what undo led to
    CHECK(desk.history.position() == 3);
    desk.history.go_to(0);
    CHECK(desk.workspace == Workspace());
    desk.history.redo();
    CHECK(desk.workspace.request.prompt == "a cat");
}

TEST_CASE("a stroke keeps only the tiles that it touched", "[session][undo]")
{
    Desk desk;
    add_small_document(desk);
    Random random(1);
    std::vector<PlacedTile> ground;
    for (int x = 0; x < 20; ++x)
        ground.push_back({ { x, 0 }, test::random_tile(random, 4) });
    desk.history.push(paint(desk.document(), 2, ground, "Ground"));
    std::size_t const before = desk.history.memory();
    for (int i = 0; i < 50; ++i)
        desk.history.push(
            paint(desk.document(), 2, { { { 3, 0 }, test::random_tile(random, 4) } }, "Stroke", "stroke 1"));
    CHECK(desk.history.position() == 3);
    std::size_t const stroke = desk.history.memory() - before;
    CHECK(stroke > 256 * 1024);
    CHECK(stroke < 260 * 1024);
    desk.history.undo();
    CHECK(desk.document().layers[0].pixels.tile({ 3, 0 }) == ground[3].tile);
}

TEST_CASE("over its limit the history forgets the oldest commands", "[session][undo]")
{
    Desk desk;
    add_small_document(desk);
    Random random(1);
    std::vector<Workspace> states { desk.workspace };
    desk.history.set_memory_limit(3 << 20);
    for (int i = 0; i < 60; ++i) {
        desk.history.push(paint(desk.document(), 2, { { { 0, 0 }, test::random_tile(random, 4) } }, "Stroke"));
        states.push_back(desk.workspace);
        REQUIRE(desk.history.memory() <= 3 << 20);
    }
    std::size_t const kept = desk.history.position();
    CHECK(kept == 11);                     // of 256 KiB and a little each
    while (desk.history.undo()) { }
    CHECK(desk.workspace == states[states.size() - 1 - kept]);
    desk.history.go_to(kept);
    CHECK(desk.workspace == states.back());
    desk.history.set_memory_limit(0);
    CHECK(desk.history.position() == 1);   // the last one stays
}

TEST_CASE("a group is one command, and can be taken back", "[session][undo]")
{
    Desk desk;
    add_small_document(desk);
    Workspace const before = desk.workspace;
    Random random(3);
    desk.history.begin_group("Fill with model");
    desk.history.begin_group("inner");
    desk.history.push(add_layer(desk.document(), make_layer(9, LayerKind::paint, "Result"), 0, 1));
    desk.history.end_group();
    CHECK_FALSE(desk.history.can_undo());
    desk.history.push(paint(desk.document(), 9, { { { 0, 0 }, test::random_tile(random, 4) } }, "Stroke"));
    desk.history.end_group();
    Workspace const after = desk.workspace;
    CHECK(desk.history.names().back() == "Fill with model");
    desk.history.undo();
    CHECK(desk.workspace == before);
    desk.history.redo();
    CHECK(desk.workspace == after);

    desk.history.begin_group("Stroke");
    desk.history.push(paint(desk.document(), 9, { { { 0, 0 }, nullptr } }, "Stroke"));
    desk.history.cancel_group();
    CHECK(desk.workspace == after);
    CHECK(desk.history.position() == 2);
    desk.history.begin_group("nothing");
    desk.history.end_group();
    CHECK(desk.history.position() == 2);
}

TEST_CASE("where the active layer goes the one below is active, until it comes back", "[session][undo]")
{
    Desk desk;
    add_small_document(desk);
    LayerId const bottom = desk.document().layers.front().id;
    auto const activate = [&](LayerId layer) {
        Effect effect;
        apply(desk.workspace, std::vector<Change> { SetActiveLayer { desk.document().id, layer } }, effect);
    };
    activate(bottom);
    std::size_t const top = desk.document().layers.size();
    desk.history.push(add_layer(desk.document(), make_layer(9, LayerKind::paint, "Result"), 0, top));
    LayerId const below = desk.document().layers[top - 1].id;
    activate(9);
    desk.history.undo();
    CHECK(desk.document().active_layer == below);
    desk.history.redo();
    CHECK(desk.document().active_layer == 9);

    desk.history.push(remove_layer(desk.document(), 9));
    CHECK(desk.document().active_layer == below);
    desk.history.undo();
    CHECK(desk.document().active_layer == 9);

    desk.history.push(add_layer(desk.document(), make_layer(20, LayerKind::group, "Group"), 0, top + 1));
    desk.history.push(add_layer(desk.document(), make_layer(21, LayerKind::paint, "Inner"), 20, 0));
    activate(21);
    desk.history.push(remove_layer(desk.document(), 20));    // what is in it goes with it
    CHECK(desk.document().active_layer == 9);
    desk.history.undo();
    CHECK(desk.document().active_layer == 21);
    desk.history.undo();                                     // the inner one alone: its group is left
    CHECK(desk.document().active_layer == 20);

    activate(bottom);
    desk.history.redo();
    CHECK(desk.document().active_layer == 21);
    activate(bottom);
    desk.history.push(remove_layer(desk.document(), 20));    // not the active one
    CHECK(desk.document().active_layer == bottom);
    desk.history.undo();
    CHECK(desk.document().active_layer == bottom);
}

TEST_CASE("a document is clean where it was saved, and only there", "[session][undo]")
{
    Desk desk;
    add_small_document(desk);
    CHECK_FALSE(desk.history.is_clean(1));
    desk.history.mark_clean(1);
    CHECK(desk.history.is_clean(1));
    desk.history.push(set_prompt(desk.workspace, "x"));    // no business of the document's
    CHECK(desk.history.is_clean(1));
    desk.history.push(set_frame(desk.document(), { 0, 0, 64, 64 }));
    CHECK_FALSE(desk.history.is_clean(1));
    desk.history.undo();
    CHECK(desk.history.is_clean(1));
    desk.history.redo();
    desk.history.mark_clean(1);
    desk.history.push(set_frame(desk.document(), { 0, 0, 32, 32 }));   // not merged into what was saved
    desk.history.undo();
    CHECK(desk.history.is_clean(1));
    desk.history.undo();
    CHECK_FALSE(desk.history.is_clean(1));
    desk.history.push(set_prompt(desk.workspace, "y"));    // the saved state is out of reach now
    CHECK_FALSE(desk.history.is_clean(1));
    desk.history.undo();
    CHECK_FALSE(desk.history.is_clean(1));
}

TEST_CASE("what lies outside is undone too, and what fails did not happen", "[session][undo]")
{
    Desk desk;
    int queue = 0;
    bool broken = false;
    auto const add = [&](int by) {
        return [&, by] {
            if (broken)
                fail(ErrorCode::internal, "the queue is locked");
            queue += by;
        };
    };
    desk.history.push(outside("Cancel job", add(1), add(-1)));
    desk.history.undo();
    CHECK(queue == 0);
    desk.history.redo();
    CHECK(queue == 1);
    broken = true;
    CHECK_THROWS_AS(desk.history.undo(), Error);
    CHECK(desk.history.position() == 1);
    Command both = outside("Accept", add(1), add(-1));
    both.changes = set_prompt(desk.workspace, "new").changes;
    CHECK_THROWS_AS(desk.history.push(std::move(both)), Error);
    CHECK(desk.workspace == Workspace());
    CHECK(desk.history.position() == 1);
}

TEST_CASE("changes that make no sense change nothing", "[session]")
{
    Desk desk;
    add_small_document(desk);
    desk.history.push(add_layer(desk.document(), make_layer(3, LayerKind::group, "Group"), 0, 1));
    desk.history.push(add_layer(desk.document(), make_layer(4, LayerKind::group, "Inner"), 3, 0));
    Workspace const before = desk.workspace;
    auto const refused = [&](std::vector<Change> changes) {
        changes.insert(changes.begin(), SetActiveLayer { 1, 77 });         // goes through and must be taken back
        Command command { .name = "nonsense", .changes = std::move(changes) };
        CHECK_THROWS_AS(desk.history.push(std::move(command)), Error);
        CHECK(desk.workspace == before);
    };
    refused({ RemoveDocument { 9 } });
    refused({ RemoveLayer { 1, 9 } });
    refused({ MoveLayer { 1, 3, 4, 0 } });
    refused({ MoveLayer { 1, 3, 3, 0 } });
    refused({ MoveLayer { 1, 2, 3, 5 } });
    refused({ MoveLayer { 1, 4, 2, 0 } });
    refused({ InsertLayer { 1, 0, 9, make_layer(8, LayerKind::paint, "") } });
    refused({ InsertLayer { 1, 0, 0, make_layer(3, LayerKind::paint, "") } });
    refused({ InsertLayer { 1, 2, 0, make_layer(8, LayerKind::paint, "") } });
    refused({ PutTiles { 1, 3, { { { 0, 0 }, nullptr } } } });
    refused({ PutTiles { 1, 2, { { { 5000, 0 }, nullptr } } } });
    refused({ PutTiles { 1, 2, { { { 0, 0 }, std::make_shared<TileBytes const>(3) } } } });
    refused({ SetLayerProperties { 1, 2, { .name = "", .opacity = 1.5 } } });
    refused({ SetDocumentProperties { 1, { "", 0, 10, {}, {} } } });
    refused({ SetInitPictures { std::make_shared<Image const>(), nullptr } });
    GenerationRequest request;
    request.sampling.cfg = std::numeric_limits<double>::quiet_NaN();
    refused({ SetRequest { request } });
    Layer deep = make_layer(100, LayerKind::group, "");
    for (LayerId id = 101; id < 150; ++id) {
        Layer around = make_layer(id, LayerKind::group, "");
        around.children.push_back(std::move(deep));
        deep = std::move(around);
    }
    refused({ InsertLayer { 1, 0, 0, std::move(deep) } });
}

TEST_CASE("what was touched is told, in pixels of the document", "[session]")
{
    Desk desk;
    add_small_document(desk);
    Random random(1);
    auto const effect_of = [&](Command const& command) {
        Effect effect;
        apply(desk.workspace, command.changes, effect);
        return effect;
    };
    effect_of(add_layer(desk.document(), make_layer(3, LayerKind::group, "Group"), 0, 1));
    effect_of(edit_layer(desk.document(), 3, "", [](LayerProperties& p) { p.x = 10; }));
    effect_of(move_layer(desk.document(), 2, 3, 0));
    effect_of(edit_layer(desk.document(), 2, "", [](LayerProperties& p) { p.y = -5; }));
    Effect const painted = effect_of(paint(desk.document(), 2, { { { 1, 0 }, test::random_tile(random, 4) } }, ""));
    REQUIRE(painted.in.size() == 1);
    CHECK(painted.in[0].dirty == Rect { 266, -5, 256, 256 });
    CHECK_FALSE(painted.in[0].layers);
    Effect const shifted = effect_of(edit_layer(desk.document(), 3, "", [](LayerProperties& p) { p.x = 20; }));
    CHECK(shifted.in[0].dirty == Rect { 266, -5, 266, 256 });
    CHECK(effect_of(set_prompt(desk.workspace, "x")).request);
}
