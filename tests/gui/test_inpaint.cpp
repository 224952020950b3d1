// SPDX-License-Identifier: Apache-2.0
// Tasks on the canvas with a scripted engine: from a mask to a layer, live mode, restarts and deaths of the engine.
#include "app/inpaint/canvas_part.h"
#include "app/paint/compositing.h"
#include "app/session/session.h"
#include "gui/actions/actions.h"
#include "gui/canvas/canvas_view.h"
#include "gui/generate/generate_panel.h"
#include "gui/studio/gallery_model.h"
#include "gui/tasks/thumbnail_row.h"
#include "gui/window/live_work.h"
#include "gui/window/main_window.h"
#include "gui/window/task_work.h"
#include "tests/gui/canvas_document.h"
#include "tests/gui/scripted_engine.h"
#include "tests/gui/studio_fixture.h"

#include <QApplication>
#include <QMouseEvent>
#include <QPushButton>
#include <QSignalSpy>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <ranges>

using namespace igneous;
using namespace igneous::test;

namespace {

constexpr Rect masked { 60, 50, 40, 30 };

void ask(Workbench& workbench, int batch, int steps = 3)
{
    Session& session = workbench.session();
    session.push(edit_request(session.workspace(), "Test", [&](GenerationRequest& request) {
        request.prompt = "a boat on the lake";
        request.batch = batch;
        request.sampling.steps = steps;
    }));
    Q_EMIT workbench.window().generate_panel().generate_asked(false);
}

bool has_results(Workbench& workbench, int count)
{
    return wait_for([&] { return workbench.tasks().candidates().count() == count; });
}

std::size_t layers_of(Workbench& workbench) { return active(workbench.session()).layers.size(); }

QString button_text(Workbench& workbench)
{
    QString text;
    for (auto* button : workbench.window().generate_panel().findChildren<QPushButton*>())
        if (button->property("primary").toBool())
            text = button->text();
    return text;
}

/// As a hand does it: press, move, let go, in pixels of the document.
void drag(CanvasView& canvas, std::vector<QPoint> const& way)
{
    auto const send = [&](QEvent::Type type, QPoint const& at, Qt::MouseButton button, Qt::MouseButtons down) {
        QPointF const here = canvas.to_widget(Rect { at.x(), at.y(), 1, 1 }).center();
        QMouseEvent event(type, here, canvas.mapToGlobal(here), button, down, Qt::NoModifier);
        QApplication::sendEvent(&canvas, &event);
    };
    send(QEvent::MouseButtonPress, way.front(), Qt::LeftButton, Qt::LeftButton);
    for (QPoint const& at : way)
        send(QEvent::MouseMove, at, Qt::NoButton, Qt::LeftButton);
    send(QEvent::MouseButtonRelease, way.back(), Qt::LeftButton, Qt::NoButton);
}

QColor shown_at(CanvasView& canvas, QPoint const& at)
{
    QPoint const here = canvas.to_widget(Rect { at.x(), at.y(), 1, 1 }).center().toPoint();
    return canvas.grab(QRect(here, QSize(1, 1))).toImage().pixelColor(0, 0);
}

std::int64_t in_queue(Workbench& workbench)
{
    std::atomic<std::int64_t> count = -1;
    workbench.studio().post([&](Services& services) { count = services.queue.count(); });
    CHECK(wait_for([&] { return count >= 0; }));
    return count;
}

}

TEST_CASE("inpaint: mask, fill, look through, accept, undo, redo", "[gui][inpaint]")
{
    StudioFixture studio;
    open_landscape(studio->session(), 256, 192);
    CHECK(wait_for([&] { return button_text(*studio) == QStringLiteral("Generate"); }));
    paint_mask(studio->session(), masked);
    REQUIRE(wait_for([&] { return button_text(*studio) == QStringLiteral("Fill"); }));
    Image const before = flatten(active(studio->session()), whole(studio->session()));
    Image const mask = mask_of(active(studio->session()), whole(studio->session()));
    std::size_t const layers = layers_of(*studio);

    ask(*studio, 3);
    REQUIRE(has_results(*studio, 3));
    Candidates& results = studio->tasks().candidates();
    CanvasView& canvas = canvas_of(*studio);
    CHECK(canvas.has_candidate());
    CHECK(results.position() == 0);
    // A click on a small picture shows it, and the arrows go on from there.
    auto* row = canvas.findChild<ThumbnailRow*>();
    QTest::mouseClick(row, Qt::LeftButton, {}, QPoint(row->width() - 12, row->height() / 2));
    CHECK(results.position() == 2);
    CHECK(canvas.hasFocus());
    QTest::keyClick(&canvas, Qt::Key_Right);
    CHECK(results.position() == 0);
    QTest::keyClick(&canvas, Qt::Key_Right);
    CHECK(results.position() == 1);
    QTest::keyClick(&canvas, Qt::Key_Left);
    QTest::keyClick(&canvas, Qt::Key_Left);
    CHECK(results.position() == 2);
    CHECK(flatten(active(studio->session()), whole(studio->session())) == before);     // only looked at

    QTest::keyClick(&canvas, Qt::Key_Return);
    CHECK(results.count() == 0);
    CHECK_FALSE(canvas.has_candidate());
    REQUIRE(layers_of(*studio) == layers + 1);
    Image const after = flatten(active(studio->session()), whole(studio->session()));
    CHECK(differs_inside(before, after, mask));
    CHECK_FALSE(differs_outside(before, after, mask));
    CHECK(studio->session().undo());
    CHECK(layers_of(*studio) == layers);
    CHECK(flatten(active(studio->session()), whole(studio->session())) == before);
    CHECK(studio->session().redo());
    CHECK(flatten(active(studio->session()), whole(studio->session())) == after);
}

TEST_CASE("inpaint: Del puts the picture into the trash and undo brings both back; Esc hides", "[gui][inpaint]")
{
    StudioFixture studio;
    open_landscape(studio->session(), 200, 200);
    paint_mask(studio->session(), masked);
    ask(*studio, 2);
    REQUIRE(has_results(*studio, 2));
    GalleryModel gallery(studio.data());
    auto const pictures = [&] {
        gallery.refresh();
        return gallery.rowCount();
    };
    REQUIRE(wait_for([&] { return pictures() == 2; }));
    CanvasView& canvas = canvas_of(*studio);
    canvas.setFocus();
    QTest::keyClick(&canvas, Qt::Key_Delete);
    CHECK(studio->tasks().candidates().count() == 1);
    CHECK(wait_for([&] { return pictures() == 1; }));
    CHECK(studio->session().undo());
    CHECK(studio->tasks().candidates().count() == 2);
    CHECK(wait_for([&] { return pictures() == 2; }));
    CHECK(studio->session().redo());
    CHECK(studio->tasks().candidates().count() == 1);
    CHECK(wait_for([&] { return pictures() == 1; }));

    QTest::keyClick(&canvas, Qt::Key_Escape);
    CHECK(studio->tasks().candidates().count() == 0);
    CHECK_FALSE(canvas.has_candidate());
    studio->actions().find(QStringLiteral("results.show"))->trigger();
    CHECK(studio->tasks().candidates().count() == 1);
    CHECK(pictures() == 1);
}

TEST_CASE("inpaint: the task is the one that is meant, until another is chosen", "[gui][inpaint]")
{
    StudioFixture studio;
    auto const reads
        = [&](char const* text) { return wait_for([&] { return button_text(*studio) == QString::fromUtf8(text); }); };
    CHECK_FALSE(studio->tasks().task());
    open_landscape(studio->session(), 256, 256);
    CHECK(reads("Generate"));
    Session& session = studio->session();
    session.push(set_frame(active(session), { 128, 0, 256, 256 }));
    CHECK(reads("Expand"));
    session.push(edit_request(session.workspace(), "Strength", [](GenerationRequest& request) {
        request.init.emplace();
        request.init->strength = 0.5;
    }));
    CHECK(reads("Refine"));
    session.undo();
    session.undo();
    paint_mask(session, masked);
    CHECK(reads("Fill"));
    studio->actions().find(QStringLiteral("task.remove"))->trigger();
    CHECK(reads("Remove"));
    session.undo();                        // the mask is gone, and with it what was chosen for it
    CHECK(reads("Generate"));
}

TEST_CASE("inpaint: Expand makes the document larger and moves nothing in the picture", "[gui][inpaint]")
{
    StudioFixture studio;
    open_landscape(studio->session(), 128, 96);
    Session& session = studio->session();
    Image const before = flatten(active(session), whole(session));
    session.push(set_frame(active(session), { -64, -32, 128, 128 }));
    ask(*studio, 1);
    REQUIRE(has_results(*studio, 1));
    canvas_of(*studio).setFocus();
    QTest::keyClick(&canvas_of(*studio), Qt::Key_Return);
    CHECK(whole(session) == Rect { 0, 0, 192, 128 });
    CHECK(active(session).properties.frame == Rect { 0, 0, 128, 128 });
    Image const after = flatten(active(session), { 64, 32, 128, 96 });
    // All but the strip that the new part fades over.
    for (int y = 32; y < 96; ++y)
        for (int x = 81; x < 128; ++x)
            REQUIRE(pixel(after, x, y) == pixel(before, x, y));
    CHECK(flatten(active(session), { 0, 0, 1, 1 }).pixels[3] == 255);
    CHECK(session.undo());
    CHECK(whole(session) == Rect { 0, 0, 128, 96 });
    CHECK(flatten(active(session), whole(session)) == before);
}

TEST_CASE("inpaint: a task that cannot be done says why and queues nothing", "[gui][inpaint]")
{
    StudioFixture studio;
    open_landscape(studio->session(), 128, 96);
    QAction* fill = studio->actions().find(QStringLiteral("task.fill"));
    REQUIRE(wait_for([&] { return fill->isEnabled(); }));
    fill->trigger();
    ask(*studio, 1);
    CHECK(wait_for([&] { return notice_of(*studio).contains(QStringLiteral("mask")); }));
    CHECK(in_queue(*studio) == 0);
}

TEST_CASE("inpaint: the results come after a restart too, and after the engine's death", "[gui][inpaint]")
{
    StudioFixture studio(40);
    open_landscape(studio->session(), 200, 200);
    paint_mask(studio->session(), masked);
    QSignalSpy steps(&studio->studio(), &Studio::step_done);
    ask(*studio, 1, 6);
    REQUIRE(wait_for([&] { return steps.count() >= 2; }));
    SECTION("the studio ends in the middle")
    {
        studio.restart();
        REQUIRE(has_results(*studio, 1));
        studio.restart();                  // nobody has looked at it yet
        REQUIRE(has_results(*studio, 1));
        canvas_of(*studio).setFocus();
        QTest::keyClick(&canvas_of(*studio), Qt::Key_Return);
        std::size_t const layers = layers_of(*studio);
        studio.restart();                  // now it is settled
        QTest::qWait(300);
        CHECK(studio->tasks().candidates().count() == 0);
        CHECK(layers_of(*studio) == layers);
    }
    SECTION("the engine dies in the middle")
    {
        ScriptedEngine::deaths = 1;
        REQUIRE(has_results(*studio, 1));
        CHECK(ScriptedEngine::deaths == 0);
        CHECK(canvas_of(*studio).has_candidate());
    }
}

TEST_CASE("inpaint: live mode shows the newest and leaves nothing behind", "[gui][inpaint]")
{
    StudioFixture studio(25);
    open_landscape(studio->session(), 128, 128);
    QSignalSpy added(&studio->studio(), &Studio::job_added), ended(&studio->studio(), &Studio::job_ended);
    {
        ScriptedEngine::Hold const hold;
        studio->tasks().live().set_on(true);
        REQUIRE(wait_for([&] { return added.count() == 1; }));
        // Strokes come faster than pictures: all but the last are cancelled.
        for (int stroke = 0; stroke < 3; ++stroke) {
            paint_square(studio->session(), { 10 + 20 * stroke, 10, 16, 16 });
            REQUIRE(wait_for([&] { return added.count() == stroke + 2; }));
        }
    }
    REQUIRE(has_results(*studio, 1));
    Candidates& results = studio->tasks().candidates();
    CHECK(results.current()->live);
    CHECK(results.current()->job == added.last()[0].toLongLong());
    CHECK(wait_for([&] { return ended.count() >= 1 && in_queue(*studio) == 0; }));
    int done = 0;
    for (auto const& end : ended)
        done += end[1].toInt() == static_cast<int>(JobState::done);
    CHECK(done == 1);
    CHECK(GalleryModel(studio.data()).rowCount() == 0);
    std::error_code error;
    CHECK(std::filesystem::is_empty(studio.data() / "live", error));

    std::size_t const layers = layers_of(*studio);
    canvas_of(*studio).setFocus();
    QTest::keyClick(&canvas_of(*studio), Qt::Key_Return);
    CHECK(layers_of(*studio) == layers + 1);
    studio->tasks().live().set_on(false);
}

TEST_CASE("inpaint: what each task asks the model for", "[gui][inpaint]")
{
    StudioFixture studio;
    Session& session = studio->session();
    open_landscape(session, 256, 192);
    paint_mask(session, masked);
    session.push(edit_request(session.workspace(), "Strength", [](GenerationRequest& request) {
        request.init.emplace();
        request.init->strength = 1;
    }));
    REQUIRE(wait_for([&] { return button_text(*studio) == QStringLiteral("Fill"); }));
    struct Wanted {
        char const* task;
        bool picture, mask, whole_strength;
    };
    qint64 jobs = 0;
    for (Wanted const& wanted : { Wanted { "generate", false, false, true }, Wanted { "refine", true, true, false },
             Wanted { "fill", true, true, true }, Wanted { "add", true, true, false },
             Wanted { "remove", true, true, true }, Wanted { "replace_background", true, true, true } }) {
        CAPTURE(wanted.task);
        studio->actions().find(QStringLiteral("task.") + QString::fromLatin1(wanted.task))->trigger();
        ask(*studio, 1);
        ++jobs;
        REQUIRE(has_results(*studio, static_cast<int>(jobs)));
        std::atomic<bool> asked = false;
        GenerationRequest request;
        studio->studio().post(
            [&, id = studio->tasks().candidates().at(static_cast<int>(jobs) - 1)->job](Services& services) {
                request = services.queue.request(id);
                asked = true;
            });
        REQUIRE(wait_for([&] { return asked.load(); }));
        CHECK(request.init.has_value() == wanted.picture);
        CHECK((request.init && request.init->mask) == wanted.mask);
        CHECK((!request.init || request.init->strength == 1) == wanted.whole_strength);
        CHECK(request.width % 8 == 0);
        CHECK(std::abs(request.width * request.height - 128 * 128) < 128 * 40);        // the starter's best
    }
}

TEST_CASE("inpaint: an empty document is filled from the prompt; behind the last picture Generate makes a picture",
    "[gui][inpaint]")
{
    StudioFixture studio;
    Session& session = studio->session();
    open_landscape(session, 300, 200);
    session.push(remove_layer(active(session), active(session).layers.front().id));
    ask(*studio, 1);
    REQUIRE(has_results(*studio, 1));
    canvas_of(*studio).setFocus();
    QTest::keyClick(&canvas_of(*studio), Qt::Key_Return);
    REQUIRE(layers_of(*studio) == 1);
    Image const made = flatten(active(session), whole(session));
    CHECK(std::ranges::all_of(std::views::iota(std::size_t { 0 }, std::size_t { 300 * 200 }),
        [&](std::size_t i) { return made.pixels[i * 4 + 3] == 255; }));

    session.push(remove_document(active(session)));
    CHECK(wait_for([&] { return !studio->tasks().task(); }));
    QSignalSpy stored(&studio->studio(), &Studio::picture_stored);
    ask(*studio, 1);
    REQUIRE(wait_for([&] { return stored.count() == 1; }));
    CHECK(studio->tasks().candidates().count() == 0);
}

TEST_CASE("inpaint: a mask painted by hand, a preview in its place, and the keys of the hand", "[gui][inpaint]")
{
    StudioFixture studio(60);
    Session& session = studio->session();
    open_landscape(session, 256, 192);
    CanvasView& canvas = canvas_of(*studio);
    canvas.fit();
    studio->actions().find(QStringLiteral("canvas.mask"))->trigger();
    drag(canvas, { { 90, 60 }, { 100, 62 }, { 120, 70 }, { 130, 80 } });
    REQUIRE(has_mask(active(session)));
    REQUIRE(wait_for([&] { return button_text(*studio) == QStringLiteral("Fill"); }));
    Image const before = flatten(active(session), whole(session)), mask = mask_of(active(session), whole(session));
    CHECK(pixel(before, 110, 66)[2] > 150);

    QSignalSpy previews(&studio->studio(), &Studio::preview_ready);
    QPoint const outside(20, 20);
    QColor const there = shown_at(canvas, outside), masked_there = shown_at(canvas, { 110, 66 });
    ask(*studio, 1, 8);
    REQUIRE(wait_for([&] { return previews.count() >= 2; }));
    QTest::qWait(30);
    CHECK(shown_at(canvas, outside) == there);
    CHECK(shown_at(canvas, { 110, 66 }) != masked_there);
    CHECK_FALSE(canvas.has_candidate());
    REQUIRE(has_results(*studio, 1));
    CHECK(canvas.has_candidate());
    CHECK(shown_at(canvas, outside) == there);
    canvas.setFocus();
    QTest::keyClick(&canvas, Qt::Key_Return);
    Image const after = flatten(active(session), whole(session));
    CHECK(differs_inside(before, after, mask));
    CHECK_FALSE(differs_outside(before, after, mask));
}
