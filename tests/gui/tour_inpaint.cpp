// SPDX-License-Identifier: Apache-2.0
// Results on the canvas, in both themes, for a person to look at.
#include "gui/canvas/canvas_view.h"
#include "gui/generate/generate_panel.h"
#include "gui/theme/theme.h"
#include "gui/window/live_work.h"
#include "gui/window/main_window.h"
#include "gui/window/task_work.h"
#include "tests/gui/canvas_document.h"
#include "tests/gui/screenshots.h"
#include "tests/gui/studio_fixture.h"

#include <QApplication>
#include <QToolButton>
#include <catch2/catch_test_macros.hpp>

using namespace igneous;
using namespace igneous::test;

TEST_CASE("tour: tasks and results on the canvas", "[gui][tour]")
{
    for (QString const& theme : { QStringLiteral("dark"), QStringLiteral("light") }) {
        apply_theme(*qobject_cast<QApplication*>(QApplication::instance()), theme);
        StudioFixture studio(20);
        MainWindow& window = studio->window();
        Session& session = studio->session();
        open_landscape(session, 512, 384);
        paint_mask(session, { 180, 120, 160, 140 });
        session.push(edit_request(session.workspace(), "Test", [](GenerationRequest& request) {
            request.prompt = "a small house with a red roof";
            request.batch = 4;
            request.sampling.steps = 4;
        }));
        QTest::qWait(300);
        take(window, theme + QStringLiteral("-tasks-1-mask"));
        Q_EMIT window.generate_panel().generate_asked(false);
        REQUIRE(wait_for([&] { return studio->tasks().candidates().count() == 4; }));
        QTest::qWait(300);
        take(window, theme + QStringLiteral("-tasks-2-results"));
        for (auto* button : window.generate_panel().findChildren<QToolButton*>())
            if (button->menu()) {
                button->menu()->popup(button->mapToGlobal(QPoint()));
                take(*button->menu(), theme + QStringLiteral("-tasks-3-menu"));
                button->menu()->close();
            }
    }
    apply_theme(*qobject_cast<QApplication*>(QApplication::instance()), QStringLiteral("dark"));
}
