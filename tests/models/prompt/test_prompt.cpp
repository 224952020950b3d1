// SPDX-License-Identifier: Apache-2.0
// Prompt weighting and chunks against what ComfyUI and AUTOMATIC1111 make of the same texts.
#include "models/api/error.h"
#include "models/prompt/prompt_chunks.h"
#include "models/prompt/weighted_encoding.h"

#include <nlohmann/json.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <cmath>
#include <fstream>

using namespace igneous;
using nlohmann::json;

static json const& golden()
{
    static json const rows = json::parse(std::ifstream(IGNEOUS_SOURCE_DIR "/tests/golden/prompts/prompts.json"));
    return rows;
}

static ChunkRules const clip { .bos = 49406, .eos = 49407, .pad = 49407, .comma = 267, .max_length = 77 };

static std::vector<std::int32_t> encode_stored(std::string_view text)
{
    return golden()["ids"].at(std::string(text)).get<std::vector<std::int32_t>>();
}

/// One id a byte: enough where only places matter. A comma is 267.
static std::vector<std::int32_t> encode_bytes(std::string_view text)
{
    std::vector<std::int32_t> ids;
    for (char const c : text)
        ids.push_back(c == ',' ? 267 : static_cast<unsigned char>(c));
    return ids;
}

static json as_json(std::vector<PromptSegment> const& segments)
{
    json rows = json::array();
    for (auto const& segment : segments)
        rows.push_back({ segment.text, segment.weight });
    return rows;
}

TEST_CASE("prompt: segments, ids and weights are ComfyUI's and A1111's", "[prompt]")
{
    for (auto const& [name, dialect] : { std::pair { "comfy", Weighting::comfy }, { "a1111", Weighting::a1111 } }) {
        CHECK(weighting_from_name(name) == dialect);
        CHECK(golden()[name].size() == 10);
        for (auto const& row : golden()[name]) {
            std::string const text = row["text"];
            INFO(name << ": " << text);
            auto const segments = parse_prompt(text, dialect);
            CHECK(as_json(segments) == row["segments"]);
            auto const chunks = chunk_prompt(segments, dialect, encode_stored, clip);
            REQUIRE(chunks.size() == row["chunks"].size());
            for (size_t c = 0; c < chunks.size(); ++c) {
                CHECK(json(chunks.ids[c]) == row["chunks"][c][0]);
                CHECK(json(chunks.weights[c]) == row["chunks"][c][1]);
            }
        }
    }
}

TEST_CASE("prompt: hostile brackets, escapes and numbers parse as in the references", "[prompt]")
{
    for (auto const& row : golden()["parsed"]) {
        std::string const text = row["text"];
        INFO(text);
        CHECK(as_json(parse_prompt(text, Weighting::a1111)) == row["a1111"]);
        CHECK(as_json(parse_prompt(text, Weighting::comfy)) == row["comfy"]);
    }
}

TEST_CASE("prompt: numbers that Python would refuse or that are not finite are text", "[prompt]")
{
    using Segments = std::vector<PromptSegment>;
    CHECK(parse_prompt("(a:1.2.3)", Weighting::a1111) == Segments { { "a:1.2.3", 1.1 } });
    CHECK(parse_prompt("(a:.)", Weighting::a1111) == Segments { { "a:.", 1.1 } });
    CHECK(parse_prompt("(a:nan)", Weighting::comfy) == Segments { { "a:nan", 1.1 } });
    CHECK(parse_prompt("(a:inf)", Weighting::comfy) == Segments { { "a:inf", 1.1 } });
    CHECK(parse_prompt("(a:0x10)", Weighting::comfy) == Segments { { "a:0x10", 1.1 } });
    CHECK(parse_prompt("(a: +1.5 )", Weighting::comfy) == Segments { { "a", 1.5 } });
    CHECK_THROWS_AS(weighting_from_name("forge"), Error);
}

TEST_CASE("prompt: A1111 cuts at a comma at most 20 tokens back", "[prompt]")
{
    auto const cut = [](size_t before, size_t after) {            // where the first chunk ends
        std::string const text = std::string(before, 'a') + "," + std::string(after, 'b');
        auto const chunks = make_chunks(text, Weighting::a1111, encode_bytes, clip);
        REQUIRE(chunks.size() == 2);
        return std::ranges::find(chunks.ids[0], clip.eos) - chunks.ids[0].begin() - 1;
    };
    CHECK(cut(60, 40) == 61);
    CHECK(cut(55, 40) == 56);        // 20 tokens after the comma's place
    CHECK(cut(54, 40) == 75);
    CHECK(cut(74, 40) == 75);
    CHECK(cut(75, 40) == 75);        // the comma itself begins the next chunk
}

TEST_CASE("prompt: ComfyUI keeps short weighted pieces whole", "[prompt]")
{
    auto const chunks = make_chunks(std::string(72, 'a') + "(bbbbb:1.5)", Weighting::comfy, encode_bytes, clip);
    REQUIRE(chunks.size() == 2);
    CHECK(chunks.ids[0][73] == clip.eos);
    CHECK(chunks.ids[1][1] == 'b');
    CHECK(chunks.weights[1][1] == 1.5);
    auto const large = make_chunks(std::string(72, 'a') + "(bbbbbbbb:1.5)", Weighting::comfy, encode_bytes, clip);
    REQUIRE(large.size() == 2);
    CHECK(large.ids[0][75] == 'b');
    CHECK(large.ids[1][5] == 'b');
    CHECK(large.ids[1][6] == clip.eos);
}

TEST_CASE("prompt: padding is the model's own and chunks can be added", "[prompt]")
{
    ChunkRules const open_clip { .bos = 49406, .eos = 49407, .pad = 0, .comma = 267, .max_length = 10 };
    for (auto const dialect : { Weighting::a1111, Weighting::comfy }) {
        auto chunks = make_chunks("ab", dialect, encode_bytes, open_clip);
        CHECK(chunks.ids == std::vector<std::vector<std::int32_t>> { { 49406, 'a', 'b', 49407, 0, 0, 0, 0, 0, 0 } });
        CHECK(!chunks.is_weighted());
        pad_chunks(chunks, 2, open_clip);
        CHECK(chunks.ids[1] == std::vector<std::int32_t> { 49406, 49407, 0, 0, 0, 0, 0, 0, 0, 0 });
        CHECK(make_chunks("(a)", dialect, encode_bytes, open_clip).is_weighted());
        CHECK_THROWS_AS(make_chunks("a", dialect, encode_bytes, { .max_length = 2 }), Error);
    }
}

TEST_CASE("prompt: weights move the encoding as A1111 and ComfyUI do", "[prompt]")
{
    PromptChunks const chunks { { { 0, 1, 2 } }, { { 1, 2, 0.5 } } };
    std::vector<float> const encoding { 1, 3, 2, -1, 4, 5 };
    auto multiplied = encoding;
    apply_weights_a1111(multiplied, chunks, 2, Emphasis::no_norm);
    CHECK(multiplied == std::vector<float> { 1, 3, 4, -2, 2, 2.5 });
    auto restored = encoding;                                     // sum 14 before, 10.5 after the weights
    apply_weights_a1111(restored, chunks, 2);
    for (size_t i = 0; i < 6; ++i)
        CHECK(std::abs(restored[i] - multiplied[i] * 14 / 10.5) < 1e-6);
    auto moved = encoding;
    apply_weights_comfy(moved, std::vector<float> { 9, 9, 1, 1, 2, 3 }, chunks, 2);
    CHECK(moved == std::vector<float> { 1, 3, 3, -3, 3, 4 });
    CHECK_THROWS_AS(apply_weights_a1111(moved, chunks, 3), Error);
    CHECK_THROWS_AS(apply_weights_comfy(moved, std::vector<float>(5), chunks, 2), Error);
}

TEST_CASE("prompt: a megabyte of brackets is read in linear time", "[prompt]")
{
    auto const begin = std::chrono::steady_clock::now();
    size_t const n = 500'000;
    std::string const open(n, '('), close(n, ')'), square(n, '['), backslashes(n, '\\');
    std::string pairs, colons, breaks;
    for (size_t i = 0; i < n / 5; ++i) {
        pairs += "(a)";
        colons += "(a: ";
        breaks += "BREAK ";
    }
    for (auto const dialect : { Weighting::a1111, Weighting::comfy })
        for (auto const& text :
            { open, close, open + "a" + close, square + close, backslashes, pairs, colons, breaks }) {
            CHECK_NOTHROW(parse_prompt(text, dialect));
            CHECK_NOTHROW(make_chunks(text.substr(0, 50'000), dialect, encode_bytes, clip));
        }
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(60));
}
