// SPDX-License-Identifier: Apache-2.0
// Commands, their keys, the palette that finds them.
#include "app/settings/settings.h"
#include "gui/actions/actions.h"
#include "gui/actions/fuzzy.h"
#include "gui/actions/palette.h"
#include "gui/actions/presets.h"
#include "gui/window/main_window.h"
#include "tests/gui/studio_fixture.h"

#include <QLineEdit>
#include <QListView>
#include <QMainWindow>
#include <QMenuBar>
#include <QPushButton>
#include <QSet>
#include <QSignalSpy>
#include <catch2/catch_test_macros.hpp>

using namespace igneous;
using test::wait_for;

namespace {

struct Bench {
    test::TemporaryFolder folder;
    Settings settings { folder / "settings.json" };
    QMainWindow window;
    QWidget* canvas = new QWidget;
    QPushButton* button = new QPushButton(&window);
    Actions actions { window, settings };

    Bench()
    {
        canvas->setFocusPolicy(Qt::ClickFocus);
        window.setCentralWidget(canvas);
        window.show();
        REQUIRE(QTest::qWaitForWindowActive(&window));
        canvas->setFocus();
    }
};

QString q(char const* text) { return QString::fromLatin1(text); }

}

TEST_CASE("actions: keys of the window, of a part of it, and of controls", "[gui][actions]")
{
    Bench bench;
    QAction* hide = bench.actions.add(q("view.hide"), q("Hide"), q("View"), Qt::Key_Tab);
    QAction* brush = bench.actions.add(q("canvas.brush"), q("Brush"), q("Canvas"), Qt::Key_B);
    QAction* local = bench.actions.add(q("list.star"), q("Star"), q("Gallery"), Qt::Key_B, bench.button);
    QSignalSpy hidden(hide, &QAction::triggered), brushes(brush, &QAction::triggered),
        stars(local, &QAction::triggered);
    QTest::keyClick(bench.canvas, Qt::Key_B);
    QTest::keyClick(bench.canvas, Qt::Key_Tab);
    CHECK(brushes.count() == 1);
    CHECK(hidden.count() == 1);
    bench.button->setFocus();
    QTest::keyClick(bench.button, Qt::Key_B);
    QTest::keyClick(bench.button, Qt::Key_Tab);
    CHECK(brushes.count() == 1);           // the part's own came first
    CHECK(stars.count() == 1);
    CHECK(hidden.count() == 1);            // Tab goes through the controls there
    CHECK(bench.actions.sharing(q("list.star"), Qt::Key_B).isEmpty());
}

TEST_CASE("actions: own keys and presets are settings; collisions are named", "[gui][actions]")
{
    Bench bench;
    QAction* full = bench.actions.add(q("view.full_screen"), q("Full screen"), q("View"), Qt::Key_F);
    bench.actions.also(q("view.full_screen"), Qt::Key_F11);
    QAction* fill = bench.actions.add(q("canvas.fill"), q("Fill"), q("Canvas"), Qt::Key_G);
    CHECK(full->shortcuts() == QList<QKeySequence> { Qt::Key_F, Qt::Key_F11 });
    CHECK(bench.actions.sharing(q("canvas.fill"), Qt::Key_F) == QList { full });
    // The first of two keys hides what begins with it.
    CHECK(bench.actions.sharing(q("canvas.fill"), QKeySequence(Qt::Key_F, Qt::Key_A)) == QList { full });
    CHECK(bench.actions.sharing(q("canvas.fill"), Qt::Key_G).isEmpty());

    QSignalSpy changed(&bench.actions, &Actions::keys_changed);
    bench.settings.set(setting::own_keys, bench.actions.with_own_keys({}, q("canvas.fill"), { Qt::CTRL | Qt::Key_L }));
    CHECK(changed.count() == 1);
    CHECK(fill->shortcut() == QKeySequence(Qt::CTRL | Qt::Key_L));
    CHECK(bench.actions.is_changed(q("canvas.fill")));
    CHECK(bench.settings.get(setting::own_keys) == std::vector<std::string> { "canvas.fill=Ctrl+L" });

    bench.settings.set(setting::key_preset, std::string("krita"));
    CHECK(fill->shortcut() == QKeySequence(Qt::CTRL | Qt::Key_L));     // the user's own stay
    CHECK(full->shortcuts().contains(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F)));
    bench.settings.set(setting::own_keys, bench.actions.with_own_keys(bench.settings.get(setting::own_keys),
                                              q("canvas.fill"), bench.actions.usual_keys(q("canvas.fill"))));
    CHECK(fill->shortcut() == QKeySequence(Qt::Key_F));
    bench.settings.set(setting::key_preset, std::string("igneous"));
    CHECK(fill->shortcut() == QKeySequence(Qt::Key_G));
}

TEST_CASE("actions: menus stand in their order, whoever asks first", "[gui][actions]")
{
    Bench bench;
    for (char const* name : { "Help", "Edit", "Layer", "File", "Window", "View" })
        bench.actions.menu(q(name));
    CHECK(bench.actions.menu(q("Edit")) == bench.actions.menu(q("Edit")));
    QStringList titles;
    for (QAction* menu : bench.window.menuBar()->actions())
        titles.append(menu->text().remove(QLatin1Char('&')));
    CHECK(titles == QStringList { q("File"), q("Edit"), q("View"), q("Layer"), q("Window"), q("Help") });
}

TEST_CASE("actions: a few letters find a name", "[gui][actions]")
{
    CHECK(fuzzy_score(u"", u"Undo") > 0);
    CHECK(fuzzy_score(u"xyz", u"Undo") == 0);
    CHECK(fuzzy_score(u"odnu", u"Undo") == 0);
    CHECK(fuzzy_score(u"fs", u"Full screen") > fuzzy_score(u"fs", u"Fit selection of things"));
    CHECK(fuzzy_score(u"gen", u"Generate") > fuzzy_score(u"gen", u"Merge down again"));
    CHECK(fuzzy_score(u"full sc", u"Full screen") > 0);
}

TEST_CASE("actions: in the window no two commands have the same keys, in any preset", "[gui][actions]")
{
    test::StudioFixture studio;
    Actions& actions = studio->actions();
    Settings settings(studio.data() / "settings.json");
    CHECK(actions.all().size() > 40);
    for (char const* preset : { "igneous", "krita", "photoshop" }) {
        settings.set(setting::key_preset, std::string(preset));
        settings.save();
        REQUIRE(wait_for([&] {
            auto const wanted = std::string_view(preset) == "photoshop" ? q("Ctrl+K") : q("Ctrl+,");
            return actions.find(q("settings.open"))->shortcut().toString() == wanted;
        }));
        for (QString const& id : preset_ids(q(preset))) {
            INFO(id.toStdString());
            CHECK(actions.find(id));
        }
        for (QAction* action : actions.all())
            for (QKeySequence const& keys : action->shortcuts())
                for (QAction* other : actions.sharing(Actions::id(*action), keys))
                    FAIL_CHECK(preset << ": " << keys.toString().toStdString() << " is both "
                                      << Actions::id(*action).toStdString() << " and "
                                      << Actions::id(*other).toStdString());
    }
}

TEST_CASE("actions: the palette finds a command and runs it", "[gui][actions]")
{
    test::StudioFixture studio;
    MainWindow& window = studio->window();
    REQUIRE(QTest::qWaitForWindowActive(&window));
    auto* palette = window.findChild<CommandPalette*>();
    REQUIRE(palette);
    QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
    REQUIRE(palette->isVisible());
    auto* text = palette->findChild<QLineEdit*>();
    auto* list = palette->findChild<QListView*>();
    CHECK(list->model()->rowCount() > 40);
    QSignalSpy full(studio->actions().find(q("view.full_screen")), &QAction::triggered);
    QTest::keyClicks(text, q("fulls"));
    CHECK(list->currentIndex().data().toString() == q("Full screen"));
    QTest::keyClick(text, Qt::Key_Return);
    CHECK(full.count() == 1);
    CHECK_FALSE(palette->isVisible());
    palette->open();
    QTest::keyClick(text, Qt::Key_Down);
    CHECK(list->currentIndex().row() == 1);
    QTest::keyClick(text, Qt::Key_Escape);
    CHECK_FALSE(palette->isVisible());
}
