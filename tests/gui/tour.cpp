// SPDX-License-Identifier: Apache-2.0
// Pictures of the studio as an artist sees it, in both themes, at one and two pixels a point, for a person to look at.
#include "gui/canvas/picture_view.h"
#include "gui/generate/generate_panel.h"
#include "gui/theme/theme.h"
#include "gui/window/main_window.h"
#include "tests/gui/screenshots.h"
#include "tests/gui/studio_fixture.h"

#include <QApplication>
#include <QSignalSpy>
#include <catch2/catch_test_macros.hpp>

using namespace igneous;
using test::take;
using test::wait_for;

TEST_CASE("tour: every page in both themes", "[gui][tour]")
{
    for (QString const& theme : { QStringLiteral("dark"), QStringLiteral("light") }) {
        apply_theme(*qobject_cast<QApplication*>(QApplication::instance()), theme);
        test::StudioFixture studio(20);
        MainWindow& window = studio->window();
        take(window, theme + QStringLiteral("-1-first"));
        QSignalSpy stored(&studio->studio(), &Studio::picture_stored),
            previews(&studio->studio(), &Studio::preview_ready);
        GenerationRequest request = window.generate_panel().request();
        for (char const* prompt : { "a (snowy:1.2) mountain lake at sunset, two pine trees",
                 "a red house by the sea, oil painting", "a desert at noon with a cactus, low poly" }) {
            request.prompt = prompt;
            request.sampling.steps = 6;
            window.generate_panel().show_request(request);
            Q_EMIT window.generate_panel().generate_asked(false);
        }
        REQUIRE(wait_for([&] { return stored.count() == 2 && previews.count() >= 14; }));
        window.raise_panel(QStringLiteral("queue"));
        QTest::qWait(100);
        take(window, theme + QStringLiteral("-2-running"));
        REQUIRE(wait_for([&] { return stored.count() == 3; }));
        window.raise_panel(QStringLiteral("gallery"));
        QTest::qWait(400);                 // thumbnails
        take(window, theme + QStringLiteral("-3-gallery"));
        window.raise_panel(QStringLiteral("models"));
        QTest::qWait(50);
        take(window, theme + QStringLiteral("-4-models"));
    }
    apply_theme(*qobject_cast<QApplication*>(QApplication::instance()), QStringLiteral("dark"));
}
