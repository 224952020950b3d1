// SPDX-License-Identifier: Apache-2.0
// The canvas as hands use it: mouse and pen draw through the real widget, and every step can be taken back to the bit.
#include "app/paint/compositing.h"
#include "app/paint/selection.h"
#include "gui/canvas/canvas_options.h"
#include "gui/canvas/selection_outline.h"
#include "tests/gui/canvas_fixture.h"
#include "tests/gui/studio_fixture.h"

#include <QApplication>
#include <QPaintEvent>
#include <QPainter>
#include <QProcess>
#include <QStyleHints>
#include <QTest>
#include <catch2/catch_test_macros.hpp>

#include <cmath>

using namespace igneous;
using test::Canvas;
using test::wait_for;

namespace {

QList<QPointF> const line { { 50, 100 }, { 150, 100 }, { 250, 100 } };
QColor const ink(200, 10, 20);

Layer const* mask_of_canvas(Canvas const& canvas)
{
    for (Layer const& layer : canvas.document().layers)
        if (layer.kind == LayerKind::mask)
            return &layer;
    return nullptr;
}

int mask_at(Canvas const& canvas, int x, int y) { return mask_of(canvas.document(), { x, y, 1, 1 }).pixels[0]; }

}

TEST_CASE("canvas: a stroke of the mouse is painted, undone and redone to the bit", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    Document const before = canvas.document();
    canvas.draw(line);
    CHECK(canvas.at(150, 100) == ink);
    CHECK(canvas.at(150, 108) == ink);
    CHECK(canvas.at(150, 113).alpha() == 0);
    Document const painted = canvas.document();
    CHECK(canvas.session->history().names().back() == "Brush stroke");
    CHECK(canvas.session->undo());         // the whole stroke is one step
    CHECK(canvas.document() == before);
    CHECK(canvas.session->redo());
    CHECK(canvas.document() == painted);
    CHECK(canvas.refused.isEmpty());
}

TEST_CASE("canvas: what is shown is what was painted", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    canvas.view.grab();
    canvas.draw(line);
    canvas.mouse(QEvent::MouseMove, { 390, 290 }, Qt::NoButton);       // the outline out of the way
    QImage const shot = canvas.view.grab().toImage();
    auto const shown = [&](double x, double y) {
        return shot.pixelColor(canvas.view.view().to_widget().map(QPointF(x, y)).toPoint() * shot.devicePixelRatio());
    };
    CHECK(shown(150, 100) == ink);
    CHECK(shown(150, 150).red() == shown(150, 150).blue());            // checkers
    canvas.session->undo();
    CHECK(canvas.view.grab().toImage().pixelColor(canvas.view.view().to_widget().map(QPointF(150, 100)).toPoint())
          != ink);
}

TEST_CASE("canvas: a machine that is always too late comes to an end with its squares too", "[gui][canvas]")
{
    TileCache cache([](Rect const&, int, std::span<std::uint32_t> out) { std::ranges::fill(out, 0xff336699); });
    cache.reset(1024, 512);
    QImage screen(1024, 512, QImage::Format_ARGB32_Premultiplied);
    screen.fill(0);
    QPainter painter(&screen);
    int frames = 1;
    while (!cache.paint(painter, { 0, 0, 1024, 512 }, 0, TileCache::Clock::now() - std::chrono::seconds(1))
           && frames < 100)
        ++frames;
    CHECK(frames == 8);                    // a tile each
    CHECK(screen.pixelColor(1000, 500) == QColor(0x33, 0x66, 0x99));
}

TEST_CASE("canvas: Esc takes a stroke back, and the next one is its own", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    Document const before = canvas.document();
    canvas.mouse(QEvent::MouseButtonPress, line[0]);
    canvas.mouse(QEvent::MouseMove, line[1]);
    canvas.mouse(QEvent::MouseMove, line[2]);
    CHECK_FALSE(canvas.document() == before);
    canvas.key(Qt::Key_Escape);
    CHECK(canvas.document() == before);
    canvas.mouse(QEvent::MouseMove, { 300, 200 });
    canvas.mouse(QEvent::MouseButtonRelease, { 300, 200 });
    CHECK(canvas.document() == before);
    CHECK(canvas.session->history().position() == 1);      // opened, nothing else
    canvas.draw(line);
    CHECK(canvas.session->history().position() == 2);
}

TEST_CASE("canvas: a pen's pressure counts, its other end rubs out, and it never pans", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    canvas.options->set(setting::brush_size, 40.);
    QTransform const place = canvas.view.view().to_widget();
    auto const stroke = [&](double pressure, bool eraser, Qt::MouseButton button) {
        canvas.pen(QEvent::TabletPress, line[0], pressure, eraser, button);
        canvas.pen(QEvent::TabletMove, line[1], pressure, eraser, button);
        canvas.pen(QEvent::TabletRelease, line[1], pressure, eraser, button);
    };
    stroke(0.5, false, Qt::LeftButton);
    CHECK(canvas.at(100, 108) == ink);
    CHECK(canvas.at(100, 112).alpha() == 0);
    stroke(1, false, Qt::MiddleButton);    // a button at the pen's side
    CHECK(canvas.at(100, 118) == ink);
    stroke(1, true, Qt::LeftButton);
    CHECK(canvas.at(100, 100).alpha() == 0);
    CHECK(canvas.view.view().to_widget() == place);
    canvas.options->set(setting::brush_pressure, false);
    stroke(0.1, false, Qt::LeftButton);
    CHECK(canvas.at(100, 118) == ink);
}

TEST_CASE("canvas: the eraser rubs out, Alt picks a colour", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    canvas.draw(line);
    canvas.tools.choose(ToolId::eraser);
    canvas.draw({ { 150, 100 }, { 151, 100 } });
    CHECK(canvas.at(150, 100).alpha() == 0);
    CHECK(canvas.at(230, 100) == ink);
    canvas.tools.choose(ToolId::brush);
    canvas.options->set_colour(setting::brush_colour, Qt::green);
    std::size_t const steps = canvas.session->history().position();
    canvas.draw({ { 230, 100 }, { 230, 101 } }, Qt::AltModifier);
    CHECK(canvas.options->colour() == ink);
    CHECK(canvas.session->history().position() == steps);
}

TEST_CASE("canvas: the mask brush makes its layer, in one step with the stroke", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    canvas.draw(line);
    Image const picture = canvas.seen();
    Document const before = canvas.document();
    canvas.tools.choose(ToolId::mask);
    canvas.draw({ { 100, 200 }, { 200, 200 }, { 300, 200 } });
    REQUIRE(mask_of_canvas(canvas));
    CHECK(mask_of_canvas(canvas)->properties.name == "Inpaint mask");
    CHECK(mask_at(canvas, 200, 200) == 255);
    CHECK(canvas.seen() == picture);       // never in the picture
    CHECK(canvas.document().active_layer == before.active_layer);
    canvas.draw({ { 100, 250 }, { 200, 250 } });
    CHECK(canvas.document().layers.size() == 2);
    canvas.draw({ { 200, 200 }, { 201, 200 } }, Qt::AltModifier);
    CHECK(mask_at(canvas, 200, 200) == 0);
    // It is seen as an overlay with a hatch.
    canvas.mouse(QEvent::MouseMove, { 390, 290 }, Qt::NoButton);
    QImage const shot = canvas.view.grab().toImage();
    int tinted = 0;
    for (int x = 110; x < 180; ++x) {
        QColor const pixel = shot.pixelColor(canvas.view.view().to_widget().map(QPointF(x, 200)).toPoint());
        tinted += pixel.red() > pixel.green() + 40;
    }
    CHECK(tinted > 60);
    for (int i = 0; i < 3; ++i)
        canvas.session->undo();
    CHECK(canvas.document() == before);
}

TEST_CASE("canvas: nothing is painted on what is locked, hidden or a group, and why is said", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    LayerId const layer = canvas.layer().id;
    canvas.session->push(edit_layer(canvas.document(), layer, "Lock", [](LayerProperties& has) { has.locked = true; }));
    Document const before = canvas.document();
    canvas.draw(line);
    CHECK(canvas.document() == before);
    REQUIRE(canvas.refused.size() == 1);
    CHECK(canvas.refused[0].contains(QLatin1String("locked")));
    canvas.session->set_active_layer(canvas.document().id, 0);
    canvas.draw(line);
    CHECK(canvas.refused.size() == 2);
    CHECK(canvas.session->history().can_undo());           // no group was left open
}

TEST_CASE("canvas: selections join, limit the brush, and end with a click", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    canvas.tools.choose(ToolId::rectangle);
    canvas.draw({ { 100, 50 }, { 120, 70 }, { 200, 150 } });
    CHECK(tight_bounds(canvas.document().selection) == Rect { 100, 50, 100, 100 });
    canvas.draw({ { 250, 50 }, { 300, 150 } }, Qt::ShiftModifier);
    CHECK(mask_at(canvas, 275, 100) == 255);
    canvas.draw({ { 120, 80 }, { 140, 100 } }, Qt::AltModifier);
    CHECK(mask_at(canvas, 130, 90) == 0);
    CHECK(mask_at(canvas, 110, 90) == 255);
    canvas.tools.choose(ToolId::brush);
    canvas.draw(line);
    CHECK(canvas.at(150, 110) == QColor(0, 0, 0, 0));
    CHECK(canvas.at(150, 105) == ink);
    CHECK(canvas.at(80, 100).alpha() == 0);
    canvas.tools.choose(ToolId::lasso);
    canvas.draw({ { 10, 10 }, { 390, 10 }, { 390, 290 }, { 10, 290 } });
    CHECK(mask_at(canvas, 380, 280) == 255);
    canvas.draw({ { 50, 50 }, { 50, 50 } });
    CHECK(canvas.document().selection.empty());
}

TEST_CASE("canvas: fill keeps to what looks alike, also on a mask", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    canvas.draw({ { 0, 150 }, { 200, 150 }, { 400, 150 } });
    canvas.options->set_colour(setting::brush_colour, Qt::blue);
    canvas.tools.choose(ToolId::fill);
    canvas.draw({ { 10, 10 }, { 10, 10 } });
    canvas.settle();
    CHECK(canvas.at(390, 5) == QColor(Qt::blue));
    CHECK(canvas.at(200, 150) == ink);
    CHECK(canvas.at(200, 250).alpha() == 0);
    CHECK(canvas.session->history().names().back() == "Fill");
}

TEST_CASE("canvas: a layer is moved and transformed", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    canvas.tools.choose(ToolId::rectangle);
    canvas.draw({ { 100, 100 }, { 140, 120 } });
    canvas.tools.choose(ToolId::fill);
    canvas.draw({ { 120, 110 }, { 120, 110 } });
    canvas.settle();
    REQUIRE(canvas.at(120, 110) == ink);
    canvas.tools.choose(ToolId::rectangle);
    canvas.draw({ { 5, 5 }, { 5, 5 } });   // nothing is selected
    canvas.tools.choose(ToolId::move);
    canvas.draw({ { 110, 110 }, { 160, 110 }, { 170, 150 } });
    CHECK(canvas.layer().properties.x == 60);
    CHECK(canvas.at(180, 150) == ink);
    canvas.session->undo();
    CHECK(canvas.layer().properties.x == 0);

    Document const before = canvas.document();
    canvas.tools.choose(ToolId::transform);
    canvas.draw({ { 140, 120 }, { 150, 125 }, { 180, 140 } });         // the lower right corner: twice as large
    CHECK(canvas.document() == before);
    canvas.key(Qt::Key_Return);
    canvas.settle();
    CHECK(canvas.at(175, 135) == ink);
    CHECK(tight_bounds(canvas.layer().pixels) == Rect { 99, 99, 82, 42 });
    canvas.session->undo();
    CHECK(canvas.document() == before);
    // A quarter turn, left by Esc.
    canvas.draw({ { 120, 60 }, { 170, 110 } });
    canvas.key(Qt::Key_Escape);
    canvas.settle();
    CHECK(canvas.document() == before);
    canvas.draw({ { 120, 60 }, { 170, 110 } });
    canvas.tools.choose(ToolId::brush);    // another tool makes it so
    canvas.settle();
    Rect const turned = tight_bounds(canvas.layer().pixels);
    CHECK(std::abs(turned.width - 20) <= 2);
    CHECK(std::abs(turned.height - 40) <= 2);
}

TEST_CASE("canvas: the frame is drawn, sized in steps of 8 and taken back", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    canvas.tools.choose(ToolId::frame);
    canvas.draw({ { 50, 50 }, { 100, 100 }, { 181, 202 } });
    CHECK(canvas.document().properties.frame == Rect { 48, 48, 128, 152 });
    canvas.draw({ { 100, 100 }, { 130, 116 } });
    CHECK(canvas.document().properties.frame == Rect { 80, 64, 128, 152 });
    canvas.session->undo();
    CHECK(canvas.document().properties.frame == Rect { 48, 48, 128, 152 });
    canvas.session->undo();
    CHECK(canvas.document().properties.frame.empty());
}

TEST_CASE("canvas: a held key is a tool for as long as it is held", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    canvas.tools.choose_by_key(ToolId::eraser, Qt::Key_E);
    canvas.tools.key_released(Qt::Key_E);
    CHECK(canvas.tools.chosen() == ToolId::eraser);        // a short press stays
    canvas.tools.choose_by_key(ToolId::picker, Qt::Key_I);
    canvas.draw(line);
    canvas.tools.key_released(Qt::Key_B);
    CHECK(canvas.tools.chosen() == ToolId::picker);
    canvas.tools.key_released(Qt::Key_I);
    CHECK(canvas.tools.chosen() == ToolId::eraser);
    canvas.tools.choose_by_key(ToolId::fill, Qt::Key_G);
    QTest::qWait(450);
    canvas.tools.key_released(Qt::Key_G);
    CHECK(canvas.tools.chosen() == ToolId::eraser);
}

TEST_CASE(
    "canvas: the view moves with Space, zooms at the pointer, and Alt+right-drag sizes the brush", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    Document const before = canvas.document();
    QPointF const corner = canvas.view.view().to_widget().map(QPointF());
    QTest::keyPress(&canvas.view, Qt::Key_Space);
    canvas.draw({ { 100, 100 }, { 120, 130 } });
    QTest::keyRelease(&canvas.view, Qt::Key_Space);
    CHECK(canvas.view.view().to_widget().map(QPointF()) != corner);
    CHECK(canvas.document() == before);
    canvas.view.fit();
    canvas.mouse(QEvent::MouseButtonPress, { 100, 100 }, Qt::RightButton, Qt::AltModifier);
    canvas.mouse(QEvent::MouseMove, { 130, 100 }, Qt::RightButton, Qt::AltModifier);
    canvas.mouse(QEvent::MouseButtonRelease, { 130, 100 }, Qt::RightButton, Qt::AltModifier);
    CHECK(std::abs(canvas.options->get(setting::brush_size) - 50) < 1);
    canvas.view.mirror();
    canvas.draw(line);                     // still lands where it is pointed at
    CHECK(canvas.at(150, 100) == ink);
}

TEST_CASE("canvas: the selection's border marches, and nothing else is drawn anew", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    REQUIRE(QTest::qWaitForWindowExposed(&canvas.view));
    canvas.tools.choose(ToolId::rectangle);
    canvas.draw({ { 50, 50 }, { 350, 250 } });
    struct Watch : QObject {
        QRegion drawn;
        int times = 0;
        bool eventFilter(QObject*, QEvent* event) override
        {
            if (event->type() == QEvent::Paint) {
                drawn += static_cast<QPaintEvent*>(event)->region();
                ++times;
            }
            return false;
        }
    } watch;
    QTest::qWait(400);                     // until all is drawn as well as it can be
    REQUIRE(wait_for([&] { return canvas.view.outline().is_marching(); }));
    canvas.view.installEventFilter(&watch);
    CHECK(wait_for([&] { return watch.times >= 2; }));
    auto const at = [&](double x, double y) { return canvas.view.view().to_widget().map(QPointF(x, y)).toPoint(); };
    CHECK(watch.drawn.contains(at(50, 150)));
    CHECK(watch.drawn.contains(at(200, 250)));
    CHECK_FALSE(watch.drawn.contains(at(200, 150)));
    CHECK_FALSE(watch.drawn.contains(at(10, 10)));
    canvas.view.hide();
    CHECK(wait_for([&] { return !canvas.view.outline().is_marching(); }));
    canvas.view.show();
    CHECK(wait_for([&] { return canvas.view.outline().is_marching(); }));
    int const usual = QGuiApplication::styleHints()->cursorFlashTime();
    QGuiApplication::styleHints()->setCursorFlashTime(0);              // who wants no blinking wants none of this
    CHECK(wait_for([&] { return !canvas.view.outline().is_marching(); }));
    QGuiApplication::styleHints()->setCursorFlashTime(usual);
    canvas.view.update();
    CHECK(wait_for([&] { return canvas.view.outline().is_marching(); }));
    canvas.draw({ { 5, 5 }, { 5, 5 } });   // nothing is selected any more
    CHECK(wait_for([&] { return !canvas.view.outline().is_marching(); }));
}

TEST_CASE("canvas: a candidate lies over the document and changes nothing", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    Document const before = canvas.document();
    QImage candidate(100, 100, QImage::Format_RGB32);
    candidate.fill(Qt::green);
    auto const shown = [&] {
        return canvas.view.grab().toImage().pixelColor(canvas.view.view().to_widget().map(QPointF(150, 150)).toPoint());
    };
    canvas.view.show_candidate(candidate, { 100, 100, 100, 100 });
    CHECK(canvas.view.has_candidate());
    CHECK(shown() == QColor(Qt::green));
    canvas.view.hide_candidate();
    CHECK(shown() != QColor(Qt::green));
    CHECK(canvas.document() == before);
}

// What the next test starts and kills: half a stroke, then nothing.
TEST_CASE("canvas: half a stroke", "[.half-a-stroke]")
{
    Canvas canvas(600, 400, qEnvironmentVariable("IGNEOUS_TEST_FOLDER").toStdString());
    canvas.mouse(QEvent::MouseButtonPress, line[0]);
    for (int i = 1; i <= 40; ++i)
        canvas.mouse(QEvent::MouseMove, { 50 + i * 10., 100 + 80 * std::sin(i / 4.) });
    QTest::qWait(300);                     // what is promised is 200 ms
    std::puts("drawn");
    std::fflush(stdout);
    QTest::qWait(60'000);
}

TEST_CASE("canvas: killed in the middle of a stroke, all of it up to then is back", "[gui][canvas][kill]")
{
    test::TemporaryFolder const folder;
    QProcess studio;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("IGNEOUS_TEST_FOLDER"), QString::fromStdString(folder.path().string()));
    studio.setProcessEnvironment(environment);
    studio.start(QCoreApplication::applicationFilePath(), { QStringLiteral("canvas: half a stroke") });
    while (studio.state() != QProcess::NotRunning && !studio.readAllStandardOutput().contains("drawn"))
        studio.waitForReadyRead(1000);
    REQUIRE(studio.state() == QProcess::Running);
    studio.kill();
    studio.waitForFinished();

    Canvas expected(600, 400);
    expected.mouse(QEvent::MouseButtonPress, line[0]);
    for (int i = 1; i <= 40; ++i)
        expected.mouse(QEvent::MouseMove, { 50 + i * 10., 100 + 80 * std::sin(i / 4.) });
    Canvas const found(0, 0, folder.path());
    REQUIRE(found.view.document());
    CHECK(found.document().layers == expected.document().layers);
    CHECK_FALSE(found.layer().pixels.empty());
    expected.key(Qt::Key_Escape);
}
