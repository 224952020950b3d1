// SPDX-License-Identifier: Apache-2.0
// LoRAs on a tiny UNet and text encoder against what peft makes of them (tools/golden/lora.py).
#include "models/families/component.h"
#include "tests/models/families/golden_case.h"
#include "tests/models/families/tiny_model.h"
#include "tests/support/test_device.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <format>
#include <fstream>
#include <iostream>

using namespace igneous;

namespace {

std::filesystem::path const folder = std::filesystem::path(IGNEOUS_SOURCE_DIR) / "tests/golden/lora";

LoraUse use(std::string const& name, double weight, double text_weight)
{
    return {
        .name = name, .file = (folder / (name + ".safetensors")).string(), .weight = weight, .text_weight = text_weight
    };
}

NamedTensors inputs_of(std::string const& part)
{
    if (part == "unet") {
        auto const normal = [](char const* name, Shape const& shape) {
            return golden::formula_values(name, shape, 0, std::sqrt(3.0));
        };
        std::vector<float> const timesteps { 981, 1 };
        return { { "sample", normal("lora.sample", { 2, 4, 8, 8 }) },
            { "encoder_hidden_states", normal("lora.context", { 2, 7, 32 }) },
            { "timestep", HostTensor::from({ 2 }, std::span(timesteps)) } };
    }
    HostTensor ids(DType::i32, { 2, 77 });
    for (std::size_t i = 0; i < 154; ++i)
        ids.i32()[i] = static_cast<std::int32_t>(golden::formula_bits("lora.ids", i) % 298);
    return { { "input_ids", ids } };
}

}

TEST_CASE("lora golden: peft's numbers, alone and several at once, in every naming", "[lora][device]")
{
    auto const device = test::test_device();
    golden::TinyModel const tiny;
    NamedTensors const expected = read_tensors(folder / "outputs.safetensors");
    std::ifstream file(folder / "cases.json");
    for (auto const& entry : nlohmann::json::parse(file)) {
        std::string const name = entry["name"];
        std::vector<LoraUse> loras;
        for (auto const& [adapter, weights] : entry["adapters"].items())
            loras.push_back(use(adapter, weights["weight"], weights["text_weight"]));
        for (std::string const part : { "unet", "text_encoder" })
            for (DType tier : { DType::f32, DType::f16 }) {
                std::string const output = part == "unet" ? "sample" : "last_hidden_state";
                auto const run = [&](std::vector<LoraUse> const& uses) {
                    return evaluate_component(device, tiny.path(), part, inputs_of(part), tier, uses).at(output);
                };
                HostTensor const got = run(loras);
                double const error = golden::relative_error(got, expected.at(name + "." + part));
                INFO(name << ", " << part << ", " << name_of(tier) << ": " << error);
                CHECK(error < golden::tolerance(tier));
                std::cout << std::format("lora {:12} {:12} {}: relative L2 {:.1e}\n", name, part, name_of(tier), error);

                std::vector<LoraUse> others(loras.rbegin(), loras.rend());
                CHECK(run(others).bytes == got.bytes);               // the order makes no difference
                for (LoraUse& lora : others)
                    if (lora.name == "peft")
                        lora.file = (folder / "diffusers.safetensors").string();
                CHECK(run(others).bytes == got.bytes);               // nor does the naming
            }
    }
}

TEST_CASE("lora golden: a weight of zero is no LoRA, and two halves are a whole", "[lora][device]")
{
    auto const device = test::test_device();
    golden::TinyModel const tiny;
    auto const run = [&](std::vector<LoraUse> const& uses) {
        return evaluate_component(device, tiny.path(), "unet", inputs_of("unet"), DType::f32, uses).at("sample");
    };
    HostTensor const plain = run({});
    CHECK(run({ use("kohya", 0, 1) }).bytes == plain.bytes);
    HostTensor const whole = run({ use("kohya", 1, 1) });
    CHECK(golden::relative_error(whole, plain) > 0.05);
    CHECK(golden::relative_error(run({ use("kohya", 0.5, 1), use("kohya", 0.5, 1) }), whole) < 1e-5);
    CHECK(golden::relative_error(run({ use("kohya", 0.5, 1), use("kohya", -0.5, 1) }), plain) < 1e-5);
}
