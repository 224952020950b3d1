// SPDX-License-Identifier: Apache-2.0
// The model manager in the real window: filters, details in words, LoRAs to the prompt, edits undone.
#include "gui/actions/actions.h"
#include "gui/generate/generate_panel.h"
#include "gui/library/library_panel.h"
#include "gui/library/model_details.h"
#include "gui/studio/library_model.h"
#include "gui/widgets/lora_strip.h"
#include "gui/widgets/tile_view.h"
#include "gui/window/main_window.h"
#include "tests/app/library/model_files.h"
#include "tests/gui/gallery_pictures.h"
#include "tests/gui/studio_fixture.h"

#include <QComboBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QToolButton>
#include <catch2/catch_test_macros.hpp>

#include <cstdio>

using namespace igneous;
using test::wait_for;

namespace {

struct Library {
    Library()
    {
        studio->window().raise_panel(QStringLiteral("models"));
        test::make_models(models.path());
        watch(models.path());
        find(QStringLiteral("loras"));               // by the folder they lie in
        REQUIRE(wait_for([&] { return model().rowCount() == 8; }));
    }
    void watch(std::filesystem::path const& folder)
    {
        LibraryStore(studio.data() / "library.db").add_folder(folder);
        Q_EMIT studio->window().findChild<LibraryPanel*>()->folders_changed();
    }
    LibraryPanel& panel() { return *studio->window().findChild<LibraryPanel*>(); }
    LibraryModel& model() { return *qobject_cast<LibraryModel*>(panel().list().model()); }
    void find(QString const& text) { panel().findChild<QLineEdit*>()->setText(text); }
    ModelDetails& details() { return *panel().findChild<ModelDetails*>(); }
    QString verdict() { return named(tr("Whether it fits")); }
    QString facts() { return named(tr("About the chosen model")); }
    void choose(QString const& name)
    {
        find(name);
        REQUIRE(wait_for([&] {
            return model().rowCount() == 1 && model().data(model().index(0), Qt::DisplayRole).toString() == name;
        }));
        panel().choose(0);
        REQUIRE(wait_for([&] { return details().model() == model().id_at(0); }));
    }
    /// Chooses a model that is Stable Diffusion 1.x by its tensors.
    void use_sd1()
    {
        auto const file = models / "unet/sd15.safetensors";
        test::write_sparse_safetensors(file,
            { { "model.diffusion_model.input_blocks.0.0.weight", "F16", { 320, 4, 3, 3 } },
                { "model.diffusion_model.input_blocks.4.1.transformer_blocks.0.attn2.to_k.weight", "F16", { 640, 768 } } });
        studio->session().push(edit_request(
            studio->session().workspace(), "Model", [&](GenerationRequest& now) { now.model = file.string(); }));
        REQUIRE(wait_for([&] { return model().chosen().base == ModelBase::sd1; }));
    }
    GenerationRequest const& request() { return studio->session().workspace().request; }
    void undo() { studio->actions().find(QStringLiteral("edit.undo"))->trigger(); }

    test::TemporaryFolder models;
    test::StudioFixture studio;

private:
    static QString tr(char const* text) { return QString::fromLatin1(text); }
    QString named(QString const& name)
    {
        for (QLabel* label : details().findChildren<QLabel*>())
            if (label->accessibleName() == name)
                return label->isHidden() ? QString() : label->text();
        return {};
    }
};

}

TEST_CASE("library panel: what is wrong with a model is said in words", "[gui][library]")
{
    Library library;
    library.choose(QStringLiteral("broken"));
    CHECK(library.verdict().startsWith(QStringLiteral("Damaged")));
    library.choose(QStringLiteral("ink_wash"));
    CHECK(wait_for([&] { return library.facts().contains(QStringLiteral("Layers: 1 of the denoiser")); }));
    CHECK(library.facts().contains(QStringLiteral("Rank: 4")));
}

TEST_CASE("library panel: a LoRA of another base is warned about before anything runs", "[gui][library]")
{
    Library library;
    library.use_sd1();
    library.choose(QStringLiteral("xl_glass"));
    CHECK(library.verdict().contains(QStringLiteral("SDXL")));
    CHECK(library.model().data(library.model().index(0), LibraryModel::warning).toString().contains(QStringLiteral("do not match")));
    library.choose(QStringLiteral("ink_wash"));
    CHECK(library.verdict() == QStringLiteral("Goes with the chosen model."));
    // The starter model is a small one of its own kind: its own LoRA goes with it, another's does not.
    library.undo();
    REQUIRE(wait_for([&] { return library.model().chosen().context_width == 192; }));
    library.choose(QStringLiteral("autumn_light"));
    CHECK(library.verdict().contains(QStringLiteral("768")));
    library.choose(QStringLiteral("neon"));
    CHECK(wait_for([&] { return library.verdict() == QStringLiteral("318 of 318 keys fit Starter."); }));
}

TEST_CASE("library panel: LoRAs go to the prompt by a double click and as text, and get their weight", "[gui][library]")
{
    Library library;
    library.choose(QStringLiteral("paper_cut"));
    std::unique_ptr<QMimeData> const mime(library.model().mimeData({ library.model().index(0) }));
    CHECK(mime->text() == QStringLiteral("<lora:paper_cut:1>"));
    Q_EMIT library.panel().cards().activated(library.model().index(0));
    REQUIRE(library.request().loras.size() == 1);
    CHECK(library.request().prompt.find("<lora:paper_cut:1>") != std::string::npos);
    auto* strip = library.details().findChild<LoraStrip*>();
    REQUIRE(wait_for([&] { return !strip->isHidden(); }));
    auto* slider = strip->findChild<QSlider*>();
    slider->setValue(slider->value() - 8);           // 0.05 each
    CHECK(std::abs(library.request().loras[0].weight - 0.6) < 1e-9);
    CHECK(library.request().prompt.find("<lora:paper_cut:0.6>") != std::string::npos);
    library.studio->session().stop_merging();
    library.undo();
    CHECK(library.request().loras[0].weight == 1);
    library.undo();
    CHECK(library.request().loras.empty());
}

TEST_CASE("library panel: favourites and notes are kept, found and undone", "[gui][library]")
{
    Library library;
    library.choose(QStringLiteral("woodcut"));
    for (QToolButton* button : library.details().findChildren<QToolButton*>())
        if (button->accessibleName() == QStringLiteral("Favourite"))
            button->click();
    REQUIRE(wait_for([&] { return library.model().entry_at(library.model().index(0))->favourite; }));
    library.undo();
    REQUIRE(wait_for([&] { return !library.model().entry_at(library.model().index(0))->favourite; }));
    Q_EMIT library.details().noted(library.details().model(), QStringLiteral("for book covers"));
    library.find(QStringLiteral("covers"));
    CHECK(wait_for([&] { return library.model().rowCount() == 1; }));
}

TEST_CASE("library panel: a folder that vanishes leaves its models known and says so", "[gui][library]")
{
    Library library;
    std::filesystem::path const away = library.models.path().parent_path() / (library.models.path().filename().string() + "-away");
    std::filesystem::rename(library.models.path(), away);
    Q_EMIT library.panel().folders_changed();
    library.find({});
    for (QComboBox* box : library.panel().findChildren<QComboBox*>())
        if (box->accessibleName() == QStringLiteral("Which models")) {
            box->setCurrentText(QStringLiteral("Gone"));
            Q_EMIT box->activated(box->currentIndex());
        }
    CHECK(wait_for([&] { return library.model().rowCount() == 8; }));
    CHECK(wait_for([&] {
        return library.model().data(library.model().index(0), LibraryModel::problem).toString().contains(QStringLiteral("away"));
    }));
    std::filesystem::rename(away, library.models.path());
}

TEST_CASE("library panel: 10,000 models list at once and filter as one types", "[gui][library][.bench]")
{
    test::TemporaryFolder const folder;
    {
        LibraryStore store(folder / "library.db");
        std::vector<RecognisedFile> files;
        for (int i = 0; i < 10'000; ++i) {
            RecognisedFile file;
            file.path = (folder / ("loras/style_" + std::to_string(i) + ".safetensors")).string();
            file.stamp.size = 1000 + static_cast<std::uint64_t>(i);
            file.facts.type = ModelType::lora;
            file.facts.base = i % 2 ? ModelBase::sd1 : ModelBase::sdxl;
            file.facts.trigger_words = { "word" + std::to_string(i % 50) };
            files.push_back(std::move(file));
        }
        store.save(files);
    }
    QElapsedTimer clock;
    clock.start();
    LibraryModel model(folder / "library.db");
    REQUIRE(wait_for([&] { return model.rowCount() == 10'000 && model.entry_at(model.index(0)); }));
    double const first = static_cast<double>(clock.nsecsElapsed()) / 1e6;
    std::printf("  10,000 models: first rows after %.1f ms\n", first);
    CHECK(first < 200);
    for (char const* text : { "s", "style_77", "word7 sdxl", "nothing like it" }) {
        QTest::qWait(100);                 // earlier answers are in
        QSignalSpy answered(&model, &LibraryModel::answered);
        LibraryQuery query;
        query.text = text;
        clock.start();
        model.find(query);
        REQUIRE(wait_for([&] { return answered.count() == 1; }));
        std::printf("  \"%s\": %d models in %.1f ms\n", text, model.rowCount(), static_cast<double>(clock.nsecsElapsed()) / 1e6);
    }
}
