// SPDX-License-Identifier: Apache-2.0
// <lora:name:0.8> in a prompt: how it is read, and which file it means.
#include "models/api/error.h"
#include "models/api/lora.h"
#include "models/prompt/lora_tags.h"
#include "tests/models/checkpoint/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using namespace igneous;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("lora tags: names and weights, as A1111 reads them", "[prompt]")
{
    struct Row {
        char const* prompt;
        char const* name;
        double weight;
        std::optional<double> text_weight;
        char const* rest;
    };
    Row const rows[] = {
        { "a lake <lora:ink:0.8>", "ink", 0.8, {}, "a lake " },
        { "<lora:ink>, a lake", "ink", 1, {}, ", a lake" },
        { "<lora:styles/ink v1.2:-1.5>", "styles/ink v1.2", -1.5, {}, "" },
        { "<lora: ink : +.5 >", "ink", 0.5, {}, "" },
        { "<lora:ink:0.5:0.8>", "ink", 0.8, 0.5, "" },                 // the text encoder's first
        { "<lora:ink:0.5:0.5>", "ink", 0.5, {}, "" },
        { "<lora:ink:unet=0.3>", "ink", 0.3, 1.0, "" },
        { "<lora:ink:te=0.3>", "ink", 0.3, {}, "" },
        { "<lora:ink:te=0:unet=1>", "ink", 1, 0.0, "" },
        { "<lyco:ink:2e0>", "ink", 2, {}, "" },
        { "(a <lora:\xc3\xa9t\xc3\xa9:1>lake:1.2)", "\xc3\xa9t\xc3\xa9", 1, {}, "(a lake:1.2)" },
        { "<<lora:ink:1>>", "ink", 1, {}, "<>" },
    };
    for (Row const& row : rows) {
        INFO(row.prompt);
        auto const tags = read_lora_tags(row.prompt);
        REQUIRE(tags.size() == 1);
        CHECK(tags[0].problem.empty());
        CHECK(tags[0].name == row.name);
        CHECK(tags[0].weight == row.weight);
        CHECK(tags[0].text_weight == row.text_weight);
        CHECK(without_lora_tags(row.prompt) == row.rest);
    }
    for (char const* prompt : { "", "a lake", "<lora", "<lora:ink", "<lora ink>", "<LORA:ink>", "a < b > c",
             "<hypernet:ink:1>", "<lora:<>" }) {
        INFO(prompt);
        CHECK(read_lora_tags(prompt).empty());
        CHECK(without_lora_tags(prompt) == prompt);
    }
    auto const two = read_lora_tags("<lora:a:1> and <lora:b:2>");
    REQUIRE(two.size() == 2);
    CHECK(two[1].begin == 15);
    CHECK(two[1].end == 25);
}

TEST_CASE("lora tags: what cannot be read is refused with the tag, but never encoded", "[prompt]")
{
    for (auto const& [prompt, words] :
        { std::pair { "<lora:ink:much>", "its weight much is no number" }, { "<lora:ink:>", "is no number" },
            { "<lora::1>", "names no LoRA" }, { "<lora:ink:1:2:3>", "3 means nothing here" },
            { "<lora:ink:dyn=4>", "dyn=4 means nothing here" }, { "<lora:ink:nan>", "nan is no number" },
            { "<lora:ink:1e999>", "1e999 is no number" }, { "<lora:ink:0.8x>", "0.8x is no number" } }) {
        INFO(prompt);
        auto const tags = read_lora_tags(prompt);
        REQUIRE(tags.size() == 1);
        CHECK_THAT(tags[0].problem, ContainsSubstring(words) && ContainsSubstring(prompt));
        CHECK(without_lora_tags(prompt).empty());
        GenerationRequest request;
        request.prompt = prompt;
        try {
            resolve_loras(request, {});
            FAIL_CHECK("was taken");
        } catch (Error const& error) {
            CHECK(error.code() == ErrorCode::invalid_argument);
        }
    }
}

TEST_CASE("lora tags: names are looked for in folders and below them", "[prompt]")
{
    test::TemporaryFolder const folder, other;
    for (char const* name : { "ink.safetensors", "styles/Water Colour.safetensors", "styles/deep/oil.v2.SAFETENSORS",
             "twice.safetensors", "styles/twice.safetensors", "ink.txt" })
        folder.write(name, "");
    std::filesystem::path const folders[] = { folder.path(), other.path() / "not there" };
    auto const resolve = [&](std::string const& prompt, std::vector<LoraUse> loras = {}) {
        GenerationRequest request;
        request.prompt = prompt;
        request.loras = std::move(loras);
        resolve_loras(request, folders);
        return request.loras;
    };
    auto const file = [&](char const* name) { return (folder.path() / name).generic_string(); };
    auto const loras = resolve("<lora:ink:0.5> <lora:oil.v2> <lora:water colour:2:3> <lora:styles/twice>");
    REQUIRE(loras.size() == 4);
    CHECK(loras[0] == LoraUse { .name = "ink", .file = file("ink.safetensors"), .weight = 0.5 });
    CHECK(loras[1].file == file("styles/deep/oil.v2.SAFETENSORS"));
    CHECK(loras[2]
          == LoraUse {
              .name = "water colour", .file = file("styles/Water Colour.safetensors"), .weight = 3, .text_weight = 2 });
    CHECK(loras[3].file == file("styles/twice.safetensors"));
    CHECK(resolve("a lake").empty());

    // What the request has already keeps its place; a tag of the same name is that one, with the tag's weight.
    auto const kept = resolve(
        "<lora:ink:0.5>", { { .name = "x", .file = "given" }, { .name = "ink", .hash = "abc", .weight = 7 } });
    REQUIRE(kept.size() == 2);
    CHECK(kept[0].file == "given");
    CHECK(kept[1] == LoraUse { .name = "ink", .file = file("ink.safetensors"), .hash = "abc", .weight = 0.5 });
    CHECK(resolve("<lora:ink:1><lora:ink:2>").size() == 2);
    CHECK(resolve("<lora:ink:1><lora:ink:2>", resolve("<lora:ink:1><lora:ink:2>")).size() == 2);

    auto const refused = [&](std::string const& prompt, ErrorCode code, std::initializer_list<char const*> words) {
        try {
            resolve(prompt);
            FAIL_CHECK("was found: " << prompt);
        } catch (Error const& error) {
            CHECK(error.code() == code);
            for (char const* word : words)
                CHECK_THAT(error.what(), ContainsSubstring(word));
        }
    };
    refused("<lora:inc:1>", ErrorCode::file_missing,
        { "LoRA inc: there is no inc.safetensors in", "the nearest names are ink" });
    refused("<lora:colour>", ErrorCode::file_missing, { "the nearest names are Water Colour" });
    refused("<lora:twice>", ErrorCode::invalid_argument, { "twice", "have that name" });
    GenerationRequest request;
    request.prompt = "<lora:ink>";
    CHECK_THROWS_AS(resolve_loras(request, {}), Error);
}

TEST_CASE("lora tags: A1111's text has a tag for every LoRA and the hashes that are known", "[prompt]")
{
    GenerationRequest request;
    request.prompt = "a lake <lora:ink:0.8>";
    request.loras = { { .name = "ink", .file = "x", .hash = std::string(64, 'a'), .weight = 0.8 },
        { .name = "oil", .hash = "0123456789", .weight = -1 }, { .name = "mud", .weight = 0.25, .text_weight = 2 } };
    std::string const text = a1111_parameters(request, "model", 0);
    CHECK(text.starts_with("a lake <lora:ink:0.8> <lora:oil:-1> <lora:mud:2:0.25>\n"));
    CHECK_THAT(text, ContainsSubstring(", Lora hashes: \"ink: aaaaaaaaaa, oil: 0123456789\", "));
    auto const tags = read_lora_tags(text.substr(0, text.find('\n')));
    REQUIRE(tags.size() == 3);
    CHECK(tags[2].weight == 0.25);
    CHECK(tags[2].text_weight == 2);

    GenerationRequest const back = request_from_json(to_json(request));
    CHECK(back.loras == request.loras);
    request.prompt.clear();
    request.loras = { { .name = "oil" } };
    CHECK(a1111_parameters(request, "model", 0).starts_with("<lora:oil:1>\n"));
    CHECK_FALSE(a1111_parameters(request, "model", 0).contains("hashes"));
}
