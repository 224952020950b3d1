// SPDX-License-Identifier: Apache-2.0
// Recipes in a picture's transparency, written here as the format is documented: bit by bit down the columns.
#include "app/files/file.h"
#include "app/picture/alpha_text.h"
#include "app/picture/picture.h"
#include "app/recipes/recipe.h"
#include "tests/app/process.h"

#include <catch2/catch_test_macros.hpp>
#include <zlib.h>

using namespace igneous;

namespace {

std::string gzipped(std::string const& text)
{
    z_stream stream {};
    REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(deflateBound(&stream, text.size()) + 32, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(out.size() - stream.avail_out);
    deflateEnd(&stream);
    return out;
}

/// `bits_told`: what the picture says its text has; 0: the truth.
Image picture_with(std::string const& mark, std::string const& content, std::uint32_t bits_told = 0)
{
    std::uint32_t const bits = bits_told > 0 ? bits_told : static_cast<std::uint32_t>(content.size() * 8);
    std::string all = mark;
    for (int shift = 24; shift >= 0; shift -= 8)
        all.push_back(static_cast<char>(bits >> shift));
    all += content;
    Image image(97, 83, 4);
    for (std::uint8_t& value : image.pixels)
        value = 255;
    REQUIRE(all.size() * 8 <= 97 * 83);
    for (std::size_t i = 0; i < all.size() * 8; ++i) {
        std::size_t const x = i / 83, y = i % 83;
        std::uint8_t& alpha = image.pixels[(y * 97 + x) * 4 + 3];
        alpha = static_cast<std::uint8_t>((alpha & 0xfe) | (static_cast<unsigned char>(all[i / 8]) >> (7 - i % 8) & 1));
    }
    return image;
}

std::optional<Recipe> recipe_in(Image const& image)
{
    test::TemporaryFolder const folder;
    write_file(folder / "p.png", encode_png(image));
    return read_recipe(folder / "p.png");
}

}

TEST_CASE("NovelAI: a recipe in the alpha channel", "[app][recipes]")
{
    std::string const json = R"({"Software": "NovelAI", "Description": "a lake", "Source": "Stable Diffusion F1",
        "Comment": "{\"prompt\": \"a lake\", \"uc\": \"fog\", \"steps\": 28, \"seed\": 3014, \"sampler\": \"k_euler\"}"})";
    auto const recipe = recipe_in(picture_with("stealth_pngcomp", gzipped(json)));
    REQUIRE(recipe);
    CHECK(recipe->program == "NovelAI");
    CHECK(recipe->request.prompt == "a lake");
    CHECK(recipe->request.negative_prompt == "fog");
    CHECK(recipe->request.seed == 3014);
    CHECK(recipe->request.sampling.steps == 28);

    auto const a1111 = recipe_in(picture_with("stealth_pnginfo", "a hill\nSteps: 7, Sampler: Euler, Seed: 5, Size: 64x64"));
    REQUIRE(a1111);
    CHECK(a1111->program == "A1111");
    CHECK(a1111->request.sampling.steps == 7);
}

TEST_CASE("alpha: what is no whole text there is none", "[app][recipes]")
{
    std::string const content = gzipped("text");
    CHECK(text_in_alpha(picture_with("stealth_pngcomp", content)) == "text");
    CHECK_FALSE(text_in_alpha(picture_with("stealth_rgbcomp", content)));
    CHECK_FALSE(text_in_alpha(picture_with("stealth_pngcomp", content, 0xffffffff)));
    CHECK_FALSE(text_in_alpha(picture_with("stealth_pngcomp", content, 8 * 6)));
    CHECK_FALSE(text_in_alpha(picture_with("stealth_pngcomp", "no gzip")));
    CHECK_FALSE(text_in_alpha(Image(3, 3, 4)));
    CHECK_FALSE(text_in_alpha(Image(100, 100, 3)));
    CHECK_FALSE(recipe_in(Image(40, 40, 4)));
}
