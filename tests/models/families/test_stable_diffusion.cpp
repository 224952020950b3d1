// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/plan.h"
#include "models/api/error.h"
#include "models/families/stable_diffusion/stable_diffusion.h"
#include "tests/models/checkpoint/temporary_folder.h"
#include "tests/models/families/golden_case.h"
#include "tests/models/families/tiny_model.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <functional>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>

using namespace igneous;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

namespace {

std::vector<json> real_models()
{
    std::ifstream file(std::string(IGNEOUS_SOURCE_DIR) + "/tests/golden/components/real_models.json");
    return json::parse(file).get<std::vector<json>>();
}

void write_configs(test::TemporaryFolder const& folder, json const& files)
{
    for (auto const& [name, content] : files.items())
        folder.write(name, content.dump());
}

/// An index that makes weights without bytes and notes their names and shapes.
TensorIndex noting(std::vector<std::string>& lines)
{
    return TensorIndex::made_by(
        [&lines](std::string const& name, Shape const& shape) {
            lines.push_back(std::format("{} {}", name, shape));
            return std::make_shared<WeightSource const>(
                WeightSource { .name = name, .dtype = DType::f16, .shape = shape });
        },
        "part");
}

void check_keys(json const& facts, std::string const& what, std::function<void(TensorIndex)> const& load)
{
    std::vector<std::string> lines;
    load(noting(lines));
    std::ranges::sort(lines);
    std::string text;
    for (std::string const& line : lines)
        text += (text.empty() ? "" : "\n") + line;
    INFO(what);
    CHECK(lines.size() == facts["weights"].get<std::size_t>());
    CHECK(std::format("{:016x}", golden::hash_text(text)) == facts["weights_hash"].get<std::string>());
}

void expect_refusal(golden::TinyModel const& tiny, ErrorCode code, std::string const& words)
{
    try {
        StableDiffusion::load(tiny.path());
        FAIL_CHECK("was loaded: " << words);
    } catch (Error const& error) {
        CHECK(error_name(error.code()) == error_name(code));
        CHECK_THAT(error.what(), ContainsSubstring(words));
    }
}

std::string sizes(Plan const& plan)
{
    return std::format(
        "arena {:>13} bytes, program {:>11} bytes, weights {:>13} bytes, {:.3f} TFLOP a step, {} dispatches",
        plan.arena_bytes, plan.persistent_bytes, plan.weight_bytes, plan.flops_per_step / 1e12, plan.steps.size());
}

}

TEST_CASE("published folders are recognised and every tensor of theirs is used", "[stable_diffusion]")
{
    for (json const& model : real_models()) {
        std::string const name = model["name"];
        INFO(name);
        test::TemporaryFolder const folder;
        write_configs(folder, model["files"]);
        REQUIRE(recognise_stable_diffusion(folder.path()).has_value());
        StableDiffusionConfig const c = StableDiffusionConfig::read(folder.path());
        check_keys(model["text_encoder"], "text_encoder",
            [&](TensorIndex index) { ClipTextModel::load(std::move(index), c.text); });
        check_keys(model["unet"], "unet", [&](TensorIndex index) { UNet2DCondition::load(std::move(index), c.unet); });
        check_keys(model["vae"], "vae",
            [&](TensorIndex index) { AutoencoderKL::load(std::move(index), std::get<AutoencoderKLConfig>(c.vae)); });

        CHECK(c.inpainting() == name.ends_with("inpaint"));
        CHECK(c.latent_channels() == 4);
        CHECK(c.factor() == 8);
        CHECK(c.scaling_factor() == 0.18215f);
        CHECK(c.defaults.width == (name == "sd21" ? 768 : 512));
        CHECK(c.noise.prediction == (name == "sd21" ? Prediction::v : Prediction::epsilon));
        CHECK(c.noise.beta_schedule == "scaled_linear");
        CHECK(c.noise.beta_start == 0.00085);
        CHECK(c.noise.beta_end == 0.012);
        CHECK(c.noise.steps_offset == 1);
        CHECK(c.noise.timestep_spacing == "leading");
        CHECK_FALSE(c.noise.final_alpha_one);
        CHECK(c.unet.levels[1].transformer.heads == (name.starts_with("sd15") ? 8 : 10));
        CHECK(c.text.activation == (name.starts_with("sd15") ? Activation::quick_gelu : Activation::gelu));
        CHECK(c.text.layers == (name.starts_with("sd15") ? 12 : 23));
    }
}

TEST_CASE("full-size Stable Diffusion 1.5 is planned without a GPU, to the byte", "[stable_diffusion]")
{
    json const model = real_models().front();
    REQUIRE(model["name"] == "sd15");
    test::TemporaryFolder const folder;
    write_configs(folder, model["files"]);
    StableDiffusion const sd = StableDiffusion::shapes_only(StableDiffusionConfig::read(folder.path()));
    for (DType tier : { DType::f32, DType::f16 }) {
        auto const plan = [&](std::string const& name, auto const& build, char const* part) {
            Plan const first = make_plan(build(), {}), again = make_plan(build(), {});
            std::cout << std::format("SD 1.5, 512 x 512, {} {}: {}\n", name, name_of(tier), sizes(first));
            INFO(name);
            CHECK(first.arena_bytes == again.arena_bytes);
            CHECK(first.persistent_bytes == again.persistent_bytes);
            CHECK(first.weight_bytes == again.weight_bytes);
            // Packing pads a little, and small vectors stay f32.
            double const least = model[part]["values"].get<double>() * static_cast<double>(size_of(tier));
            bool const whole = std::string_view(part) != "vae";   // one graph has half of the autoencoder
            if (whole)
                CHECK(static_cast<double>(first.weight_bytes) >= least);
            CHECK(static_cast<double>(first.weight_bytes) <= least * 1.05);
        };
        plan("text", [&] { return build_text_graph(sd, { .batch = 2, .tier = tier }); }, "text_encoder");
        plan("denoise", [&] { return build_denoise_graph(sd, { .tier = tier }); }, "unet");
        plan(
            "encode", [&] { return build_vae_encode_graph(sd.vae, { .height = 512, .width = 512, .tier = tier }); },
            "vae");
        plan("decode", [&] { return build_vae_decode_graph(sd.vae, { .tier = tier }); }, "vae");
    }
}

TEST_CASE("a tiny folder loads, and its graphs are planned", "[stable_diffusion]")
{
    golden::TinyModel const tiny;
    StableDiffusion const sd = StableDiffusion::load(tiny.path());
    CHECK(sd.config.noise.prediction == Prediction::v);
    CHECK(sd.config.noise.final_alpha_one);
    CHECK(sd.config.defaults.width == 16);
    for (DType tier : { DType::f32, DType::f16 }) {
        CHECK_NOTHROW(make_plan(build_text_graph(sd, { .batch = 3, .skip_layers = 1, .tier = tier }), {}));
        Plan const plan = make_plan(
            build_denoise_graph(sd, { .batch = 2, .height = 9, .width = 7, .tokens = 154, .tier = tier }), {});
        CHECK(plan.inputs.size() == 4);
        CHECK(plan.outputs.contains("denoised"));
        CHECK(plan.request_steps > 0);   // the text's keys and values
        CHECK_NOTHROW(make_plan(build_vae_decode_graph(sd.vae, { .height = 5, .width = 3, .tier = tier }), {}));
        CHECK_NOTHROW(make_plan(build_vae_encode_graph(sd.vae, { .height = 17, .width = 22, .tier = tier }), {}));
    }
}

TEST_CASE("a model with something wrong is refused with what and where", "[stable_diffusion]")
{
    golden::TinyModel const tiny;
    std::string const key = "up_blocks.0.resnets.0.conv1.weight";
    NamedTensors const good = tiny.unet;
    auto const with = [&](std::function<void(NamedTensors&)> const& change, ErrorCode code, std::string const& words) {
        NamedTensors changed = good;
        change(changed);
        write_safetensors(tiny.unet_file(), changed);
        expect_refusal(tiny, code, words);
    };
    with([&](NamedTensors& t) { t.erase(key); }, ErrorCode::weights_mismatch, "missing (1): " + key);
    with([&](NamedTensors& t) { t["one.more"] = HostTensor(DType::f32, { 1 }); }, ErrorCode::weights_mismatch,
        "left over (1): one.more");
    with([&](NamedTensors& t) { t[key] = HostTensor(DType::f32, { 3, 3 }); }, ErrorCode::weights_mismatch,
        key + " is [3, 3], expected [64, 128, 3, 3]");
    with([&](NamedTensors& t) { t[key] = HostTensor(DType::i32, t[key].shape); }, ErrorCode::weights_mismatch,
        key + " is i32, expected f32");
    with([&](NamedTensors& t) { t[key].f32()[5] = std::numeric_limits<float>::quiet_NaN(); }, ErrorCode::numeric,
        "tensor unet." + key + " holds NaN");
    with([](NamedTensors& t) { t.clear(); }, ErrorCode::weights_mismatch, "missing (208)");

    write_safetensors(tiny.unet_file(), good);
    std::filesystem::resize_file(tiny.unet_file(), std::filesystem::file_size(tiny.unet_file()) - 1);
    expect_refusal(tiny, ErrorCode::file_damaged, "is the file cut off?");
    std::filesystem::resize_file(tiny.unet_file(), 3);
    expect_refusal(tiny, ErrorCode::file_damaged, "too few");
    std::filesystem::remove(tiny.unet_file());
    expect_refusal(tiny, ErrorCode::file_missing, "there is no diffusion_pytorch_model.safetensors");
    write_safetensors(tiny.unet_file(), good);
    CHECK_NOTHROW(StableDiffusion::load(tiny.path()));

    auto const config = [&](std::string const& file, std::string const& entry, json const& value, ErrorCode code,
                            std::string const& words) {
        json changed = json::parse(tiny.files.at(file));
        changed[entry] = value;
        tiny.folder.write(file, changed.dump());
        expect_refusal(tiny, code, words);
        tiny.folder.write(file, tiny.files.at(file));
    };
    config("unet/config.json", "cross_attention_dim", 40, ErrorCode::unsupported_model,
        "cross_attention_dim is 40, supported: 32");
    config("unet/config.json", "in_channels", 5, ErrorCode::unsupported_model,
        "in_channels is 5, supported: 4 or, for inpainting, 9");
    config("vae/config.json", "_class_name", "AutoencoderKLWan", ErrorCode::unsupported_model, "_class_name");
    config("model_index.json", "_class_name", "StableDiffusionXLPipeline", ErrorCode::unsupported_model,
        "StableDiffusionXLPipeline");
    config("model_index.json", "text_encoder", { "transformers", "T5EncoderModel" }, ErrorCode::unsupported_model,
        "text_encoder is");
    config("model_index.json", "_class_name", 7, ErrorCode::file_damaged, "_class_name is 7, expected a text");
    config("scheduler/scheduler_config.json", "beta_schedule", "sigmoid", ErrorCode::unsupported_model,
        "beta_schedule is \"sigmoid\"");
    config("scheduler/scheduler_config.json", "beta_end", 7, ErrorCode::unsupported_model, "beta_end is 7");
    config("scheduler/scheduler_config.json", "prediction_type", "flow", ErrorCode::unsupported_model,
        "prediction_type is \"flow\"");

    tiny.folder.write("unet/config.json", "{");
    expect_refusal(tiny, ErrorCode::file_damaged, "is not valid JSON");
    std::filesystem::remove(tiny.path() / "model_index.json");
    expect_refusal(tiny, ErrorCode::file_missing, "has no model_index.json");
    CHECK_FALSE(recognise_stable_diffusion(tiny.path()).has_value());
    CHECK_FALSE(recognise_stable_diffusion("/no/such/folder").has_value());
}

TEST_CASE("scheduler configs take the defaults of the class they name", "[stable_diffusion]")
{
    auto const facts = [](std::string const& text) {
        return NoiseFacts::from(Config::parse(text, "scheduler_config.json"));
    };
    NoiseFacts const euler = facts(R"({"_class_name": "EulerDiscreteScheduler"})");
    CHECK(euler.timestep_spacing == "linspace");
    CHECK(euler.beta_schedule == "linear");
    CHECK(euler.beta_start == 0.0001);
    CHECK(euler.beta_end == 0.02);
    CHECK(facts(R"({"_class_name": "LCMScheduler"})").timestep_spacing == "leading");
    CHECK(facts(R"({"_class_name": "DDIMScheduler", "timestep_spacing": "trailing"})").timestep_spacing == "trailing");
    CHECK(facts(R"({"_class_name": "DDIMScheduler"})").final_alpha_one);
    CHECK_FALSE(facts(R"({"_class_name": "PNDMScheduler"})").final_alpha_one);
    CHECK(facts(R"({"rescale_betas_zero_snr": true})").rescale_zero_terminal_snr);
}
