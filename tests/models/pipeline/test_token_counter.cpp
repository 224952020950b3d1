// SPDX-License-Identifier: Apache-2.0
// Tokens of a prompt against the chunks that A1111 and ComfyUI make of the same texts.
#include "models/api/error.h"
#include "models/api/model_defaults.h"
#include "models/api/tokens.h"
#include "tests/models/checkpoint/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>

using namespace igneous;

namespace {

std::filesystem::path const starter = IGNEOUS_SOURCE_DIR "/resources/starter";

/// CLIP's own vocabulary, in a model that has no tokenizer; the starter model has a small one.
std::shared_ptr<TokenCounter const> clip()
{
    static std::filesystem::path const vocabulary = IGNEOUS_BINARY_DIR "/share/igneous/clip/bpe_simple_vocab_16e6.txt";
    if (!std::filesystem::exists(vocabulary))
        SKIP("CLIP's vocabulary was not packaged");
    static test::TemporaryFolder const model;
    model.write("text_encoder/config.json", R"({"max_position_embeddings": 77})");
    static auto const counter = TokenCounter::load(model.path(), vocabulary);
    return counter;
}

/// Where the chunks' padding begins in the last of them, plus what the others hold.
TokenCount expected(nlohmann::json const& chunks)
{
    constexpr int end_of_text = 49407, per_chunk = 75;
    auto const last = chunks.back()[0].get<std::vector<int>>();
    int used = per_chunk;
    while (used > 0 && last[static_cast<std::size_t>(used)] == end_of_text)
        --used;
    int const count = static_cast<int>(chunks.size());
    return { (count - 1) * per_chunk + used, count, per_chunk };
}

}

TEST_CASE("tokens: as many as A1111 and ComfyUI have for the same prompts", "[tokens]")
{
    auto const golden = nlohmann::json::parse(std::ifstream(IGNEOUS_SOURCE_DIR "/tests/golden/prompts/prompts.json"));
    auto const counter = clip();
    for (std::string const dialect : { "a1111", "comfy" })
        for (auto const& row : golden[dialect]) {
            std::string const text = row["text"];
            INFO(dialect << ": " << text);
            CHECK(counter->count(text, PromptSide::negative, dialect) == expected(row["chunks"]));
        }
}

TEST_CASE("tokens: weights, tags and breaks are none; a chunk that ends early counts whole", "[tokens]")
{
    auto const counter = clip();
    auto const count = [&](std::string const& text, PromptSide side = PromptSide::positive) {
        return counter->count(text, side, "a1111");
    };
    CHECK(count("") == TokenCount { 0, 1, 75 });
    CHECK(count("a lake at dawn") == TokenCount { 4, 1, 75 });
    CHECK(count("a (lake:1.3) at [dawn]<lora:ink:0.8>") == TokenCount { 4, 1, 75 });
    CHECK(count("a lake<lora:ink:0.8>", PromptSide::negative).tokens > 2);
    CHECK(count("a lake BREAK at dawn") == TokenCount { 77, 2, 75 });
    std::string words;
    for (int i = 0; i < 81; ++i)
        words += "cat ";
    CHECK(count(words) == TokenCount { 81, 2, 75 });
    CHECK(count(words).room() == 150);
    CHECK_THROWS_AS(counter->count("a", PromptSide::positive, "another"), Error);
}

TEST_CASE("tokens: counted in far less than a millisecond", "[tokens]")
{
    auto const begun = std::chrono::steady_clock::now();
    auto const counter = TokenCounter::load(starter, {});
    std::chrono::duration<double, std::milli> const loading = std::chrono::steady_clock::now() - begun;
    std::string prompt;
    for (int i = 0; i < 30; ++i)
        prompt += "a (snowy:1.2) mountain lake at sunset, two pine trees, ";
    int tokens = 0;
    constexpr int rounds = 50;
    auto const start = std::chrono::steady_clock::now();
    for (int i = 0; i < rounds; ++i)
        tokens += counter->count(prompt, PromptSide::positive, "a1111").tokens;
    std::chrono::duration<double, std::milli> const each = (std::chrono::steady_clock::now() - start) / rounds;
    std::cout << "tokens: loading " << loading.count() << " ms; " << tokens / rounds << " tokens in " << each.count() << " ms\n";
    CHECK(each.count() < 5);               // with sanitizers, on a busy machine
}

TEST_CASE("models: a folder states what it is at its best with; what cannot be run says why", "[tokens]")
{
    auto const defaults = model_defaults(starter);
    REQUIRE(defaults);
    CHECK(*defaults == ModelDefaults { 128, 128, 20, 4 });
    auto const file = model_defaults(IGNEOUS_SOURCE_DIR "/README.md");
    REQUIRE_FALSE(file);
    CHECK_FALSE(file.error().empty());
    CHECK_FALSE(model_defaults("/nowhere"));
}
