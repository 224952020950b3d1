// SPDX-License-Identifier: Apache-2.0
#include "gui/generate/generate_panel.h"
#include "gui/generate/prompt_edit.h"
#include "gui/widgets/section.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
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
    CHECK(what == QStringLiteral("Prompt"));
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
    CHECK_FALSE(told->text().contains(QStringLiteral("slower")));
    panel.show_plan(plan, { .frugal = true });
    CHECK(told->text().contains(QStringLiteral("a part of the model there at a time")));
    plan.streamed_bytes = 1;
    panel.show_plan(plan, { .frugal = true });
    CHECK(told->text().contains(QStringLiteral("piece by piece")));
    CHECK(told->property("role").toString() == QStringLiteral("faint"));
}

TEST_CASE("generate panel: another model brings its own settings where the artist has chosen none", "[gui]")
{
    GeneratePanel panel;
    panel.set_models({ { .name = QStringLiteral("Starter"),
                           .path = QStringLiteral("/starter"),
                           .best_side = 128,
                           .usual = { 128, 128, 20, 4 } },
        { .name = QStringLiteral("Large"),
            .path = QStringLiteral("/large"),
            .best_side = 768,
            .usual = { 768, 768, 30, 7 } },
        { .name = QStringLiteral("Odd"),
            .path = QStringLiteral("/odd"),
            .problem = QStringLiteral("not a model of ours") } });
    GenerationRequest request;
    request.model = "/starter";
    request.width = request.height = 128;
    request.sampling.cfg = 4;
    request.sampling.steps = 25;                     // chosen by hand
    panel.show_request(request);
    auto* model = panel.findChildren<QComboBox*>().front();
    REQUIRE(model->accessibleName() == QStringLiteral("Model"));
    CHECK_FALSE(model->model()->flags(model->model()->index(2, 0)).testFlag(Qt::ItemIsEnabled));
    model->setFocus();
    QTest::keyClick(model, Qt::Key_Down);
    CHECK(panel.request().model == "/large");
    CHECK(panel.request().width == 768);
    CHECK(panel.request().sampling.cfg == 7);
    CHECK(panel.request().sampling.steps == 25);
    CHECK(panel.best_side() == 768);
    QTest::keyClick(model, Qt::Key_Down);            // passes over what cannot be run
    CHECK(panel.request().model == "/large");
}

TEST_CASE("generate panel: a VAE is chosen, and one that the library lacks is shown", "[gui]")
{
    GeneratePanel panel;
    panel.set_vaes({ { QStringLiteral("ft-mse"), QStringLiteral("/vae/ft-mse.safetensors"), {} } });
    QComboBox* vae = nullptr;
    for (auto* box : panel.findChildren<QComboBox*>())
        if (box->accessibleName() == QStringLiteral("VAE"))
            vae = box;
    REQUIRE(vae);
    CHECK(vae->currentText() == QStringLiteral("Model's own"));
    vae->setFocus();
    QTest::keyClick(vae, Qt::Key_Down);
    CHECK(panel.request().vae == "/vae/ft-mse.safetensors");
    GenerationRequest request;
    request.vae = "/elsewhere/other.safetensors";
    panel.show_request(request);
    CHECK(vae->currentText() == QStringLiteral("other"));
    CHECK(panel.request() == request);
}

TEST_CASE("generate panel: what few people change is folded away, and works with the keys", "[gui]")
{
    GeneratePanel panel;
    panel.show_request({});
    Section* advanced = nullptr;
    for (auto* section : panel.findChildren<Section*>())
        if (!section->is_open())
            advanced = section;
    REQUIRE(advanced);
    std::vector<std::string> told;
    QObject::connect(&panel, &GeneratePanel::edited,
        [&](GenerationRequest const&, QString const& what) { told.push_back(what.toStdString()); });
    for (auto* box : advanced->findChildren<QComboBox*>()) {
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Down);
    }
    for (auto* field : advanced->findChildren<QDoubleSpinBox*>()) {
        field->setFocus();
        QTest::keyClick(field, Qt::Key_Up);
    }
    GenerationRequest const now = panel.request();
    CHECK(now.weighting == "comfy");
    CHECK(now.rng == "torch-cuda");
    CHECK(now.sampling.initial_noise == "variance");
    CHECK(now.sampling.timesteps == "nearest");
    CHECK(now.tier == Tier::f32);
    CHECK(now.clip_skip == 2);
    CHECK(now.sampling.eta > 1);
    CHECK(now.sampling.s_noise > 1);
    CHECK(now.vae_tile == 512);
    CHECK(told.size() == 9);
}

TEST_CASE("generate panel: what would fit is a button", "[gui]")
{
    GeneratePanel panel;
    GenerationPlan plan;
    plan.total_bytes = 9ull << 30;
    plan.budget_bytes = 8ull << 30;
    panel.show_plan(plan);
    panel.offer_fix(QStringLiteral("512 x 384"));
    QPushButton* fix = nullptr;
    for (auto* button : panel.findChildren<QPushButton*>())
        if (button->text().contains(QStringLiteral("512 x 384")))
            fix = button;
    REQUIRE(fix);
    CHECK(fix->isVisibleTo(&panel));
    QSignalSpy asked(&panel, &GeneratePanel::fix_asked);
    fix->click();
    CHECK(asked.count() == 1);
    plan.total_bytes = 1ull << 30;
    panel.show_plan(plan);
    CHECK_FALSE(fix->isVisibleTo(&panel));
}
