// SPDX-License-Identifier: Apache-2.0
#include "app/gallery/importer.h"
#include "tests/app/gallery/gallery_files.h"
#include "tests/app/process.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace igneous;
using namespace igneous::test;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t count = 300;

/// A gallery with a folder brought in, pictures made here, stars, a board and something in the trash.
struct Rich {
    TemporaryFolder const folder;
    fs::path const data = folder / "data", pictures = folder / "pictures", made = folder / "made";

    Rich()
    {
        GalleryStore store(data);
        for (std::uint64_t i = 0; i < count; ++i)
            write_picture(pictures / std::format("{}.png", i),
                request_of("a lake with a prompt that is long enough to fill pages", i));
        import_folder(store, pictures);
        write_picture(made / "fresh.png", request_of("fresh", 1000));
        store.add(made / "fresh.png", request_of("fresh", 1000), 0);
        auto const ids = store.search({ "", GalleryOrder::name }).ids;
        store.set_stars(ids, 4);
        store.add_to_board("Best", ids);
        PictureId const thrown = store.picture_at(pictures / "7.png")->id;
        store.trash(std::span(&thrown, 1));
    }

    /// All is there again but, perhaps, the stars.
    void check_whole(GalleryStore& store) const
    {
        CHECK(found(store, "lake").size() == count - 1);
        CHECK(found(store, "fresh") == std::vector<std::string> { "fresh.png" });
        CHECK(found(store, "", GalleryOrder::newest, GalleryShelf::trashed) == std::vector<std::string> { "7.png" });
        CHECK(files_below(pictures).size() == count - 1);
    }
};

}

TEST_CASE("a gallery whose database is lost is made again from its pictures", "[gallery]")
{
    Rich const rich;
    SECTION("all of it overwritten")
    {
        write_text(rich.data / "gallery.db", std::string(100'000, 'x'));
        fs::remove(rich.data / "gallery.db-wal");
        GalleryStore store(rich.data);
        CHECK(store.notice().find("gallery.damaged-1.db") != std::string::npos);
        CHECK(fs::exists(rich.data / "gallery.damaged-1.db"));
        REQUIRE(store.needs_rescan());
        CHECK(rescan(store).added == count + 1);
        CHECK_FALSE(store.needs_rescan());
        rich.check_whole(store);
        PictureId const thrown = store.search({ .text = "", .shelf = GalleryShelf::trashed }).ids.front();
        CHECK(store.restore(std::span(&thrown, 1)).empty());
        CHECK(store.picture(thrown)->path == rich.data / "restored/7.png");
    }
    SECTION("torn in many places")
    {
        std::string bytes = read_text(rich.data / "gallery.db");
        REQUIRE(bytes.size() > 50 * 4096);
        for (std::size_t page = bytes.size() / 4096 / 2; page < bytes.size() / 4096; page += 3)
            bytes.replace(page * 4096, 4096, 4096, '\x5a');
        write_text(rich.data / "gallery.db", bytes);
        GalleryStore store(rich.data);
        rescan(store);                     // finds the damage, if opening has not
        if (store.needs_rescan())
            rescan(store);
        CHECK_FALSE(store.notice().empty());
        rich.check_whole(store);
        CHECK(store.search({ "stars:4" }).ids.size() > 0);
        GalleryStore again(rich.data);
        CHECK(again.notice().empty());
    }
}

TEST_CASE("a damaged index of words is made anew", "[gallery]")
{
    Rich const rich;
    {
        Database database(
            rich.data / "gallery.db", std::span<std::string_view const>(std::vector<std::string_view>(1)));
        database.run("UPDATE texts_fts_data SET block = zeroblob(40) WHERE id > 10");
    }
    GalleryStore store(rich.data);
    CHECK(found(store, "lake").size() == count - 1);
    CHECK_FALSE(store.notice().empty());
    CHECK(store.search({ "stars:4" }).ids.size() == count);
    CHECK(store.boards().front().pictures == static_cast<std::int64_t>(count));
}
