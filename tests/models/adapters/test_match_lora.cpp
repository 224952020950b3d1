// SPDX-License-Identifier: Apache-2.0
// What becomes of a LoRA's keys in a model, told before anything runs.
#include "models/adapters/lora_match.h"
#include "models/api/error.h"
#include "models/pipeline/loaded_model.h"
#include "tests/models/families/tiny_model.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <limits>

using namespace igneous;
using Catch::Matchers::ContainsSubstring;

namespace {

std::filesystem::path const starter = IGNEOUS_SOURCE_DIR "/resources/starter";
std::filesystem::path const neon = IGNEOUS_SOURCE_DIR "/resources/starter-lora/neon.safetensors";
std::string const block = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_";

HostTensor tensor(Shape const& shape, float value = 0.5f)
{
    HostTensor out(DType::f32, shape);
    for (float& v : out.f32())
        v = value;
    return out;
}

void add_layer(NamedTensors& to, std::string const& layer, int in, int out)
{
    to[layer + ".lora_down.weight"] = tensor({ 4, in });
    to[layer + ".lora_up.weight"] = tensor({ out, 4 });
    to[layer + ".alpha"] = tensor({}, 2);
}

/// LoRAs beside the tiny model, whose first level is 32 wide and takes text of 32 channels.
struct Tiny {
    golden::TinyModel model;
    LoraFit fit(NamedTensors const& tensors) const
    {
        write_safetensors(file(), tensors);
        return match_lora(model.path(), file());
    }
    std::filesystem::path file() const { return model.path() / "some.safetensors"; }
};

}

TEST_CASE("match lora: every key of the starter's LoRA has its place, with or without the weights", "[lora]")
{
    LoraFit const fit = match_lora(starter, neon);
    CHECK(fit.keys == 318);
    CHECK(fit.matched == 318);
    CHECK(fit.refusal.empty());
    CHECK(fit == match(*LoraFile::open(neon), adapter_targets(StableDiffusion::load(starter))).fit);
    CHECK(SafetensorsFile::open(neon).entries().size() == 318);
}

TEST_CASE("match lora: keys that fit nothing are counted by reason", "[lora]")
{
    Tiny const tiny;
    NamedTensors tensors;
    add_layer(tensors, block + "attn1_to_q", 32, 32);
    add_layer(tensors, "lora_unet_mid_block_attentions_7_proj_in", 64, 64);
    tensors["training_step"] = tensor({ 1 });
    LoraFit fit = tiny.fit(tensors);
    CHECK(fit.keys == 7);
    CHECK(fit.matched == 3);
    CHECK(fit.no_such_layer.count == 3);
    CHECK(fit.no_such_layer.examples.at(0) == "lora_unet_mid_block_attentions_7_proj_in.lora_down.weight");
    CHECK(fit.not_understood == LoraMisfits { 1, { "training_step" } });
    CHECK(fit.wrong_shape == LoraMisfits());
    CHECK(fit.refusal.empty());

    for (int i = 0; i < 20; ++i)
        tensors["training_step_" + std::to_string(i)] = tensor({ 1 });
    fit = tiny.fit(tensors);
    CHECK(fit.keys == 27);
    CHECK(fit.not_understood.count == 21);
    CHECK(fit.not_understood.examples.size() == LoraMisfits::most_examples);
}

TEST_CASE("match lora: shapes that differ are told with got and expected, and refused", "[lora]")
{
    Tiny const tiny;
    NamedTensors tensors;
    add_layer(tensors, block + "attn1_to_q", 32, 32);
    add_layer(tensors, block + "attn1_to_k", 48, 32);
    LoraFit const fit = tiny.fit(tensors);
    CHECK(fit.keys == 6);
    CHECK(fit.matched == 3);
    CHECK(fit.wrong_shape == LoraMisfits { 3, { block + "attn1_to_k.lora_down.weight is [4, 48], expected [4, 32]" } });
    CHECK_THAT(fit.refusal, ContainsSubstring("expected [4, 32]") && !ContainsSubstring("some.safetensors"));
}

TEST_CASE("match lora: one for another base says for which", "[lora]")
{
    Tiny const tiny;
    NamedTensors tensors;
    add_layer(tensors, block + "attn1_to_q", 32, 32);
    add_layer(tensors, block + "attn2_to_k", 768, 32);
    LoraFit const fit = tiny.fit(tensors);
    CHECK(fit.matched == 3);
    CHECK_THAT(fit.refusal, ContainsSubstring("is a LoRA for Stable Diffusion 1.x"));

    NamedTensors flux;
    add_layer(flux, "lora_unet_double_blocks_0_img_attn_proj", 3072, 3072);
    LoraFit const none = tiny.fit(flux);
    CHECK(none.matched == 0);
    CHECK(none.no_such_layer.count == 3);
    CHECK_THAT(none.refusal, ContainsSubstring("none of its layers is in this model"));
}

TEST_CASE("match lora: what is wrong with the file alone is a refusal; values are not looked at", "[lora]")
{
    Tiny const tiny;
    NamedTensors tensors;
    add_layer(tensors, block + "attn1_to_q", 32, 32);
    tensors[block + "attn1_to_q.lora_up.weight"].f32()[5] = std::numeric_limits<float>::quiet_NaN();
    CHECK(tiny.fit(tensors).refusal.empty());
    tensors.erase(block + "attn1_to_q.lora_up.weight");
    LoraFit const half = tiny.fit(tensors);
    CHECK(half.keys == 0);
    CHECK(half.refusal.starts_with(block + "attn1_to_q.lora_down.weight is there but its up half is missing"));
    CHECK_THAT(tiny.fit({ { "lora_unet_conv_in.hada_w1_a", tensor({ 32, 4 }) } }).refusal, ContainsSubstring("LoHa"));

    auto const code = [](std::filesystem::path const& model, std::filesystem::path const& lora) {
        try {
            match_lora(model, lora);
        } catch (Error const& error) {
            return error.code();
        }
        return ErrorCode::internal;
    };
    CHECK(code(starter, tiny.model.path() / "no.safetensors") == ErrorCode::file_missing);
    CHECK(code(starter / "no", neon) == ErrorCode::file_missing);
    CHECK(code(neon, neon) == ErrorCode::unsupported_model);
    tiny.model.folder.write("damaged.safetensors", "12345678{");
    CHECK(code(starter, tiny.model.path() / "damaged.safetensors") == ErrorCode::file_damaged);
}
