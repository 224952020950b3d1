// SPDX-License-Identifier: Apache-2.0
// Pictures from the starter model through the real program.
#include "app/files/file.h"
#include "app/picture/picture.h"
#include "models/checkpoint/safetensors.h"
#include "tests/e2e/starter.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <set>

using namespace igneous;
using namespace igneous::test;

TEST_CASE("a prompt becomes a picture with its recipe, the same in every process", "[e2e]")
{
    require_starter();
    TemporaryFolder const folder;
    auto const first = run_igneous(short_run((folder / "a.png").string()));
    INFO(first.out + first.err);
    REQUIRE(first.exit_code == 0);
    CHECK(first.out == (folder / "a.png").string() + "\n");
    Image const image = read_picture(folder / "a.png");
    CHECK(image.width == 64);
    CHECK(image.height == 64);
    CHECK(std::set<std::uint8_t>(image.pixels.begin(), image.pixels.end()).size() > 16);
    auto const texts = read_picture_texts(folder / "a.png");
    REQUIRE(texts.size() == 3);
    CHECK(texts[0].value.starts_with("a lake at sunset\nSteps: 4, "));

    REQUIRE(run_igneous(short_run((folder / "b.png").string())).exit_code == 0);
    CHECK(read_text(folder / "a.png") == read_text(folder / "b.png"));

    auto const info = run_igneous({ "info", (folder / "a.png").string(), "--json" });
    CHECK(object(info, "picture")["texts"]["igneous"]["seed"] == 5);
}

TEST_CASE("memory used equals memory planned", "[e2e]")
{
    require_starter();
    TemporaryFolder const folder;
    for (std::string const batch : { "1", "2" }) {
        auto arguments = short_run((folder / "a.png").string(), { "--json", "--batch", batch });
        auto const made = run_igneous(arguments);
        INFO(made.out + made.err);
        REQUIRE(made.exit_code == 0);
        auto const memory = object(made, "memory");
        arguments[0] = "plan";
        std::erase(arguments, "--out");
        std::erase(arguments, (folder / "a.png").string());
        auto const planned = object(run_igneous(arguments), "plan");
        double const total = planned["total_bytes"], peak = memory["peak"];
        CHECK(memory["planned"] == planned["total_bytes"]);
        CHECK(std::abs(peak - total) <= 0.01 * total);
    }
    CHECK(folder.names() == std::vector<std::string> { "a-0.png", "a-1.png", "a.png" });
}

TEST_CASE("plan needs no GPU", "[e2e]")
{
    require_starter();
    auto const planned = run_igneous(
        { "plan", "--json" }, { .environment = { "VK_DRIVER_FILES=/nonexistent", "VK_ICD_FILENAMES=/nonexistent" } });
    INFO(planned.out + planned.err);
    REQUIRE(planned.exit_code == 0);
    auto const plan = object(planned, "plan");
    CHECK(plan["budget_bytes"] == 0);
    CHECK(plan["total_bytes"] > 1000000);
    auto const bytes = [&](char const* field) { return plan[field].get<std::uint64_t>(); };
    // Parts run one after the other: what the largest keeps counts, beside the weights and the one arena.
    CHECK(bytes("total_bytes") >= bytes("weight_bytes") + bytes("arena_bytes") + bytes("persistent_bytes"));
    CHECK(bytes("total_bytes") <=
        bytes("weight_bytes") + bytes("arena_bytes") + bytes("persistent_bytes") + bytes("latent_bytes"));
}

TEST_CASE("--memory-limit: a plan keeps to it", "[e2e]")
{
    require_starter();
    auto const total = [](std::string const& mebibytes) {
        auto const planned
            = run_igneous({ "plan", "--json", "--width", "768", "--height", "768", "--memory-limit", mebibytes },
                { .environment = { "VK_DRIVER_FILES=/nonexistent", "VK_ICD_FILENAMES=/nonexistent" } });
        INFO(planned.out + planned.err);
        REQUIRE(planned.exit_code == 0);
        CHECK((mebibytes == "0" || object(planned, "plan")["fits"] == true));
        return object(planned, "plan")["total_bytes"].get<std::uint64_t>();
    };
    std::uint64_t const whole = total("0"), less = whole * 3 / 4;
    CHECK(total(std::to_string(less >> 20)) <= less);
}

TEST_CASE("--save-tensors, --latents-in: what goes in and out as numbers", "[e2e]")
{
    require_starter();
    TemporaryFolder const folder;
    std::string const saved = (folder / "t.safetensors").string();
    REQUIRE(
        run_igneous(short_run((folder / "a.png").string(), { "--save-tensors", saved, "--save-steps" })).exit_code ==
        0);
    NamedTensors const tensors = read_tensors(saved);
    REQUIRE(tensors.contains("latents"));
    REQUIRE(tensors.contains("image"));
    CHECK(tensors.contains("latents.3"));
    CHECK(tensors.at("image").shape == Shape { 1, 3, 64, 64 });
    for (float const v : tensors.at("image").f32())
        REQUIRE((v >= 0 && v <= 1));

    // Noise of our own, twice: the same picture, and another than the seed's.
    Shape const shape = tensors.at("latents").shape;
    HostTensor noise(DType::f32, shape);
    for (std::size_t i = 0; i < noise.f32().size(); ++i)
        noise.f32()[i] = static_cast<float>(std::sin(static_cast<double>(i) * 12.9898) * 1.4);
    NamedTensors given;
    given.emplace("latents", noise);
    std::string const in = (folder / "in.safetensors").string();
    write_safetensors(in, given);
    REQUIRE(run_igneous(short_run((folder / "b.png").string(), { "--latents-in", in })).exit_code == 0);
    REQUIRE(run_igneous(short_run((folder / "c.png").string(), { "--latents-in", in })).exit_code == 0);
    CHECK(read_text(folder / "b.png") == read_text(folder / "c.png"));
    CHECK(read_picture(folder / "a.png") != read_picture(folder / "b.png"));
}

TEST_CASE("inpainting keeps what is not masked, bit for bit", "[e2e]")
{
    require_starter();
    TemporaryFolder const folder;
    REQUIRE(run_igneous(short_run((folder / "a.png").string())).exit_code == 0);
    Image mask(64, 64, 1);
    for (int y = 16; y < 48; ++y)
        std::fill_n(mask.pixels.begin() + 64 * y + 16, 32, std::uint8_t { 255 });
    write_file(folder / "mask.png", encode_png(mask));
    auto const run = run_igneous(short_run((folder / "b.png").string(),
        { "--init-image", (folder / "a.png").string(), "--mask", (folder / "mask.png").string(), "--strength",
            "0.9" }));
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    Image const before = read_picture(folder / "a.png"), after = read_picture(folder / "b.png");
    int inside = 0, outside = 0;
    for (std::size_t i = 0; i < mask.pixels.size(); ++i) {
        bool const same = std::equal(before.pixels.begin() + static_cast<std::ptrdiff_t>(3 * i),
            before.pixels.begin() + static_cast<std::ptrdiff_t>(3 * i + 3),
            after.pixels.begin() + static_cast<std::ptrdiff_t>(3 * i));
        (mask.pixels[i] ? inside : outside) += same ? 0 : 1;
    }
    CHECK(outside == 0);
    CHECK(inside > 100);
}
