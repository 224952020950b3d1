// SPDX-License-Identifier: Apache-2.0
// What becomes of a LoRA's keys in the chosen model, said on cards, in details and beside the prompt before anything
// runs.
#include "gui/generate/generate_panel.h"
#include "gui/library/library_panel.h"
#include "gui/library/model_details.h"
#include "gui/studio/library_model.h"
#include "gui/widgets/lora_strip.h"
#include "gui/widgets/tile_view.h"
#include "gui/window/main_window.h"
#include "tests/app/library/model_files.h"
#include "tests/gui/scripted_engine.h"
#include "tests/gui/starter_loras.h"
#include "tests/gui/studio_fixture.h"

#include <QApplication>
#include <QClipboard>
#include <QFileInfo>
#include <QLabel>
#include <QListView>
#include <QScrollBar>
#include <QTest>
#include <catch2/catch_test_macros.hpp>

using namespace igneous;
using test::wait_for;

namespace {

class Manager {
public:
    explicit Manager(Workbench& workbench)
        : m_workbench(workbench)
        , panel(*workbench.window().findChild<LibraryPanel*>())
        , model(*qobject_cast<LibraryModel*>(panel.list().model()))
        , details(*panel.findChild<ModelDetails*>())
    {
        workbench.window().raise_panel(QStringLiteral("models"));
    }
    void watch(std::filesystem::path const& data, std::filesystem::path const& folder)
    {
        LibraryStore(data / "library.db").add_folder(folder);
        Q_EMIT panel.folders_changed();
    }
    /// By the file's name: a title may be another.
    int row(QString const& name)
    {
        for (int row = 0; row < model.rowCount(); ++row)
            if (QFileInfo(model.index(row).data(LibraryModel::path).toString()).baseName() == name)
                return row;
        return -1;
    }
    QVariant card(QString const& name, LibraryModel::Role role) { return model.index(row(name)).data(role); }
    QString named(char const* name)
    {
        for (QLabel* label : details.findChildren<QLabel*>())
            if (label->accessibleName() == QLatin1String(name))
                return label->text().remove(QChar(0x200b));
        return {};
    }
    QString verdict() { return named("Whether it fits"); }
    QString facts() { return named("About the chosen model"); }
    /// What stands beside the prompt about the LoRAs in use: the texts of the signs.
    QStringList signs()
    {
        QStringList texts;
        for (QLabel* label : m_workbench.window().generate_panel().findChild<LoraStrip*>()->findChildren<QLabel*>())
            if (!label->isHidden() && label->text().isEmpty() && !label->accessibleName().isEmpty())
                texts.append(label->accessibleName());
        return texts;
    }
    void use(QString const& name) { Q_EMIT panel.list().activated(model.index(row(name))); }

private:
    Workbench& m_workbench;

public:
    LibraryPanel& panel;
    LibraryModel& model;
    ModelDetails& details;
};

}

TEST_CASE("lora fit: the real worker tells which keys fit, before anything runs", "[gui][library][worker]")
{
    test::TemporaryFolder const data, loras;
    test::write_starter_loras(loras.path());
    auto const workbench = test::open_with_worker(data.path());
    Manager manager(*workbench);
    manager.watch(data.path(), loras.path());
    auto const known
        = [&](char const* name) { return manager.card(QString::fromLatin1(name), LibraryModel::fit).isValid(); };
    // Cards in sight are told by themselves.
    REQUIRE(QTest::qWaitFor(
        [&] { return known("neon_copy") && known("partly") && known("larger") && known("for_sd1"); }, 60'000));
    CHECK(manager.card(QStringLiteral("neon_copy"), LibraryModel::warning).toString().isEmpty());
    CHECK(manager.card(QStringLiteral("partly"), LibraryModel::fit).toString() == QStringLiteral("3 of 6 keys fit"));
    CHECK(manager.card(QStringLiteral("larger"), LibraryModel::fit).toString() == QStringLiteral("does not fit"));
    CHECK(
        manager.card(QStringLiteral("for_sd1"), LibraryModel::warning).toString().contains(QStringLiteral("768 wide")));

    manager.panel.choose(manager.row(QStringLiteral("neon_copy")));
    CHECK(wait_for([&] { return manager.verdict() == QStringLiteral("318 of 318 keys fit Starter."); }));
    manager.panel.choose(manager.row(QStringLiteral("partly")));
    CHECK(wait_for(
        [&] { return manager.verdict() == QStringLiteral("3 of 6 keys fit Starter. The others change nothing."); }));
    CHECK(manager.facts().contains(QStringLiteral("No such layer in the model (2 keys): "
                                                  "lora_unet_up_blocks_9_resnets_0_conv1.lora_down.weight")));
    CHECK(manager.facts().contains(QStringLiteral("Not understood (1 key): training_step")));
    // Copied as it is meant: without the marks where lines may break.
    for (QLabel* label : manager.details.findChildren<QLabel*>())
        if (label->accessibleName() == QLatin1String("About the chosen model")) {
            label->setSelection(0, static_cast<int>(label->text().size()));
            QTest::keySequence(label, QKeySequence::Copy);
            CHECK(label->text().contains(QChar(0x200b)));
            CHECK(QApplication::clipboard()->text().toStdString() == manager.facts().toStdString());
        }
    manager.panel.choose(manager.row(QStringLiteral("larger")));
    CHECK(wait_for([&] {
        return manager.verdict().startsWith(
            QStringLiteral("0 of 3 keys fit Starter, so it cannot be used: its layers have other shapes."));
    }));
    CHECK(manager.facts().contains(QStringLiteral("conv1.lora_down.weight is [2, 320, 3, 3], expected [2, 64, 3, 3]")));

    // Beside the prompt those that do not fit have a sign, the others none.
    for (char const* name : { "neon_copy", "partly", "larger" })
        manager.use(QString::fromLatin1(name));
    CHECK(wait_for([&] { return manager.signs().size() == 2; }));
    CHECK(manager.signs().value(0).startsWith(QStringLiteral("3 of 6 keys fit Starter.")));
    CHECK(manager.signs().value(1).contains(QStringLiteral("expected [2, 64, 3, 3]")));
}

TEST_CASE("lora fit: of a long list only what is looked at is asked about, once", "[gui][library]")
{
    constexpr int all = 600;
    test::TemporaryFolder const loras;
    for (int i = 0; i < all; ++i)
        test::write_small_lora(loras / ("style_" + std::to_string(1000 + i) + ".safetensors"), i, {});
    test::StudioFixture studio;
    Manager manager(*studio);
    manager.watch(studio.data(), loras.path());
    REQUIRE(QTest::qWaitFor([&] { return manager.model.rowCount() > all; }, 30'000));
    auto const settle = [] {               // until nothing was asked for a while
        for (int before = -1; before != test::ScriptedEngine::matches; QTest::qWait(500))
            before = test::ScriptedEngine::matches;
    };
    settle();
    int const at_first = test::ScriptedEngine::matches.exchange(0);
    CHECK(at_first > 0);
    CHECK(at_first < 200);
    // Scrolled through to the end and back: what flies past is not asked about, what was known is not asked again.
    QScrollBar* bar = manager.panel.findChild<TileView*>()->verticalScrollBar();
    for (int step = 0; step <= 50; ++step) {
        bar->setValue(bar->maximum() * step / 50);
        QCoreApplication::processEvents();
    }
    settle();
    CHECK(test::ScriptedEngine::matches > 0);
    CHECK(test::ScriptedEngine::matches < 200);
    test::ScriptedEngine::matches = 0;
    bar->setValue(0);
    QTest::qWait(600);
    CHECK(test::ScriptedEngine::matches == 0);
}
