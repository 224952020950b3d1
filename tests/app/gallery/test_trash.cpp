// SPDX-License-Identifier: Apache-2.0
#include "app/gallery/picture_facts.h"
#include "tests/app/gallery/gallery_files.h"
#include "tests/app/process.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <csignal>
#include <map>
#include <random>
#include <set>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace igneous;
using namespace igneous::test;
namespace fs = std::filesystem;

namespace {

struct Gallery {
    TemporaryFolder const folder;
    fs::path const pictures = folder / "pictures";
    GalleryStore store { folder / "data" };

    PictureId add(std::string const& name, std::uint64_t seed, std::string const& prompt = "a lake")
    {
        write_picture(pictures / name, request_of(prompt, seed));
        return store.add(pictures / name, request_of(prompt, seed), 0);
    }
    PictureState state(PictureId id) { return store.picture(id)->state; }
};

std::span<PictureId const> only(PictureId const& id) { return { &id, 1 }; }

}

TEST_CASE("a picture goes to the trash and comes back as it was", "[gallery]")
{
    Gallery gallery;
    PictureId const id = gallery.add("lake.png", 1);
    std::string const bytes = read_text(gallery.pictures / "lake.png");
    gallery.store.set_stars(only(id), 4);
    gallery.store.add_to_board("Best", only(id));

    REQUIRE(gallery.store.trash(only(id)).empty());
    CHECK(gallery.store.trash(only(id)).empty());              // is there already
    CHECK_FALSE(fs::exists(gallery.pictures / "lake.png"));
    GalleryPicture const thrown = *gallery.store.picture(id);
    CHECK(thrown.state == PictureState::trashed);
    CHECK(thrown.original == gallery.pictures / "lake.png");
    CHECK(read_text(thrown.path) == bytes);
    CHECK(found(gallery.store, "lake").empty());
    CHECK(found(gallery.store, "lake", GalleryOrder::newest, GalleryShelf::trashed).size() == 1);
    CHECK(gallery.store.boards().front().pictures == 0);

    REQUIRE(gallery.store.restore(only(id)).empty());
    GalleryPicture const back = *gallery.store.picture(id);
    CHECK(back.state == PictureState::present);
    CHECK(back.path == gallery.pictures / "lake.png");
    CHECK(back.stars == 4);
    CHECK(back.trashed == 0);
    CHECK(read_text(back.path) == bytes);
    CHECK(gallery.store.boards().front().pictures == 1);
    CHECK(fs::is_empty(gallery.store.trash_folder()));
}

TEST_CASE("a picture whose place is taken comes back beside it", "[gallery]")
{
    Gallery gallery;
    PictureId const id = gallery.add("lake.png", 1);
    gallery.store.trash(only(id));
    PictureId const other = gallery.add("lake.png", 2);
    fs::remove_all(gallery.pictures / "lake (2).png");
    REQUIRE(gallery.store.restore(only(id)).empty());
    CHECK(gallery.store.picture(id)->path == gallery.pictures / "lake (2).png");
    CHECK(found(gallery.store, "name:\"lake (2)\"").size() == 1);
    CHECK(gallery.store.picture(other)->path == gallery.pictures / "lake.png");
    CHECK(files_below(gallery.pictures).size() == 2);
}

TEST_CASE("a picture comes back although its folder is gone", "[gallery]")
{
    Gallery gallery;
    PictureId const id = gallery.add("deep/lake.png", 1);
    gallery.store.trash(only(id));
    fs::remove_all(gallery.pictures);
    REQUIRE(gallery.store.restore(only(id)).empty());
    CHECK(fs::exists(gallery.pictures / "deep/lake.png"));
}

TEST_CASE("what is erased is gone for good, and only what is in the trash", "[gallery]")
{
    Gallery gallery;
    PictureId const kept = gallery.add("kept.png", 1), gone = gallery.add("gone.png", 2);
    gallery.store.trash(only(gone));
    std::vector<PictureId> const both { kept, gone, 12345 };
    auto const failures = gallery.store.erase(both);
    REQUIRE(failures.size() == 2);
    std::vector<PictureId> const twice { kept, kept };
    CHECK(gallery.store.trash(twice).empty());
    CHECK(gallery.store.restore(twice).empty());
    CHECK(failures[0].id == kept);
    CHECK(failures[1].id == 12345);
    CHECK_FALSE(gallery.store.picture(gone));
    CHECK(found(gallery.store, "", GalleryOrder::newest, GalleryShelf::all) == std::vector<std::string> { "kept.png" });
    CHECK(files_below(gallery.folder.path()) == std::vector { gallery.pictures / "kept.png" });
    CHECK(gallery.add("next.png", 3) > gone);                  // ids are never given twice
}

TEST_CASE("a picture whose file is gone can be thrown away and taken back", "[gallery]")
{
    Gallery gallery;
    PictureId const id = gallery.add("lake.png", 1);
    fs::remove(gallery.pictures / "lake.png");
    REQUIRE(gallery.store.trash(only(id)).empty());
    CHECK(gallery.state(id) == PictureState::trashed);
    REQUIRE(gallery.store.restore(only(id)).empty());
    CHECK(gallery.state(id) == PictureState::missing);
    gallery.store.trash(only(id));
    gallery.add("lake.png", 1);                                // the file came back meanwhile
    CHECK(gallery.state(id) == PictureState::present);
    gallery.store.trash(only(id));
    fs::remove(gallery.store.picture(id)->path);               // by somebody who cleans up the trash himself
    auto const failures = gallery.store.restore(only(id));
    REQUIRE(failures.size() == 1);
    CHECK(failures[0].reason.find("gone from the trash") != std::string::npos);
    CHECK(gallery.store.erase(only(id)).empty());
}

TEST_CASE("a picture that cannot be moved stays, and the others go", "[gallery]")
{
    Gallery gallery;
    PictureId const first = gallery.add("first.png", 1), second = gallery.add("second.png", 2);
    fs::create_directories(gallery.store.trash_folder());
    write_text(gallery.store.trash_folder() / std::to_string(first), "a file where a folder should be");
    std::vector<PictureId> const both { first, second };
    auto const failures = gallery.store.trash(both);
    REQUIRE(failures.size() == 1);
    CHECK(failures[0].id == first);
    CHECK(gallery.state(first) == PictureState::present);
    CHECK(fs::exists(gallery.pictures / "first.png"));
    CHECK(gallery.state(second) == PictureState::trashed);
    GalleryStore again(gallery.folder / "data");
    CHECK(again.picture(first)->state == PictureState::present);
}

TEST_CASE("the trash may lie on another disk", "[gallery]")
{
    fs::path const memory = "/dev/shm";
    std::error_code error;
    if (!fs::is_directory(memory, error) || access(memory.c_str(), W_OK) != 0)
        SKIP("no second file system here");
    TemporaryFolder const folder;
    fs::path const pictures = memory / folder.path().filename();
    {
        GalleryStore store(folder.path());
        write_picture(pictures / "lake.png", request_of("a lake", 1));
        PictureId const id = store.add(pictures / "lake.png", request_of("a lake", 1), 0);
        std::string const bytes = read_text(pictures / "lake.png");
        CHECK(store.trash(only(id)).empty());
        CHECK(files_below(pictures).empty());
        CHECK(store.restore(only(id)).empty());
        CHECK(read_text(pictures / "lake.png") == bytes);
    }
    fs::remove_all(pictures);
}

TEST_CASE("a program that uses the trash may be killed at any moment", "[gallery][kill]")
{
    Gallery gallery;
    std::mt19937 random(20261121);
    std::map<std::uint64_t, std::string> kept;                 // fingerprint: name
    std::uint64_t seed = 0;
    for (; seed < 8; ++seed) {
        std::string const name = std::format("keep-{}.png", seed);
        gallery.add(name, seed, "keep");
        kept.emplace(*fingerprint(gallery.pictures / name), name);
    }
    int killed = 0;
    for (int round = 0; round < 100; ++round) {
        CAPTURE(round);
        while (gallery.store.search({ .text = "", .shelf = GalleryShelf::all }).ids.size() < 12) {
            ++seed;
            gallery.add(std::format("goes-{}.png", seed), seed, "goes");
        }
        // half of them by a step, half of them by the clock
        std::string const die_at
            = std::format("IGNEOUS_TEST_DIE_AT={}", round % 2 ? static_cast<long>(random() % 200) : -1);
        std::string const number = std::to_string(random()), data = (gallery.folder / "data").string();
        pid_t const user = fork();
        if (user == 0) {
            putenv(const_cast<char*>(die_at.c_str()));
            execl(
                IGNEOUS_BINARY_DIR "/bin/gallery_user", "gallery_user", data.c_str(), number.c_str(), "1000", nullptr);
            _exit(127);
        }
        if (round % 2 == 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10 + random() % 50));
            kill(user, SIGKILL);
        }
        int status = 0;
        waitpid(user, &status, 0);
        killed += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
        CHECK_FALSE((WIFEXITED(status) && WEXITSTATUS(status) != 0));

        GalleryStore store(gallery.folder / "data");
        CHECK(store.notice().empty());
        std::map<std::uint64_t, fs::path> files;
        for (fs::path const& file : files_below(gallery.folder.path()))
            CHECK(files.emplace(*fingerprint(file), file).second);     // each exactly once
        auto const rows = store.pictures(store.search({ .text = "", .shelf = GalleryShelf::all }).ids);
        CHECK(rows.size() == files.size());
        std::set<std::uint64_t> known;
        for (GalleryPicture const& row : rows) {
            known.insert(row.facts.fingerprint);
            auto const file = files.find(row.facts.fingerprint);
            REQUIRE(file != files.end());
            CHECK(file->second == row.path);
            bool const in_trash = row.path.string().starts_with(store.trash_folder().string());
            CHECK(row.state == (in_trash ? PictureState::trashed : PictureState::present));
            CHECK(row.original.empty() == !in_trash);
        }
        for (auto const& [print, name] : kept) {
            CAPTURE(name);
            CHECK(known.contains(print));
        }
        REQUIRE(rows.size() >= kept.size());
    }
    CHECK(killed >= 95);
}
