// SPDX-License-Identifier: Apache-2.0
#include "app/files/file.h"
#include "app/gallery/picture_facts.h"
#include "app/gallery/thumbnails.h"
#include "app/picture/picture.h"
#include "tests/app/gallery/gallery_files.h"
#include "tests/app/process.h"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <semaphore>

using namespace igneous;
using namespace igneous::test;
namespace fs = std::filesystem;

namespace {

/// Collects what comes from the threads.
struct Results {
    std::mutex mutex;
    std::vector<Thumbnail> all;
    void operator()(Thumbnail thumbnail)
    {
        std::lock_guard const lock(mutex);
        all.push_back(std::move(thumbnail));
    }
    std::vector<PictureId> ids() const
    {
        std::vector<PictureId> found;
        for (Thumbnail const& thumbnail : all)
            found.push_back(thumbnail.picture);
        return found;
    }
};

ThumbnailRequest request_for(PictureId id, fs::path const& path) { return { id, path, fingerprint(path).value_or(0) }; }

std::uint64_t bytes_below(fs::path const& folder)
{
    std::uint64_t total = 0;
    for (fs::path const& file : files_below(folder))
        total += fs::file_size(file);
    return total;
}

}

TEST_CASE("thumbnails keep the shape and are kept", "[gallery]")
{
    TemporaryFolder const folder;
    Image image(600, 150, 4);
    std::ranges::fill(image.pixels, std::uint8_t(200));
    write_file(folder / "wide.png", encode_png(image));
    write_picture(folder / "small.png", request_of("", 1), 16);
    write_text(folder / "broken.png", "\x89PNG\r\n\x1a\n and no more");
    std::vector const requests { request_for(1, folder / "wide.png"), request_for(2, folder / "small.png"),
        request_for(3, folder / "broken.png"), request_for(4, folder / "never.png") };
    Results results;
    {
        Thumbnailer thumbnailer({ .folder = folder / "thumbnails", .threads = 1 }, std::ref(results));
        thumbnailer.request(requests);
        thumbnailer.wait();
    }
    REQUIRE(results.ids() == std::vector<PictureId> { 1, 2, 3, 4 });
    CHECK(results.all[0].image.width == 256);
    CHECK(results.all[0].image.height == 64);
    CHECK(results.all[0].image.channels == 3);
    CHECK(results.all[1].image.width == 16);
    CHECK(results.all[2].state == ThumbnailState::damaged);
    CHECK(results.all[2].reason.find("broken.png") != std::string::npos);
    CHECK(results.all[2].image.empty());
    CHECK(results.all[3].state == ThumbnailState::missing);
    CHECK(files_below(folder / "thumbnails").size() == 2);

    fs::remove(folder / "wide.png");                           // kept: the file is not asked again
    Results again;
    Thumbnailer thumbnailer({ .folder = folder / "thumbnails" }, std::ref(again));
    thumbnailer.request(std::span(requests).first(1));
    thumbnailer.wait();
    REQUIRE(again.all.size() == 1);
    CHECK(again.all[0].state == ThumbnailState::made);
    CHECK(again.all[0].image.width == 256);
}

TEST_CASE("a damaged thumbnail is made again", "[gallery]")
{
    TemporaryFolder const folder;
    write_picture(folder / "one.png", request_of("", 1), 300);
    Results results;
    Thumbnailer thumbnailer({ .folder = folder / "thumbnails" }, std::ref(results));
    std::vector const requests { request_for(1, folder / "one.png") };
    thumbnailer.request(requests);
    thumbnailer.wait();
    fs::path const file = files_below(folder / "thumbnails").at(0);
    write_text(file, "torn");
    thumbnailer.request(requests);
    thumbnailer.wait();
    REQUIRE(results.all.size() == 2);
    CHECK(results.all[1].state == ThumbnailState::made);
    CHECK(fs::file_size(file) > 1000);
}

TEST_CASE("what was asked for last comes first, and what scrolled away does not come", "[gallery]")
{
    TemporaryFolder const folder;
    std::vector<ThumbnailRequest> requests;
    for (PictureId id = 0; id < 8; ++id) {
        write_picture(folder / std::format("{}.png", id), request_of("", static_cast<std::uint64_t>(id)));
        requests.push_back(request_for(id, folder / std::format("{}.png", id)));
    }
    std::counting_semaphore<> started(0), go_on(0);
    Results results;
    Thumbnailer thumbnailer({ .folder = folder / "thumbnails", .threads = 1 }, [&](Thumbnail thumbnail) {
        bool const first = thumbnail.picture == 0;
        results(std::move(thumbnail));
        if (first) {
            started.release();
            go_on.acquire();
        }
    });
    std::span const all(requests);
    thumbnailer.request(all.first(1));
    started.acquire();                                         // the thread is busy with 0
    thumbnailer.request(all.subspan(1, 4));                    // 1 2 3 4
    thumbnailer.request(all.subspan(5, 2));                    // 5 6 before them
    thumbnailer.request(all.subspan(3, 1));                    // 3 again: first of all
    std::vector<PictureId> const away { 2, 6, 77 };
    thumbnailer.cancel(away);
    go_on.release();
    thumbnailer.wait();
    CHECK(results.ids() == std::vector<PictureId> { 0, 3, 5, 1, 4 });
    results.all.clear();
    thumbnailer.request(all.first(1));
    started.acquire();
    thumbnailer.request(all);
    thumbnailer.cancel_all();
    go_on.release();
    thumbnailer.wait();
    CHECK(results.ids() == std::vector<PictureId> { 0 });
}

TEST_CASE("many ask for thumbnails from many threads", "[gallery]")
{
    TemporaryFolder const folder;
    std::vector<ThumbnailRequest> requests;
    for (PictureId id = 0; id < 40; ++id) {
        write_picture(folder / std::format("{}.png", id), request_of("", static_cast<std::uint64_t>(id)), 64);
        requests.push_back(request_for(id, folder / std::format("{}.png", id)));
    }
    std::atomic<int> made = 0;
    {
        Thumbnailer thumbnailer({ .folder = folder / "thumbnails", .side = 32, .threads = 4 },
            [&](Thumbnail const& thumbnail) { made += thumbnail.state == ThumbnailState::made; });
        std::vector<std::jthread> users;
        for (std::size_t user = 0; user < 4; ++user) {
            users.emplace_back([&, user] {
                for (std::size_t round = 0; round < 50; ++round) {
                    thumbnailer.request(std::span(requests).subspan((user * 7 + round) % 30, 10));
                    std::vector<PictureId> const away { static_cast<PictureId>(round % 40) };
                    thumbnailer.cancel(away);
                }
            });
        }
        users.clear();
        thumbnailer.request(requests);
        thumbnailer.wait();
        CHECK(made >= 40);
        thumbnailer.request(requests);                         // ends while there is work left
    }
    CHECK(files_below(folder / "thumbnails").size() == 40);
}

TEST_CASE("a full disk costs only the keeping", "[gallery]")
{
    TemporaryFolder const folder;
    write_picture(folder / "one.png", request_of("", 1), 64);
    write_text(folder / "thumbnails", "a file where the folder should be");
    Results results;
    Thumbnailer thumbnailer({ .folder = folder / "thumbnails" }, std::ref(results));
    std::vector const requests { request_for(1, folder / "one.png") };
    thumbnailer.request(requests);
    thumbnailer.wait();
    REQUIRE(results.all.size() == 1);
    CHECK(results.all[0].state == ThumbnailState::made);
    CHECK(results.all[0].image.width == 64);
}

TEST_CASE("the oldest thumbnails go where there are too many", "[gallery]")
{
    TemporaryFolder const folder;
    std::vector<ThumbnailRequest> requests;
    for (PictureId id = 0; id < 40; ++id) {
        write_picture(folder / std::format("{}.png", id), request_of("", static_cast<std::uint64_t>(id)), 64);
        requests.push_back(request_for(id, folder / std::format("{}.png", id)));
    }
    constexpr std::uint64_t most = 40'000;
    Results results;
    Thumbnailer thumbnailer({ .folder = folder / "thumbnails", .threads = 1, .most_bytes = most }, std::ref(results));
    thumbnailer.request(requests);
    thumbnailer.wait();
    std::uint64_t const kept = bytes_below(folder / "thumbnails");
    CHECK(kept < most * 5 / 4);
    CHECK(kept > most / 2);
    CHECK(results.all.size() == 40);
}
