// SPDX-License-Identifier: Apache-2.0
// Every way to write the same layer's name, and what a file of such names says about itself.
#include "models/adapters/lora_keys.h"
#include "models/adapters/targets.h"
#include "models/api/lora.h"
#include "models/families/stable_diffusion/stable_diffusion.h"
#include "tests/models/checkpoint/temporary_folder.h"
#include "tests/models/families/tiny_model.h"

#include <catch2/catch_test_macros.hpp>

using namespace igneous;

namespace {

std::filesystem::path golden_file(char const* file)
{
    return std::filesystem::path(IGNEOUS_SOURCE_DIR) / "tests/golden/lora" / file;
}

}

TEST_CASE("lora keys: all spellings of a layer are one", "[lora]")
{
    std::string const to_out = "unet_down_blocks_0_attentions_1_transformer_blocks_0_attn1_to_out_0";
    std::string const q_proj = "text_encoder_encoder_layers_3_self_attn_q_proj";
    struct Row {
        std::string key, module;
        LoraRole role;
        LoraNaming naming;
    };
    Row const rows[] = {
        { "lora_unet_down_blocks_0_attentions_1_transformer_blocks_0_attn1_to_out_0.lora_down.weight", to_out,
            LoraRole::down, LoraNaming::kohya },
        { "lora_unet_down_blocks_0_attentions_1_transformer_blocks_0_attn1_to_out_0.lora_up.weight", to_out,
            LoraRole::up, LoraNaming::kohya },
        { "lora_unet_down_blocks_0_attentions_1_transformer_blocks_0_attn1_to_out_0.alpha", to_out, LoraRole::alpha,
            LoraNaming::kohya },
        { "unet.down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_out.0.lora_A.weight", to_out, LoraRole::down,
            LoraNaming::peft },
        { "unet.down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_out.0.lora_B.default_0.weight", to_out,
            LoraRole::up, LoraNaming::peft },
        { "base_model.model.down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_out.0.lora_A.weight", to_out,
            LoraRole::down, LoraNaming::peft },
        { "unet.base_model.model.down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_out.0.lora_B.weight", to_out,
            LoraRole::up, LoraNaming::peft },
        { "unet.down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_out.0.lora.down.weight", to_out,
            LoraRole::down, LoraNaming::diffusers },
        { "unet.down_blocks.0.attentions.1.transformer_blocks.0.attn1.processor.to_out_lora.up.weight", to_out,
            LoraRole::up, LoraNaming::diffusers },
        { "down_blocks.0.attentions.1.transformer_blocks.0.attn1.processor.to_out_lora.down.weight", to_out,
            LoraRole::down, LoraNaming::diffusers },
        { "lora_te_text_model_encoder_layers_3_self_attn_q_proj.lora_down.weight", q_proj, LoraRole::down,
            LoraNaming::kohya },
        { "text_encoder.text_model.encoder.layers.3.self_attn.q_proj.lora_A.weight", q_proj, LoraRole::down,
            LoraNaming::peft },
        { "text_encoder.encoder.layers.3.self_attn.q_proj.lora_A.weight", q_proj, LoraRole::down, LoraNaming::peft },
        { "base_model.model.text_model.encoder.layers.3.self_attn.q_proj.lora_B.weight", q_proj, LoraRole::up,
            LoraNaming::peft },
        { "text_encoder.text_model.encoder.layers.3.self_attn.q_proj.lora_linear_layer.up.weight", q_proj, LoraRole::up,
            LoraNaming::diffusers },
        { "text_encoder.text_model.encoder.layers.3.self_attn.to_q_lora.down.weight", q_proj, LoraRole::down,
            LoraNaming::diffusers },
        { "lora_unet_input_blocks_1_1_proj_in.lora_up.weight", "unet_input_blocks_1_1_proj_in", LoraRole::up,
            LoraNaming::kohya },
        { "lora_te2_text_model_encoder_layers_0_mlp_fc1.alpha", "text_encoder_2_encoder_layers_0_mlp_fc1",
            LoraRole::alpha, LoraNaming::kohya },
    };
    for (Row const& row : rows) {
        INFO(row.key);
        auto const key = read_lora_key(row.key);
        REQUIRE(key);
        CHECK(key->module == row.module);
        CHECK(key->role == row.role);
        CHECK(key->naming == row.naming);
    }
    CHECK(lora_module("unet.down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_out.0.weight") == to_out);
    CHECK(lora_module("text_encoder.text_model.encoder.layers.3.self_attn.q_proj.weight") == q_proj);
    CHECK(lora_module("weight") == "weight");
    for (char const* name : { "unet.conv_in.weight", "model.diffusion_model.out.2.bias", "", ".alpha", "alpha",
             "emb_params", "lora_unet_.alpha" }) {
        INFO(name);
        CHECK_FALSE(read_lora_key(name));
    }
    for (auto const& [name, kind] : { std::pair { "lora_unet_mid_block_attentions_0_proj_in.hada_w1_a", "LoHa" },
             { "lora_unet_mid_block_attentions_0_proj_in.lokr_w2", "LoKr" },
             { "lora_unet_mid_block_attentions_0_proj_in.dora_scale", "DoRA" },
             { "unet.conv_in.lora_magnitude_vector.default.weight", "DoRA" } }) {
        auto const key = read_lora_key(name);
        REQUIRE(key);
        CHECK(key->role == LoraRole::other);
        CHECK(key->kind == kind);
    }
}

TEST_CASE("lora targets: a model's layers answer to the original's block numbers too", "[lora]")
{
    // Stable Diffusion 1.5's own shape, without its weights.
    golden::TinyModel const tiny;
    StableDiffusionConfig config = StableDiffusionConfig::read(tiny.path());
    config.unet = UNet2DConditionConfig::from(Config::parse("{\"cross_attention_dim\": 32}", "config.json"));
    StableDiffusion const model = StableDiffusion::shapes_only(config);
    auto const text = build_text_graph(model, { .tokens = 77 });
    auto const denoise = build_denoise_graph(model, { .height = 8, .width = 8 });
    AdapterTargets const targets({ text.get(), denoise.get() });
    struct Row {
        char const *original, *ours;
    };
    // From the conversion tables that diffusers publishes for Stable Diffusion 1.
    constexpr Row rows[] = {
        { "unet_input_blocks_0_0", "unet.conv_in.weight" },
        { "unet_input_blocks_1_1_transformer_blocks_0_attn1_to_q",
            "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q.weight" },
        { "unet_input_blocks_2_0_in_layers_2", "unet.down_blocks.0.resnets.1.conv1.weight" },
        { "unet_input_blocks_3_0_op", "unet.down_blocks.0.downsamplers.0.conv.weight" },
        { "unet_input_blocks_4_0_skip_connection", "unet.down_blocks.1.resnets.0.conv_shortcut.weight" },
        { "unet_input_blocks_8_1_proj_out", "unet.down_blocks.2.attentions.1.proj_out.weight" },
        { "unet_input_blocks_11_0_out_layers_3", "unet.down_blocks.3.resnets.1.conv2.weight" },
        { "unet_middle_block_0_emb_layers_1", "unet.mid_block.resnets.0.time_emb_proj.weight" },
        { "unet_middle_block_1_proj_in", "unet.mid_block.attentions.0.proj_in.weight" },
        { "unet_middle_block_2_in_layers_2", "unet.mid_block.resnets.1.conv1.weight" },
        { "unet_output_blocks_0_0_in_layers_2", "unet.up_blocks.0.resnets.0.conv1.weight" },
        { "unet_output_blocks_2_1_conv", "unet.up_blocks.0.upsamplers.0.conv.weight" },
        { "unet_output_blocks_5_2_conv", "unet.up_blocks.1.upsamplers.0.conv.weight" },
        { "unet_output_blocks_11_1_transformer_blocks_0_ff_net_0_proj",
            "unet.up_blocks.3.attentions.2.transformer_blocks.0.ff.net.0.proj.weight" },
        { "unet_time_embed_0", "unet.time_embedding.linear_1.weight" },
        { "unet_time_embed_2", "unet.time_embedding.linear_2.weight" },
        { "unet_out_2", "unet.conv_out.weight" },
    };
    for (Row const& row : rows) {
        INFO(row.original);
        Weight const weight = targets.find(row.original);
        REQUIRE(weight);
        CHECK(weight->name == row.ours);
        CHECK(targets.find(lora_module(row.ours)) == weight);
    }
    CHECK(targets.context_width() == 32);
    CHECK_FALSE(targets.find("unet_conv_norm_out"));                 // norms and embeddings are not for adapters
    CHECK_FALSE(targets.find("text_encoder_embeddings_token_embedding"));
    CHECK(targets.find("text_encoder_encoder_layers_2_mlp_fc2"));
}

TEST_CASE("lora info: what a file says about itself", "[lora]")
{
    auto const kohya = inspect_lora(golden_file("kohya.safetensors"));
    REQUIRE(kohya);
    CHECK(kohya->kind == "LoCon");
    CHECK(kohya->runnable);
    CHECK(kohya->naming == "kohya");
    CHECK(kohya->base_model == "Stable Diffusion 1.x");
    CHECK(kohya->title == "tiny");
    CHECK(kohya->context_width == 32);
    CHECK(kohya->lowest_rank == 3);
    CHECK(kohya->highest_rank == 3);
    CHECK(kohya->alpha == 1.5);
    CHECK(kohya->trigger_words == std::vector<std::string> { "ink style", "a lake" });
    CHECK(kohya->unknown_keys.empty());
    REQUIRE(kohya->layers.size() == 2);
    CHECK(kohya->layers[0] == std::pair<std::string, int> { "text_encoder", 18 });

    auto const peft = inspect_lora(golden_file("peft.safetensors"));
    REQUIRE(peft);
    CHECK(peft->kind == "LoRA");
    CHECK(peft->naming == "PEFT");
    CHECK_FALSE(peft->alpha);
    CHECK(peft->base_model.empty());
    CHECK(inspect_lora(golden_file("diffusers.safetensors"))->naming == "diffusers");
    CHECK_FALSE(inspect_lora(golden_file("outputs.safetensors")));

    test::TemporaryFolder const folder;
    auto const write = [&](NamedTensors const& tensors, std::map<std::string, std::string> const& metadata = {}) {
        write_safetensors(folder.path() / "x.safetensors", tensors, metadata);
        return inspect_lora(folder.path() / "x.safetensors");
    };
    auto const sdxl = write(
        { { "lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k.lora_down.weight",
              HostTensor(DType::f16, { 8, 2048 }) },
            { "lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_down.weight", HostTensor(DType::f16, { 4, 1280 }) },
            { "step", HostTensor(DType::f32, { 1 }) } },
        { { "modelspec.trigger_phrase", "red fox" },
            { "ss_tag_frequency", "{\"a\": {\"red fox\": 3, \"den\": \"x\"}, \"b\": 7}" } });
    REQUIRE(sdxl);
    CHECK(sdxl->base_model == "SDXL");
    CHECK(sdxl->naming == "kohya with CompVis blocks");
    CHECK(sdxl->lowest_rank == 4);
    CHECK(sdxl->highest_rank == 8);
    CHECK(sdxl->trigger_words == std::vector<std::string> { "red fox" });
    CHECK(sdxl->unknown_keys == std::vector<std::string> { "step" });
    auto const loha
        = write({ { "lora_unet_mid_block_attentions_0_proj_in.hada_w1_a", HostTensor(DType::f16, { 8, 4 }) } });
    REQUIRE(loha);
    CHECK(loha->kind == "LoHa");
    CHECK_FALSE(loha->runnable);
}
