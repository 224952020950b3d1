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
