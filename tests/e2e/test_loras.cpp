// SPDX-License-Identifier: Apache-2.0
// LoRAs on the starter model: they change the picture, cost what was planned, and are gone without a trace.
#include "app/picture/picture.h"
#include "compute/memory/memory.h"
#include "models/checkpoint/safetensors.h"
#include "models/pipeline/generate.h"
#include "tests/e2e/starter.h"
#include "tests/support/random.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <format>
#include <iostream>

using namespace igneous;
using namespace igneous::test;
using Catch::Matchers::ContainsSubstring;

namespace {

/// A LoRA in kohya's names for every attention, feed-forward and 3x3 convolution of the starter model. `seed` tells one
/// from another.
std::filesystem::path write_lora(std::filesystem::path const& path, std::uint64_t seed, NamedTensors more = {})
{
    std::int64_t const rank = 4;
    Random random(seed);
    auto const values = [&](Shape const& shape, double deviation) {
        HostTensor tensor(DType::f32, shape);
        for (float& value : tensor.f32())
            value = static_cast<float>(random.normal() * deviation);
        return tensor.to(DType::f16);
    };
    auto const add = [&](char const* file, std::string const& prefix, std::initializer_list<std::string_view> endings) {
        SafetensorsFile const model = SafetensorsFile::open(require_starter() / file);
        for (SafetensorsEntry const& entry : model.entries())
            for (std::string_view ending : endings)
                if (entry.name.ends_with(ending)) {
                    std::string module = entry.name.substr(0, entry.name.size() - std::string_view(".weight").size());
                    std::ranges::replace(module, '.', '_');
                    double const inputs = static_cast<double>(entry.shape.elements() / entry.shape[0]);
                    more[prefix + module + ".lora_down.weight"]
                        = values(entry.shape.with(0, rank), 1 / std::sqrt(inputs));
                    more[prefix + module + ".lora_up.weight"] = values({ entry.shape[0], rank }, 0.4);
                    more[prefix + module + ".alpha"] = HostTensor(DType::f32, {});
                    more[prefix + module + ".alpha"].f32()[0] = 2;
                }
    };
    add("unet/diffusion_pytorch_model.safetensors", "lora_unet_",
        { "to_q.weight", "to_k.weight", "to_v.weight", "net.0.proj.weight", "conv1.weight" });
    add("text_encoder/model.safetensors", "lora_te_", { "q_proj.weight", "fc1.weight" });
    write_safetensors(path, more, { { "ss_output_name", "made up" }, { "ss_base_model_version", "igneous starter" } });
    return path;
}

GenerationRequest request_of(std::vector<LoraUse> loras)
{
    GenerationRequest request;
    request.model = require_starter().string();
    request.prompt = "a lake at sunset <lora:a:1>";
    request.width = request.height = 64;
    request.sampling.steps = 2;
    request.loras = std::move(loras);
    return request;
}

struct Made {
    std::vector<std::uint8_t> pixels;
    MemoryReport memory;
    double milliseconds = 0; // from the request to its first work: what choosing LoRAs costs
};

Made make(Generator& generator, GenerationRequest const& request)
{
    Made made;
    auto const begun = std::chrono::steady_clock::now();
    made.memory = generator.generate(request, [&](GenerationEvent const& event) {
        if (auto const* phase = std::get_if<PhaseStarted>(&event); phase && phase->phase == "text")
            made.milliseconds
                = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
        if (auto const* ready = std::get_if<ImageReady>(&event))
            made.pixels = ready->image.pixels;
    });
    return made;
}

}

TEST_CASE("a LoRA changes the picture and is gone without a trace", "[e2e][lora]")
{
    require_starter();
    TemporaryFolder const folder;
    LoraUse const a { .name = "a", .file = write_lora(folder / "a.safetensors", 1).string() };
    LoraUse b { .name = "b", .file = write_lora(folder / "b.safetensors", 2).string(), .weight = -0.7 };
    for (Tier tier : { Tier::f16, Tier::f32 }) {
        INFO("tier " << (tier == Tier::f16 ? "f16" : "f32"));
        std::shared_ptr<Device> device;
        auto const generator
            = make_generator({ .on_device = [&](std::shared_ptr<Device> const& opened) { device = opened; } });
        auto const run = [&](std::vector<LoraUse> loras) {
            GenerationRequest request = request_of(std::move(loras));
            request.tier = tier;
            Made made = make(*generator, request);
            CHECK(made.memory.planned == generator->plan(request).total_bytes);
            double const planned = static_cast<double>(made.memory.planned),
                         peak = static_cast<double>(made.memory.peak);
            CHECK(std::abs(peak - planned) <= 0.01 * planned);
            return made;
        };
        auto const weights
            = [&] { return device->memory().use().by_intent[static_cast<std::size_t>(Intent::weights)]; };
        Made const plain = run({});
        std::uint64_t const plain_bytes = weights();
        Made const with_a = run({ a }), again = run({ a }), both = run({ a, b }), swapped = run({ b, a });
        CHECK(weights() > plain_bytes);
        CHECK(with_a.pixels != plain.pixels);
        CHECK(again.pixels == with_a.pixels);
        CHECK(both.pixels != with_a.pixels);
        CHECK(swapped.pixels == both.pixels);
        CHECK(with_a.memory.planned > plain.memory.planned);
        Made const after = run({});
        CHECK(after.pixels == plain.pixels);
        CHECK(weights() == plain_bytes);
        CHECK(run({ a }).pixels == with_a.pixels);
        b.weight = 0;
        CHECK(run({ b }).pixels == plain.pixels);
        b.weight = -0.7;
        // In a process of its own, where the LoRA came first.
        auto const other = make_generator({});
        GenerationRequest request = request_of({ a });
        request.tier = tier;
        CHECK(make(*other, request).pixels == with_a.pixels);
        std::cout << std::format("lora switch, {}: {:.0f} ms without, {:.0f} ms for a, {:.0f} ms for a again, {:.0f} "
                                 "ms for a and b, {:.0f} ms back\n",
            tier == Tier::f16 ? "f16" : "f32", again.milliseconds, with_a.milliseconds, again.milliseconds,
            both.milliseconds, after.milliseconds);
    }
}

TEST_CASE("a LoRA is asked for in the prompt or by an option", "[e2e][lora]")
{
    require_starter();
    TemporaryFolder const folder;
    std::string const file
        = write_lora(folder / "ink.safetensors", 1, { { "step", HostTensor(DType::f32, { 1 }) } }).string();
    auto const generate = [&](char const* out, std::string const& prompt, std::vector<std::string> const& more) {
        std::vector<std::string> arguments { "generate", "--prompt", prompt, "--steps", "2", "--width", "64",
            "--height", "64", "--out", (folder / out).string() };
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_igneous(arguments);
    };
    auto const pixels = [&](char const* name) { return read_picture(folder / name).pixels; };
    REQUIRE(generate("plain.png", "a lake", {}).exit_code == 0);
    auto const by_option = generate("option.png", "a lake", { "--lora", file + ":0.8" });
    INFO(by_option.err);
    REQUIRE(by_option.exit_code == 0);
    CHECK_THAT(by_option.err,
        ContainsSubstring("ink.safetensors: 1 of its keys fit nothing in this model and were left out: step"));
    auto const by_tag
        = generate("tag.png", "a lake<lora:ink:0.8>", { "--lora-folder", folder.path().string(), "--json" });
    REQUIRE(by_tag.exit_code == 0);
    CHECK_THAT(object(by_tag, "notice").get<std::string>(), ContainsSubstring("step"));
    REQUIRE(generate("name.png", "a lake", { "--lora", "ink:0.8", "--lora-folder", folder.path().string() }).exit_code
            == 0);
    CHECK(pixels("option.png") != pixels("plain.png"));
    CHECK(pixels("tag.png") == pixels("option.png"));
    CHECK(pixels("name.png") == pixels("option.png"));
    for (auto const& [name, parameters] : { std::pair { "option.png", "a lake <lora:ink:0.8>\nSteps: 2" },
             { "tag.png", "a lake<lora:ink:0.8>\nSteps: 2" } }) {
        auto const texts = read_picture_texts(folder / name);
        REQUIRE(!texts.empty());
        CHECK(texts[0].value.starts_with(parameters));
    }

    auto const info = object(run_igneous({ "info", file, "--json" }), "lora");
    CHECK(info["naming"] == "kohya");
    CHECK(info["base_model"] == "igneous starter");
    CHECK(info["unknown_keys"] == std::vector<std::string> { "step" });
    CHECK(run_igneous({ "info", file }).out.starts_with("LoCon for igneous starter: made up\n"));

    auto const missing = generate("x.png", "a lake <lora:inc>", { "--lora-folder", folder.path().string() });
    CHECK(missing.exit_code == 3);
    CHECK_THAT(missing.err,
        ContainsSubstring("there is no inc.safetensors") && ContainsSubstring("the nearest names are ink"));
    auto const twice = generate("x.png", "a lake <lora:ink:1>", { "--lora", file });
    CHECK(twice.exit_code == 2);
    CHECK_THAT(twice.err, ContainsSubstring("give it in one place"));
    CHECK(generate("x.png", "a lake <lora:ink:much>", { "--lora-folder", folder.path().string() }).exit_code == 2);
    CHECK(generate("x.png", "a lake", { "--lora", (folder / "no.safetensors").string() }).exit_code == 3);
    CHECK(generate("x.png", "a lake", { "--lora-folder", (folder / "no").string() }).exit_code == 3);

    write_safetensors(folder / "sdxl.safetensors",
        { { "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight",
              HostTensor(DType::f16, { 4, 2048 }) },
            { "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k.lora_up.weight",
                HostTensor(DType::f16, { 640, 4 }) } });
    auto const other = generate("x.png", "a lake", { "--lora", (folder / "sdxl.safetensors").string() });
    CHECK(other.exit_code == 3);
    CHECK_THAT(
        other.err, ContainsSubstring("is a LoRA for SDXL (its text is 2048 wide)") && ContainsSubstring("192 wide"));
    CHECK_FALSE(std::filesystem::exists(folder / "x.png"));
}
