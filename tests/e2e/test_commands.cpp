// SPDX-License-Identifier: Apache-2.0
// The other commands of the real program.
#include "models/checkpoint/safetensors.h"
#include "tests/e2e/starter.h"

#include <catch2/catch_test_macros.hpp>

#include <fstream>

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
    tensors.at("lora_unet_down_blocks_0_resnets_0_conv1.lora_up.weight") = HostTensor(DType::f16, { 7, 2, 1, 1 });
    write_safetensors(folder / "odd.safetensors", tensors);
    auto const odd = run_igneous({ "info", (folder / "odd.safetensors").string(), "--model", starter });
    for (std::string const line : { "315 of 319 keys fit ", "of layers that have other shapes (3): "
             "lora_unet_down_blocks_0_resnets_0_conv1.lora_up.weight is [7, 2, 1, 1], expected [",
             "not understood (1): training_step\n", "it cannot be used with this model: " })
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
    auto lines = objects(run);
    REQUIRE(lines.size() >= 4);
    for (char const* key : { "device", "driver", "vulkan", "igneous", "date", "runs", "seconds_per_case" })
        CHECK(lines.front()["bench"].contains(key));
    lines.erase(lines.begin());
    for (auto const& line : lines) {
        for (char const* key :
            { "name", "shape", "variant", "chosen", "ms", "p10", "p90", "runs", "gflops", "gbps", "share" })
            CHECK(line.contains(key));
        CHECK(line["ms"] > 0);
        CHECK(line["share"] > 0);
    }
    CHECK(lines.back()["name"] == "layer_norm");
    CHECK(lines.back()["runs"] == 2);
}

TEST_CASE("bench: a whole step, and what has become slower", "[e2e]")
{
    require_starter();
    TemporaryFolder const folder;
    auto const bench = [](std::vector<std::string> const& more) {
        std::vector<std::string> arguments { "bench", "e2e.step starter", "--json", "--runs", "2" };
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_igneous(arguments);
    };
    auto const store = [&](double ms) {
        std::ofstream(folder / "stored.jsonl")
            << "{\"name\":\"e2e.step\",\"shape\":\"starter 128x128 B1\",\"ms\":" << ms << "}\n";
        return (folder / "stored.jsonl").string();
    };
    auto const quick = bench({ "--profile", "--against", store(1e9) });
    INFO(quick.err);
    REQUIRE(quick.exit_code == 0);
    bool profiled = false;
    nlohmann::json step;
    for (auto const& line : objects(quick)) {
        profiled |= line.contains("profile") && line["profile"]["part"] == "e2e.step starter 128x128 B1";
        if (line.value("name", "") == "e2e.step")
            step = line;
    }
    CHECK(profiled);
    CHECK(step["per_second"] > 0);
    CHECK(step["device_bytes"] > 1000000);
    CHECK(step["against"]["speed"] > 1);
    CHECK(step["against"]["slower"] == false);

    auto const slow = bench({ "--against", store(1e-6) });
    CHECK(slow.exit_code == 5);
    CHECK(object(slow, "error")["message"].get<std::string>().find("e2e.step starter 128x128 B1") != std::string::npos);
}
