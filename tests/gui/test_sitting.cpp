// SPDX-License-Identifier: Apache-2.0
// One sitting with the real worker and the starter model: a picture, found, thrown away and brought back, its settings
// taken from its file, a layer renamed, a thousand jobs moved and cancelled, and the worker goes on.
#include "gui/actions/actions.h"
#include "gui/gallery/gallery_panel.h"
#include "gui/generate/generate_panel.h"
#include "gui/layers/layers_model.h"
#include "gui/layers/layers_panel.h"
#include "gui/queue/queue_panel.h"
#include "gui/studio/gallery_model.h"
#include "gui/studio/queue_model.h"
#include "gui/widgets/tile_view.h"
#include "gui/window/main_window.h"
#include "tests/gui/canvas_document.h"
#include "tests/gui/studio_fixture.h"

#include <QDropEvent>
#include <QLineEdit>
#include <QListView>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QUrl>
#include <catch2/catch_test_macros.hpp>

using namespace igneous;
using test::wait_for;

namespace {

constexpr int patience = 120'000;          // milliseconds, on a processor instead of a GPU

struct Sitting {
    test::TemporaryFolder folder;
    std::unique_ptr<Workbench> workbench = test::open_with_worker(folder.path());

    GenerationRequest const& request() { return workbench->session().workspace().request; }
    void change(std::function<void(GenerationRequest&)> const& edit)
    {
        workbench->session().push(edit_request(workbench->session().workspace(), "Test", edit));
    }
    void make(char const* prompt)
    {
        QSignalSpy ended(&workbench->studio(), &Studio::job_ended);
        change([&](GenerationRequest& r) {
            r.prompt = prompt;
            r.sampling.steps = 4;
        });
        Q_EMIT workbench->window().generate_panel().generate_asked(false);
        REQUIRE(QTest::qWaitFor([&] { return ended.count() == 1; }, patience));
        INFO(ended[0][2].toString().toStdString());
        REQUIRE(ended[0][1].toInt() == static_cast<int>(JobState::done));
    }
    void undo() { workbench->actions().find(QStringLiteral("edit.undo"))->trigger(); }
    GalleryPanel& gallery() { return *workbench->window().findChild<GalleryPanel*>(); }
    GalleryModel& pictures() { return *qobject_cast<GalleryModel*>(gallery().grid().model()); }
    QueuePanel& queue() { return *workbench->window().findChild<QueuePanel*>(); }
    QueueModel& jobs() { return *qobject_cast<QueueModel*>(queue().list().model()); }
};

void drop_on(QWidget& widget, std::filesystem::path const& file)
{
    QMimeData mime;
    mime.setUrls({ QUrl::fromLocalFile(QString::fromStdString(file.string())) });
    QDragEnterEvent enter(QPoint(9, 9), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&widget, &enter);
    QDropEvent drop(QPointF(9, 9), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&widget, &drop);
}

}

TEST_CASE("sitting: found, deleted and back, settings from a file, renamed, a thousand jobs", "[gui][worker]")
{
    Sitting sitting;
    sitting.make("a quiet lake at dawn");
    sitting.make("a sandy beach by day");
    GalleryModel& pictures = sitting.pictures();
    REQUIRE(wait_for([&] { return pictures.rowCount() == 2; }));

    sitting.gallery().focus_search();
    auto* search = sitting.gallery().findChild<QLineEdit*>();
    QTest::keyClicks(search, QStringLiteral("lake"));
    REQUIRE(wait_for([&] { return pictures.rowCount() == 1 && pictures.picture_at(pictures.index(0)); }));
    auto const lake = pictures.picture_at(pictures.index(0))->path;
    sitting.gallery().grid().setCurrentIndex(pictures.index(0));
    sitting.gallery().grid().setFocus();
    QTest::keyClick(&sitting.gallery().grid(), Qt::Key_Delete);
    REQUIRE(wait_for([&] { return pictures.rowCount() == 0; }));
    CHECK_FALSE(std::filesystem::exists(lake));
    sitting.undo();
    REQUIRE(wait_for([&] { return pictures.rowCount() == 1; }));
    CHECK(std::filesystem::exists(lake));

    std::uint64_t const seed = sitting.request().seed;
    auto* prompt = sitting.workbench->window().generate_panel().findChildren<QPlainTextEdit*>().front();
    drop_on(*prompt->viewport(), lake);
    REQUIRE(wait_for([&] { return sitting.request().prompt == "a quiet lake at dawn"; }));
    CHECK(sitting.request().seed != seed);
    CHECK(std::filesystem::exists(sitting.request().model));
    sitting.undo();
    CHECK(sitting.request().prompt == "a sandy beach by day");

    Session& session = sitting.workbench->session();
    test::open_landscape(session, 256, 192);
    LayerId const ground = test::active(session).layers.front().id;
    session.set_active_layer(test::active(session).id, ground);
    auto& layers = sitting.workbench->window().findChild<LayersPanel*>()->model();
    std::string const before = find_layer(test::active(session).layers, ground)->properties.name;
    REQUIRE(layers.setData(layers.index_of(ground), QStringLiteral("Hills"), Qt::EditRole));
    CHECK(find_layer(test::active(session).layers, ground)->properties.name == "Hills");
    sitting.undo();
    CHECK(find_layer(test::active(session).layers, ground)->properties.name == before);
    session.push(remove_document(test::active(session)));

    sitting.queue().pause(true);
    REQUIRE(wait_for([&] { return sitting.jobs().counts().paused; }));
    sitting.workbench->studio().post([request = sitting.request()](Services& services) {
        for (int i = 0; i < 1000; ++i) {
            NewJob job { .request = request };
            job.request.seed = static_cast<std::uint64_t>(i);
            services.queue.add(job);
        }
    });
    Q_EMIT sitting.workbench->studio().queue_changed();
    REQUIRE(wait_for([&] {
        Q_EMIT sitting.workbench->studio().queue_changed();
        return sitting.jobs().counts().waiting == 1000 && sitting.jobs().rowCount() == 1002;   // with the two that are done
    }));
    qint64 const last = sitting.jobs().id_at(999);
    Q_EMIT sitting.jobs().move_asked({ last }, sitting.jobs().id_at(0));
    REQUIRE(wait_for([&] { return sitting.jobs().id_at(0) == last; }));
    sitting.queue().list().selectAll();
    sitting.queue().cancel();
    REQUIRE(wait_for([&] { return sitting.jobs().counts().waiting == 0; }));
    sitting.undo();
    REQUIRE(wait_for([&] { return sitting.jobs().counts().waiting == 1000; }));
    sitting.queue().list().selectAll();
    sitting.queue().cancel();
    REQUIRE(wait_for([&] { return sitting.jobs().counts().waiting == 0; }));
    sitting.queue().pause(false);
    sitting.make("a hill in spring");
    search->clear();
    CHECK(wait_for([&] { return pictures.rowCount() == 3; }));
}
