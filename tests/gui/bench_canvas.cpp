// SPDX-License-Identifier: Apache-2.0
// How fast the canvas is: test_gui "[.bench]" prints it.
#include "app/paint/ink.h"
#include "app/paint/selection.h"
#include "gui/canvas/select_tools.h"
#include "tests/gui/canvas_fixture.h"

#include <QElapsedTimer>
#include <QTest>
#include <QThread>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <vector>

using namespace igneous;
using test::Canvas;

namespace {

void add_layers(Canvas& canvas, int width, int height, int count)
{
    for (int i = 0; i < count; ++i) {
        Layer layer = test::plain_layer(canvas.session->new_id(), width, height, QColor::fromHsv(40 * i, 120, 200));
        layer.properties.opacity = i == 0 ? 1 : 0.3;
        canvas.session->push(add_layer(canvas.document(), std::move(layer), 0, 0));
    }
}

/// Milliseconds of the processor that the window's thread has worked, whoever else uses the machine.
double worked()
{
    timespec time {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// The longest time, in milliseconds, that the window's thread does nothing else, until all that `begin` asks for is
/// done and drawn.
double longest_block(Canvas& canvas, std::function<void()> const& begin)
{
    double before = worked();
    begin();
    double longest = worked() - before;
    for (int quiet = 0; quiet < 50; quiet = canvas.work->busy() ? 0 : quiet + 1) {
        before = worked();
        QApplication::processEvents();
        longest = std::max(longest, worked() - before);
        QThread::msleep(1);
    }
    return longest;
}

}

TEST_CASE("bench: painting on 4096x4096 with three layers", "[.bench]")
{
    Canvas canvas(4096, 4096);
    add_layers(canvas, 4096, 4096, 2);
    canvas.view.resize(1360, 860);
    canvas.view.fit();
    canvas.view.repaint();
    QTest::qWait(500);
    for (double size : { 24., 200., 600. }) {
        canvas.options->set(setting::brush_size, size);
        std::vector<double> milliseconds;
        canvas.mouse(QEvent::MouseButtonPress, { 300, 2000 });
        for (int i = 1; i <= 150; ++i) {
            QElapsedTimer timer;
            timer.start();
            canvas.mouse(QEvent::MouseMove, { 300 + i * 23., 2000 + 1200 * std::sin(i / 9.) });
            QApplication::processEvents();                 // what is dirty is drawn
            milliseconds.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        }
        canvas.mouse(QEvent::MouseButtonRelease, { 300, 2000 });
        std::ranges::sort(milliseconds);
        double const median = milliseconds[milliseconds.size() / 2],
                     slow = milliseconds[milliseconds.size() * 95 / 100];
        std::printf("painting, 4096x4096, brush %3.0f px: %5.1f ms a segment with its frame (95 %%: %5.1f ms), %.0f "
                    "frames a second\n",
            size, median, slow, 1000 / median);
    }
}

TEST_CASE("bench: the first frame of 16384x16384, and moving in it", "[.bench]")
{
    Canvas canvas(16384, 16384);
    add_layers(canvas, 16384, 16384, 2);
    canvas.view.resize(1360, 860);
    canvas.view.fit();
    QImage screen(1360, 860, QImage::Format_ARGB32_Premultiplied);
    QElapsedTimer timer;
    timer.start();
    canvas.view.render(&screen);
    std::printf("first frame of 16384x16384, three layers: %.1f ms", static_cast<double>(timer.nsecsElapsed()) / 1e6);
    timer.restart();
    for (int i = 0; i < 200; ++i)
        QApplication::processEvents(QEventLoop::AllEvents, 5);
    std::printf(", settled within %.0f ms\n", static_cast<double>(timer.nsecsElapsed()) / 1e6);
    canvas.view.actual_size();
    std::vector<double> milliseconds;
    QPointF at(400, 400);
    for (int i = 0; i < 60; ++i) {
        QWheelEvent wheel(at, canvas.view.mapToGlobal(at), {}, QPoint(0, i % 20 < 10 ? -120 : 120), Qt::NoButton, {},
            Qt::NoScrollPhase, false);
        timer.restart();
        QApplication::sendEvent(&canvas.view, &wheel);
        canvas.view.render(&screen);
        milliseconds.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    std::ranges::sort(milliseconds);
    std::printf("zooming in it: %.1f ms a frame (95 %%: %.1f ms)\n", milliseconds[30], milliseconds[57]);
}

TEST_CASE("bench: the window while all of 16384x16384 changes", "[.bench]")
{
    Canvas canvas(16384, 16384);
    add_layers(canvas, 16384, 16384, 2);
    canvas.view.resize(1360, 860);
    canvas.view.fit();
    canvas.view.repaint();
    QTest::qWait(1000);
    Rect const all { 0, 0, 16384, 16384 };
    auto const report = [&](char const* what, std::function<void()> const& begin) {
        QElapsedTimer timer;
        timer.start();
        double const longest = longest_block(canvas, begin);
        auto const whole = static_cast<double>(timer.nsecsElapsed()) / 1e6;
        canvas.session->undo();
        canvas.view.hide();
        double const without = longest_block(canvas, begin);
        canvas.view.show();
        std::printf("%s 16384x16384: the window waits %.1f ms at most, with its frames %.1f ms; all takes %.0f ms\n", what,
            without, longest, whole);
    };
    DocumentId const id = canvas.document().id;
    LayerId const layer = canvas.layer().id;
    report("filling", [&] {
        canvas.work->change(QStringLiteral("Filling…"), QStringLiteral("Fill"), id, layer,
            [all](Document const& now, TileGrid const& pixels, std::stop_token const& stop) {
                return ink_through(pixels, rectangle_mask(all), Allowed(now.selection), { { 9, 9, 9 } }, 1, stop);
            });
    });
    report("selecting a lasso in", [&] {
        canvas.tools.choose(ToolId::lasso);
        for (double angle = 0; angle < 6.2; angle += 0.1)
            canvas.mouse(angle == 0 ? QEvent::MouseButtonPress : QEvent::MouseMove,
                { 8192 + 8000 * std::cos(angle), 8192 + 8000 * std::sin(angle) });
        canvas.mouse(QEvent::MouseButtonRelease, { 16192, 8192 });
    });
    report("inverting the selection of", [&] {
        select(canvas.context(), QStringLiteral("Invert"),
            [all](Document const& now, std::stop_token const&) { return inverted(now.selection, all); });
    });
    report("selecting nothing in", [&] {
        select(canvas.context(), QStringLiteral("Nothing"), [](auto const&, auto const&) { return TileGrid(1); });
    });
}
