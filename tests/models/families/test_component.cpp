// SPDX-License-Identifier: Apache-2.0
#include "models/api/error.h"
#include "models/families/component.h"
#include "tests/models/families/golden_case.h"
#include "tests/models/families/tiny_model.h"
#include "tests/support/test_device.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using namespace igneous;
using Catch::Matchers::ContainsSubstring;

namespace {

std::vector<std::string> names_of(NamedTensors const& tensors)
{
    std::vector<std::string> names;
    for (auto const& [name, tensor] : tensors)
        names.push_back(name);
    return names;
}

}

TEST_CASE("components of a folder give the golden numbers", "[component][device]")
{
    auto const device = test::test_device();
    golden::TinyModel const tiny;
    golden::Case const text = golden::cases("text_encoder").front(), kl = golden::cases("autoencoder_kl").front();
    for (DType tier : { DType::f32, DType::f16 }) {
        auto const evaluate = [&](std::string const& component, NamedTensors const& inputs) {
            return evaluate_component(device, tiny.path(), component, inputs, tier);
        };
        golden::check_outputs(text, evaluate("text_encoder", text.encoder_inputs), tier, names_of(text.expected));
        golden::check_outputs(kl, evaluate("vae.encode", kl.encoder_inputs), tier, { "mean", "logvar" });
        golden::check_outputs(kl, evaluate("vae.decode", kl.decoder_inputs), tier, { "decoded" }, true);
    }
}

TEST_CASE("one timestep for all rows is the same as one for each", "[component][device]")
{
    auto const device = test::test_device();
    golden::TinyModel const tiny;
    NamedTensors inputs { { "sample", golden::formula_values("a", { 2, 4, 8, 8 }, 0, 1) },
        { "encoder_hidden_states", golden::formula_values("b", { 2, 7, 32 }, 0, 1) } };
    std::vector<std::int32_t> const one { 500 };
    std::vector<float> const each { 500, 500 };
    inputs["timestep"] = HostTensor::from({}, std::span(one));
    HostTensor const first = evaluate_component(device, tiny.path(), "unet", inputs, DType::f32).at("sample");
    inputs["timestep"] = HostTensor::from({ 2 }, std::span(each));
    HostTensor const second = evaluate_component(device, tiny.path(), "unet", inputs, DType::f32).at("sample");
    CHECK(first.shape == Shape { 2, 4, 8, 8 });
    CHECK(first.bytes == second.bytes);
}

TEST_CASE("inputs of a component that do not fit are named", "[component]")
{
    golden::TinyModel const tiny;
    auto const refused = [&](std::string const& component, NamedTensors const& inputs, std::string const& words) {
        try {
            evaluate_component(
                nullptr, tiny.path(), component, inputs, DType::f32);   // refused before a device is used
            FAIL_CHECK("was evaluated: " << words);
        } catch (Error const& error) {
            CHECK(error.code() == ErrorCode::invalid_argument);
            CHECK_THAT(error.what(), ContainsSubstring(words));
        }
    };
    HostTensor const ids(DType::i64, { 1, 5 }), picture(DType::f32, { 1, 3, 16, 16 }),
        latent(DType::f32, { 1, 4, 8, 8 });
    refused("controlnet", {}, "there is no component controlnet, expected text_encoder");
    refused("text_encoder", {}, "text_encoder: input input_ids is missing");
    refused("text_encoder", { { "input_ids", ids }, { "x", ids } }, "text_encoder: there is no input x");
    refused("text_encoder", { { "input_ids", latent } }, "input_ids are [1, 4, 8, 8], expected [N, L]");
    refused("text_encoder", { { "input_ids", HostTensor(DType::f32, { 1, 5 }) } },
        "input_ids are f32, expected i64 or i32");
    refused("text_encoder", { { "input_ids", HostTensor(DType::i64, { 1, 78 }) } }, "with at most 77 tokens");
    std::vector<std::int32_t> const outside { 300 };
    refused("text_encoder", { { "input_ids", HostTensor::from({ 1, 1 }, std::span(outside)) } },
        "hold 300, expected 0 to 299");
    refused("vae.encode", { { "sample", latent } }, "vae.encode: sample has 4 channels, expected 3");
    refused("vae.encode", { { "sample", HostTensor(DType::f32, { 1, 3, 1, 1 }) } }, "too small");
    refused("vae.decode", { { "latent", picture } }, "vae.decode: latent has 3 channels, expected 4");
    refused("vae.decode", { { "latent", HostTensor(DType::i32, { 1, 4, 8, 8 }) } },
        "latent is i32, expected floating point");
    NamedTensors const unet { { "sample", latent }, { "timestep", HostTensor(DType::f32, { 1 }) },
        { "encoder_hidden_states", HostTensor(DType::f32, { 1, 7, 32 }) } };
    auto const changed = [&](std::string const& name, HostTensor value) {
        NamedTensors inputs = unet;
        inputs[name] = std::move(value);
        return inputs;
    };
    refused("unet", changed("sample", picture), "sample is [1, 16, 16, 3], expected [N, H, W, 4]");
    refused("unet", changed("sample", HostTensor(DType::f32, { 4, 8, 8 })), "sample is [4, 8, 8], expected 4 extents");
    refused("unet", changed("timestep", HostTensor(DType::f32, { 2 })), "timestep is [2], expected [1] or one value");
    refused("unet", changed("encoder_hidden_states", HostTensor(DType::f32, { 2, 7, 32 })), "as sample has 1 rows");
    refused("unet", changed("encoder_hidden_states", HostTensor(DType::f32, { 1, 7, 24 })), "expected [N, L, 32]");
}
