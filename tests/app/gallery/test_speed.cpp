// SPDX-License-Identifier: Apache-2.0
// 100,000 pictures are searched in under 100 ms each, whatever is asked for.
#include "app/gallery/schema.h"
#include "tests/app/gallery/gallery_files.h"
#include "tests/app/process.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>

using namespace igneous;
using namespace igneous::test;

namespace {

constexpr int rows = 100'000;

/// Prompts as people write them: what everybody writes first, then words of which a few are very common.
void fill(std::filesystem::path const& file)
{
    std::mt19937 random(1);
    auto const below = [&](std::uint32_t bound) { return static_cast<std::size_t>(random() % bound); };
    std::vector<std::string> vocabulary;
    while (vocabulary.size() < 6000) {
        std::string word;
        for (std::size_t syllables = 1 + below(4); syllables > 0; --syllables)
            word += { "bcdfghjklmnprstvwz"[below(18)], "aeiou"[below(5)] };
        vocabulary.push_back(word);
    }
    Database database(file, gallery_migrations);
    database.run("PRAGMA synchronous = OFF; DROP TRIGGER texts_added"); // indexed at once below, which is faster
    constexpr char const* samplers[] = { "euler", "dpmpp_2m", "ddim" };
    constexpr char const* models[] = { "dreamshaper_8", "v1-5-pruned", "anything-v5" };
    database.transaction([&] {
        Statement picture
            = database.prepare(R"(INSERT INTO pictures (id, state, stars, made, added, name, size, modified,
            fingerprint, width, height, seed, steps, cfg, sampler, program, model_hash, path) VALUES (?1, ?2, ?3, ?4,
            ?4, ?5, 1500000, ?4, ?6, 512, 768, ?7, 20, 7, ?8, ?9, '0123456789', ?10))");
        Statement text = database.prepare(R"(INSERT INTO texts (picture, prompt, negative, model, loras, name, recipe)
            VALUES (?1, ?2, 'lowres, bad anatomy, bad hands, text, error, missing fingers, extra digit, cropped, worst
            quality, low quality, jpeg artifacts, signature, watermark, username, blurry', ?3, ?4, ?5, ?6))");
        for (int i = 1; i <= rows; ++i) {
            std::string const name = std::format("{:05}-{}.png", i, random());
            std::string prompt = "masterpiece, best quality";
            for (int word = 0; word < 25; ++word)
                prompt += " " + vocabulary[std::min({ below(6000), below(6000), below(6000) })];
            picture
                .bind(i, i % 50 ? 0 : 2, below(6), 1'700'000'000'000 + static_cast<std::int64_t>(random()), name,
                    random(), random(), samplers[below(3)], i % 4 ? "Igneous" : "A1111",
                    "/home/somebody/pictures/outputs/txt2img-images/2026-11-21/" + name)
                .run();
            text.bind(i, prompt, models[below(3)], i % 5 ? "" : "detail_tweaker", name, std::string(500, '{')).run();
        }
        database.run(R"(INSERT INTO boards VALUES (1, 'Winter', 1);
            INSERT INTO board_pictures SELECT 1, id, id FROM pictures WHERE id % 20 = 0;
            INSERT INTO texts_fts (texts_fts) VALUES ('rebuild'))");
    });
}

}

TEST_CASE("100,000 pictures are searched at once", "[gallery]")
{
    using Clock = std::chrono::steady_clock;
    auto const milliseconds
        = [](Clock::duration time) { return std::chrono::duration<double, std::milli>(time).count(); };
    TemporaryFolder const folder;
    auto const began = Clock::now();
    fill(folder / "gallery.db");
    std::printf("  %d rows made in %.0f ms\n", rows, milliseconds(Clock::now() - began));
    GalleryStore store(folder.path());
    auto const measure = [&](GallerySearch const& search, std::size_t least) {
        double best = 1e9;
        std::size_t count = 0;
        for (int attempt = 0; attempt < 12 && (attempt < 3 || best >= 100);
            ++attempt) { // others may use the machine too
            auto const start = Clock::now();
            GalleryResult const result = store.search(search);
            auto const shown = store.pictures(result.window(result.ids.size() / 2, 60));
            best = std::min(best, milliseconds(Clock::now() - start));
            count = result.ids.size();
            CHECK(shown.size() == std::min<std::size_t>(60, count - count / 2));
        }
        std::printf("  %6.1f ms %6zu  %s\n", best, count, search.text.c_str());
        CAPTURE(search.text);
        CHECK(count >= least);
        CHECK(best < 100);
    };
    measure({ "" }, 90'000);
    measure({ "", GalleryOrder::name }, 90'000);
    measure({ "", GalleryOrder::stars }, 90'000);
    measure({ "", GalleryOrder::oldest, GalleryShelf::all }, 100'000);
    measure({ "masterpiece" }, 90'000);
    measure({ "b" }, 90'000);
    measure({ "masterpiece best qual blurry" }, 90'000);
    measure({ "\"bad hands\"" }, 90'000);
    measure({ "name:04242" }, 1);
    measure({ "-blurry" }, 0);
    measure({ "masterpiece -prompt:zu" }, 1000);
    measure({ "stars:>=3 sampler:euler program:igneous" }, 1000);
    measure({ "masterpiece stars:>=3 after:2023" }, 1000);
    measure({ "model:dreamshaper lora:detail" }, 1000);
    measure({ "board:winter best" }, 1000);
    measure({ "board:winter best", GalleryOrder::board }, 1000);
    measure({ "width:512 steps:20" }, 90'000);
    measure({ "best quality", GalleryOrder::name }, 90'000);
    measure({ "seed:1234567" }, 0);
}
