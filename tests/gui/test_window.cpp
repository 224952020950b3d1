// SPDX-License-Identifier: Apache-2.0
// The window itself: how fast it is there, history, layouts, notices, the first run, and that everything has a name.
#include "app/files/file.h"
#include "app/jobs/worker_engine.h"
#include "app/library/library_store.h"
#include "app/session/session.h"
#include "app/settings/settings.h"
#include "gui/actions/actions.h"
#include "gui/canvas/canvas_area.h"
#include "gui/canvas/canvas_view.h"
#include "gui/canvas/picture_view.h"
#include "gui/generate/generate_panel.h"
#include "gui/welcome/about_window.h"
#include "gui/welcome/welcome_window.h"
#include "gui/widgets/notice_bar.h"
#include "gui/window/canvas_work.h"
#include "gui/window/document_work.h"
#include "gui/window/layout_work.h"
#include "gui/window/main_window.h"
#include "gui/window/progress_work.h"
#include "gui/window/status_bar.h"
#include "tests/gui/scripted_engine.h"
#include "tests/gui/studio_fixture.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QDockWidget>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QRadioButton>
#include <QScrollBar>
#include <QSet>
#include <QSignalSpy>
#include <QTableWidget>
#include <catch2/catch_test_macros.hpp>

#include <cstdio>

using namespace igneous;
using test::wait_for;

namespace {

QString q(char const* text) { return QString::fromLatin1(text); }

void write_prompt(Workbench& workbench, char const* prompt)
{
    Session& session = workbench.session();
    session.push(set_prompt(session.workspace(), prompt));
    session.stop_merging();
}

/// What a person would have to be told of it.
bool needs_name(QWidget const& widget)
{
    bool const control = qobject_cast<QAbstractButton const*>(&widget) || qobject_cast<QComboBox const*>(&widget)
                         || qobject_cast<QAbstractSpinBox const*>(&widget) || qobject_cast<QLineEdit const*>(&widget)
                         || qobject_cast<QPlainTextEdit const*>(&widget)
                         || qobject_cast<QAbstractSlider const*>(&widget)
                         || qobject_cast<QAbstractItemView const*>(&widget);
    if (!control || qobject_cast<QScrollBar const*>(&widget))
        return false;
    // Parts of Qt's own controls.
    QWidget const* parent = widget.parentWidget();
    return widget.focusPolicy() != Qt::NoFocus && !qobject_cast<QAbstractSpinBox const*>(parent)
           && !qobject_cast<QComboBox const*>(parent) && !widget.objectName().startsWith(q("qt_"))
           && !(parent && parent->inherits("QComboBoxPrivateContainer"))
           && !(parent && parent->inherits("QKeySequenceEdit"));
}

/// Gets its name with what it is filled with.
bool is_unused(QWidget const& widget)
{
    auto const* button = qobject_cast<QAbstractButton const*>(&widget);
    auto const* view = qobject_cast<QAbstractItemView const*>(&widget);
    return (button && widget.isHidden() && button->text().isEmpty())
           || (view && view->model() && view->model()->columnCount() == 0);
}

void check_names(QWidget& window)
{
    for (QWidget* widget : window.findChildren<QWidget*>()) {
        if (!needs_name(*widget) || is_unused(*widget))
            continue;
        auto const* button = qobject_cast<QAbstractButton*>(widget);
        QString const name = !widget->accessibleName().isEmpty() ? widget->accessibleName()
                             : button                            ? button->text()
                                                                 : q("");
        INFO(widget->metaObject()->className() << " in " << widget->parentWidget()->metaObject()->className());
        CHECK_FALSE(name.isEmpty());
    }
}

}

TEST_CASE("window: it is there in under a second", "[gui][window]")
{
    qint64 best = 1000;
    for (int attempt = 0; attempt < 5 && best >= 1000; ++attempt) {           // others may use the machine too
        QElapsedTimer clock;
        clock.start();
        test::StudioFixture studio;
        studio->window().grab();           // drawn whole
        best = clock.elapsed();
        std::printf("window shown and drawn after %lld ms\n", static_cast<long long>(best));
    }
    CHECK(best < 1000);
}

TEST_CASE("window: every control has a name for those who hear it", "[gui][window]")
{
    test::StudioFixture studio;
    for (char const* id : { "settings.open", "help.welcome", "help.about" })
        studio->actions().find(q(id))->trigger();
    check_names(studio->window());
}

TEST_CASE("window: Tab goes through the controls of a panel and comes back", "[gui][window]")
{
    test::StudioFixture studio;
    MainWindow& window = studio->window();
    REQUIRE(QTest::qWaitForWindowActive(&window));
    QWidget& panel = window.generate_panel();
    panel.findChild<QPlainTextEdit*>()->setFocus();
    QWidget* const first = QApplication::focusWidget();
    QSet<QWidget*> seen;
    for (int i = 0; i < 200 && !seen.contains(QApplication::focusWidget()); ++i) {
        seen.insert(QApplication::focusWidget());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        REQUIRE(QApplication::focusWidget());
        INFO(QApplication::focusWidget()->metaObject()->className()
             << ", " << QApplication::focusWidget()->accessibleName().toStdString());
        REQUIRE_FALSE(window.findChild<QDockWidget*>(q("generate"))->isHidden());    // Tab hid nothing
    }
    CHECK(seen.contains(first));
    CHECK(seen.size() > 15);
}

TEST_CASE("window: the history panel goes there, Undo says what", "[gui][window]")
{
    test::StudioFixture studio;
    for (char const* prompt : { "one", "two", "three" })
        write_prompt(*studio, prompt);
    studio->window().raise_panel(q("history"));
    auto* list = studio->window().findChild<QDockWidget*>(q("history"))->findChild<QListView*>();
    int const rows = list->model()->rowCount();
    CHECK(list->currentIndex().row() == rows - 1);
    QString const last = list->model()->index(rows - 1, 0).data().toString();
    CHECK(studio->actions().find(q("edit.undo"))->text().compare(q("Undo ") + last, Qt::CaseInsensitive) == 0);
    QModelIndex const second = list->model()->index(rows - 2, 0);
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(second).center());
    CHECK(studio->session().workspace().request.prompt == "two");
    CHECK(list->model()->rowCount() == rows);                          // the third can be done again
    studio->actions().find(q("edit.redo"))->trigger();
    CHECK(studio->session().workspace().request.prompt == "three");
    CHECK(list->currentIndex().row() == rows - 1);
}

TEST_CASE("window: a layout is saved under a name, brought back, and reset", "[gui][window]")
{
    test::StudioFixture studio;
    MainWindow& window = studio->window();
    auto* layouts = studio->work().findChild<LayoutWork*>();
    REQUIRE(layouts);
    auto* gallery = window.findChild<QDockWidget*>(q("gallery"));
    gallery->hide();
    layouts->save(q("Quiet"));
    studio->actions().find(q("window.reset_layout"))->trigger();
    CHECK_FALSE(gallery->isHidden());
    layouts->restore(q("Quiet"));
    CHECK(gallery->isHidden());
    studio->actions().find(q("window.browsing"))->trigger();
    CHECK_FALSE(gallery->isHidden());
    CHECK(window.findChild<QDockWidget*>(q("generate"))->isHidden());
    studio->actions().find(q("window.painting"))->trigger();
    CHECK_FALSE(window.findChild<QDockWidget*>(q("generate"))->isHidden());
    CHECK(gallery->isHidden());
    CHECK(layouts->saved() == QStringList { q("Quiet") });
    layouts->forget(q("Quiet"));
    CHECK(layouts->saved().isEmpty());
    CHECK_FALSE(window.restore_layout("no layout"));
}

TEST_CASE("window: how the panels stand is on the disk soon after they were moved", "[gui][window]")
{
    test::StudioFixture studio;
    MainWindow& window = studio->window();
    auto const kept = [&] {
        try {
            auto const bytes = read_file(studio.data() / "window-layout", 1 << 20);
            return QByteArray(reinterpret_cast<char const*>(bytes.data()), static_cast<qsizetype>(bytes.size()));
        } catch (Error const&) {
            return QByteArray();
        }
    };
    REQUIRE(wait_for([&] { return kept() == window.layout(); }));
    auto* gallery = window.findChild<QDockWidget*>(q("gallery"));
    gallery->hide();
    window.addDockWidget(Qt::BottomDockWidgetArea, window.findChild<QDockWidget*>(q("queue")));
    QApplication::processEvents();
    REQUIRE(kept() != window.layout());
    CHECK(wait_for([&] { return kept() == window.layout(); }));
    // As after a kill: another window over what is there now.
    test::TemporaryFolder const copy;
    std::filesystem::copy_file(studio.data() / "window-layout", copy / "window-layout");
    StudioOptions options { .data_folder = copy.path(),
        .make_engine = [] { return std::make_unique<test::ScriptedEngine>(); } };
    Workbench other(std::move(options), IGNEOUS_SOURCE_DIR "/resources/starter");
    other.show();
    CHECK(other.window().findChild<QDockWidget*>(q("gallery"))->isHidden());
    auto* queue = other.window().findChild<QDockWidget*>(q("queue"));
    CHECK(other.window().dockWidgetArea(queue) == Qt::BottomDockWidgetArea);
}

TEST_CASE("window: the status bar shows the zoom of what is shown", "[gui][window]")
{
    test::StudioFixture studio;
    MainWindow& window = studio->window();
    auto const said = [&] {
        for (QLabel* label : window.status().findChildren<QLabel*>())
            if (label->accessibleName().startsWith(q("Zoom")))
                return label->text();
        return QString();
    };
    auto const percent = [](double zoom) { return QStringLiteral("%1 %").arg(qRound(zoom * 100)); };
    QImage picture(64, 64, QImage::Format_RGB32);
    window.view().show_picture(picture);
    CHECK(said() == percent(window.view().zoom()));
    studio->canvas().documents().make_document(q("One"), QSize(900, 700), Qt::white);
    studio->actions().find(q("view.actual_size"))->trigger();
    CHECK(said() == q("100 %"));
    CHECK(window.view().zoom() == 4);      // the picture behind it stays as it was
    window.view().show_picture(picture.scaled(640, 64));               // a result comes while one paints
    CHECK(said() == q("100 %"));
    studio->actions().find(q("canvas.zoom_in"))->trigger();
    CHECK(said() == q("125 %"));
    studio->canvas().area().show_picture();
    CHECK(said() == percent(window.view().zoom()));
    double const before = window.view().zoom();
    studio->actions().find(q("canvas.zoom_in"))->trigger();
    CHECK(window.view().zoom() == before * 1.25);
    CHECK(said() == percent(window.view().zoom()));
}

TEST_CASE("window: Tab on the picture hides the panels and shows them again", "[gui][window]")
{
    test::StudioFixture studio;
    MainWindow& window = studio->window();
    REQUIRE(QTest::qWaitForWindowActive(&window));
    auto* generate = window.findChild<QDockWidget*>(q("generate"));
    window.setFocus();
    studio->actions().find(q("view.hide_panels"))->trigger();
    CHECK(generate->isHidden());
    studio->actions().find(q("view.hide_panels"))->trigger();
    CHECK_FALSE(generate->isHidden());
}

TEST_CASE("window: a long job is told where nobody looks, if that is wanted", "[gui][window]")
{
    test::StudioFixture studio(10);
    auto* progress = studio->work().findChild<ProgressWork*>();
    REQUIRE(progress);
    progress->set_long_job(std::chrono::milliseconds(0));
    QSignalSpy told(progress, &ProgressWork::notified), ended(&studio->studio(), &Studio::job_ended);
    QWidget other;                         // takes the place in front
    other.show();
    REQUIRE(QTest::qWaitForWindowActive(&other));
    Q_EMIT studio->window().generate_panel().generate_asked(false);
    REQUIRE(wait_for([&] { return studio->window().windowTitle().contains(QLatin1Char('%')); }));
    REQUIRE(wait_for([&] { return ended.count() == 1; }));
    CHECK(wait_for([&] { return told.count() == 1; }));
    CHECK_FALSE(studio->window().windowTitle().contains(QLatin1Char('%')));
    {
        Settings settings(studio.data() / "settings.json");
        settings.set(setting::queue_notify, false);
    }
    QTest::qWait(300);                     // until the window has read it
    Q_EMIT studio->window().generate_panel().generate_asked(false);
    REQUIRE(wait_for([&] { return ended.count() == 2; }));
    QTest::qWait(50);
    CHECK(told.count() == 1);
}

TEST_CASE("window: the status bar says how many wait, and a click shows them", "[gui][window]")
{
    test::StudioFixture studio;
    studio->studio().post([](Services& services) { services.queue.pause(); });
    for (int i = 0; i < 2; ++i)
        Q_EMIT studio->window().generate_panel().generate_asked(false);
    QAbstractButton* queue = nullptr;
    for (QAbstractButton* button : studio->window().status().findChildren<QAbstractButton*>())
        if (button->accessibleName().startsWith(q("Queue")))
            queue = button;
    REQUIRE(queue);
    REQUIRE(wait_for([&] { return queue->text() == q("Paused, 2 waiting"); }));
    studio->window().raise_panel(q("gallery"));
    queue->click();
    auto* dock = studio->window().findChild<QDockWidget*>(q("queue"));
    CHECK(wait_for([&] { return !dock->visibleRegion().isEmpty(); }));
    studio->studio().post([](Services& services) {
        JobState const waiting[] = { JobState::queued };
        services.queue.cancel(services.queue.ids(waiting));
        services.queue.resume();
        services.runner.look();
    });
    CHECK(wait_for([&] { return queue->isHidden(); }));
}

TEST_CASE("window: times are said in words", "[gui][window]")
{
    CHECK(time_text(0.2) == q("1 s"));
    CHECK(time_text(99) == q("99 s"));
    CHECK(time_text(200) == q("3 min 20 s"));
    CHECK(time_text(7500) == q("2 h 5 min"));
}

TEST_CASE("window: a second one says so, and damaged settings are told", "[gui][window]")
{
    test::TemporaryFolder const folder;
    test::write_text(folder / "settings.json", "{ \"version\": 1, \"values\": { \"appearance.theme\": 7 } }");
    auto const open = [&] {
        StudioOptions options { .data_folder = folder.path(),
            .make_engine = [] { return std::make_unique<test::ScriptedEngine>(); } };
        return std::make_unique<Workbench>(std::move(options), IGNEOUS_SOURCE_DIR "/resources/starter");
    };
    auto const first = open(), second = open();
    CHECK(first->window().notices().messages().join(q("\n")).contains(q("settings were damaged")));
    CHECK(second->window().notices().messages().join(q("\n")).contains(q("open already")));
}

TEST_CASE("window: notices stand behind one another until each is closed", "[gui][window]")
{
    NoticeBar notices;
    notices.tell(q("one"));
    notices.tell(q("two"));
    notices.tell(q("one"));
    CHECK(notices.messages() == QStringList { q("one"), q("two") });
    notices.findChild<QAbstractButton*>()->click();
    CHECK(notices.messages() == QStringList { q("two") });
    notices.forget(q("two"));
    CHECK(notices.isHidden());
}

TEST_CASE("window: where the engine cannot start the window says why and works", "[gui][window]")
{
    test::TemporaryFolder const folder;
    auto const opened = test::open_with_worker(folder.path(), folder / "no-such-program");
    Workbench& workbench = *opened;
    REQUIRE(wait_for([&] { return !workbench.window().notices().messages().isEmpty(); }));
    CHECK(workbench.window().notices().messages().front().contains(q("The engine does not start")));
    write_prompt(workbench, "still works");
    CHECK(workbench.window().generate_panel().request().prompt == "still works");
}

TEST_CASE("window: the first run tests the kernels, asks for models, and comes once", "[gui][window][worker]")
{
    test::TemporaryFolder const folder, models;
    auto const open = [&] {
        WorkerEngineOptions engine;
        engine.program = IGNEOUS_BINARY_DIR "/bin/igneous";
        engine.job_folder = folder / "jobs";
        StudioOptions options { .data_folder = folder.path(),
            .make_engine = [engine] { return std::make_unique<WorkerEngine>(engine); },
            .program = engine.program };
        auto workbench = std::make_unique<Workbench>(std::move(options), IGNEOUS_SOURCE_DIR "/resources/starter");
        workbench->show();
        return workbench;
    };
    {
        auto const workbench = open();
        auto* page = workbench->window().findChild<WelcomeWindow*>();
        REQUIRE(page);
        QString said;
        REQUIRE(QTest::qWaitFor(
            [&] {
                said.clear();
                for (QLabel* label : page->findChildren<QLabel*>())
                    said += label->text() + QLatin1Char('\n');
                return said.contains(q("right numbers")) && said.contains(q("Vulkan 1."));
            },
            60'000));
        page->findChild<QRadioButton*>(q("dark"))->click();
        std::filesystem::path const chosen = std::filesystem::canonical(models.path());
        Q_EMIT page->started({ QString::fromStdString(chosen.string()) });
        page->accept();
        REQUIRE(wait_for([&] {
            return std::ranges::contains(LibraryStore(folder / "library.db").folders(), chosen, &WatchedFolder::path);
        }));
    }
    auto const again = open();
    CHECK_FALSE(again->window().findChild<WelcomeWindow*>());
    again->actions().find(q("help.welcome"))->trigger();
    CHECK(again->window().findChild<WelcomeWindow*>());
}

TEST_CASE("window: About names every library with its licence", "[gui][window]")
{
    AboutWindow about;
    auto* table = about.findChild<QTableWidget*>();
    CHECK(table->rowCount() >= 14);
    for (int row = 0; row < table->rowCount(); ++row)
        for (int column = 0; column < 3; ++column)
            CHECK_FALSE(table->item(row, column)->text().isEmpty());
}
