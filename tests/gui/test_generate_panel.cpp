// SPDX-License-Identifier: Apache-2.0
#include "gui/generate/generate_panel.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSpinBox>
#include <QTest>
#include <catch2/catch_test_macros.hpp>

using namespace igneous;

TEST_CASE("generate panel: what is not shown is kept, what is typed is told", "[gui]")
{
    GeneratePanel panel;
    GenerationRequest request;
    request.model = "somewhere";
    request.prompt = "a lake";
    request.width = 640;
    request.height = 384;
    request.sampling.sampler = "a_sampler_of_another_program";
    request.sampling.eta = 0.3;
    request.loras.push_back({ .name = "ink", .weight = 0.5 });
    panel.show_request(request);
    CHECK(panel.request() == request);

    GenerationRequest told;
    QString what;
    QObject::connect(&panel, &GeneratePanel::edited, [&](GenerationRequest const& now, QString const& name) {
        told = now;
        what = name;
    });
    auto* prompt = panel.findChildren<QPlainTextEdit*>().front();
    prompt->setFocus();
    prompt->moveCursor(QTextCursor::End);
    QTest::keyClicks(prompt, QStringLiteral(" at dawn"));
    CHECK(told.prompt == "a lake at dawn");
    CHECK(what == GeneratePanel::tr("prompt"));
    told.prompt = request.prompt;
    CHECK(told == request);
}

TEST_CASE("generate panel: the seed is thrown anew unless it is locked", "[gui]")
{
    GeneratePanel panel;
    panel.show_request({});
    panel.next_seed();
    auto const first = panel.request().seed;
    panel.next_seed();
    CHECK(panel.request().seed != first);
    for (auto* button : panel.findChildren<QAbstractButton*>())
        if (button->accessibleName() == QStringLiteral("Keep the seed"))
            button->click();
    auto const kept = panel.request().seed;
    panel.next_seed();
    CHECK(panel.request().seed == kept);
}

TEST_CASE("generate panel: every control has a name", "[gui]")
{
    GeneratePanel panel;
    int controls = 0;
    for (auto* widget : panel.findChildren<QWidget*>()) {
        if (widget->focusPolicy() == Qt::NoFocus || !qobject_cast<QWidget*>(widget->parent())
            || widget->inherits("QAbstractSpinBox") == false)
            continue;
        ++controls;
        CHECK_FALSE(widget->accessibleName().isEmpty());
    }
    for (auto* button : panel.findChildren<QAbstractButton*>())
        CHECK_FALSE((button->accessibleName().isEmpty() && button->text().isEmpty()));
    for (auto* box : panel.findChildren<QComboBox*>())
        CHECK_FALSE(box->accessibleName().isEmpty());
    CHECK(controls >= 6);
}

TEST_CASE("generate panel: what does not fit is said in red before it is tried", "[gui]")
{
    GeneratePanel panel;
    GenerationPlan plan;
    plan.total_bytes = 9ull << 30;
    plan.budget_bytes = 8ull << 30;
    panel.show_plan(plan);
    QLabel* told = nullptr;
    for (auto* one : panel.findChildren<QLabel*>())
        if (one->accessibleName() == QStringLiteral("What it will take"))
            told = one;
    REQUIRE(told);
    CHECK(told->property("role").toString() == QStringLiteral("danger"));
    CHECK(told->text().contains(QStringLiteral("9.0 GiB")));
    plan.total_bytes = 1ull << 30;
    plan.seconds = 75;
    panel.show_plan(plan);
    CHECK(told->property("role").toString() == QStringLiteral("faint"));
    CHECK(told->text().contains(QStringLiteral("75 s")));
}
