// SPDX-License-Identifier: Apache-2.0
// A picture is made again from its own file, to the last byte.
#include "app/files/file.h"
#include "app/picture/picture.h"
#include "tests/e2e/starter.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace igneous;
using namespace igneous::test;

namespace {

void expect_same_again(TemporaryFolder const& folder, std::string const& name, std::string const& again)
{
    CAPTURE(name);
    auto const made
        = run_igneous({ "generate", "--recipe", (folder / name).string(), "--out", (folder / again).string() });
    INFO(made.out + made.err);
    REQUIRE(made.exit_code == 0);
    CHECK(made.out == (folder / again).string() + "\n");
    CHECK(read_text(folder / name) == read_text(folder / again));
}

}

TEST_CASE("--recipe: a picture comes again from its own file, to the byte", "[e2e]")
{
    require_starter();
    TemporaryFolder const folder;
    REQUIRE(run_igneous(short_run((folder / "a.png").string(), { "--batch", "2", "--sampler", "euler_ancestral",
                                                                   "--rng", "torch-cuda", "--negative", "fog" }))
                .exit_code
            == 0);
    expect_same_again(folder, "a-0.png", "again-0.png");
    expect_same_again(folder, "a-1.png", "again-1.png");
    CHECK(read_text(folder / "a-0.png") != read_text(folder / "a-1.png"));
    for (std::string const name : { "b.jpg", "b.webp" }) {
        REQUIRE(
            run_igneous({ "generate", "--recipe", (folder / "a-1.png").string(), "--out", (folder / name).string() })
                .exit_code
            == 0);
        expect_same_again(folder, name, "again-" + name);
    }
    CHECK(read_picture(folder / "b.webp") == read_picture(folder / "a-1.png"));
}

TEST_CASE("--recipe: options count more, and recipe diff tells what they changed", "[e2e]")
{
    require_starter();
    TemporaryFolder const folder;
    std::string const a = (folder / "a.png").string(), b = (folder / "b.png").string();
    REQUIRE(run_igneous(short_run(a)).exit_code == 0);
    REQUIRE(run_igneous({ "generate", "--recipe", a, "--steps", "3", "--seed", "9", "--out", b }).exit_code == 0);
    auto const diff = object(run_igneous({ "recipe", "diff", a, b, "--json" }), "diff");
    REQUIRE(diff["differences"].size() == 2);
    CHECK(diff["differences"][0]["field"] == "seed");
    CHECK(diff["differences"][0]["other"] == "9");
    CHECK(diff["differences"][1]["field"] == "steps");
    CHECK(object(run_igneous({ "recipe", "read", b, "--json" }), "recipe")["request"]["steps"] == 3);
    CHECK(run_igneous({ "recipe", "read", "--a1111", b }).out.starts_with("a lake at sunset\nSteps: 3, "));
    CHECK(run_igneous({ "recipe", "read", b }).out.find("made by Igneous") != std::string::npos);
    CHECK(run_igneous({ "recipe", "diff", a, a }).out == "nothing differs\n");
}

TEST_CASE("--recipe: of another program, and what is missing for it", "[e2e]")
{
    auto const starter = require_starter();
    TemporaryFolder const folder;
    auto const write = [&](std::string const& name, std::string const& settings) {
        std::vector<PictureText> const texts { { "parameters",
            "a lake\nSteps: 2, Sampler: Euler, CFG scale: 3, Seed: 1, Size: 64x64, " + settings } };
        write_file(folder / name, encode_png(Image(8, 8, 3), texts));
        return (folder / name).string();
    };
    std::string const out = (folder / "out.png").string();
    auto const expect_refusal = [&](std::vector<std::string> const& arguments, std::string const& says) {
        auto const run = run_igneous(arguments);
        INFO(run.err);
        CHECK(run.exit_code == 2);
        CHECK(run.err.find(says) != std::string::npos);
    };
    std::string const other = write("other.png", "Model: dreamshaper, VAE: nice.pt");
    expect_refusal({ "generate", "--recipe", other, "--out", out }, "--model");
    expect_refusal({ "generate", "--recipe", other, "--model", starter.string(), "--out", out }, "VAE nice.pt");
    auto const made
        = run_igneous({ "generate", "--recipe", other, "--model", starter.string(), "--vae", "", "--out", out });
    INFO(made.err);
    CHECK(made.exit_code == 0);
    CHECK(read_picture(out).width == 64);
    std::string const image = write("image.png", "Model: starter, Denoising strength: 0.5");
    expect_refusal({ "generate", "--recipe", image, "--out", out }, "--init-image");
    CHECK(
        run_igneous({ "generate", "--recipe", image, "--init-image", out, "--out", (folder / "painted.png").string() })
            .exit_code
        == 0);
    write_file(folder / "none.png", encode_png(Image(8, 8, 3)));
    expect_refusal({ "generate", "--recipe", (folder / "none.png").string(), "--out", out }, "no program");
    expect_refusal({ "recipe", "read", (folder / "none.png").string() }, "no program");
    CHECK(run_igneous({ "recipe", "read", (folder / "nowhere.png").string() }).exit_code == 3);
}
