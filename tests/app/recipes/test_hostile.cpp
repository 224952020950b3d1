// SPDX-License-Identifier: Apache-2.0
// Texts made to hurt: an answer within a second, whatever they are.
#include "tests/app/recipes/read.h"
#include "tests/support/random.h"

#include <chrono>

using namespace igneous;

namespace {

constexpr std::size_t ten_megabytes = 10u << 20, one_megabyte = 1u << 20;

constexpr char const* keys[] = { "parameters", "igneous", "prompt", "workflow", "invokeai_metadata", "sd-metadata",
    "Dream", "Comment", "XML:com.adobe.xmp", "Description", "Make" };

std::string repeated(std::string_view text, std::size_t bytes)
{
    std::string out;
    while (out.size() < bytes)
        out += text;
    return out;
}

/// Under every key at once, and beside the marks of programs that need one.
void expect_answer(std::string const& text)
{
    std::vector<PictureText> texts { { "Software", "NovelAI" }, { "fooocus_scheme", "fooocus" } };
    for (char const* key : keys)
        texts.push_back({ key, text });
    auto const start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < texts.size(); ++i)
        read_recipe(std::span(texts).subspan(i, 1));
    std::chrono::duration<double> const time = std::chrono::steady_clock::now() - start;
    CAPTURE(text.substr(0, 60));
    CHECK(time.count() < 1.0 * static_cast<double>(texts.size()));
}

}

TEST_CASE("hostile texts: megabytes of anything", "[app][recipes]")
{
    for (std::string const& text :
        { repeated("[", ten_megabytes), repeated("{\"a\":", ten_megabytes), "[" + repeated("[],", one_megabyte) + "0]",
            repeated("<lora:", one_megabyte) + "\nSteps: 1, Sampler: Euler",
            repeated("<lora:a:1>", ten_megabytes) + "\nSteps: 1, Sampler: Euler",
            "x\nSteps: 1, Sampler: Euler, " + repeated("a: [", one_megabyte), repeated("Steps: ", one_megabyte),
            repeated("\nNegative prompt:", one_megabyte) + "\nSteps: 1, Sampler: Euler", repeated("\xff", one_megabyte),
            repeated("\n", one_megabyte), "\"" + repeated("[", one_megabyte) + "\" -s 1",
            "\"x\" " + repeated("-s 1 ", one_megabyte), repeated("<a:b c=\"", one_megabyte),
            "{\"sui_image_params\": {\"prompt\": \"" + repeated("<", one_megabyte / 2) + "\"}}",
            "x\nSteps: 1, Sampler: Euler, a: \"" + repeated("\\", one_megabyte) })
        expect_answer(text);
}

TEST_CASE("hostile texts: wrong types and absurd numbers in every field", "[app][recipes]")
{
    std::string const values[] = { "null", "true", "1e308", "-1e308", "99999999999999999999999999", "-1", "0.5", "\"\"",
        "\"\xff\"", "\"1e999\"", "[]", "[[\"a\", 1e308, {}]]", "{}", "{\"x\": []}", "\"\\u0000\"", "\"\\ud800\"" };
    std::string const fields[]
        = { "prompt", "negativeprompt", "negative_prompt", "positive_prompt", "uc", "c", "seed", "steps", "cfgscale",
              "cfg_scale", "scale", "width", "height", "sampler", "scheduler", "loras", "lora", "loraweights", "model",
              "base_model", "resolution", "size", "clip_skip", "clipstopatlayer", "initimagecreativity", "strength",
              "image", "v4_prompt", "generation_mode", "index", "version", "sigmas", "init", "batch" };
    for (std::string const& field : fields) {
        for (std::string const& value : values) {
            std::string const one = "{\"" + field + "\": " + value + "}";
            for (std::string const& text : { one, "{\"sui_image_params\": " + one + "}", "{\"image\": " + one + "}",
                     "{\"3\": {\"class_type\": \"KSampler\", \"inputs\": " + one + "}}" })
                for (char const* key : keys)
                    for (auto const& texts : { std::vector<PictureText> { { key, text } },
                             std::vector<PictureText> {
                                 { "Software", "NovelAI" }, { "fooocus_scheme", "fooocus" }, { key, text } } })
                        if (auto const recipe = read_recipe(texts)) {
                            REQUIRE(recipe->request.width >= 0);
                            REQUIRE(recipe->request.sampling.steps >= 0);
                            request_fields(recipe->request);
                        }
        }
    }
}

TEST_CASE("hostile texts: good ones with holes", "[app][recipes]")
{
    std::string const good[] = {
        "a <lora:x:0.5>\nNegative prompt: b\nSteps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 1, Size: 64x64, "
        "Lora hashes: \"x: 01234567\"",
        R"({"3": {"class_type": "KSampler", "inputs": {"seed": 1, "model": ["4", 0], "positive": ["5", 0]}}, "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "a"}}, "5": {"class_type": "CLIPTextEncode", "inputs": {"text": "x", "clip": ["4", 1]}}})",
        R"("a [b]" -s 20 -S 1 -W 64 -H 64 -A k_lms)",
    };
    test::Random random(5);
    for (int round = 0; round < 20000; ++round) {
        std::string text = good[random.integer(0, 2)];
        for (int i = 0; i < 3; ++i) {
            auto const at = static_cast<std::size_t>(random.integer(0, static_cast<std::int64_t>(text.size()) - 1));
            if (random.integer(0, 1))
                text[at] = static_cast<char>(random.integer(0, 255));
            else
                text.erase(at, static_cast<std::size_t>(random.integer(0, 8)));
        }
        for (char const* key : { "parameters", "prompt", "Dream" })
            read_recipe(std::vector<PictureText> { { key, text } });
    }
}
