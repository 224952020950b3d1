// SPDX-License-Identifier: Apache-2.0
// Work on pixels beside the window: in order, safe against what is done meanwhile, calm, and it can be stopped.
#include "app/paint/selection.h"
#include "gui/actions/actions.h"
#include "gui/canvas/canvas_options.h"
#include "gui/window/canvas_work.h"
#include "gui/window/document_work.h"
#include "gui/window/main_window.h"
#include "tests/gui/canvas_fixture.h"
#include "tests/gui/studio_fixture.h"

#include <QLabel>
#include <QSemaphore>
#include <QSignalSpy>
#include <QTest>
#include <catch2/catch_test_macros.hpp>

#include <atomic>

using namespace igneous;
using test::Canvas;
using test::wait_for;

namespace {

QColor const blue(Qt::blue);

std::vector<PlacedTile> blue_square(TileGrid const& pixels)
{
    Image image(50, 50, 4);
    for (std::size_t i = 0; i < image.pixels.size(); i += 4)
        image.pixels[i + 2] = image.pixels[i + 3] = 255;
    return tiles_with(pixels, image, 0, 0);
}

/// Work that goes on when it is allowed to.
struct Held {
    QSemaphore begun, go_on;
    std::atomic<int> runs = 0, stopped = 0;

    PixelWork::Change change()
    {
        return [this](Document const&, TileGrid const& pixels, std::stop_token const& stop) {
            ++runs;
            begun.release();
            while (!go_on.tryAcquire(1, 5))
                if (stop.stop_requested()) {
                    ++stopped;
                    return std::vector<PlacedTile>();
                }
            return blue_square(pixels);
        };
    }
};

}

TEST_CASE("pixel work: it is done in the order asked for, each on what the one before left", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    DocumentId const id = canvas.document().id;
    LayerId const layer = canvas.layer().id;
    Held held;
    canvas.work->change(QStringLiteral("One"), QStringLiteral("One"), id, layer, held.change());
    bool saw = false;
    canvas.work->change(QStringLiteral("Two"), QStringLiteral("Two"), id, layer,
        [&saw](Document const& document, TileGrid const& pixels, std::stop_token const&) {
            saw = !pixels.empty();
            return tiles_between(find_layer(document.layers, document.active_layer)->pixels, TileGrid(4));
        });
    Document const before = canvas.document();
    QApplication::processEvents();
    CHECK(canvas.document() == before);
    held.go_on.release();
    canvas.settle();
    CHECK(saw);
    CHECK(canvas.layer().pixels.empty());
    auto const names = canvas.session->history().names();
    CHECK(std::vector(names.end() - 2, names.end()) == std::vector<std::string> { "One", "Two" });
    CHECK(canvas.session->undo());
    CHECK(canvas.at(10, 10) == blue);
    CHECK(canvas.session->undo());
    CHECK(canvas.document() == before);
}

TEST_CASE("pixel work: what is painted meanwhile stays, and the work is done on it", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    Held held;
    canvas.work->change(
        QStringLiteral("Doing…"), QStringLiteral("Blue"), canvas.document().id, canvas.layer().id, held.change());
    held.begun.acquire();
    canvas.mouse(QEvent::MouseButtonPress, { 200, 200 });
    canvas.mouse(QEvent::MouseMove, { 300, 200 });
    held.go_on.release(2);
    // Nothing comes out in the middle of a stroke.
    QTest::qWait(50);
    CHECK(canvas.at(10, 10).alpha() == 0);
    CHECK(held.runs == 1);
    canvas.mouse(QEvent::MouseButtonRelease, { 300, 200 });
    canvas.settle();
    CHECK(held.runs == 2);
    CHECK(canvas.at(10, 10) == blue);
    CHECK(canvas.at(250, 200) == QColor(200, 10, 20));
    auto const names = canvas.session->history().names();
    CHECK(std::vector(names.end() - 2, names.end()) == std::vector<std::string> { "Brush stroke", "Blue" });
    CHECK(canvas.refused.isEmpty());
}

TEST_CASE("pixel work: where the pixels never rest it gives up and says so", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    Held held;
    canvas.work->change(
        QStringLiteral("Doing…"), QStringLiteral("Blue"), canvas.document().id, canvas.layer().id, held.change());
    for (int i = 0; i < 3; ++i) {
        held.begun.acquire();
        canvas.mouse(QEvent::MouseButtonPress, { 100. + 40 * i, 200 });
        canvas.mouse(QEvent::MouseButtonRelease, { 100. + 40 * i, 200 });
        held.go_on.release();
        REQUIRE(wait_for([&] { return held.begun.available() > 0 || !canvas.work->busy(); }));
    }
    CHECK_FALSE(canvas.work->busy());
    CHECK(canvas.at(10, 10).alpha() == 0);
    REQUIRE(canvas.refused.size() == 1);
    CHECK(canvas.refused[0].contains(QLatin1String("once more")));
}

TEST_CASE("pixel work: on a layer that is gone nothing happens; what fails is told", "[gui][canvas]")
{
    Canvas canvas(400, 300);
    LayerId const layer = canvas.layer().id;
    Held held;
    canvas.work->change(QStringLiteral("Doing…"), QStringLiteral("Blue"), canvas.document().id, layer, held.change());
    held.begun.acquire();
    canvas.session->push(remove_layer(canvas.document(), layer));
    held.go_on.release();
    canvas.settle();
    CHECK(canvas.document().layers.empty());
    CHECK(canvas.refused.isEmpty());
    canvas.session->undo();
    canvas.work->change(QStringLiteral("Doing…"), QStringLiteral("Blue"), canvas.document().id, layer,
        [](auto const&, auto const&, auto const&) -> std::vector<PlacedTile> { throw std::bad_alloc(); });
    canvas.settle();
    REQUIRE(canvas.refused.size() == 1);
    CHECK(canvas.refused[0].contains(QLatin1String("memory")));
}

TEST_CASE("pixel work: what takes a while is said over the canvas, Esc stops it", "[gui][canvas]")
{
    test::StudioFixture studio;
    MainWindow& window = studio->window();
    Session& session = studio->session();
    CanvasWork& canvas = studio->canvas();
    canvas.documents().make_document(QStringLiteral("One"), QSize(300, 200), Qt::white);
    REQUIRE(QTest::qWaitForWindowActive(&window));
    Document const before = *canvas.view().document();
    std::size_t const steps = session.history().position();
    auto const said = [&] {
        for (QLabel* label : canvas.view().findChildren<QLabel*>())
            if (label->isVisible() && label->text().contains(QLatin1String("Esc")))
                return label->text();
        return QString();
    };
    Held held;
    auto const begin = [&] {
        canvas.pixels().change(
            QStringLiteral("Filling…"), QStringLiteral("Fill"), before.id, before.active_layer, held.change());
        held.begun.acquire();
    };
    begin();
    QTest::qWait(100);
    CHECK(said().isEmpty());               // what is quick is not talked about
    REQUIRE(wait_for([&] { return said().startsWith(QStringLiteral("Filling…")); }));
    QTest::keyClick(&window, Qt::Key_Escape);
    CHECK(said().isEmpty());
    CHECK_FALSE(canvas.pixels().busy());
    CHECK(wait_for([&] { return held.stopped == 1; }));
    begin();
    QTest::keyClick(&window, Qt::Key_Escape);
    CHECK(session.history().position() == steps);          // and nothing was undone
    CHECK(*canvas.view().document() == before);
    CHECK(wait_for([&] { return held.stopped == 2; }));
}

TEST_CASE("pixel work: Undo and Redo wait for it, and count it as done", "[gui][canvas]")
{
    test::StudioFixture studio;
    Session& session = studio->session();
    CanvasWork& canvas = studio->canvas();
    canvas.documents().make_document(QStringLiteral("One"), QSize(300, 200), Qt::white);
    Document const before = *canvas.view().document();
    std::size_t const steps = session.history().position();
    auto const trigger = [&](char const* id) { studio->actions().find(QString::fromLatin1(id))->trigger(); };
    Held held;
    auto const fill = [&](char const* name) {
        canvas.pixels().change(QStringLiteral("Filling…"), QString::fromLatin1(name), before.id, before.active_layer,
            held.change());
    };
    fill("One");
    fill("Two");
    held.begun.acquire();
    trigger("edit.undo");
    CHECK(canvas.pixels().busy());
    CHECK(session.history().position() == steps);          // what was there before is not undone in its stead
    held.go_on.release(2);
    REQUIRE(wait_for([&] { return !canvas.pixels().busy(); }));
    CHECK(session.history().position() == steps + 1);      // the last one asked for is undone, the first stays
    CHECK(session.history().name(steps) == "One");
    fill("Three");
    trigger("edit.undo");
    trigger("edit.undo");
    trigger("edit.redo");
    trigger("edit.undo");
    held.go_on.release();
    REQUIRE(wait_for([&] { return !canvas.pixels().busy(); }));
    CHECK(session.history().position() == steps);
    CHECK(*canvas.view().document() == before);
    trigger("edit.redo");                                  // at once where nothing is under way
    CHECK(session.history().position() == steps + 1);
    CHECK(held.stopped == 0);
}
