// SPDX-License-Identifier: Apache-2.0
// The prompt under real keys: names that finish themselves, tags and their LoRAs, history, what is pasted.
#include "gui/generate/completion_popup.h"
#include "gui/generate/generate_panel.h"
#include "gui/generate/prompt_edit.h"
#include "gui/generate/prompt_tags.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QListWidget>
#include <QSignalSpy>
#include <QTest>
#include <QVBoxLayout>
#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <iostream>

using namespace igneous;

namespace {

std::shared_ptr<Completions const> some_names()
{
    return std::make_shared<Completions const>(Completions {
        { Completion::Kind::lora, QStringLiteral("ink_style"), QStringLiteral("SD 1.x"),
            QStringLiteral("/loras/ink_style.safetensors") },
        { Completion::Kind::lora, QStringLiteral("old ink"), QStringLiteral("SDXL"),
            QStringLiteral("/loras/old ink.safetensors") },
        { Completion::Kind::lora, QStringLiteral("neon"), {}, QStringLiteral("/loras/neon.safetensors") },
        { Completion::Kind::embedding, QStringLiteral("easynegative"), QStringLiteral("embedding"),
            QStringLiteral("/e.pt") },
        { Completion::Kind::style, QStringLiteral("Watercolour"), QStringLiteral("style") },
    });
}

/// A window with a prompt that has the focus.
struct Page {
    QWidget window;
    PromptEdit* edit = new PromptEdit(QStringLiteral("Prompt"), {}, 4);

    Page()
    {
        auto* column = new QVBoxLayout(&window);
        column->addWidget(edit);
        window.resize(400, 400);
        edit->set_completions(some_names());
        window.show();
        edit->setFocus();
        QApplication::processEvents();
    }
    void type(QString const& text) { QTest::keyClicks(edit, text); }
    CompletionPopup* popup() { return window.findChild<CompletionPopup*>(); }
    bool is_open() { return popup() && popup()->isVisible(); }
    QStringList offered()
    {
        QStringList rows;
        auto const* list = window.findChild<QListWidget*>();
        for (int i = 0; list && is_open() && i < list->count(); ++i)
            rows << list->item(i)->text();
        return rows;
    }
    QString text() { return edit->toPlainText(); }
};

}

TEST_CASE("prompt: a LoRA's name finishes itself behind <lora:", "[gui][prompt]")
{
    Page page;
    page.type(QStringLiteral("a lake, <lora:"));
    CHECK(page.offered()
          == QStringList { QStringLiteral("ink_style"), QStringLiteral("old ink"), QStringLiteral("neon") });
    page.type(QStringLiteral("ink"));
    CHECK(page.offered() == QStringList { QStringLiteral("ink_style"), QStringLiteral("old ink") });
    QTest::keyClick(page.edit, Qt::Key_Down);
    QTest::keyClick(page.edit, Qt::Key_Return);
    CHECK(page.text() == QStringLiteral("a lake, <lora:old ink:1>"));
    CHECK_FALSE(page.is_open());
    page.type(QStringLiteral(" at dawn"));
    CHECK(page.text() == QStringLiteral("a lake, <lora:old ink:1> at dawn"));
    CHECK_FALSE(page.is_open());
}

TEST_CASE("prompt: the list never takes what is typed", "[gui][prompt]")
{
    Page page;
    page.type(QStringLiteral("easy"));
    CHECK(page.offered() == QStringList { QStringLiteral("easynegative") });
    CHECK(page.edit->hasFocus());
    QTest::keyClick(page.edit, Qt::Key_Return);                  // nothing was chosen: a new line
    CHECK(page.text() == QStringLiteral("easy\n"));
    CHECK_FALSE(page.is_open());
    page.type(QStringLiteral("easy"));
    QTest::keyClick(page.edit, Qt::Key_Escape);
    CHECK_FALSE(page.is_open());
    CHECK(page.edit->hasFocus());
    page.type(QStringLiteral("n"));
    CHECK(page.is_open());
    QTest::keyClick(page.edit, Qt::Key_Tab);
    CHECK(page.text() == QStringLiteral("easy\neasynegative"));
    CHECK(page.edit->hasFocus());
    page.type(QStringLiteral(", <lora:ne"));
    REQUIRE(page.is_open());
    page.type(QStringLiteral("on:0.5>"));
    CHECK_FALSE(page.is_open());
    CHECK(page.text().endsWith(QStringLiteral("<lora:neon:0.5>")));
    QTest::keyClick(page.edit, Qt::Key_Backspace);
    page.edit->clearFocus();
    CHECK_FALSE(page.is_open());
}

TEST_CASE("prompt: a style's name becomes a style", "[gui][prompt]")
{
    Page page;
    QSignalSpy chosen(page.edit, &PromptEdit::style_chosen);
    page.type(QStringLiteral("a lake, water"));
    REQUIRE(page.offered() == QStringList { QStringLiteral("Watercolour") });
    QTest::keyClick(page.edit, Qt::Key_Tab);
    CHECK(page.text() == QStringLiteral("a lake, "));
    REQUIRE(chosen.count() == 1);
    CHECK(chosen[0][0].toString() == QStringLiteral("Watercolour"));
}

TEST_CASE("prompt: the name in a whole tag is changed, its weight stays", "[gui][prompt]")
{
    auto const what = unfinished_at(QStringLiteral("<lora:in:0.8>"), 8);
    REQUIRE(what == Unfinished { true, QStringLiteral("in"), 6 });
    auto const names = some_names();
    CHECK(finished(QStringLiteral("<lora:in:0.8>"), 8, *what, (*names)[0])
          == Finished { QStringLiteral("<lora:ink_style:0.8>"), 15 });
    CHECK_FALSE(unfinished_at(QStringLiteral("two words"), 2));      // in the middle of one
    CHECK_FALSE(unfinished_at(QStringLiteral("ab"), 2));
    CHECK_FALSE(unfinished_at(QStringLiteral("<lora"), 5));
}

TEST_CASE("prompt: ten thousand names are looked through while one types", "[gui][prompt]")
{
    Completions many;
    for (int i = 0; i < 10'000; ++i)
        many.push_back({ Completion::Kind::lora, QStringLiteral("some_style_number_%1").arg(i), {}, {} });
    std::chrono::duration<double, std::milli> spent {};
    for (int attempt = 0; attempt < 8 && (attempt == 0 || spent.count() >= 50); ++attempt) {        // others may use the machine too
        auto const begun = std::chrono::steady_clock::now();
        CHECK(matching(many, { true, QStringLiteral("number_77"), 0 }, 50).size() == 50);
        spent = std::chrono::steady_clock::now() - begun;
    }
    std::cout << "completion: 10,000 names in " << spent.count() << " ms\n";
    CHECK(spent.count() < 50);
}

TEST_CASE("prompt: tags and LoRAs say the same", "[gui][prompt]")
{
    GenerationRequest request;
    request.loras = { { .name = "by hand", .file = "/h", .weight = 0.3 } };
    auto const places = [](QString const& name) {
        return name == QStringLiteral("ink") ? QStringLiteral("/loras/ink.safetensors") : QString();
    };
    request.prompt = "a <lora:ink:0.8> b <lora:nowhere:1>";
    follow_prompt(request, {}, places);
    REQUIRE(request.loras.size() == 2);
    CHECK(request.loras[1] == LoraUse { .name = "ink", .file = "/loras/ink.safetensors", .weight = 0.8 });
    QString const before = QString::fromStdString(request.prompt);
    request.prompt = "a <lora:ink:0.5> b";
    follow_prompt(request, before, places);
    CHECK(request.loras[1].weight == 0.5);
    request.loras[1].weight = 1.25;
    follow_loras(request);
    CHECK(request.prompt == "a <lora:ink:1.25> b");
    request.prompt = "a, <lora:ink>, b";
    follow_loras(request);
    CHECK(request.prompt == "a, <lora:ink:1.25>, b");
    std::erase_if(request.loras, [](LoraUse const& lora) { return lora.name == "ink"; });
    follow_loras(request);
    CHECK(request.prompt == "a, b");
    CHECK(request.loras.size() == 1);                                // without a tag it stays
    request.prompt = "<lora:by hand:1>, x";
    follow_prompt(request, QStringLiteral("x"), places);
    CHECK(request.loras[0].weight == 1);
    request.prompt = "x";
    follow_prompt(request, QStringLiteral("<lora:by hand:1>, x"), places);
    CHECK(request.loras.empty());
}

TEST_CASE("prompt: A1111's text is not pasted as words", "[gui][prompt]")
{
    Page page;
    QSignalSpy pasted(page.edit, &PromptEdit::settings_pasted);
    QApplication::clipboard()->setText(QStringLiteral("just words, Steps: up"));
    page.edit->paste();
    CHECK(page.text() == QStringLiteral("just words, Steps: up"));
    QApplication::clipboard()->setText(QStringLiteral("a fox\nSteps: 12, Sampler: Euler, Seed: 5, Size: 512x512"));
    page.edit->paste();
    CHECK(page.text() == QStringLiteral("just words, Steps: up"));
    REQUIRE(pasted.count() == 1);
}

TEST_CASE("prompt: tokens stand in the corner, history and weights under the keys", "[gui][prompt]")
{
    Page page;
    page.edit->show_count(TokenCount { 81, 2, 75 });
    bool shown = false;
    for (auto* one : page.edit->findChildren<QLabel*>())
        shown = shown || one->text() == QStringLiteral("81 / 150");
    CHECK(shown);
    page.edit->set_history({ QStringLiteral("older"), QStringLiteral("newer") });
    page.type(QStringLiteral("now"));
    QTest::keyClick(page.edit, Qt::Key_Up, Qt::AltModifier);
    CHECK(page.text() == QStringLiteral("newer"));
    QTest::keyClick(page.edit, Qt::Key_Up, Qt::AltModifier);
    CHECK(page.text() == QStringLiteral("older"));
    QTest::keyClick(page.edit, Qt::Key_Down, Qt::AltModifier);
    QTest::keyClick(page.edit, Qt::Key_Down, Qt::AltModifier);
    CHECK(page.text() == QStringLiteral("now"));
    QTest::keyClick(page.edit, Qt::Key_Up, Qt::ControlModifier);
    CHECK(page.text() == QStringLiteral("(now:1.1)"));
    QTest::keyClick(page.edit, Qt::Key_Down, Qt::ControlModifier);
    CHECK(page.text() == QStringLiteral("now"));
}
