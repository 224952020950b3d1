// SPDX-License-Identifier: Apache-2.0
// The queue's panel: moves by key and drag, cancel, retry, pause and clear, undone; a thousand jobs.
#include "app/jobs/worker_engine.h"
#include "gui/actions/actions.h"
#include "gui/queue/queue_panel.h"
#include "gui/studio/collection_edits.h"
#include "gui/studio/queue_model.h"
#include "gui/window/main_window.h"
#include "tests/gui/studio_fixture.h"

#include <QElapsedTimer>
#include <QListView>
#include <QMimeData>
#include <QSignalSpy>
#include <catch2/catch_test_macros.hpp>

#include <cstdio>

using namespace igneous;
using test::wait_for;

namespace {

struct Queue {
    explicit Queue(int jobs)
    {
        studio->window().raise_panel(QStringLiteral("queue"));
        panel().pause(true);
        studio->studio().post([jobs](Services& services) {
            for (int i = 0; i < jobs; ++i) {
                NewJob job;
                job.request.prompt = std::to_string(i);
                job.request.model = "/no/such/model";
                services.queue.add(job);
            }
        });
        Q_EMIT studio->studio().queue_changed();
        REQUIRE(wait_for([&] {
            if (model().rowCount() != jobs)
                Q_EMIT studio->studio().queue_changed();
            return model().rowCount() == jobs && model().counts().paused;
        }));
        REQUIRE(wait_for([&] { return !prompt(0).isEmpty(); }));
    }
    QueuePanel& panel() { return *studio->window().findChild<QueuePanel*>(); }
    QueueModel& model() { return *qobject_cast<QueueModel*>(panel().list().model()); }
    QString prompt(int row) { return model().data(model().index(row), Qt::DisplayRole).toString(); }
    QString order()
    {
        QString all;
        for (int row = 0; row < model().rowCount(); ++row)
            all += prompt(row) + QLatin1Char(' ');
        return all;
    }
    void choose(int row)
    {
        panel().list().setCurrentIndex(model().index(row));
        panel().list().setFocus();
    }
    void undo() { studio->actions().find(QStringLiteral("edit.undo"))->trigger(); }

    test::StudioFixture studio;
};

}

TEST_CASE("queue panel: jobs move by key and by drag, keep their selection, and move back", "[gui][queue]")
{
    Queue queue(5);
    queue.choose(3);
    QTest::keyClick(&queue.panel().list(), Qt::Key_Up, Qt::AltModifier);
    REQUIRE(wait_for([&] { return queue.order() == QStringLiteral("0 1 3 2 4 "); }));
    CHECK(queue.panel().list().currentIndex().row() == 2);           // the same job
    QTest::keyClick(&queue.panel().list(), Qt::Key_Home, Qt::AltModifier);
    REQUIRE(wait_for([&] { return queue.order() == QStringLiteral("3 0 1 2 4 "); }));
    queue.undo();
    queue.undo();
    REQUIRE(wait_for([&] { return queue.order() == QStringLiteral("0 1 2 3 4 "); }));

    std::unique_ptr<QMimeData> const mime(queue.model().mimeData({ queue.model().index(4), queue.model().index(2) }));
    queue.model().dropMimeData(mime.get(), Qt::MoveAction, 1, 0, {});
    REQUIRE(wait_for([&] { return queue.order() == QStringLiteral("0 2 4 1 3 "); }));
    queue.model().dropMimeData(mime.get(), Qt::MoveAction, 5, 0, {});
    REQUIRE(wait_for([&] { return queue.order() == QStringLiteral("0 1 3 2 4 "); }));
    queue.undo();
    CHECK(wait_for([&] { return queue.order() == QStringLiteral("0 2 4 1 3 "); }));
}

TEST_CASE("queue panel: cancel, clear and retry, and the way back from each", "[gui][queue]")
{
    Queue queue(4);
    QSignalSpy badge(&queue.panel(), &QueuePanel::badge_changed);
    queue.choose(1);
    QTest::keyClick(&queue.panel().list(), Qt::Key_Delete);
    REQUIRE(wait_for([&] { return queue.model().counts().waiting == 3; }));
    CHECK(badge.last()[0].toLongLong() == 3);
    queue.panel().clear_ended();
    REQUIRE(wait_for([&] { return queue.model().rowCount() == 3; }));
    queue.undo();
    REQUIRE(wait_for([&] { return queue.model().rowCount() == 4 && queue.model().counts().ended == 1; }));
    queue.undo();
    REQUIRE(wait_for([&] { return queue.model().counts().waiting == 4 && queue.order() == QStringLiteral("0 1 2 3 "); }));
}

TEST_CASE("queue panel: a job whose model was deleted says so, and the queue goes on", "[gui][queue][worker]")
{
    test::TemporaryFolder const folder;
    auto const opened = test::open_with_worker(folder.path());
    Workbench& workbench = *opened;
    auto& panel = *workbench.window().findChild<QueuePanel*>();
    auto& model = *qobject_cast<QueueModel*>(panel.list().model());
    workbench.studio().post([](Services& services) {
        for (char const* where : { "/no/such/model", IGNEOUS_SOURCE_DIR "/resources/starter" }) {
            NewJob job;
            job.request.model = where;
            job.request.prompt = "a lake";
            job.request.width = job.request.height = 64;
            job.request.sampling.steps = 1;
            services.queue.add(job);
        }
        services.runner.look();
    });
    REQUIRE(QTest::qWaitFor([&] { return model.counts().ended == 2 && model.job_at(model.index(1)); }, 120'000));
    auto const job = model.job_at(model.index(1));                   // what ended last comes first
    CHECK(job->state == JobState::failed);
    CHECK(job->message.find("/no/such/model") != std::string::npos);
    CHECK(model.job_at(model.index(0))->state == JobState::done);
}

TEST_CASE("queue panel: 1,000 jobs are reordered and cancelled", "[gui][queue]")
{
    Queue queue(1000);
    QElapsedTimer clock;
    clock.start();
    queue.panel().list().selectAll();
    CHECK(queue.panel().selected().size() == 1000);
    std::vector<qint64> last;
    for (int row = 999; row >= 900; --row)
        last.push_back(queue.model().id_at(row));
    Q_EMIT queue.model().move_asked(last, queue.model().id_at(0));
    REQUIRE(wait_for([&] { return queue.model().id_at(0) == last[0]; }));
    CHECK(queue.panel().selected().size() == 1000);                  // all are still chosen
    queue.panel().cancel();
    REQUIRE(wait_for([&] { return queue.model().counts().waiting == 0; }));
    queue.undo();
    REQUIRE(wait_for([&] { return queue.model().counts().waiting == 1000 && queue.model().id_at(0) == last[0]; }));
    queue.undo();
    REQUIRE(wait_for([&] { return queue.model().id_at(999) == last[0]; }));
    std::printf("  1,000 jobs moved, cancelled and both undone, seen in the list, in %lld ms\n",
        static_cast<long long>(clock.elapsed()));
}
