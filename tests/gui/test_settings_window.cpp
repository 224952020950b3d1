// SPDX-License-Identifier: Apache-2.0
// Settings as the user changes them, and what each of them does.
#include "app/library/library_store.h"
#include "app/session/session.h"
#include "app/settings/settings.h"
#include "gui/actions/actions.h"
#include "gui/generate/generate_panel.h"
#include "gui/settings/folder_list.h"
#include "gui/settings/setting_row.h"
#include "gui/settings/setting_texts.h"
#include "gui/settings/settings_window.h"
#include "gui/settings/shortcut_page.h"
#include "gui/theme/theme.h"
#include "gui/widgets/notice_bar.h"
#include "gui/window/collection_work.h"
#include "gui/window/main_window.h"
#include "tests/gui/scripted_engine.h"
#include "tests/gui/studio_fixture.h"

#include <QCheckBox>
#include <QComboBox>
#include <QKeySequenceEdit>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <catch2/catch_test_macros.hpp>

#include <mutex>

using namespace igneous;
using test::wait_for;

namespace {

QString q(char const* text) { return QString::fromLatin1(text); }

/// Keeps what it was told to be, and says what the machine has.
class ChoosyEngine final : public test::ScriptedEngine {
public:
    struct Heard {
        std::mutex mutex;
        EngineChoices choices;
        EngineChoices now()
        {
            std::lock_guard const lock(mutex);
            return choices;
        }
    };
    explicit ChoosyEngine(std::shared_ptr<Heard> heard)
        : ScriptedEngine(1)
        , m_heard(std::move(heard))
    {}
    void choose(EngineChoices const& choices) override
    {
        std::lock_guard const lock(m_heard->mutex);
        m_heard->choices = choices;
    }
    void introduce() override
    {
        Q_EMIT introduced({ q("igneous 0"), q("Scripted GPU"),
            { { 0, q("Scripted GPU"), q("discrete"), q("1.0"), q("1.4"), 8ull << 30, {} },
                { 1, q("Old GPU"), q("discrete"), q("0.1"), q("1.0"), 1ull << 30, q("no Vulkan 1.3") } } });
    }

private:
    std::shared_ptr<Heard> m_heard;
};

struct Bench {
    test::TemporaryFolder folder;
    std::shared_ptr<ChoosyEngine::Heard> heard = std::make_shared<ChoosyEngine::Heard>();
    std::unique_ptr<Workbench> workbench;
    SettingsWindow* window = nullptr;

    Bench()
    {
        StudioOptions options { .data_folder = folder.path(),
            .make_engine = [heard = heard] { return std::make_unique<ChoosyEngine>(heard); } };
        workbench = std::make_unique<Workbench>(std::move(options), IGNEOUS_SOURCE_DIR "/resources/starter");
        workbench->show();
        workbench->actions().find(q("settings.open"))->trigger();
        window = workbench->window().findChild<SettingsWindow*>();
        REQUIRE(window);
    }
    template <class Control>
    Control* control(char const* title)
    {
        for (Control* found : window->findChildren<Control*>())
            if (found->accessibleName() == q(title))
                return found;
        return nullptr;
    }
    void undo() { workbench->actions().find(q("edit.undo"))->trigger(); }
};

void pick(QComboBox* box, QString const& value)
{
    REQUIRE(box);
    int const at = box->findData(value);
    REQUIRE(at >= 0);
    box->setCurrentIndex(at);
    Q_EMIT box->activated(at);
}

}

TEST_CASE("settings: every setting has words, and a page that is shown", "[gui][settings]")
{
    QStringList pages;
    for (SettingsPage const& page : settings_pages())
        pages.append(page.id);
    for (SettingInfo const& setting : igneous_settings().settings) {
        INFO(setting.name);
        QString const page = QString::fromUtf8(setting.page.data(), static_cast<qsizetype>(setting.page.size()));
        if (page == q("keys") || page == q("canvas") || !pages.contains(page))
            continue;                      // the keyboard's page has its own; tools keep theirs where they are used
        SettingText const words = setting_text(setting.name);
        CHECK_FALSE(words.title.isEmpty());
        CHECK(words.choices.size() == static_cast<qsizetype>(setting.choices.size()));
    }
}

TEST_CASE("settings: the theme changes at once, and back with undo", "[gui][settings]")
{
    Bench bench;
    pick(bench.control<QComboBox>("Theme"), q("light"));
    CHECK(colours().panel == light_colours().panel);
    bench.undo();
    CHECK(bench.control<QComboBox>("Theme")->currentData() == q("system"));
    pick(bench.control<QComboBox>("Theme"), q("dark"));
    CHECK(colours().panel == dark_colours().panel);
    bench.control<QSpinBox>("Text size")->setValue(15);
    CHECK(QApplication::font().pointSize() == 15);
    bench.undo();
    CHECK(QApplication::font().pointSize() != 15);
}

TEST_CASE("settings: the engine hears what is chosen about it", "[gui][settings]")
{
    Bench bench;
    auto* device = bench.control<QComboBox>("Graphics card");
    REQUIRE(device);
    REQUIRE(wait_for([&] { return device->count() == 2; }));           // Automatic and the one that works
    pick(device, q("Scripted GPU"));
    bench.control<QSpinBox>("Memory limit")->setValue(4096);
    bench.control<QDoubleSpinBox>("Previews")->setValue(0.5);
    bench.control<QCheckBox>("Label pictures as made by AI")->click();
    REQUIRE(wait_for([&] { return !bench.heard->now().metadata.label; }));
    EngineChoices const heard = bench.heard->now();
    CHECK(heard.device == q("Scripted GPU"));
    CHECK(heard.memory_limit == 4096ull << 20);
    CHECK(heard.previews_per_second == 0.5);
    CHECK(heard.metadata.recipe);
    bench.undo();
    CHECK(wait_for([&] { return bench.heard->now().metadata.label; }));
    pick(bench.control<QComboBox>("Precision"), q("f32"));
    CHECK(bench.workbench->session().workspace().request.tier == Tier::f32);
}

TEST_CASE("settings: a model folder reaches the library and the engine, and goes again", "[gui][settings]")
{
    Bench bench;
    test::TemporaryFolder const models;
    bench.window->show_page(q("folders"));
    auto* list = bench.control<QListWidget>("Model folders");
    auto* folders = qobject_cast<FolderList*>(list->parentWidget());
    REQUIRE(wait_for([&] { return list->count() == 1; }));     // the LoRA that comes with the program
    QString const own = list->item(0)->text();
    QString const added = QString::fromStdString(std::filesystem::canonical(models.path()).string());
    auto const watched = [&](std::size_t count) {
        return LibraryStore(bench.folder / "library.db").folders().size() == count
               && bench.heard->now().model_folders.size() == count;
    };
    Q_EMIT folders->edited({ own, added });
    REQUIRE(wait_for([&] { return watched(2); }));
    CHECK(list->count() == 2);
    NoticeBar& notices = bench.workbench->window().notices();
    std::filesystem::rename(added.toStdString(), added.toStdString() + "-away");
    bench.workbench->work().findChild<CollectionWork*>()->look_again();
    REQUIRE(wait_for([&] { return notices.messages().join(q("\n")).contains(q("is not there now")); }));
    std::filesystem::rename(added.toStdString() + "-away", added.toStdString());
    bench.workbench->work().findChild<CollectionWork*>()->look_again();
    CHECK(wait_for([&] { return notices.messages().isEmpty(); }));
    bench.undo();
    REQUIRE(wait_for([&] { return watched(1); }));
    CHECK(list->count() == 1);
    // One that is not there is said, and taken out of the list.
    Q_EMIT folders->edited({ own, added + q("/nowhere") });
    CHECK(wait_for([&] { return list->count() == 1 && !bench.workbench->window().notices().messages().isEmpty(); }));
}

TEST_CASE("settings: pictures go to the folder that was chosen", "[gui][settings]")
{
    Bench bench;
    test::TemporaryFolder const pictures;
    Settings(bench.folder / "settings.json").set(setting::output_folder, pictures.path().string());
    auto* row = bench.control<QLineEdit>("Pictures");
    REQUIRE(wait_for([&] { return row->text() == QString::fromStdString(pictures.path().string()); }));
    QSignalSpy stored(&bench.workbench->studio(), &Studio::picture_stored);
    Q_EMIT bench.workbench->window().generate_panel().generate_asked(false);
    REQUIRE(wait_for([&] { return stored.count() == 1; }));
    CHECK(stored[0][1].toString().startsWith(QString::fromStdString(pictures.path().string())));
}

TEST_CASE("settings: search shows the rows that say it, on all pages", "[gui][settings]")
{
    Bench bench;
    auto* search = bench.control<QLineEdit>("Search settings");
    QTest::keyClicks(search, q("folder"));
    QStringList shown;
    for (SettingRow* row : bench.window->findChildren<SettingRow*>())
        if (row->isVisible())
            shown.append(row->title());
    CHECK(shown.contains(q("Model folders")));
    CHECK(shown.contains(q("Pictures")));
    CHECK_FALSE(shown.contains(q("Theme")));
    search->clear();
    CHECK(bench.control<QComboBox>("Theme")->isVisible());
}

TEST_CASE("settings: reset brings a page back and can be undone", "[gui][settings]")
{
    Bench bench;
    bench.window->show_page(q("privacy"));
    bench.control<QCheckBox>("Remember prompts")->click();
    bench.control<QCheckBox>("Write the recipe into pictures")->click();
    bench.control<QPushButton>("Reset the page Privacy")->click();
    CHECK(bench.control<QCheckBox>("Remember prompts")->isChecked());
    CHECK(bench.control<QCheckBox>("Write the recipe into pictures")->isChecked());
    bench.undo();
    CHECK_FALSE(bench.control<QCheckBox>("Remember prompts")->isChecked());
}

TEST_CASE("settings: keys are found, changed, taken over and reset", "[gui][settings]")
{
    Bench bench;
    Actions& actions = bench.workbench->actions();
    bench.window->show_page(q("keys"));
    auto* page = bench.window->findChild<ShortcutPage*>();
    auto* table = page->findChild<QTableView*>();
    QTest::keyClicks(bench.control<QLineEdit>("Search commands or keys"), q("F11"));
    REQUIRE(table->model()->rowCount() == 1);
    table->setCurrentIndex(table->model()->index(0, 0));
    auto* keys = bench.control<QKeySequenceEdit>("New keys");
    auto* set = bench.control<QPushButton>("Give the command these keys");
    keys->setKeySequence(Qt::CTRL | Qt::Key_Z);                        // Undo has it
    CHECK(set->text() == q("Take over"));
    set->click();
    CHECK(actions.find(q("view.full_screen"))->shortcut() == QKeySequence(Qt::CTRL | Qt::Key_Z));
    CHECK(actions.find(q("edit.undo"))->shortcuts().isEmpty());
    bench.undo();
    CHECK(actions.find(q("edit.undo"))->shortcut() == QKeySequence(Qt::CTRL | Qt::Key_Z));
    keys->setKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_F);
    CHECK(set->text() == q("Set"));
    set->click();
    CHECK(actions.is_changed(q("view.full_screen")));
    bench.control<QPushButton>("Give the command its usual keys")->click();
    CHECK_FALSE(actions.is_changed(q("view.full_screen")));
}
