// SPDX-License-Identifier: Apache-2.0
// The studio with a scripted engine: from the prompt to the gallery, and across restarts.
#include "app/jobs/worker_engine.h"
#include "gui/actions/actions.h"
#include "gui/canvas/picture_view.h"
#include "gui/generate/generate_panel.h"
#include "gui/studio/gallery_model.h"
#include "gui/studio/images.h"
#include "gui/studio/queue_model.h"
#include "gui/window/main_window.h"
#include "tests/gui/scripted_engine.h"
#include "tests/gui/studio_fixture.h"

#include <QPlainTextEdit>
#include <QSignalSpy>
#include <catch2/catch_test_macros.hpp>

using namespace igneous;
using test::wait_for;

namespace {

void write_and_generate(Workbench& workbench, char const* prompt)
{
    GenerationRequest request = workbench.window().generate_panel().request();
    request.prompt = prompt;
    request.sampling.steps = 4;
    workbench.window().generate_panel().show_request(request);
    Q_EMIT workbench.window().generate_panel().generate_asked(false);
}

}

TEST_CASE("studio: from the prompt to the picture, the queue and the gallery", "[gui]")
{
    test::StudioFixture studio;
    QSignalSpy previews(&studio->studio(), &Studio::preview_ready), stored(&studio->studio(), &Studio::picture_stored);
    write_and_generate(*studio, "a lake at dawn");
    REQUIRE(wait_for([&] { return stored.count() == 1; }));
    CHECK(previews.count() == 4);
    auto const seed = studio->window().generate_panel().request().seed;
    REQUIRE(wait_for([&] { return studio->window().view().picture().width() == 128; }));
    CHECK(from_qimage(studio->window().view().picture()) == test::scripted_picture(128, 128, seed));

    GalleryModel gallery(studio.data());
    REQUIRE(wait_for([&] {
        gallery.search({ .text = "dawn" });
        return gallery.rowCount() == 1;
    }));
    QueueModel queue(studio.data());
    REQUIRE(wait_for([&] { return queue.rowCount() == 1; }));
    REQUIRE(wait_for([&] {
        queue.refresh();
        return queue.data(queue.index(0), QueueModel::state).toInt() == static_cast<int>(JobState::done);
    }));
    CHECK(queue.data(queue.index(0), Qt::DisplayRole).toString() == QStringLiteral("a lake at dawn"));
}

TEST_CASE("studio: what was queued is there after a restart, and is made", "[gui]")
{
    test::StudioFixture studio(60);
    QSignalSpy started(&studio->studio(), &Studio::job_started);
    for (char const* prompt : { "one", "two", "three" })
        write_and_generate(*studio, prompt);
    REQUIRE(wait_for([&] { return started.count() == 1; }));
    studio.restart();                      // in the middle of the first
    GalleryModel gallery(studio.data());
    CHECK(wait_for([&] {
        gallery.refresh();
        return gallery.rowCount() == 3;
    }));
}

TEST_CASE("studio: what was typed can be undone, and is there after a restart", "[gui]")
{
    test::StudioFixture studio;
    auto* prompt = studio->window().generate_panel().findChildren<QPlainTextEdit*>().front();
    prompt->setFocus();
    QTest::keyClicks(prompt, QStringLiteral("a lake"));
    studio->session().stop_merging();
    QTest::keyClicks(prompt, QStringLiteral(" at dawn"));
    CHECK(prompt->toPlainText() == QStringLiteral("a lake at dawn"));
    studio->actions().find(QStringLiteral("edit.undo"))->trigger();
    CHECK(prompt->toPlainText() == QStringLiteral("a lake"));
    studio->actions().find(QStringLiteral("edit.redo"))->trigger();
    CHECK(prompt->toPlainText() == QStringLiteral("a lake at dawn"));
    studio.restart();
    CHECK(studio->window().generate_panel().request().prompt == "a lake at dawn");
}

TEST_CASE("studio: the real worker makes a picture of the starter model", "[gui][worker]")
{
    test::TemporaryFolder const folder;
    auto const opened = test::open_with_worker(folder.path());
    Workbench& workbench = *opened;
    Studio* studio = &workbench.studio();
    QSignalSpy previews(studio, &Studio::preview_ready), stored(studio, &Studio::picture_stored);
    QSignalSpy ended(studio, &Studio::job_ended);
    write_and_generate(workbench, "a sandy beach by day, blue sky");
    REQUIRE(QTest::qWaitFor([&] { return ended.count() == 1; }, 120'000));
    INFO(ended[0][2].toString().toStdString());
    REQUIRE(stored.count() == 1);
    CHECK(previews.count() >= 1);
    CHECK(wait_for([&] { return workbench.window().view().picture().width() == 128; }));
    GalleryModel gallery(folder.path());
    REQUIRE(wait_for([&] {
        gallery.refresh();
        return gallery.rowCount() == 1;
    }));
    QTest::qWait(500);
    workbench.window().grab().save(QStringLiteral(IGNEOUS_BINARY_DIR "/screenshots/real-worker.png"));
}

TEST_CASE("studio: cancel ends the running picture and the next begins", "[gui]")
{
    test::StudioFixture studio(40);
    QSignalSpy started(&studio->studio(), &Studio::job_started), ended(&studio->studio(), &Studio::job_ended);
    write_and_generate(*studio, "first");
    write_and_generate(*studio, "second");
    REQUIRE(wait_for([&] { return started.count() == 1; }));
    Q_EMIT studio->window().generate_panel().cancel_asked();
    REQUIRE(wait_for([&] { return ended.count() == 1; }));
    CHECK(ended[0][1].toInt() == static_cast<int>(JobState::cancelled));
    REQUIRE(wait_for([&] { return ended.count() == 2; }));
    CHECK(ended[1][1].toInt() == static_cast<int>(JobState::done));
}
