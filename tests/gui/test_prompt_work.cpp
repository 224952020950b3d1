// SPDX-License-Identifier: Apache-2.0
// The generate panel in the whole studio: tokens, styles, settings as text, a picture to start from, what fits.
#include "app/files/places.h"
#include "app/jobs/worker_engine.h"
#include "app/picture/picture.h"
#include "app/recipes/recipe.h"
#include "app/session/commands.h"
#include "app/styles/style_file.h"
#include "gui/actions/actions.h"
#include "gui/generate/generate_panel.h"
#include "gui/generate/prompt_edit.h"
#include "gui/generate/style_editor.h"
#include "gui/widgets/search_popup.h"
#include "gui/window/main_window.h"
#include "tests/gui/studio_fixture.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSignalSpy>
#include <QToolButton>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>

using namespace igneous;
using test::wait_for;

namespace {

template <class Widget>
Widget* named(QWidget& in, char const* name)
{
    for (auto* one : in.findChildren<Widget*>())
        if (one->accessibleName() == QString::fromLatin1(name))
            return one;
    return nullptr;
}

QString tokens_of(PromptEdit& edit) { return named<QLabel>(edit, "Tokens")->text(); }

GeneratePanel& panel_of(test::StudioFixture& studio) { return studio->window().generate_panel(); }

PromptEdit& prompt_of(test::StudioFixture& studio) { return *named<PromptEdit>(panel_of(studio), "Prompt"); }

GenerationRequest request_of(test::StudioFixture& studio) { return studio->session().workspace().request; }

/// The request of the last job.
GenerationRequest queued(test::StudioFixture& studio)
{
    std::atomic<bool> there = false;
    GenerationRequest request;
    studio->studio().post([&](Services& services) {
        JobId last = 0;
        for (Job const& job : services.queue.list(std::nullopt, 100))
            last = std::max(last, job.id);
        request = services.queue.request(last);
        there = true;
    });
    REQUIRE(wait_for([&] { return there.load(); }));
    return request;
}

}

TEST_CASE("prompt in the studio: its tokens are counted as one types", "[gui][prompt]")
{
    test::StudioFixture studio;
    PromptEdit& prompt = prompt_of(studio);
    prompt.setFocus();
    REQUIRE(wait_for([&] { return tokens_of(prompt) == QStringLiteral("0 / 75"); }));
    QTest::keyClicks(&prompt, QStringLiteral("a (lake:1.3) at dawn"));
    CHECK(tokens_of(prompt) == QStringLiteral("4 / 75"));
    QTest::keyClicks(&prompt, QStringLiteral(" BREAK one two"));
    CHECK(tokens_of(prompt) == QStringLiteral("77 / 150"));
    auto const begun = std::chrono::steady_clock::now();
    constexpr int letters = 200;
    QTest::keyClicks(&prompt, QString(letters, u'a'));
    std::chrono::duration<double, std::milli> const each = (std::chrono::steady_clock::now() - begun) / letters;
    std::cout << "typing: " << each.count() << " ms a letter, with session, tokens and colours\n";
    CHECK(each.count() < 50);
}

TEST_CASE("prompt in the studio: styles are chips, and the job has the whole prompt", "[gui][prompt]")
{
    test::StudioFixture studio;
    GeneratePanel& panel = panel_of(studio);
    REQUIRE(panel.styles().size() >= 12);
    PromptEdit& prompt = prompt_of(studio);
    prompt.setFocus();
    QTest::keyClicks(&prompt, QStringLiteral("a lake, oil"));
    QTest::keyClick(&prompt, Qt::Key_Tab);
    CHECK(request_of(studio).styles == std::vector<std::string> { "Oil painting" });
    REQUIRE(named<QPushButton>(panel, "Take the style Oil painting off"));
    CHECK(request_of(studio).prompt == "a lake, ");

    auto* list = panel.findChildren<SearchPopup*>().back();
    named<QPushButton>(panel, "Add a style")->click();
    REQUIRE(wait_for([&] { return list->isVisible(); }));
    auto* search = list->findChild<QLineEdit*>();
    QTest::keyClicks(search, QStringLiteral("golden"));
    CHECK(list->findChild<QListView*>()->model()->rowCount() == 1);
    QTest::keyClick(search, Qt::Key_Return);
    CHECK(request_of(studio).styles == std::vector<std::string> { "Oil painting", "Golden hour" });

    Q_EMIT panel.generate_asked(false);
    QSignalSpy stored(&studio->studio(), &Studio::picture_stored);
    REQUIRE(wait_for([&] { return stored.count() == 1; }));
    GenerationRequest const made = queued(studio);
    CHECK(made.styles.empty());
    CHECK(made.prompt.starts_with("oil painting of a lake"));
    CHECK(made.prompt.contains("golden hour"));
    auto const recipe = read_recipe(path_from_utf8(stored[0][1].toString().toStdString()));
    if (recipe)
        CHECK(recipe->request.prompt == made.prompt);

    named<QPushButton>(panel, "Take the style Oil painting off")->click();
    CHECK(request_of(studio).styles == std::vector<std::string> { "Golden hour" });
    studio->session().undo();
    CHECK(request_of(studio).styles.size() == 2);
    studio.restart();
    CHECK(request_of(studio).styles.size() == 2);
}

TEST_CASE("prompt in the studio: styles are edited, imported, kept, and it can be undone", "[gui][prompt]")
{
    test::StudioFixture studio;
    panel_of(studio).open_style_editor();
    auto* editor = panel_of(studio).findChild<StyleEditor*>();
    REQUIRE(editor);
    std::size_t const before = editor->styles().size();
    editor->import_csv("name,prompt,negative_prompt\nFrom A1111,\"{prompt}, best\",bad\n");
    CHECK(editor->styles().size() == before + 1);
    auto* name = named<QLineEdit>(*editor, "Name");
    name->setFocus();
    name->selectAll();
    QTest::keyClicks(name, QStringLiteral("Mine"));
    CHECK(editor->styles().back() == Style { "Mine", "{prompt}, best", "bad" });
    editor->import_csv("no table");
    CHECK(editor->styles().size() == before + 1);
    editor->accept();
    CHECK(find_style(panel_of(studio).styles(), "Mine"));
    studio->session().undo();
    CHECK_FALSE(find_style(panel_of(studio).styles(), "Mine"));
    studio->session().redo();
    REQUIRE(wait_for([&] {
        return std::filesystem::exists(studio.data() / "styles.json")
               && find_style(read_styles(studio.data() / "styles.json", {}).styles, "Mine");
    }));
    studio.restart();
    CHECK(wait_for([&] { return find_style(panel_of(studio).styles(), "Mine") != nullptr; }));
}

TEST_CASE("prompt in the studio: settings come and go as A1111's text", "[gui][prompt]")
{
    test::StudioFixture studio;
    PromptEdit& prompt = prompt_of(studio);
    QTest::keyClicks(&prompt, QStringLiteral("before"));
    std::string const model = request_of(studio).model;
    QApplication::clipboard()->setText(QStringLiteral(
        "a fox\nNegative prompt: people\nSteps: 12, Sampler: Euler a, Schedule type: Karras, CFG scale: 5.5, "
        "Seed: 77, Size: 192x128, Model: starter, Clip skip: 2"));
    prompt.setFocus();
    prompt.paste();
    REQUIRE(wait_for([&] { return request_of(studio).seed == 77; }));
    GenerationRequest const pasted = request_of(studio);
    CHECK(pasted.prompt == "a fox");
    CHECK(pasted.negative_prompt == "people");
    CHECK(pasted.sampling.sampler == "euler_ancestral");
    CHECK(pasted.sampling.steps == 12);
    CHECK(pasted.sampling.cfg == 5.5);
    CHECK(pasted.seed == 77);
    CHECK(pasted.width == 192);
    CHECK(pasted.clip_skip == 2);
    CHECK(pasted.model == model);
    CHECK(prompt.toPlainText() == QStringLiteral("a fox"));
    studio->actions().find(QStringLiteral("prompt.copy_settings"))->trigger();
    QString const copied = QApplication::clipboard()->text();
    CHECK(copied.startsWith(QStringLiteral("a fox\nNegative prompt: people\nSteps: 12, Sampler: Euler a")));
    studio->session().undo();
    CHECK(request_of(studio).prompt == "before");
    studio->actions().find(QStringLiteral("prompt.paste_settings"))->trigger();
    CHECK(wait_for([&] { return request_of(studio).prompt == "a fox"; }));
}

TEST_CASE("prompt in the studio: a picture to start from goes into the job", "[gui][prompt]")
{
    test::StudioFixture studio;
    GeneratePanel& panel = panel_of(studio);
    QSignalSpy stored(&studio->studio(), &Studio::picture_stored);
    Q_EMIT panel.generate_asked(false);
    REQUIRE(wait_for([&] { return stored.count() == 1; }));
    auto* last = named<QToolButton>(panel, "Start from the last picture that was made");
    REQUIRE(wait_for([&] { return last->isEnabled(); }));
    last->click();
    REQUIRE(wait_for([&] { return studio->session().workspace().init_image != nullptr; }));
    CHECK(studio->session().workspace().init_image->width == 128);
    CHECK(request_of(studio).init);
    Q_EMIT panel.generate_asked(false);
    REQUIRE(wait_for([&] { return stored.count() == 2; }));
    GenerationRequest const made = queued(studio);
    REQUIRE(made.init);
    CHECK(made.init->image.width == 128);
    auto* clear = named<QToolButton>(panel, "Start from nothing");
    REQUIRE(wait_for([&] { return clear->isVisibleTo(&panel); }));
    clear->click();
    CHECK_FALSE(studio->session().workspace().init_image);
    studio->session().undo();
    CHECK(studio->session().workspace().init_image);
}

TEST_CASE("prompt in the studio: what does not fit is planned as the queue would run it", "[gui][prompt]")
{
    test::StudioFixture studio;
    auto* told = named<QLabel>(panel_of(studio), "What it will take");
    REQUIRE(told);
    auto const ask_for = [&](int side) {
        studio->session().push(edit_request(studio->session().workspace(), "Size",
            [side](GenerationRequest& request) { request.width = request.height = side; }));
    };
    ask_for(2048);                                           // 16 GiB, or 4 with less at a time; there are 8
    CHECK(wait_for([&] { return told->text().contains(QStringLiteral("a part of the model there at a time")); }));
    CHECK(told->text().startsWith(QStringLiteral("4.0 GiB")));
    ask_for(4096);                                           // 64, or 16
    CHECK(wait_for([&] { return told->text().startsWith(QStringLiteral("Needs 64")); }));
    ask_for(512);
    CHECK(wait_for([&] { return told->text().startsWith(QStringLiteral("1.0 GiB")); }));
    CHECK_FALSE(told->text().contains(QStringLiteral("slower")));
}

TEST_CASE("prompt in the studio: earlier prompts are found again", "[gui][prompt]")
{
    test::StudioFixture studio;
    GeneratePanel& panel = panel_of(studio);
    QSignalSpy stored(&studio->studio(), &Studio::picture_stored);
    PromptEdit& prompt = prompt_of(studio);
    for (char const* words : { "a lake at dawn", "a red house", "a desert" }) {
        prompt.selectAll();
        QTest::keyClicks(&prompt, QString::fromLatin1(words));
        Q_EMIT panel.generate_asked(false);
    }
    panel.open_history();
    auto* list = panel.findChildren<SearchPopup*>().front();
    CHECK(list->findChild<QListView*>()->model()->rowCount() == 3);
    QTest::keyClicks(list->findChild<QLineEdit*>(), QStringLiteral("lake"));
    QTest::keyClick(list->findChild<QLineEdit*>(), Qt::Key_Return);
    CHECK(prompt.toPlainText() == QStringLiteral("a lake at dawn"));
}

TEST_CASE("prompt in the studio: the real worker takes a VAE from elsewhere", "[gui][prompt][worker]")
{
    test::TemporaryFolder const folder;
    std::filesystem::copy(IGNEOUS_SOURCE_DIR "/resources/starter/vae", folder / "vae");
    std::filesystem::create_directories(folder / "data");
    auto const opened = test::open_with_worker(folder / "data");
    Workbench& workbench = *opened;
    GeneratePanel& panel = workbench.window().generate_panel();
    panel.set_seed_locked(true);
    QSignalSpy stored(&workbench.studio(), &Studio::picture_stored), ended(&workbench.studio(), &Studio::job_ended);
    for (std::string const& vae : { std::string(), utf8_name(folder / "vae") }) {
        workbench.session().push(edit_request(workbench.session().workspace(), "VAE", [&](GenerationRequest& request) {
            request.prompt = "a lake";
            request.sampling.steps = 2;
            request.vae = vae;
        }));
        Q_EMIT panel.generate_asked(false);
    }
    REQUIRE(QTest::qWaitFor([&] { return ended.count() == 2; }, 120'000));
    INFO(ended[0][2].toString().toStdString() << ended[1][2].toString().toStdString());
    REQUIRE(stored.count() == 2);
    auto const picture = [&](int i) { return path_from_utf8(stored[i][1].toString().toStdString()); };
    CHECK(read_picture(picture(0)) == read_picture(picture(1)));
    auto const recipe = read_recipe(picture(1));
    REQUIRE(recipe);
    CHECK(recipe->request.vae == "vae");
}

TEST_CASE("prompt: a model that the library does not know is offered with what it is at its best with", "[gui][prompt]")
{
    test::StudioFixture studio;
    test::TemporaryFolder elsewhere;
    std::filesystem::create_directory_symlink(IGNEOUS_SOURCE_DIR "/resources/starter", elsewhere / "other");
    REQUIRE(wait_for([&] { return panel_of(studio).best_side() == 128; }));        // the starter's
    auto const choose = [&](std::filesystem::path const& model) {
        studio->session().push(edit_request(studio->session().workspace(), "Test",
            [&](GenerationRequest& request) { request.model = utf8_name(model); }));
    };
    choose(elsewhere / "nowhere");
    CHECK(wait_for([&] { return panel_of(studio).best_side() == 512; }));          // nothing is known of it
    choose(elsewhere / "other");
    CHECK(wait_for([&] { return panel_of(studio).best_side() == 128; }));
}
