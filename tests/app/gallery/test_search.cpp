// SPDX-License-Identifier: Apache-2.0
#include "app/gallery/search_text.h"
#include "tests/app/gallery/gallery_files.h"
#include "tests/app/process.h"

#include <catch2/catch_test_macros.hpp>

#include <ctime>
#include <random>

using namespace igneous;
using namespace igneous::test;

namespace {

using Names = std::vector<std::string>;

std::int64_t noon(int year, int month, int day)
{
    std::tm time {};
    time.tm_year = year - 1900;
    time.tm_mon = month - 1;
    time.tm_mday = day;
    time.tm_hour = 12;
    time.tm_isdst = -1;
    return std::mktime(&time) * 1000ll;
}

struct Shelf {
    TemporaryFolder const folder;
    GalleryStore store { folder.path() };
    PictureId cat, dog, lake;

    Shelf()
    {
        PictureFacts facts;
        facts.made = noon(2026, 11, 21);
        facts.prompt = "masterpiece, a cat in the snowy woods of Zürich, <lora:ink-wash:0.8>";
        facts.negative_prompt = "bad hands, blurry";
        facts.model = "dreamshaper_8";
        facts.loras = { "ink-wash", "detail tweaker" };
        facts.sampler = "euler_ancestral";
        facts.program = "A1111";
        facts.seed = 18446744073709551615ull;
        facts.steps = 30;
        facts.cfg = 7.5;
        facts.width = 1024;
        cat = put_row(store, "cat.png", facts);
        facts = {};
        facts.made = noon(2026, 10, 31);
        facts.prompt = "a dog AND a bone, hands of a \"wizard\"";
        facts.model = "v1-5-pruned";
        facts.sampler = "euler";
        facts.program = "Igneous";
        facts.seed = 42;
        facts.steps = 20;
        facts.cfg = 7;
        facts.width = 512;
        dog = put_row(store, "dog.png", facts);
        facts = {};
        facts.made = noon(2025, 12, 31);
        facts.prompt = "🐱 湖の写真 lake";
        lake = put_row(store, "10%_lake.webp", facts);
        store.set_stars(std::span(&cat, 1), 5);
        store.set_stars(std::span(&dog, 1), 3);
        store.set_note(lake, "for the calendar's cover");
        store.add_to_board("Winter cards", std::span(&cat, 1));
        store.add_to_board("Winter cards", std::span(&lake, 1));
    }
};

}

TEST_CASE("words are found wherever they stand, by their beginnings", "[gallery]")
{
    Shelf shelf;
    GalleryStore& store = shelf.store;
    CHECK(found(store, "") == Names { "cat.png", "dog.png", "10%_lake.webp" });
    CHECK(found(store, "snow cat") == Names { "cat.png" });
    CHECK(found(store, "SNOWY ZURICH") == Names { "cat.png" });
    CHECK(found(store, "zür") == Names { "cat.png" });
    CHECK(found(store, "hands") == Names { "cat.png", "dog.png" });
    CHECK(found(store, "\"bad hands\"") == Names { "cat.png" });
    CHECK(found(store, "\"hands bad\"").empty());
    CHECK(found(store, "\"snow\"").empty());                   // quoted words are whole
    CHECK(found(store, "hands -blurry") == Names { "dog.png" });
    CHECK(found(store, "-hands") == Names { "10%_lake.webp" });
    CHECK(found(store, "-\"bad hands\" -lake") == Names { "dog.png" });
    CHECK(found(store, "AND") == Names { "dog.png" });         // no operators
    CHECK(found(store, "a OR b").empty());
    CHECK(found(store, "calendar") == Names { "10%_lake.webp" });
    CHECK(found(store, "🐱") == Names { "10%_lake.webp" });
    CHECK(found(store, "湖") == Names { "10%_lake.webp" });
    CHECK(found(store, "dreamshaper") == Names { "cat.png" });
    CHECK(found(store, "tweaker") == Names { "cat.png" });
    CHECK(found(store, "<lora:ink-wash:0.8>") == Names { "cat.png" });
    CHECK(found(store, "10%") == Names { "10%_lake.webp" });
}

TEST_CASE("places, numbers and days narrow a search down", "[gallery]")
{
    Shelf shelf;
    GalleryStore& store = shelf.store;
    CHECK(found(store, "prompt:blurry").empty());
    CHECK(found(store, "negative:blur") == Names { "cat.png" });
    CHECK(found(store, "model:v1") == Names { "dog.png" });
    CHECK(found(store, "-model:v1 -lake") == Names { "cat.png" });
    CHECK(found(store, "lora:\"detail tweaker\"") == Names { "cat.png" });
    CHECK(found(store, "lora:ink hands") == Names { "cat.png" });
    CHECK(found(store, "note:cover name:lake") == Names { "10%_lake.webp" });
    CHECK(found(store, "stars:>=3") == Names { "cat.png", "dog.png" });
    CHECK(found(store, "stars:3") == Names { "dog.png" });
    CHECK(found(store, "-stars:>3") == Names { "dog.png", "10%_lake.webp" });
    CHECK(found(store, "stars:<1") == Names { "10%_lake.webp" });
    CHECK(found(store, "seed:18446744073709551615") == Names { "cat.png" });
    CHECK(found(store, "seed:42") == Names { "dog.png" });
    CHECK(found(store, "steps:>20 cfg:7.5 width:1024") == Names { "cat.png" });
    CHECK(found(store, "sampler:euler") == Names { "cat.png", "dog.png" });
    CHECK(found(store, "sampler:\"Euler\"") == Names { "dog.png" });
    CHECK(found(store, "sampler:%").empty());
    CHECK(found(store, "program:a1") == Names { "cat.png" });
    CHECK(found(store, "-program:igneous") == Names { "cat.png", "10%_lake.webp" });
    CHECK(found(store, "date:2026") == Names { "cat.png", "dog.png" });
    CHECK(found(store, "date:2026-11") == Names { "cat.png" });
    CHECK(found(store, "date:2026-10-31") == Names { "dog.png" });
    CHECK(found(store, "date:2025-12") == Names { "10%_lake.webp" });
    CHECK(found(store, "after:2026-11-21") == Names { "cat.png" });
    CHECK(found(store, "before:2026-11-21") == Names { "dog.png", "10%_lake.webp" });
    CHECK(found(store, "after:2026 before:2026-11") == Names { "dog.png" });
    CHECK(found(store, "board:winter") == Names { "cat.png", "10%_lake.webp" });
    CHECK(found(store, "board:\"winter cards\" cat") == Names { "cat.png" });
    CHECK(found(store, "-board:winter") == Names { "dog.png" });
    CHECK(found(store, "foo:bar").empty());                    // no field: words
    CHECK(found(store, "model: stars:") == found(store, ""));  // more is being typed
    CHECK(store.search({ "stars:many date:2026-13 date:yesterday seed:-1" }).remarks.size() == 4);
    CHECK(found(store, "stars:many cat") == Names { "cat.png" });
}

TEST_CASE("a search has an order, and a board its own", "[gallery]")
{
    Shelf shelf;
    GalleryStore& store = shelf.store;
    CHECK(found(store, "", GalleryOrder::oldest) == Names { "10%_lake.webp", "dog.png", "cat.png" });
    CHECK(found(store, "", GalleryOrder::stars) == Names { "cat.png", "dog.png", "10%_lake.webp" });
    CHECK(found(store, "", GalleryOrder::name) == Names { "10%_lake.webp", "cat.png", "dog.png" });
    std::vector<PictureId> const arranged { shelf.lake, shelf.cat };
    store.arrange_board("Winter cards", arranged);
    CHECK(found(store, "board:winter", GalleryOrder::board) == Names { "10%_lake.webp", "cat.png" });
    CHECK(found(store, "board:winter snowy", GalleryOrder::board) == Names { "cat.png" });
    store.set_missing(std::span(&shelf.cat, 1));
    CHECK(found(store, "", GalleryOrder::newest, GalleryShelf::missing) == Names { "cat.png" });
    CHECK(found(store, "", GalleryOrder::newest, GalleryShelf::all).size() == 3);
}

TEST_CASE("whatever is typed is a search", "[gallery]")
{
    Shelf shelf;
    GalleryStore& store = shelf.store;
    for (std::string const text : { "\"", "\"\"", "-", "--", "-\"", "- -", "*", "a*", "^a", "(", ")", "{prompt} : x",
             "NEAR(a b)", "a AND", "NOT", "prompt:\"", "model:\"\"\"\"", "'; DROP TABLE pictures; --", "sampler:'",
             "board:'--", "program:\"'\"", "🐱🐱", "!!! ???", "\xff\xfe", "model:\xc3", "stars:>=", "stars:>=1e999",
             "stars:nan", "cfg:0x7", "date:99999999999", "after:-1", "date:2026-02-30", "date:2026-11-21-", "\\", "%",
             "_", "name:\\", "sampler:\\" }) {
        CAPTURE(text);
        CHECK_NOTHROW(store.search({ text }));
        CHECK_NOTHROW(store.search({ "-" + text }));
        CHECK_NOTHROW(store.search({ std::string(1, '\0') + text + '\0', GalleryOrder::board }));
    }
    CHECK(found(store, "!!! cat") == Names { "cat.png" });     // nothing in it to look for
    CHECK(found(store, "-!!!").size() == 3);
    CHECK(found(store, std::string("c\0at", 4)).empty());
    CHECK(found(store, "'; DROP TABLE pictures; --").empty());
    CHECK(found(store, "").size() == 3);

    std::mt19937 random(20261121);
    std::string const alphabet = "ab\"'-:* ()^{}%_\\<>=.0189\n\t\xc3\xa9\xf0\x9f\x90\xb1";
    for (int i = 0; i < 2000; ++i) {
        std::string text = i % 3 == 0 ? "stars:" : i % 3 == 1 ? "board:" : "";
        for (std::uint32_t length = random() % 40; length > 0; --length)
            text += alphabet[random() % alphabet.size()];
        CAPTURE(text);
        CHECK_NOTHROW(store.search({ text }));
    }
    for (std::string const& piece : { std::string("a "), std::string("\""), std::string("-a "), std::string("a"),
             std::string("board:x "), std::string("-\"") }) {
        std::string text;
        while (text.size() < 1u << 20)
            text += piece;
        CHECK_NOTHROW(store.search({ text }));
        CHECK_FALSE(store.search({ text }).remarks.empty());
    }
}

TEST_CASE("a window shows what was found while pictures come and go", "[gallery]")
{
    TemporaryFolder const folder;
    GalleryStore store(folder.path()), other(folder.path());
    std::vector<PictureId> ids;
    for (int i = 0; i < 100; ++i) {
        PictureFacts facts;
        facts.made = i;
        facts.prompt = "a picture";
        ids.push_back(put_row(store, std::format("{}.png", i), facts));
    }
    GalleryResult const result = store.search({ "picture" });
    REQUIRE(result.ids.size() == 100);
    CHECK(result.window(0, 3)[0] == ids[99]);
    CHECK(result.window(98, 10).size() == 2);
    CHECK(result.window(100, 10).empty());
    CHECK(result.window(5000, 10).empty());
    for (int i = 50; i < 60; ++i)
        other.trash(std::span(&ids[static_cast<std::size_t>(i)], 1));
    other.erase(std::span(ids).subspan(50, 10));
    PictureFacts newer;
    newer.made = 1000;
    put_row(other, "newer.png", newer);
    auto const shown = store.pictures(result.window(35, 20));  // 64 down to 45
    REQUIRE(shown.size() == 10);
    CHECK(shown.front().id == ids[64]);
    CHECK(shown.back().id == ids[45]);
    CHECK(store.search({ "" }).ids.size() == 91);
}
