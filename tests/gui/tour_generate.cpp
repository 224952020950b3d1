// SPDX-License-Identifier: Apache-2.0
// The generate panel in both themes, for a person to look at.
#include "gui/generate/completion_popup.h"
#include "gui/generate/generate_panel.h"
#include "gui/generate/prompt_edit.h"
#include "gui/generate/style_editor.h"
#include "gui/theme/theme.h"
#include "gui/widgets/search_popup.h"
#include "gui/widgets/section.h"
#include "gui/window/main_window.h"
#include "tests/gui/screenshots.h"
#include "tests/gui/studio_fixture.h"

#include <QApplication>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <catch2/catch_test_macros.hpp>

using namespace igneous;
using test::take;
using test::wait_for;

namespace {

void tour(QString const& theme)
{
    test::StudioFixture studio(20);
    MainWindow& window = studio->window();
    window.resize(1360, 1100);
    window.raise_panel(QStringLiteral("generate"));
    GeneratePanel& panel = window.generate_panel();
    auto* prompt = panel.findChild<PromptEdit*>();
    GenerationRequest request = studio->session().workspace().request;
    request.prompt
        = "a (snowy:1.2) mountain lake at sunset, [two] pine trees, <lora:neon:0.8>, still water, soft clouds";
    request.negative_prompt = "people, text, (blurry:1.1)";
    request.styles = { "Oil painting", "Golden hour" };
    request.loras = { { .name = "neon", .file = "/loras/neon.safetensors", .weight = 0.8 } };
    studio->session().push(
        edit_request(studio->session().workspace(), "Prompt", [&](GenerationRequest& now) { now = request; }));
    for (auto* section : panel.findChildren<Section*>())
        section->set_open(true);
    QImage picture(256, 160, QImage::Format_RGB32);
    for (int y = 0; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x)
            picture.setPixelColor(x, y, QColor::fromHsv((x + y) % 360, 120, 120 + y / 2));
    Q_EMIT panel.init_picture_dropped(picture);
    wait_for([&] { return studio->session().workspace().init_image != nullptr; });
    QTest::qWait(500);                     // tokens, the plan, the small picture
    take(window, theme + QStringLiteral("-5-generate-advanced"));

    prompt->setFocus();
    prompt->moveCursor(QTextCursor::End);
    QTest::keyClicks(prompt, QStringLiteral(", <lora:"));
    QTest::qWait(50);
    CHECK(window.findChild<CompletionPopup*>()->isVisible());
    panel.findChild<QScrollArea*>()->verticalScrollBar()->setValue(0);
    take(window, theme + QStringLiteral("-5-generate-completion"));
    QTest::keyClick(prompt, Qt::Key_Escape);

    auto* scroll = panel.findChild<QScrollArea*>()->verticalScrollBar();
    scroll->setValue(scroll->maximum());
    take(panel, theme + QStringLiteral("-5-generate-bottom"));
    scroll->setValue(0);
    studio->session().remember_prompts();
    panel.open_history();
    QTest::qWait(50);
    auto const popups = panel.findChildren<SearchPopup*>();
    take(*popups.front(), theme + QStringLiteral("-5-history"));
    popups.front()->hide();
    for (auto* button : panel.findChildren<QPushButton*>())
        if (button->accessibleName() == QStringLiteral("Add a style"))
            button->click();
    QTest::qWait(50);
    take(*popups.back(), theme + QStringLiteral("-5-style-list"));
    popups.back()->hide();

    GenerationPlan plan;
    plan.total_bytes = 9ull << 30;
    plan.budget_bytes = 8ull << 30;
    panel.show_plan(plan);
    panel.offer_fix(QStringLiteral("512 x 384, one picture at a time"));
    take(panel, theme + QStringLiteral("-5-generate-does-not-fit"));

    panel.open_style_editor();
    QTest::qWait(50);
    take(*panel.findChild<StyleEditor*>(), theme + QStringLiteral("-5-styles"));
}

}

TEST_CASE("tour: the generate panel in both themes", "[gui][tour]")
{
    for (QString const& theme : { QStringLiteral("dark"), QStringLiteral("light") }) {
        apply_theme(*qobject_cast<QApplication*>(QApplication::instance()), theme);
        tour(theme);
    }
    apply_theme(*qobject_cast<QApplication*>(QApplication::instance()), QStringLiteral("dark"));
}
