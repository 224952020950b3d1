// SPDX-License-Identifier: Apache-2.0
// Edits of the library and their way back; whose adapters go with which model; recipes that find their models.
#include "app/files/file.h"
#include "app/library/base_match.h"
#include "app/library/library_edits.h"
#include "app/library/library_scan.h"
#include "app/library/place_models.h"
#include "app/picture/picture.h"
#include "tests/app/library/model_files.h"
#include "tests/app/process.h"

#include <catch2/catch_test_macros.hpp>

using namespace igneous;
using namespace igneous::test;

namespace {

struct Library {
    TemporaryFolder folder;
    LibraryStore store { folder / "library.db" };
    std::filesystem::path const lora = folder / "models/loras/ink.safetensors";

    Library()
    {
        write_small_lora(lora, 1, { { "ss_tag_frequency", R"({"a": {"ink wash": 9}})" } });
        write_text(folder / "models/loras/ink.txt", "a note beside it");
        store.add_folder(folder / "models");
        scan_library(store);
    }
    LibraryEntry ink() { return store.entry(lora).value(); }
};

}

TEST_CASE("library edits: marks go back to what they were", "[library]")
{
    Library library;
    UserMarks marks;
    marks.note = "for landscapes";
    marks.favourite = true;
    marks.base = ModelBase::sdxl;
    LibraryEdit const edit = mark_model(library.ink().id, marks);
    std::string const note = library.ink().note;
    ModelBase const base = library.ink().facts.base;
    edit.run(library.store);
    CHECK(library.ink().favourite);
    CHECK(library.ink().facts.base == ModelBase::sdxl);
    edit.revert(library.store);
    CHECK_FALSE(library.ink().favourite);
    CHECK(library.ink().note == note);
    CHECK(library.ink().facts.base == base);
    CHECK_FALSE(library.ink().base_corrected);
}

TEST_CASE("library edits: a model is renamed with what lies beside it, and back", "[library]")
{
    Library library;
    auto const id = library.ink().id;
    auto const renamed = library.folder / "models/loras/washes.safetensors";
    LibraryEdit const edit = rename_model(library.lora, "washes");
    edit.run(library.store);
    CHECK_FALSE(std::filesystem::exists(library.lora));
    CHECK(std::filesystem::exists(library.folder / "models/loras/washes.txt"));
    CHECK(library.store.entry(renamed)->id == id);
    edit.revert(library.store);
    CHECK(library.ink().id == id);
    CHECK(std::filesystem::exists(library.folder / "models/loras/ink.txt"));
    // Nothing is overwritten, and nothing half done.
    write_text(library.folder / "models/loras/taken.txt", "another's");
    CHECK_THROWS(rename_model(library.lora, "taken").run(library.store));
    CHECK(std::filesystem::exists(library.lora));
    CHECK_THROWS(rename_model(library.lora, "../up").run(library.store));
}

TEST_CASE("library edits: folders that are no longer watched come back with their notes", "[library]")
{
    Library library;
    UserMarks marks;
    marks.note = "mine";
    mark_model(library.ink().id, marks).run(library.store);
    LibraryEdit const edit = stop_watching(library.folder / "models");
    edit.run(library.store);
    CHECK(library.store.ids({}).empty());
    edit.revert(library.store);
    scan_library(library.store);
    CHECK(library.ink().note == "mine");
    CHECK(library.ink().state == FileState::here);
    LibraryEdit const again = watch_folder(library.folder / "models");
    again.run(library.store);
    again.revert(library.store);           // it was watched before: it stays
    CHECK(library.store.folders().size() == 1);
}

TEST_CASE("library: a model that goes to the trash comes back", "[library]")
{
    Library library;
    LibraryEdit const edit = trash_model(library.lora);
    try {
        edit.run(library.store);
    } catch (Error const& error) {         // a disk without a trash says so and keeps the file
        CHECK(std::string(error.what()).find("trash") != std::string::npos);
        CHECK(std::filesystem::exists(library.lora));
        return;
    }
    CHECK_FALSE(std::filesystem::exists(library.lora));
    CHECK(library.store.ids({}).empty());
    edit.revert(library.store);
    CHECK(library.ink().state == FileState::here);
}

TEST_CASE("library: a picture becomes a model's preview, and goes again", "[library]")
{
    Library library;
    auto const beside = library.folder / "models/loras/ink.preview.png";
    write_text(library.folder / "models/loras/ink.jpg", "an older preview");
    write_file(library.folder / "red.png", encode_png(Image(4, 4, 3), {}));
    write_file(library.folder / "blue.jpg", encode_picture(PictureFormat::jpeg, Image(8, 4, 3)));
    scan_library(library.store);
    CHECK(library.ink().preview == library.folder / "models/loras/ink.jpg");

    LibraryEdit const edit = set_preview(library.lora, library.folder / "red.png");
    edit.run(library.store);
    CHECK(library.ink().preview == beside);
    CHECK(read_text(beside) == read_text(library.folder / "red.png"));
    edit.revert(library.store);
    CHECK(library.ink().preview == library.folder / "models/loras/ink.jpg");
    CHECK_FALSE(std::filesystem::exists(beside));

    CHECK_THROWS(set_preview(library.lora, library.folder / "models/loras/ink.jpg").run(library.store));   // no picture
    CHECK_FALSE(std::filesystem::exists(beside));
    edit.run(library.store);
    LibraryEdit const second = set_preview(library.lora, library.folder / "blue.jpg");
    try {
        second.run(library.store);
    } catch (Error const& error) {         // a disk without a trash says so and keeps the first
        CHECK(std::string(error.what()).find("trash") != std::string::npos);
        CHECK(read_picture(beside).width == 4);
        return;
    }
    CHECK(read_picture(beside).width == 8);
    second.revert(library.store);
    CHECK(read_picture(beside).width == 4);
}

TEST_CASE("library: a model's folder has its preview inside", "[library]")
{
    Library library;
    auto const model = library.folder / "models/small";
    std::filesystem::create_directories(model);
    write_text(model / "model_index.json", R"({"_class_name": "StableDiffusionPipeline"})");
    write_file(library.folder / "red.png", encode_png(Image(4, 4, 3), {}));
    scan_library(library.store);
    REQUIRE(library.store.entry(model));
    LibraryEdit const edit = set_preview(model, library.folder / "red.png");
    edit.run(library.store);
    CHECK(library.store.entry(model)->preview == model / "preview.png");
    edit.revert(library.store);
    CHECK(library.store.entry(model)->preview.empty());
}

TEST_CASE("library: adapters are told by what they were made for", "[library]")
{
    CHECK(base_match(ModelBase::sd1, ModelBase::sd1_inpaint) == BaseMatch::fits);
    CHECK(base_match(ModelBase::sdxl, ModelBase::sd1) == BaseMatch::differs);
    CHECK(base_match(ModelBase::unknown, ModelBase::sd1) == BaseMatch::unsure);
    ModelFacts lora;
    lora.type = ModelType::lora;
    lora.base = ModelBase::sdxl;
    CHECK(adapter_warning(lora, { ModelBase::sdxl }).empty());
    std::string const told = adapter_warning(lora, { ModelBase::sd1 });
    CHECK(told.find(title_of(ModelBase::sdxl)) != std::string::npos);
    CHECK(told.find(title_of(ModelBase::sd1)) != std::string::npos);
    LoraInfo info;
    info.context_width = 2048;
    CHECK(surely_fits(lora, { ModelBase::unknown, 2048 }, &info));
    CHECK(adapter_warning(lora, { ModelBase::unknown, 192 }, &info).find("width 2048") != std::string::npos);
    lora.variant = "LoHa";
    CHECK(adapter_warning(lora, { ModelBase::sdxl }).find("not used yet") != std::string::npos);
    ModelFacts control;
    control.type = ModelType::controlnet;
    CHECK_FALSE(is_used(control));
    CHECK(not_used_yet(control).find("ControlNet") == 0);
}

TEST_CASE("library: recipes find their models by hash and by name, or say that they are not here", "[library]")
{
    Library library;
    GenerationRequest request;
    request.model = "dreamshaper_8";
    request.loras.push_back({ .name = "ink" });
    auto const notes = place_models(library.store, request, "/models/usual.safetensors");
    CHECK(request.model == "/models/usual.safetensors");
    CHECK(request.loras[0].file == library.lora.string());
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].find("dreamshaper_8") != std::string::npos);

    GenerationRequest elsewhere;
    elsewhere.model = "/models/usual.safetensors";
    elsewhere.loras.push_back({ .name = "nowhere" });
    CHECK(place_models(library.store, elsewhere, "/models/usual.safetensors").size() == 1);
    CHECK(elsewhere.loras[0].file.empty());
}
