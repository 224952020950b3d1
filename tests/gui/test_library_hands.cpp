// SPDX-License-Identifier: Apache-2.0
// The model manager by keyboard and mouse: Enter on a card, a card dragged to the prompt;
// pictures of the gallery that stand for models.
#include "gui/actions/actions.h"
#include "gui/gallery/gallery_panel.h"
#include "gui/generate/generate_panel.h"
#include "gui/generate/prompt_edit.h"
#include "gui/library/library_panel.h"
#include "gui/library/model_details.h"
#include "gui/studio/library_model.h"
#include "gui/widgets/notice_bar.h"
#include "gui/widgets/tile_view.h"
#include "gui/window/main_window.h"
#include "tests/app/library/model_files.h"
#include "tests/gui/gallery_pictures.h"
#include "tests/gui/studio_fixture.h"

#include <QAction>
#include <QApplication>
#include <QDrag>
#include <QDropEvent>
#include <QFileDialog>
#include <QListView>
#include <QListWidget>
#include <QMimeData>
#include <QToolButton>
#include <catch2/catch_test_macros.hpp>

using namespace igneous;
using test::wait_for;

namespace {

struct Library {
    test::TemporaryFolder models;
    test::StudioFixture studio;

    Library()
    {
        test::write_small_lora(models / "ink.safetensors", 1, {});
        studio->window().raise_panel(QStringLiteral("models"));
        LibraryStore(studio.data() / "library.db").add_folder(models.path());
        Q_EMIT panel().folders_changed();
        REQUIRE(wait_for([&] { return row() >= 0; }));
    }
    LibraryPanel& panel() { return *studio->window().findChild<LibraryPanel*>(); }
    LibraryModel& model() { return *qobject_cast<LibraryModel*>(panel().list().model()); }
    int row()
    {
        for (int row = 0; row < model().rowCount(); ++row)
            if (model().index(row).data().toString() == QStringLiteral("ink"))
                return row;
        return -1;
    }
    /// Whether the prompt knows a LoRA by now; leaves it empty.
    bool is_offered(PromptEdit& prompt, QString const& name)
    {
        QTest::keyClicks(&prompt, QStringLiteral("<lora:"));
        bool found = false;
        for (auto const* list : studio->window().findChildren<QListWidget*>())
            found = found || !list->findItems(name, Qt::MatchExactly).isEmpty();
        prompt.clear();
        return found;
    }
    QColor preview()
    {
        auto const pixmap = model().index(row()).data(Qt::DecorationRole).value<QPixmap>();
        return pixmap.isNull() ? QColor() : pixmap.toImage().pixelColor(pixmap.width() / 2, 4);
    }
    GenerationRequest const& request() { return studio->session().workspace().request; }
    void undo() { studio->actions().find(QStringLiteral("edit.undo"))->trigger(); }
};

}

TEST_CASE("library: Enter on a card puts the LoRA into the prompt", "[gui][library]")
{
    Library library;
    library.panel().choose(library.row());
    TileView& cards = library.panel().cards();
    cards.setFocus();
    QTest::keyClick(&cards, Qt::Key_Return);
    REQUIRE(wait_for([&] { return library.request().loras.size() == 1; }));
    CHECK(library.request().prompt.ends_with("<lora:ink:1>"));
    CHECK(library.request().loras[0].file == (library.models / "ink.safetensors").string());
    QTest::keyClick(&cards, Qt::Key_Return);          // once is enough
    CHECK(library.request().loras.size() == 1);
    library.undo();
    CHECK(library.request().loras.empty());
}

TEST_CASE("library: a card is dragged to the prompt", "[gui][library]")
{
    Library library;
    MainWindow& window = library.studio->window();
    PromptEdit& prompt = *window.generate_panel().findChild<PromptEdit*>();
    REQUIRE(wait_for([&] { return library.is_offered(prompt, QStringLiteral("ink")); }));
    library.panel().choose(library.row());
    TileView& cards = library.panel().cards();
    // The view begins the drag itself. Without a screen it is over at once, but what it carried is still there.
    QPoint const from = cards.visualRect(cards.currentIndex()).center();
    auto const mouse = [&](QEvent::Type type, QPoint const& at) {
        QMouseEvent event(type, at, cards.viewport()->mapToGlobal(at),
            type == QEvent::MouseButtonPress ? Qt::LeftButton : Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(cards.viewport(), &event);
    };
    mouse(QEvent::MouseButtonPress, from);
    for (int step = 1; step < 4; ++step)
        mouse(QEvent::MouseMove, from + QPoint(step * QApplication::startDragDistance(), 0));
    auto const* drag = cards.findChild<QDrag*>();
    REQUIRE(drag);
    QMimeData const* carried = drag->mimeData();
    CHECK(carried->text() == QStringLiteral("<lora:ink:1>"));
    // The prompt takes it as the window system hands it over.
    window.raise_panel(QStringLiteral("generate"));
    QPoint const to = prompt.viewport()->rect().center();
    QDragEnterEvent enter(to, Qt::CopyAction, carried, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(prompt.viewport(), &enter);
    CHECK(enter.isAccepted());
    QDropEvent drop(to, Qt::CopyAction, carried, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(prompt.viewport(), &drop);
    REQUIRE(wait_for([&] { return library.request().loras.size() == 1; }));
    CHECK(library.request().prompt == "<lora:ink:1>");
    CHECK(library.request().loras[0].name == "ink");
    CHECK(library.request().loras[0].file == (library.models / "ink.safetensors").string());
}

TEST_CASE("library: a preview is chosen in the details", "[gui][library]")
{
    Library library;
    QImage red(64, 64, QImage::Format_RGB888);
    red.fill(QColor(200, 20, 20));
    QString const picture = QString::fromStdString((library.studio.data() / "red.jpg").string());
    REQUIRE(red.save(picture));
    library.panel().choose(library.row());
    auto* details = library.panel().findChild<ModelDetails*>();
    REQUIRE(wait_for([&] { return details->model() == library.model().id_at(library.row()); }));
    for (QToolButton* button : details->findChildren<QToolButton*>())
        if (button->accessibleName() == QStringLiteral("Choose a preview…"))
            button->click();
    auto* dialog = library.panel().findChild<QFileDialog*>();
    REQUIRE(dialog);
    Q_EMIT dialog->fileSelected(picture);
    dialog->close();
    CHECK(wait_for([&] { return library.preview().red() > 150; }));
    library.undo();
    CHECK(wait_for([&] { return !library.preview().isValid(); }));
}

TEST_CASE("library: a picture of the gallery becomes a LoRA's preview, and goes again", "[gui][library]")
{
    Library library;
    auto const picture = library.studio.data() / "red.png";
    QImage red(64, 64, QImage::Format_RGB888);
    red.fill(QColor(200, 20, 20));
    REQUIRE(red.save(QString::fromStdString(picture.string())));
    auto* gallery = library.studio->window().findChild<GalleryPanel*>();
    Q_EMIT gallery->preview_asked(QString::fromStdString(picture.string()), QStringLiteral("ink"), true);
    CHECK(wait_for([&] { return library.preview().red() > 150; }));
    CHECK(std::filesystem::exists(library.models / "ink.preview.png"));
    library.undo();
    CHECK(wait_for([&] { return !library.preview().isValid(); }));
    CHECK_FALSE(std::filesystem::exists(library.models / "ink.preview.png"));
    library.studio->actions().find(QStringLiteral("edit.redo"))->trigger();
    CHECK(wait_for([&] { return library.preview().red() > 150; }));

    // One that is not here is told about.
    Q_EMIT gallery->preview_asked(QString::fromStdString(picture.string()), QStringLiteral("elsewhere"), true);
    NoticeBar& notices = library.studio->window().notices();
    CHECK(wait_for([&] { return notices.messages().join(QLatin1Char('\n')).contains(QStringLiteral("elsewhere")); }));
}
