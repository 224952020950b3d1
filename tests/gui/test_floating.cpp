// SPDX-License-Identifier: Apache-2.0
// Move and transform with a selection: only what is selected goes, the selection with it, and every step is taken back
// to the bit.
#include "app/paint/selection.h"
#include "gui/canvas/canvas_options.h"
#include "tests/gui/canvas_fixture.h"

#include <QTest>
#include <catch2/catch_test_macros.hpp>

using namespace igneous;
using test::Canvas;

namespace {

QColor const ink(200, 10, 20), under(10, 200, 30);

/// Two bars: one of the ink from (50, 90) to (250, 110), below it another colour from (50, 190) to (250, 210).
void draw_bars(Canvas& canvas)
{
    canvas.draw({ { 60, 100 }, { 240, 100 } });
    canvas.options->set_colour(setting::brush_colour, under);
    canvas.draw({ { 60, 200 }, { 240, 200 } });
}

void select_rectangle(Canvas& canvas, QPointF const& from, QPointF const& to)
{
    canvas.tools.choose(ToolId::rectangle);
    canvas.draw({ from, to });
}

}

TEST_CASE("floating: move takes only what is selected, and the selection with it", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    draw_bars(canvas);
    select_rectangle(canvas, { 100, 80 }, { 150, 120 });
    Document const before = canvas.document();
    canvas.tools.choose(ToolId::move);
    canvas.draw({ { 120, 100 }, { 130, 150 }, { 120, 200 } });
    CHECK(canvas.layer().properties.y == 0);
    CHECK(canvas.at(120, 100).alpha() == 0);
    CHECK(canvas.at(90, 100) == ink);
    CHECK(canvas.at(120, 200) == ink);
    CHECK(canvas.at(90, 200) == under);
    CHECK(tight_bounds(canvas.document().selection) == Rect { 100, 180, 50, 40 });
    // And that is what is seen, however fast the hand was.
    canvas.settle();
    QImage const shot = canvas.view.grab().toImage();
    auto const seen = [&](double x, double y) {
        return shot.pixelColor(canvas.view.view().to_widget().map(QPointF(x, y)).toPoint());
    };
    CHECK(seen(120, 205) == ink);
    CHECK(seen(120, 104).red() == seen(120, 104).blue());
    Document const moved_once = canvas.document();
    // Taken up again it is still what was lifted: what lay under it comes back.
    canvas.mouse(QEvent::MouseButtonPress, { 120, 200 });
    canvas.settle();                       // this hand is slower
    canvas.mouse(QEvent::MouseMove, { 170, 200 });
    canvas.mouse(QEvent::MouseButtonRelease, { 170, 200 });
    canvas.settle();
    CHECK(canvas.at(120, 200) == under);
    CHECK(canvas.at(170, 200) == ink);
    canvas.draw({ { 170, 200 }, { 120, 100 } });
    CHECK(canvas.document() == before);    // where it was it is every bit what it was
    CHECK(canvas.session->undo());
    CHECK(canvas.session->undo());
    CHECK(canvas.document() == moved_once);
    CHECK(canvas.session->undo());
    CHECK(canvas.document() == before);
    CHECK(canvas.session->redo());
    CHECK(canvas.document() == moved_once);
    CHECK(canvas.session->history().name(canvas.session->history().position() - 1) == "Move selection");
    CHECK(canvas.refused.isEmpty());
}

TEST_CASE("floating: the arrow keys shift it, and what is painted meanwhile ends the lift", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    draw_bars(canvas);
    select_rectangle(canvas, { 100, 80 }, { 150, 120 });
    Document const before = canvas.document();
    MoveTool& move = canvas.tools.move_tool();
    for (int i = 0; i < 3; ++i)
        move.nudge(0, 10);                 // faster than any of them is done
    canvas.settle();
    CHECK(tight_bounds(canvas.document().selection) == Rect { 100, 110, 50, 40 });
    CHECK(canvas.at(120, 130) == ink);
    CHECK(canvas.at(120, 100).alpha() == 0);
    move.nudge(0, -30);
    canvas.settle();
    CHECK(canvas.document() == before);
    move.nudge(0, 30);
    canvas.settle();
    canvas.tools.choose(ToolId::brush);
    canvas.draw({ { 120, 130 }, { 121, 130 } });           // becomes part of what is selected
    REQUIRE(canvas.at(120, 130) == under);
    move.nudge(60, 0);
    canvas.settle();
    CHECK(canvas.at(180, 130) == under);
    CHECK(canvas.at(120, 130).alpha() == 0);
}

TEST_CASE("floating: while it is drawn it is seen in its place, and Esc leaves everything", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    draw_bars(canvas);
    select_rectangle(canvas, { 100, 80 }, { 150, 120 });
    Document const before = canvas.document();
    std::size_t const steps = canvas.session->history().position();
    auto const shown = [&](double x, double y) {
        return canvas.view.grab().toImage().pixelColor(canvas.view.view().to_widget().map(QPointF(x, y)).toPoint());
    };
    canvas.tools.choose(ToolId::move);
    canvas.mouse(QEvent::MouseButtonPress, { 120, 100 });
    canvas.settle();
    canvas.mouse(QEvent::MouseMove, { 120, 250 });
    CHECK(shown(130, 250) == ink);
    CHECK(shown(130, 100).red() == shown(130, 100).blue());            // checkers where it was
    CHECK(shown(90, 100) == ink);
    CHECK(canvas.document() == before);
    canvas.key(Qt::Key_Escape);
    CHECK(shown(130, 100) == ink);
    canvas.mouse(QEvent::MouseButtonRelease, { 120, 250 });
    canvas.settle();
    CHECK(canvas.document() == before);
    CHECK(canvas.session->history().position() == steps);
}

TEST_CASE("floating: transform turns only what is selected", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    draw_bars(canvas);
    select_rectangle(canvas, { 100, 90 }, { 140, 110 });
    Document const before = canvas.document();
    canvas.tools.choose(ToolId::transform);
    canvas.settle();
    canvas.draw({ { 140, 110 }, { 160, 120 }, { 180, 130 } });         // the lower right corner: twice as large
    CHECK(canvas.document() == before);
    canvas.key(Qt::Key_Return);
    canvas.settle();
    CHECK(canvas.at(170, 125) == ink);
    CHECK(canvas.at(90, 100) == ink);
    CHECK(canvas.at(200, 200) == under);
    CHECK(tight_bounds(canvas.document().selection) == Rect { 99, 89, 82, 42 });
    CHECK(canvas.session->history().names().back() == "Transform");
    Document const after = canvas.document();
    CHECK(canvas.session->undo());
    CHECK(canvas.document() == before);
    CHECK(canvas.session->redo());
    CHECK(canvas.document() == after);
    // On a mask too, and only there.
    CHECK(canvas.session->undo());
    Layer mask = make_layer(canvas.session->new_id(), LayerKind::mask, "Mask");
    LayerId const id = mask.id;
    mask.pixels = rectangle_mask({ 0, 0, 200, 150 });
    canvas.session->push(add_layer(canvas.document(), std::move(mask), 0, 1));
    canvas.session->set_active_layer(canvas.document().id, id);
    canvas.tools.move_tool().nudge(200, 0);
    canvas.settle();
    auto const mask_at = [&](int x, int y) { return picture_of(canvas.layer().pixels, { x, y, 1, 1 }).pixels[0]; };
    CHECK(mask_at(120, 100) == 0);
    CHECK(mask_at(320, 100) == 255);
    CHECK(mask_at(90, 100) == 255);
}

TEST_CASE("floating: where nothing can be lifted it is said why", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    draw_bars(canvas);
    select_rectangle(canvas, { 300, 20 }, { 350, 50 });
    Document const before = canvas.document();
    canvas.tools.choose(ToolId::move);
    canvas.draw({ { 320, 40 }, { 320, 90 } });
    REQUIRE(canvas.refused.size() == 1);
    CHECK(canvas.refused[0].contains(QLatin1String("selection")));
    CHECK(canvas.document().layers == before.layers);
    canvas.session->push(
        edit_layer(canvas.document(), canvas.layer().id, "Lock", [](LayerProperties& has) { has.locked = true; }));
    canvas.draw({ { 320, 40 }, { 320, 90 } });
    REQUIRE(canvas.refused.size() == 2);
    CHECK(canvas.refused[1].contains(QLatin1String("locked")));
}
