// SPDX-License-Identifier: Apache-2.0
// Our own recipes: into each format and back, and what differs between two.
#include "app/files/file.h"
#include "app/picture/picture.h"
#include "app/picture/xmp.h"
#include "app/recipes/write_recipe.h"
#include "tests/app/process.h"
#include "tests/app/recipes/read.h"

#include <nlohmann/json.hpp>

using namespace igneous;
using test::notes;
using test::read;

namespace {

GenerationRequest some_request()
{
    GenerationRequest request;
    request.model = "/models/my model/";
    request.model_hash = "0123456789";
    request.vae = "/vae/nice.safetensors";
    request.prompt = "a \xe5\xb1\xb1 <lora:ink:0.5> & \"lake\"\nsecond line";
    request.negative_prompt = "fog";
    request.loras = { { "ink", "/loras/ink.safetensors", "aabbccddee", 0.5 } };
    request.width = 64;
    request.height = 48;
    request.batch = 3;
    request.seed = 18446744073709551610ull;
    request.rng = "torch-cuda";
    request.clip_skip = 2;
    request.sampling.sampler = "heun";
    request.sampling.cfg = 6.25;
    return request;
}

}

TEST_CASE("own recipes: what is not wanted is not written", "[app][recipes]")
{
    auto const keys = [](MetadataChoice const& choice) {
        std::vector<std::string> names;
        for (PictureText const& text : recipe_texts(some_request(), 0, choice))
            names.push_back(text.key);
        return names;
    };
    using Names = std::vector<std::string>;
    CHECK(keys({}) == Names { "parameters", std::string(recipe_key), std::string(xmp_key) });
    CHECK(keys({ .recipe = false }) == Names { "parameters", std::string(xmp_key) });
    CHECK(keys({ .a1111 = false, .label = false }) == Names { std::string(recipe_key) });
    CHECK(keys({ false, false, false }).empty());
}

TEST_CASE("own recipes: every format gives back the whole request", "[app][recipes]")
{
    GenerationRequest expected = some_request();
    auto const texts = recipe_texts(expected, 2);
    CHECK(texts == recipe_texts(expected, 2));
    expected.model = "my model";
    expected.vae = "nice.safetensors";
    expected.loras[0].file.clear();
    test::TemporaryFolder const folder;
    for (std::string const name : { "a.png", "a.jpg", "a.webp" }) {
        CAPTURE(name);
        write_file(folder / name, encode_picture(*format_of_name(name), Image(64, 48, 3), texts));
        auto const recipe = read_recipe(folder / name);
        REQUIRE(recipe);
        CHECK(recipe->program == "Igneous");
        CHECK(recipe->request == expected);
        CHECK(recipe->index == 2);
        CHECK(recipe->notes.empty());
        CHECK(alone(*recipe).seed == 18446744073709551612ull);
        CHECK(alone(*recipe).batch == 1);
    }
    // Others read the A1111 text beside it; so do we where ours is damaged.
    for (std::string const damage :
        { "{", "[]", R"({"seed":"x"})", R"({"width":4294967360})", R"({"steps":1e300})", R"({"batch":2.5})" }) {
        CAPTURE(damage);
        auto damaged = texts;
        damaged[1].value = damage;
        Recipe const recipe = read(damaged);
        CHECK(recipe.request.prompt == expected.prompt);
        CHECK(recipe.request.seed == 18446744073709551612ull);
        CHECK(recipe.request.sampling.sampler == "heun");
    }
}

TEST_CASE("own recipes: the IPTC's label tells what began as a picture", "[app][recipes]")
{
    GenerationRequest request = some_request();
    auto const label = [&] {
        for (auto const& property : xmp_properties(recipe_texts(request, 0)[2].value))
            if (property.name == "Iptc4xmpExt:DigitalSourceType")
                return property.value;
        return std::string();
    };
    CHECK(label() == "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia");
    request.init.emplace();
    CHECK(label() == "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia");
    CHECK(notes(read(recipe_texts(request, 0)), "the picture that it began from"));
    auto texts = recipe_texts(request, 0);
    auto json = nlohmann::json::parse(texts[1].value);
    json["version"] = 99;
    texts[1].value = json.dump();
    CHECK(notes(read(texts), "newer Igneous"));
}

TEST_CASE("own recipes: models are named without their place", "[app][recipes]")
{
    CHECK(model_name("/a/b/starter/") == "starter");
    CHECK(model_name("starter") == "starter");
    CHECK(model_name("/a/./b/../model.safetensors") == "model.safetensors");
    CHECK(model_name("") == "");
    for (auto const& text : recipe_texts(some_request(), 0))
        CHECK(text.value.find("/models") == std::string::npos);
}

TEST_CASE("what differs between two requests", "[app][recipes]")
{
    GenerationRequest const one = some_request();
    GenerationRequest other = one;
    CHECK(diff_requests(one, other).empty());
    other.prompt = "";
    other.sampling.steps = 7;
    other.loras[0].weight = 1;
    other.loras.push_back({ "new", "", "", 0.25 });
    other.init.emplace();
    CHECK(diff_requests(one, other)
          == std::vector<Difference> { { "prompt", one.prompt, "" }, { "steps", "20", "7" },
              { "lora ink", "0.5 (aabbccddee)", "1 (aabbccddee)" }, { "strength", "", "0.75" },
              { "steps mode", "", "comfy" }, { "lora new", "", "0.25" } });
    other = one;
    other.sampling.sigmas = { 14.5, 1, 0 };
    CHECK(diff_requests(one, other)
          == std::vector<Difference> {
              { "schedule", "karras", "" }, { "steps", "20", "" }, { "sigmas", "", "14.5, 1, 0" } });
}
