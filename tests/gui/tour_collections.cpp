// SPDX-License-Identifier: Apache-2.0
// Pictures of gallery, viewer, models and queue, in both themes, for a person to look at.
#include "gui/gallery/boards_bar.h"
#include "gui/gallery/gallery_panel.h"
#include "gui/library/library_panel.h"
#include "gui/queue/queue_panel.h"
#include "gui/studio/gallery_model.h"
#include "gui/studio/library_model.h"
#include "gui/theme/theme.h"
#include "gui/viewer/viewer.h"
#include "gui/widgets/tile_view.h"
#include "gui/window/main_window.h"
#include "tests/gui/gallery_pictures.h"
#include "tests/gui/screenshots.h"
#include "tests/gui/starter_loras.h"
#include "tests/gui/studio_fixture.h"

#include <QApplication>
#include <QFileInfo>
#include <QLineEdit>
#include <QListView>
#include <catch2/catch_test_macros.hpp>

using namespace igneous;
using test::take;
using test::wait_for;

namespace {

void visit_gallery(test::StudioFixture& studio, QString const& theme)
{
    MainWindow& window = studio->window();
    window.raise_panel(QStringLiteral("gallery"));
    auto const ids = test::fill_gallery(studio.data(), 24);
    {
        GalleryStore store(studio.data());
        store.set_stars(std::vector { ids[23], ids[20] }, 5);
        store.set_stars(std::vector { ids[21] }, 3);
        store.add_to_board("Winter", std::span(ids).subspan(0, 7));
        store.add_to_board("Book covers", std::span(ids).subspan(5, 4));
        store.add_to_board("To finish", std::span(ids).subspan(1, 2));
    }
    test::look_again(*studio);
    auto* panel = window.findChild<GalleryPanel*>();
    auto* model = qobject_cast<GalleryModel*>(panel->grid().model());
    REQUIRE(wait_for([&] { return model->rowCount() == 24; }));
    panel->grid().setCurrentIndex(model->index(4));
    QTest::qWait(900);                     // thumbnails
    take(window, theme + QStringLiteral("-gallery"));

    auto* viewer = window.findChild<Viewer*>();
    viewer->open(ids[23]);
    QTest::qWait(300);
    take(window, theme + QStringLiteral("-viewer"));
    viewer->toggle_compare();
    viewer->view().set_divider(0.4);
    QTest::qWait(300);
    take(window, theme + QStringLiteral("-viewer-slider"));
    viewer->set_mode(CompareMode::side_by_side);
    QTest::qWait(100);
    take(window, theme + QStringLiteral("-viewer-side-by-side"));
    viewer->close_view();
}

/// LoRAs that fit the chosen model, fit in part, and do not: cards, details, and the prompt they are put into.
void visit_fits(test::StudioFixture& studio, QString const& theme, std::filesystem::path const& loras)
{
    MainWindow& window = studio->window();
    auto& panel = *window.findChild<LibraryPanel*>();
    auto& model = *qobject_cast<LibraryModel*>(panel.list().model());
    LibraryStore(studio.data() / "library.db").add_folder(loras);
    Q_EMIT panel.folders_changed();
    panel.set_cards(true);
    int const before = model.rowCount();
    REQUIRE(wait_for([&] { return model.rowCount() == before + 4; }));
    QTest::qWait(1500);                    // told of all in sight
    for (char const* name : { "neon_copy", "partly", "larger" })
        for (int row = 0; row < model.rowCount(); ++row)
            if (QString const path = model.index(row).data(LibraryModel::path).toString();
                QFileInfo(path).baseName() == QLatin1String(name)) {
                panel.choose(row);
                Q_EMIT panel.list().activated(model.index(row));
                QTest::qWait(600);
                take(window, theme + QStringLiteral("-models-fit-") + QLatin1String(name));
            }
    window.raise_panel(QStringLiteral("generate"));
    QTest::qWait(100);
    take(window, theme + QStringLiteral("-generate-lora-fits"));
}

void visit_models(test::StudioFixture& studio, QString const& theme, std::filesystem::path const& models)
{
    MainWindow& window = studio->window();
    auto* panel = window.findChild<LibraryPanel*>();
    window.raise_panel(QStringLiteral("models"));
    auto* model = qobject_cast<LibraryModel*>(panel->list().model());
    LibraryStore(studio.data() / "library.db").add_folder(models);
    Q_EMIT panel->folders_changed();
    REQUIRE(wait_for([&] { return model->rowCount() >= 8; }));
    model->set_chosen({ ModelBase::sd1, 768 });
    QTest::qWait(900);                     // previews
    take(window, theme + QStringLiteral("-models-cards"));
    for (int row = 0; row < model->rowCount(); ++row)
        if (model->index(row).data().toString() == QStringLiteral("paper_cut"))
            panel->choose(row);
    Q_EMIT panel->list().activated(panel->list().currentIndex());
    QTest::qWait(400);
    take(window, theme + QStringLiteral("-models-details"));
    panel->set_cards(false);
    QTest::qWait(50);
    take(window, theme + QStringLiteral("-models-list"));
    panel->ask_folders();
    QTest::qWait(100);
    if (auto* dialog = panel->findChild<QDialog*>()) {
        take(*dialog, theme + QStringLiteral("-models-folders"));
        dialog->close();
    }
}

void visit_queue(test::StudioFixture& studio, QString const& theme)
{
    MainWindow& window = studio->window();
    window.raise_panel(QStringLiteral("queue"));
    studio->studio().post([](Services& services) {
        std::vector<JobId> ids;
        for (char const* prompt : { "a fox in the snow", "a castle above the clouds", "a street of lanterns in the rain",
                 "a teapot in the shape of a whale", "a quiet harbour, oil painting" }) {
            NewJob job;
            job.request.prompt = prompt;
            job.request.width = job.request.height = 128;
            job.request.sampling.steps = 200;
            ids.push_back(services.queue.add(job));
        }
        services.queue.cancel(std::vector { ids[4] });
        services.runner.look();
    });
    QTest::qWait(900);
    take(window, theme + QStringLiteral("-queue"));
}

}

TEST_CASE("tour: gallery, viewer, models and queue", "[gui][tour]")
{
    test::TemporaryFolder const models, loras;
    test::make_models(models.path());
    test::write_starter_loras(loras.path());
    for (QString const& theme : { QStringLiteral("dark"), QStringLiteral("light") }) {
        apply_theme(*qobject_cast<QApplication*>(QApplication::instance()), theme);
        test::StudioFixture studio(20);
        visit_gallery(studio, theme);
        visit_models(studio, theme, models.path());
        visit_fits(studio, theme, loras.path());
        visit_queue(studio, theme);
    }
    apply_theme(*qobject_cast<QApplication*>(QApplication::instance()), QStringLiteral("dark"));
}
