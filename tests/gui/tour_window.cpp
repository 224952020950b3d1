// SPDX-License-Identifier: Apache-2.0
// Settings, palette, first run, history and about in both themes, for a person to look at.
#include "app/jobs/engine.h"
#include "app/session/session.h"
#include "app/settings/settings.h"
#include "gui/actions/actions.h"
#include "gui/actions/palette.h"
#include "gui/settings/settings_window.h"
#include "gui/theme/theme.h"
#include "gui/welcome/about_window.h"
#include "gui/welcome/welcome_window.h"
#include "gui/widgets/notice_bar.h"
#include "gui/window/main_window.h"
#include "tests/gui/screenshots.h"
#include "tests/gui/studio_fixture.h"

#include <QLineEdit>
#include <QTableView>
#include <catch2/catch_test_macros.hpp>

using namespace igneous;
using test::take;

namespace {

QString q(char const* text) { return QString::fromLatin1(text); }

EngineFacts some_facts()
{
    return { q("igneous 0.1.0"), q("NVIDIA GeForce RTX 4070"),
        { { 0, q("NVIDIA GeForce RTX 4070"), q("discrete"), q("NVIDIA 565.77"), q("1.4.303"), 12ull << 30, {} },
            { 1, q("AMD Radeon 780M"), q("integrated"), q("radv Mesa 25.3"), q("1.4.300"), 8ull << 30, {} } } };
}

void tour_settings(Workbench& workbench, QString const& theme)
{
    workbench.actions().find(q("settings.open"))->trigger();
    auto* settings = workbench.window().findChild<SettingsWindow*>();
    settings->show_engine(some_facts());
    for (char const* page : { "appearance", "engine", "folders", "privacy", "queue", "keys" }) {
        settings->show_page(q(page));
        if (auto* table = settings->findChild<QTableView*>(); table && table->isVisible())
            table->setCurrentIndex(table->model()->index(3, 0));
        take(*settings, theme + q("-settings-") + q(page));
    }
    for (QLineEdit* field : settings->findChildren<QLineEdit*>())
        if (field->accessibleName() == q("Search settings"))
            field->setText(q("pictures"));
    take(*settings, theme + q("-settings-search"));
    settings->close();
}

void tour_welcome(QString const& theme)
{
    WelcomeWindow page(theme);
    page.show();
    take(page, theme + q("-welcome-1-looking"));
    page.show_engine(some_facts());
    page.show_testing(17);
    page.show_found(
        { { "ComfyUI", "/home/ada/ComfyUI/models" }, { "AUTOMATIC1111", "/home/ada/stable-diffusion-webui/models" } });
    take(page, theme + q("-welcome-2-testing"));
    page.show_tested(43, 0, {});
    take(page, theme + q("-welcome-3-ready"));
    page.show_no_engine(q("No graphics card with Vulkan was found."));
    page.show_tested(41, 2, {});
    take(page, theme + q("-welcome-4-trouble"));
    AboutWindow about;
    about.show_engine(some_facts());
    about.show();
    take(about, theme + q("-about"));
}

}

TEST_CASE("tour: settings, palette, first run and history in both themes", "[gui][tour]")
{
    auto& application = *qobject_cast<QApplication*>(QApplication::instance());
    for (QString const& theme : { q("dark"), q("light") }) {
        apply_theme(application, theme);
        test::StudioFixture studio;
        Session& session = studio->session();
        for (char const* prompt : { "a lake", "a lake at dawn", "a lake at dawn, fog" }) {
            session.push(set_prompt(session.workspace(), prompt));
            session.stop_merging();
        }
        session.undo();
        studio->window().raise_panel(q("history"));
        studio->window().notices().tell(
            q("The settings were damaged: appearance.theme had no value that is allowed. What "
              "was whole is used; the damaged file is kept as settings.damaged-1.json."));
        auto* palette = studio->window().findChild<CommandPalette*>();
        palette->open();
        palette->findChild<QLineEdit*>()->setText(q("la"));
        QTest::qWait(50);
        take(studio->window(), theme + q("-palette"));
        palette->hide();
        tour_settings(*studio, theme);
        tour_welcome(theme);
    }
    apply_theme(application, q("dark"));
}
