// SPDX-License-Identifier: Apache-2.0
// The viewer: walking, comparing, recall keys, stars and trash.
#include "gui/actions/actions.h"
#include "gui/gallery/gallery_panel.h"
#include "gui/generate/generate_panel.h"
#include "gui/studio/gallery_model.h"
#include "gui/studio/images.h"
#include "gui/viewer/facts_table.h"
#include "gui/viewer/viewer.h"
#include "gui/widgets/tile_view.h"
#include "gui/window/main_window.h"
#include "tests/gui/gallery_pictures.h"
#include "tests/gui/studio_fixture.h"

#include <QDropEvent>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QUrl>
#include <catch2/catch_test_macros.hpp>

using namespace igneous;
using test::wait_for;

namespace {

struct Viewing {
    explicit Viewing(int pictures)
    {
        ids = test::fill_gallery(studio.data(), pictures);
        test::look_again(*studio);
        REQUIRE(wait_for([&] {
            return model().rowCount() == pictures && model().picture_at(model().index(0)).has_value();
        }));
        auto& grid = studio->window().findChild<GalleryPanel*>()->grid();
        grid.setCurrentIndex(model().index(0));
        Q_EMIT grid.activated(model().index(0));                     // as Enter and a double click do
        REQUIRE(viewer().isVisible());
    }
    Viewer& viewer() { return *studio->window().findChild<Viewer*>(); }
    GalleryModel& model()
    {
        return *qobject_cast<GalleryModel*>(studio->window().findChild<GalleryPanel*>()->grid().model());
    }
    void press(Qt::Key key) { QTest::keyClick(&viewer(), key); }
    GenerationRequest const& request() { return studio->session().workspace().request; }
    PictureId at(int row) { return model().id_at(row); }

    test::StudioFixture studio;
    std::vector<PictureId> ids;
};

}

TEST_CASE("viewer: arrows walk through what was found, the whole picture comes", "[gui][viewer]")
{
    Viewing viewing(5);
    CHECK(viewing.viewer().picture() == viewing.at(0));
    viewing.press(Qt::Key_Right);
    viewing.press(Qt::Key_Right);
    CHECK(viewing.viewer().picture() == viewing.at(2));
    viewing.press(Qt::Key_Left);
    CHECK(viewing.viewer().picture() == viewing.at(1));
    auto const picture = viewing.model().picture_at(viewing.model().index(1));
    REQUIRE(wait_for([&] { return viewing.viewer().view().picture().width() == picture->facts.width; }));
    CHECK(from_qimage(viewing.viewer().view().picture())
          == test::scene(picture->facts.width, picture->facts.height, *picture->facts.seed - 1000));
    for (int i = 0; i < 9; ++i)
        viewing.press(Qt::Key_Right);
    CHECK(viewing.viewer().picture() == viewing.at(4));              // the last one stays
    viewing.press(Qt::Key_Escape);
    CHECK_FALSE(viewing.viewer().isVisible());
}

TEST_CASE("viewer: recall keys take over their part, each as a step that is undone", "[gui][viewer]")
{
    Viewing viewing(5);
    auto const then = request_of(viewing.model().picture_at(viewing.model().index(0))->facts).value();
    auto const before = viewing.request();
    viewing.press(Qt::Key_S);
    REQUIRE(wait_for([&] { return viewing.request().seed == then.seed; }));
    CHECK(viewing.request().prompt == before.prompt);
    viewing.press(Qt::Key_P);
    REQUIRE(wait_for([&] { return viewing.request().prompt == then.prompt; }));
    CHECK(viewing.request().width == before.width);
    viewing.press(Qt::Key_D);
    REQUIRE(wait_for([&] { return viewing.request().height == then.height; }));
    CHECK(viewing.request().sampling.steps == before.sampling.steps);
    auto* undo = viewing.studio->actions().find(QStringLiteral("edit.undo"));
    for (int i = 0; i < 3; ++i)
        undo->trigger();
    CHECK(viewing.request() == before);
    viewing.press(Qt::Key_R);
    REQUIRE(wait_for([&] { return viewing.request().prompt == then.prompt; }));
    CHECK(viewing.request().seed == before.seed);
    CHECK(viewing.request().sampling == then.sampling);
    viewing.press(Qt::Key_A);
    REQUIRE(wait_for([&] { return viewing.request().seed == then.seed; }));
    CHECK(viewing.studio->window().generate_panel().request().prompt == then.prompt);
    CHECK(viewing.request().model == before.model);                  // dreamshaper is not here: the model stays
}

TEST_CASE("viewer: two are compared, by slider, side by side and in turns, with what differs", "[gui][viewer]")
{
    Viewing viewing(5);
    Viewer& viewer = viewing.viewer();
    viewing.press(Qt::Key_C);
    CHECK(viewer.other() == viewing.at(0));
    CHECK(viewer.picture() == viewing.at(1));
    CHECK(viewer.view().mode() == CompareMode::slider);
    REQUIRE(wait_for([&] { return viewer.facts().columnCount() == 3 && viewer.facts().rowCount() >= 3; }));
    bool seed = false;
    for (int row = 0; row < viewer.facts().rowCount(); ++row)
        seed = seed || viewer.facts().item(row, 0)->text() == QStringLiteral("Seed");
    CHECK(seed);
    viewer.view().resize(800, 600);
    QPoint const middle = viewer.view().rect().center();
    QTest::mousePress(&viewer.view(), Qt::LeftButton, {}, middle);
    QTest::mouseMove(&viewer.view(), middle + QPoint(120, 0));
    QTest::mouseRelease(&viewer.view(), Qt::LeftButton, {}, middle + QPoint(120, 0));
    CHECK(viewer.view().divider() >= 0.5);
    viewer.set_mode(CompareMode::blink);
    CHECK(wait_for([&] { return viewer.view().shows_other(); }));
    viewer.set_mode(CompareMode::side_by_side);
    viewing.press(Qt::Key_Right);
    CHECK(viewer.picture() == viewing.at(2));
    viewing.press(Qt::Key_Left);
    viewing.press(Qt::Key_Left);
    CHECK(viewer.picture() == viewing.at(1));                        // never the one it is compared with
    viewing.press(Qt::Key_C);
    CHECK(viewer.other() == 0);
    CHECK(wait_for([&] { return viewer.facts().columnCount() == 2; }));
}

TEST_CASE("viewer: stars and trash, and the next one takes its place", "[gui][viewer]")
{
    Viewing viewing(4);
    PictureId const first = viewing.at(0), second = viewing.at(1);
    viewing.press(Qt::Key_5);
    REQUIRE(wait_for([&] { return viewing.model().picture_at(viewing.model().index_of(first))->stars == 5; }));
    viewing.press(Qt::Key_Delete);
    REQUIRE(wait_for([&] { return viewing.viewer().picture() == second; }));
    CHECK(viewing.model().rowCount() == 3);
    viewing.studio->actions().find(QStringLiteral("edit.undo"))->trigger();
    CHECK(wait_for([&] { return viewing.model().rowCount() == 4; }));
}

TEST_CASE("generate panel: a picture that is dropped on the prompt brings its settings", "[gui][viewer]")
{
    Viewing viewing(2);
    viewing.press(Qt::Key_Escape);
    test::TemporaryFolder elsewhere;
    test::fill_gallery(elsewhere.path(), 3);
    auto* prompt = viewing.studio->window().generate_panel().findChildren<QPlainTextEdit*>().front();
    QMimeData mime;
    mime.setUrls({ QUrl::fromLocalFile(QString::fromStdString((elsewhere / "made/3.png").string())) });
    QDragEnterEvent enter(QPoint(9, 9), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(prompt->viewport(), &enter);
    REQUIRE(enter.isAccepted());
    QDropEvent drop(QPointF(9, 9), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(prompt->viewport(), &drop);
    REQUIRE(wait_for([&] { return viewing.request().seed == 1003; }));
    CHECK(viewing.request().negative_prompt == "blurry, low quality");
    viewing.studio->actions().find(QStringLiteral("edit.undo"))->trigger();
    CHECK(viewing.request().seed != 1003);
}

TEST_CASE("viewer: a picture goes to the canvas as a document", "[gui][viewer]")
{
    Viewing viewing(2);
    auto const facts = viewing.model().picture_at(viewing.model().index(0))->facts;
    viewing.press(Qt::Key_E);
    CHECK_FALSE(viewing.viewer().isVisible());
    auto const& documents = viewing.studio->session().workspace().documents;
    REQUIRE(wait_for([&] { return documents.size() == 1; }));
    CHECK(documents.front().properties.width == facts.width);
}
