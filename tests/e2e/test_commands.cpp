// SPDX-License-Identifier: Apache-2.0
// The other commands of the real program.
#include "models/checkpoint/safetensors.h"
#include "tests/e2e/starter.h"

#include <catch2/catch_test_macros.hpp>

using namespace igneous;
using namespace igneous::test;

TEST_CASE("devices: each is an object", "[e2e]")
{
    require_starter();
    auto const run = run_igneous({ "devices", "--json" });
    auto const device = object(run, "device");
    CHECK(device["index"] == 0);
    CHECK_FALSE(device["name"].get<std::string>().empty());
}

TEST_CASE("info: the starter model and its files", "[e2e]")
{
    auto const starter = require_starter();
    auto const run = run_igneous({ "info", "--json" });
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    auto const model = object(run, "model");
    CHECK(model["family"] == "stable_diffusion");
    CHECK(model["parts"].size() == 3);
    CHECK(model["parameters"] > 1000000);
    REQUIRE(run_igneous({ "info", starter.string() }).out.find("scheduler") != std::string::npos);
    auto const file = run_igneous(
        { "info", (starter / "unet" / "diffusion_pytorch_model.safetensors").string(), "--json", "--tensors" });
    CHECK(object(file, "file")["tensor_list"].size() == object(file, "file")["tensors"]);
}

TEST_CASE("info: which keys of a LoRA fit a model", "[e2e]")
{
    std::string const starter = require_starter().string();
    std::string const neon = (require_starter().parent_path() / "starter-lora/neon.safetensors").string();
    auto const lora = object(run_igneous({ "info", neon, "--model", starter, "--json" }), "lora");
    CHECK(lora["fit"]["keys"] == 318);
    CHECK(lora["fit"]["matched"] == 318);
    CHECK(lora["fit"]["refusal"] == "");
    CHECK(run_igneous({ "info", neon, "--model", starter }).out.find("318 of 318 keys fit " + starter) != std::string::npos);

    TemporaryFolder const folder;
    NamedTensors tensors = read_tensors(neon);
    tensors.emplace("training_step", HostTensor(DType::f32, { 1 }));
    tensors.at("lora_unet_down_blocks_0_resnets_0_conv1.lora_up.weight") = HostTensor(DType::f16, { 7, 8, 1, 1 });
    write_safetensors(folder / "odd.safetensors", tensors);
    auto const odd = run_igneous({ "info", (folder / "odd.safetensors").string(), "--model", starter });
    for (std::string const line : { "315 of 319 keys fit ", "3 keys are of layers that have other shapes: "
             "lora_unet_down_blocks_0_resnets_0_conv1.lora_up.weight is [7, 8, 1, 1], expected [",
             "1 keys are not understood: training_step\n", "it cannot be used with this model: " })
        CHECK(odd.out.find(line) != std::string::npos);
}

TEST_CASE("eval: one component on given tensors", "[e2e]")
{
    require_starter();
    TemporaryFolder const folder;
    HostTensor ids(DType::i32, { 1, 8 });
    NamedTensors inputs;
    inputs.emplace("input_ids", ids);
    write_safetensors(folder / "in.safetensors", inputs);
    std::string const in = (folder / "in.safetensors").string(), out = (folder / "out.safetensors").string();
    auto const run =
        run_igneous({ "eval", "--component", "text_encoder", "--inputs", in, "--outputs", out, "--tier", "f32" });
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    NamedTensors const outputs = read_tensors(out);
    REQUIRE(outputs.contains("last_hidden_state"));
    CHECK(outputs.at("last_hidden_state").shape[1] == 8);
    CHECK(outputs.contains("hidden_states.0"));
    auto const wrong = run_igneous({ "eval", "--component", "unet", "--inputs", in, "--outputs", out, "--json" });
    CHECK(wrong.exit_code == 2);
    CHECK(object(wrong, "error")["code"] == "invalid_argument");
}

TEST_CASE("bench: every line has its numbers", "[e2e]")
{
    require_starter();
    auto const run = run_igneous({ "bench", "layer_norm", "--json", "--runs", "2" });
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    auto const lines = objects(run);
    REQUIRE(lines.size() >= 3);
    for (auto const& line : lines) {
        for (char const* key : { "name", "shape", "variant", "ms", "gflops", "gbps", "share" })
            CHECK(line.contains(key));
        CHECK(line["ms"] > 0);
        CHECK(line["share"] > 0);
    }
    CHECK(lines.back()["name"] == "layer_norm");
}
