// SPDX-License-Identifier: Apache-2.0
#include "app/files/file.h"
#include "app/gallery/importer.h"
#include "app/picture/picture.h"
#include "app/picture/picture_size.h"
#include "tests/app/gallery/gallery_files.h"
#include "tests/app/process.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <unistd.h>

using namespace igneous;
using namespace igneous::test;
namespace fs = std::filesystem;

namespace {

struct Import {
    TemporaryFolder const folder;
    fs::path const pictures = folder / "pictures";
    GalleryStore store { folder / "data" };

    void write(std::string const& name, std::uint64_t seed)
    {
        write_picture(pictures / name, request_of("a lake " + std::to_string(seed), seed));
    }
    ImportReport run() { return import_folder(store, pictures); }
};

}

TEST_CASE("a folder of good, damaged and foreign files is brought in", "[gallery]")
{
    Import import;
    import.write("one.png", 1);
    import.write("deep/er/two.jpg", 2);
    import.write("deep/three.WEBP", 3);
    import.write(".hidden/four.png", 4);
    // A1111's own words, and no words at all
    Image const grey(8, 4, 1);
    std::vector<PictureText> const words { { "parameters",
        "a castle <lora:ink:0.5>\nNegative prompt: fog\nSteps: 33, Sampler: Euler a, "
        "CFG scale: 6.5, Seed: 99, Size: 8x4, Model hash: 6ce0161689, Model: v1-5-pruned" } };
    write_file(import.pictures / "a1111.png", encode_png(grey, words));
    write_file(import.pictures / "plain.png", encode_png(grey));
    write_text(import.pictures / "notes.txt", "no picture by name");
    write_text(import.pictures / "empty.png", "");
    write_text(import.pictures / "text.png", "no picture by content");
    std::string const whole = read_text(import.pictures / "one.png");
    write_text(import.pictures / "torn.png", whole.substr(0, whole.size() / 2));
    write_text(import.pictures / "torn.jpg", "\xff\xd8\xff\xe0");
    fs::create_directory(import.pictures / "folder.png");
    fs::create_symlink(import.pictures, import.pictures / "deep/loop");

    std::size_t last = 0, calls = 0;
    ImportReport const report = import_folder(import.store, import.pictures / "", [&](ImportProgress const& progress) {
        CHECK(progress.total == 9);
        CHECK(progress.done == calls++);
        last = progress.done;
    });
    CHECK(last == 8);
    CHECK(report.added == 5);
    CHECK(report.unreadable.size() == 4);
    for (UnreadablePicture const& picture : report.unreadable)
        CHECK(picture.reason.find(picture.path.string()) != std::string::npos);
    CHECK(found(import.store, "lake", GalleryOrder::name)
          == std::vector<std::string> { "one.png", "three.WEBP", "two.jpg" });
    auto const castle = import.store.picture_at(import.pictures / "a1111.png");
    REQUIRE(castle);
    CHECK(castle->facts.seed == 99);
    CHECK(castle->facts.steps == 33);
    CHECK(castle->facts.program == "A1111");
    CHECK(castle->facts.loras == std::vector<std::string> { "ink" });
    CHECK(castle->facts.width == 8);
    CHECK(castle->facts.height == 4);
    CHECK(found(import.store, "lora:ink model:v1 seed:99 sampler:euler program:a1111")
          == std::vector<std::string> { "a1111.png" });
    CHECK(import.store.picture_at(import.pictures / "plain.png")->facts.program.empty());

    ImportReport const again = import.run();
    CHECK(again.unchanged == 5);
    CHECK(again.added + again.updated + again.found_again + again.missing == 0);
    CHECK(again.unreadable.size() == 4);
}

TEST_CASE("a picture that changes, goes, comes back or moves stays the same picture", "[gallery]")
{
    Import import;
    for (std::uint64_t i = 1; i <= 4; ++i)
        import.write(std::format("{}.png", i), i);
    CHECK(import.run().added == 4);
    std::vector<PictureId> ids;
    for (int i = 1; i <= 4; ++i)
        ids.push_back(import.store.picture_at(import.pictures / std::format("{}.png", i))->id);
    import.store.set_stars(ids, 5);

    fs::remove(import.pictures / "1.png");
    write_picture(import.pictures / "2.png", request_of("a castle", 20), 24);
    fs::create_directory(import.pictures / "moved");
    fs::rename(import.pictures / "3.png", import.pictures / "moved/three.png");
    ImportReport report = import.run();
    CHECK(report.missing == 1);
    CHECK(report.updated == 1);
    CHECK(report.found_again == 1);
    CHECK(report.unchanged == 1);
    CHECK(import.store.picture(ids[0])->state == PictureState::missing);
    CHECK(import.store.picture(ids[1])->facts.prompt == "a castle");
    CHECK(import.store.picture(ids[1])->facts.width == 24);
    CHECK(import.store.picture(ids[2])->path == import.pictures / "moved/three.png");
    CHECK(found(import.store, "name:three castle").empty());
    CHECK(found(import.store, "name:three lake") == std::vector<std::string> { "three.png" });
    CHECK(import.run().missing == 0);                          // told once

    import.write("elsewhere/one.png", 1);                      // comes back in another place
    report = import.run();
    CHECK(report.found_again == 1);
    CHECK(import.store.picture(ids[0])->path == import.pictures / "elsewhere/one.png");
    CHECK(import.store.picture(ids[0])->state == PictureState::present);
    fs::copy(import.pictures / "4.png", import.pictures / "copy.png");
    CHECK(import.run().added == 1);                            // a copy is a picture of its own
    for (PictureId const id : ids)
        CHECK(import.store.picture(id)->stars == 5);

    import.store.trash(std::span(ids).last(1));                // what is in the trash is not brought in again
    report = import.run();
    CHECK(report.added + report.missing == 0);
    CHECK(import_folder(import.store, import.folder.path()).added == 0);
}

TEST_CASE("a folder that vanishes takes no picture with it", "[gallery]")
{
    Import import;
    for (std::uint64_t i = 1; i <= 3; ++i)
        import.write(std::format("{}.png", i), i);
    import.run();
    fs::rename(import.pictures, import.folder / "unplugged");
    ImportReport report = import.run();
    CHECK(report.missing == 3);
    CHECK(report.gone == std::vector { import.pictures });
    CHECK(found(import.store, "").empty());
    CHECK(found(import.store, "lake", GalleryOrder::newest, GalleryShelf::missing).size() == 3);
    fs::rename(import.folder / "unplugged", import.pictures);
    report = rescan(import.store);
    CHECK(report.found_again == 3);
    CHECK(found(import.store, "").size() == 3);
    CHECK_THROWS_AS(import_folder(import.store, import.folder / "never"), Error);
    CHECK_THROWS_AS(import_folder(import.store, import.pictures / "1.png"), Error);
}

TEST_CASE("an import that is stopped goes on later", "[gallery]")
{
    Import import;
    for (std::uint64_t i = 0; i < 30; ++i)
        import.write(std::format("{}.png", i), i);
    std::stop_source stop;
    ImportReport const first = import_folder(
        import.store, import.pictures,
        [&](ImportProgress const& progress) {
            if (progress.done == 9)
                stop.request_stop();
        },
        stop.get_token());
    CHECK(first.cancelled);
    CHECK(first.added == 10);
    CHECK(found(import.store, "").size() == 10);
    ImportReport const second = import.run();
    CHECK(second.unchanged == 10);
    CHECK(second.added == 20);
}

TEST_CASE("hundreds of files a second are brought in", "[gallery]")
{
    constexpr std::uint64_t count = 300;
    Import import;
    for (std::uint64_t i = 0; i < count; ++i)
        write_picture(import.pictures / std::format("{}.png", i), request_of("a lake", i), 128);
    auto const timed = [&] {
        auto const start = std::chrono::steady_clock::now();
        import.run();
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    double const first = timed(), second = timed();
    std::printf("  imported %.0f files a second, looked again at %.0f a second\n", count / first, count / second);
    CHECK(found(import.store, "lake").size() == count);
    CHECK(first < 30);
}

TEST_CASE("a picture's size is known without its pixels", "[gallery]")
{
    Image const image(37, 21, 3);
    for (auto const format : { PictureFormat::png, PictureFormat::jpeg, PictureFormat::webp }) {
        auto bytes = encode_picture(format, image);
        CHECK(decode_picture_size(bytes, "test") == PictureSize { 37, 21 });
        for (std::size_t length = 0; length < std::min<std::size_t>(bytes.size(), 400); ++length) {
            try {
                PictureSize const size = decode_picture_size(std::span(bytes).first(length), "test");
                CHECK(size == PictureSize { 37, 21 });
            } catch (Error const& error) {
                CHECK(error.code() == ErrorCode::file_damaged);
            }
        }
    }
}
