// SPDX-License-Identifier: Apache-2.0
#include "app/gallery/differences.h"
#include "app/gallery/gallery_watcher.h"
#include "tests/app/gallery/gallery_files.h"
#include "tests/app/process.h"

#include <catch2/catch_test_macros.hpp>

#include <QCoreApplication>
#include <QElapsedTimer>

#include <thread>

using namespace igneous;
using namespace igneous::test;

namespace {

std::vector<std::string> names(std::vector<Board> const& boards)
{
    std::vector<std::string> all;
    for (Board const& board : boards)
        all.push_back(board.name);
    return all;
}

using Names = std::vector<std::string>;

}

TEST_CASE("boards hold pictures in an order of their own", "[gallery]")
{
    TemporaryFolder const folder;
    GalleryStore store(folder.path());
    std::vector<PictureId> ids;
    for (char const* name : { "a.png", "b.png", "c.png" })
        ids.push_back(put_row(store, name, {}));
    store.add_to_board("  Winter ", ids);
    store.add_to_board("winter", ids);                         // the same, by the same name
    store.add_to_board("Summer", std::span(ids).first(1));
    store.add_to_board("Empty", {});
    CHECK(names(store.boards()) == Names { "Winter", "Summer", "Empty" });
    CHECK(store.boards().front().pictures == 3);
    CHECK(names(store.boards_of(ids[0])) == Names { "Winter", "Summer" });
    std::vector<PictureId> const arranged { ids[2], ids[0] };
    store.arrange_board("Winter", arranged);
    CHECK(found(store, "board:winter", GalleryOrder::board) == Names { "c.png", "a.png", "b.png" });
    store.remove_from_board("Winter", std::span(ids).first(1));
    CHECK(found(store, "board:winter", GalleryOrder::board) == Names { "c.png", "b.png" });
    store.rename_board("Winter", "Snow");
    CHECK_THROWS_AS(store.rename_board("Snow", "summer"), Error);
    store.arrange_boards(Names { "Empty", "Snow" });
    CHECK(names(store.boards()) == Names { "Empty", "Snow", "Summer" });
    store.remove_board("Snow");
    CHECK(names(store.boards()) == Names { "Empty", "Summer" });
    CHECK(found(store, "").size() == 3);
    CHECK_THROWS_AS(store.remove_board("Snow"), Error);
    for (std::string const& bad :
        { std::string(), std::string("   "), std::string("two\nlines"), std::string(201, 'x'), std::string("\xff") })
        CHECK_THROWS_AS(store.add_to_board(bad, ids), Error);
    CHECK(names(store.boards()).size() == 2);
    CHECK_THROWS_AS(store.set_stars(ids, 6), Error);
}

TEST_CASE("two programs use one gallery at once", "[gallery]")
{
    TemporaryFolder const folder;
    auto const use = [&](std::string const& who) {
        GalleryStore store(folder.path());
        for (int i = 0; i < 100; ++i) {
            PictureFacts facts;
            facts.fingerprint = static_cast<std::uint64_t>(i) + (who == "one" ? 1000 : 5000);
            facts.prompt = who;
            auto const path = store.data() / std::format("{}-{}.png", who, i);
            store.put(path, facts);
            PictureId const id = store.picture_at(path)->id;
            store.add_to_board("both", std::span(&id, 1));
            store.search({ "one" });
        }
    };
    {
        std::jthread const other([&] { use("one"); });
        use("two");
    }
    GalleryStore store(folder.path());
    CHECK(store.search({ "one" }).ids.size() == 100);
    CHECK(store.search({ "two" }).ids.size() == 100);
    CHECK(store.boards().front().pictures == 200);
}

TEST_CASE("a watcher tells what others changed", "[gallery]")
{
    int count = 0;
    char name[] = "test";
    char* arguments[] = { name, nullptr };
    int argument_count = 1;
    QCoreApplication const application(argument_count, arguments);
    TemporaryFolder const folder;
    GalleryStore store(folder.path());
    GalleryWatcher watcher(store);
    QObject::connect(&watcher, &GalleryWatcher::changed, [&] { ++count; });
    auto const wait = [&](int milliseconds) {
        QElapsedTimer timer;
        timer.start();
        while (timer.elapsed() < milliseconds && count == 0)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 50);
    };
    wait(1300);
    CHECK(count == 0);
    GalleryStore other(folder.path());
    put_row(other, "a.png", {});
    wait(10000);
    CHECK(count == 1);
}

TEST_CASE("what differs between two pictures is told", "[gallery]")
{
    TemporaryFolder const folder;
    GalleryStore store(folder.path());
    auto const add = [&](std::string const& name, GenerationRequest const& request, int side) {
        write_picture(folder / name, request, side);
        return *store.picture(store.add(folder / name, request, 1));
    };
    GenerationRequest request = request_of("a lake", 7);
    request.batch = 2;
    GalleryPicture const one = add("one.png", request, 16);
    CHECK(one.facts.seed == 8);                                // the second of its batch
    request.sampling.steps = 30;
    GalleryPicture const other = add("other.png", request, 24);
    using Differences = std::vector<Difference>;
    CHECK(differences(one, other) == Differences { { "picture size", "16x16", "24x24" }, { "steps", "20", "30" } });
    CHECK(differences(one, one).empty());
    GalleryPicture foreign = other;
    foreign.facts.recipe = "{ no recipe";
    foreign.facts.program = "";
    auto const all = differences(one, foreign);
    CHECK(std::ranges::find(all, Difference { "prompt", "a lake", "" }) != all.end());
    CHECK(std::ranges::find(all, Difference { "program", "Igneous", "" }) != all.end());
}
