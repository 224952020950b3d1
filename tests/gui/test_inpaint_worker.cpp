// SPDX-License-Identifier: Apache-2.0
// From a picture to a filled mask with the real worker and the starter model, the worker killed on the way.
#include "app/inpaint/compose.h"
#include "app/inpaint/fill.h"
#include "app/inpaint/seam.h"
#include "app/jobs/worker_engine.h"
#include "app/paint/compositing.h"
#include "app/picture/picture.h"
#include "gui/canvas/canvas_view.h"
#include "gui/canvas/picture_view.h"
#include "gui/generate/generate_panel.h"
#include "gui/studio/images.h"
#include "gui/window/main_window.h"
#include "gui/window/task_work.h"
#include "tests/gui/canvas_document.h"
#include "tests/gui/studio_fixture.h"

#include <QSignalSpy>
#include <catch2/catch_test_macros.hpp>

#include <csignal>
#include <iostream>

using namespace igneous;
using namespace igneous::test;

namespace {

constexpr int patience = 180'000;          // milliseconds: two cores and a driver without a GPU

void ask(Workbench& workbench, char const* prompt, int steps)
{
    Session& session = workbench.session();
    session.push(edit_request(session.workspace(), "Test", [&](GenerationRequest& request) {
        request.prompt = prompt;
        request.sampling.steps = steps;
        request.batch = 1;
    }));
    Q_EMIT workbench.window().generate_panel().generate_asked(false);
}

void kill_worker(Studio& studio)
{
    studio.post([](Services& services) {
        if (auto* engine = dynamic_cast<WorkerEngine*>(&services.engine); engine && engine->process_id() > 0)
            ::kill(static_cast<pid_t>(engine->process_id()), SIGKILL);
    });
}

void open_picture(Session& session, Image const& picture)
{
    open_landscape(session, picture.width, picture.height);
    Layer const& ground = active(session).layers.front();
    session.push(paint(active(session), ground.id, tiles_with(ground.pixels, picture, 0, 0), "Picture"));
}

Image opaque(Image const& rgb)
{
    Image out(rgb.width, rgb.height, 4);
    for (std::size_t i = 0; i < rgb.pixels.size() / 3; ++i) {
        std::copy_n(&rgb.pixels[i * 3], 3, &out.pixels[i * 4]);
        out.pixels[i * 4 + 3] = 255;
    }
    return out;
}

/// Before, with the model's picture where the mask is and nothing done about it.
Image hard_paste(Image const& before, Image const& mask, Candidate const& candidate)
{
    Image const painted
        = resize(read_picture(candidate.path.toStdString()), candidate.area.width, candidate.area.height);
    Image out = before;
    for (int y = 0; y < candidate.area.height; ++y)
        for (int x = 0; x < candidate.area.width; ++x) {
            auto const at = static_cast<std::size_t>(candidate.area.y + y) * static_cast<std::size_t>(before.width)
                            + static_cast<std::size_t>(candidate.area.x + x);
            if (mask.pixels[at] > 0)
                std::copy_n(&painted.pixels[(static_cast<std::size_t>(y) * static_cast<std::size_t>(painted.width)
                                                + static_cast<std::size_t>(x))
                                            * 3],
                    3, &out.pixels[at * 4]);
        }
    return out;
}

}

TEST_CASE("inpaint: a picture, a mask, fill, the worker killed, accept, undo, redo", "[gui][inpaint][worker]")
{
    TemporaryFolder const folder;
    auto const opened = open_with_worker(folder.path());
    Workbench& workbench = *opened;
    Studio* studio = &workbench.studio();
    QSignalSpy ended(studio, &Studio::job_ended), steps(studio, &Studio::step_done);
    ask(workbench, "a sandy beach by day, blue sky", 8);
    REQUIRE(QTest::qWaitFor([&] { return ended.count() == 1; }, patience));
    REQUIRE(wait_for([&] { return workbench.window().view().picture().width() == 128; }));

    Session& session = workbench.session();
    open_picture(session, opaque(resize(from_qimage(workbench.window().view().picture()), 384, 384)));
    paint_mask(session, { 130, 170, 120, 110 });
    Image const before = flatten(active(session), whole(session)), mask = mask_of(active(session), whole(session));
    steps.clear();
    ask(workbench, "a red house on a beach", 8);
    REQUIRE(QTest::qWaitFor([&] { return steps.count() >= 3; }, patience));
    kill_worker(*studio);
    REQUIRE(QTest::qWaitFor([&] { return workbench.tasks().candidates().count() == 1; }, patience));
    Candidate const candidate = *workbench.tasks().candidates().current();
    QTest::qWait(300);
    CHECK(workbench.window().grab().save(QStringLiteral(IGNEOUS_BINARY_DIR "/screenshots/inpaint-candidate.png")));

    CanvasView& canvas = canvas_of(workbench);
    canvas.setFocus();
    QTest::keyClick(&canvas, Qt::Key_Return);
    Image const after = flatten(active(session), whole(session));
    CHECK(differs_inside(before, after, mask));
    CHECK_FALSE(differs_outside(before, after, mask));
    Image const pasted = hard_paste(before, mask, candidate);
    double const hard = seam_score(pasted, mask), soft = seam_score(after, mask), none = seam_score(before, mask);
    std::cout << "seam score: " << hard << " pasted, " << soft << " composed, " << none << " before\n";
    CHECK(soft < hard);
    CHECK(soft < 1.5);
    QTest::qWait(300);
    workbench.window().grab().save(QStringLiteral(IGNEOUS_BINARY_DIR "/screenshots/inpaint-accepted.png"));
    to_qimage(pasted).save(QStringLiteral(IGNEOUS_BINARY_DIR "/screenshots/inpaint-pasted.png"));
    to_qimage(after).save(QStringLiteral(IGNEOUS_BINARY_DIR "/screenshots/inpaint-composed.png"));
    CHECK(session.undo());
    CHECK(flatten(active(session), whole(session)) == before);
    CHECK(session.redo());
    CHECK(flatten(active(session), whole(session)) == after);
}
