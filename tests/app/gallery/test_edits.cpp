// SPDX-License-Identifier: Apache-2.0
// Edits of the gallery and their way back; parts of a picture's settings.
#include "app/gallery/gallery_edits.h"
#include "app/gallery/recall.h"
#include "tests/app/gallery/gallery_files.h"
#include "tests/app/process.h"

#include <catch2/catch_test_macros.hpp>

#include <utility>

using namespace igneous;
using namespace igneous::test;

namespace {

std::vector<PictureId> four_pictures(GalleryStore& store, std::filesystem::path const& folder)
{
    std::vector<PictureId> ids;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        auto const path = folder / (std::to_string(seed) + ".png");
        write_picture(path, request_of("picture " + std::to_string(seed), seed));
        ids.push_back(store.add(path, request_of("picture " + std::to_string(seed), seed), 0));
    }
    return ids;
}

std::vector<PictureId> in_board(GalleryStore& store, std::string const& board)
{
    return store.search({ "board:\"" + board + "\"", GalleryOrder::board }).ids;
}

}

TEST_CASE("gallery edits: stars and notes go back to what each picture had", "[gallery]")
{
    TemporaryFolder const folder;
    GalleryStore store(folder / "data");
    auto const ids = four_pictures(store, folder / "pictures");
    store.set_stars(std::vector { ids[1] }, 4);
    GalleryEdit const edit = star_pictures(ids, 2);
    edit.run(store);
    CHECK(store.picture(ids[1])->stars == 2);
    edit.revert(store);
    CHECK(store.picture(ids[0])->stars == 0);
    CHECK(store.picture(ids[1])->stars == 4);
    GalleryEdit const note = note_picture(ids[2], "for the poster");
    note.run(store);
    CHECK(found(store, "note:poster").size() == 1);
    note.revert(store);
    CHECK(store.picture(ids[2])->note.empty());
}

TEST_CASE("gallery edits: the trash gives back, also when undone", "[gallery]")
{
    TemporaryFolder const folder;
    GalleryStore store(folder / "data");
    auto const ids = four_pictures(store, folder / "pictures");
    auto const path = store.picture(ids[0])->path;
    GalleryEdit const edit = trash_pictures({ ids[0], ids[3] });
    CHECK(edit.run(store).empty());
    CHECK_FALSE(std::filesystem::exists(path));
    CHECK(store.search({ .shelf = GalleryShelf::trashed }).ids.size() == 2);
    CHECK(edit.revert(store).empty());
    CHECK(std::filesystem::exists(path));
    CHECK(edit.run(store).empty());
    GalleryEdit const back = restore_pictures({ ids[0] });
    CHECK(back.run(store).empty());
    CHECK(std::filesystem::exists(path));
    CHECK(back.revert(store).empty());
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("gallery edits: boards come back with their pictures, order and place", "[gallery]")
{
    TemporaryFolder const folder;
    GalleryStore store(folder / "data");
    auto const ids = four_pictures(store, folder / "pictures");
    store.add_to_board("Winter", std::vector { ids[2], ids[0] });
    store.add_to_board("Wintergreen", std::vector { ids[3] });
    store.add_to_board("Zoo", {});
    auto const names = [&] {
        std::string all;
        for (Board const& board : store.boards())
            all += board.name + std::to_string(board.pictures) + " ";
        return all;
    };
    std::string const before = names();

    GalleryEdit const drop = delete_board("Winter");
    drop.run(store);
    CHECK(store.boards().size() == 2);
    drop.revert(store);
    CHECK(names() == before);
    CHECK(in_board(store, "Winter").at(0) == ids[2]);

    GalleryEdit const take = take_from_board("Winter", { ids[2] });
    take.run(store);
    CHECK(store.boards()[0].pictures == 1);
    take.revert(store);
    CHECK(names() == before);

    GalleryEdit const add = add_to_board("Winter", { ids[0], ids[1] });
    add.run(store);
    CHECK(store.boards()[0].pictures == 3);
    add.revert(store);
    CHECK(names() == before);              // what was in it before stays

    GalleryEdit const fresh = add_to_board("Autumn", { ids[1] });
    fresh.run(store);
    CHECK(in_board(store, "Autumn") == std::vector { ids[1] });
    fresh.revert(store);
    CHECK(names() == before);

    GalleryEdit const rename = rename_board("Winter", "Cold");
    rename.run(store);
    CHECK(store.boards()[0].name == "Cold");
    rename.revert(store);
    CHECK(names() == before);
}

TEST_CASE("gallery edits: boards with odd names come back too", "[gallery]")
{
    TemporaryFolder const folder;
    GalleryStore store(folder / "data");
    auto const ids = four_pictures(store, folder / "pictures");
    for (std::string const name : { "the \"best\" ones", "\"", "100% o'clock" }) {
        store.add_to_board(name, std::vector { ids[3], ids[1] });
        GalleryEdit const drop = delete_board(name);
        drop.run(store);
        CHECK(store.boards().empty());
        drop.revert(store);
        REQUIRE(store.boards().size() == 1);
        CHECK(store.boards()[0].name == name);
        CHECK(store.boards()[0].pictures == 2);
        store.remove_board(name);
    }
}

TEST_CASE("recall: each part takes over what it says and nothing else", "[gallery]")
{
    GenerationRequest now = request_of("now", 1), then = request_of("then", 2);
    now.width = 640;
    then.width = then.height = 128;
    then.negative_prompt = "blurry";
    then.sampling.steps = 7;
    then.loras.push_back({ .name = "ink" });
    now.init.emplace();
    now.init->strength = 0.5;

    GenerationRequest const all = recalled(now, then, Recall::all);
    CHECK(all.seed == 2);
    CHECK(all.prompt == "then");
    CHECK(all.init == now.init);
    GenerationRequest const remix = recalled(now, then, Recall::remix);
    CHECK(remix.seed == 1);
    CHECK(remix.sampling.steps == 7);
    GenerationRequest prompts = recalled(now, then, Recall::prompts);
    CHECK(prompts.prompt == "then");
    CHECK(prompts.loras == then.loras);
    prompts.prompt = now.prompt;
    prompts.negative_prompt = now.negative_prompt;
    prompts.loras = now.loras;
    CHECK(prompts == now);
    GenerationRequest seed = recalled(now, then, Recall::seed);
    CHECK(std::exchange(seed.seed, 1) == 2);
    CHECK(seed == now);
    GenerationRequest const size = recalled(now, then, Recall::size);
    CHECK(size.width == 128);
    CHECK(size.prompt == "now");
}
