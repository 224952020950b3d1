// SPDX-License-Identifier: Apache-2.0
// Stable Diffusion 1.x in one file. The published checkpoint's names and shapes are read where they lie beside the project.
#include "models/api/error.h"
#include "models/families/stable_diffusion/single_file.h"
#include "models/families/stable_diffusion/stable_diffusion.h"
#include "tests/models/checkpoint/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>
#include <zlib.h>

#include <fstream>

using namespace igneous;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

json manifest(char const* name)
{
    fs::path const file = fs::path(IGNEOUS_SOURCE_DIR) / "../shared/reference/manifests" / name;
    gzFile const in = gzopen(file.c_str(), "rb");
    if (!in)
        SKIP(file.string() + " is not there");
    std::string text;
    char block[65536];
    for (int count; (count = gzread(in, block, sizeof(block))) > 0;)
        text.append(block, static_cast<std::size_t>(count));
    gzclose(in);
    return json::parse(text);
}

/// A safetensors file of f16 zeros: a hole of the disk behind a real header.
void write_zeros(fs::path const& file, std::map<std::string, std::vector<std::int64_t>> const& shapes)
{
    json header = json::object();
    std::uint64_t at = 0;
    for (auto const& [name, shape] : shapes) {
        std::uint64_t bytes = 2;
        for (std::int64_t const extent : shape)
            bytes *= static_cast<std::uint64_t>(extent);
        header[name] = { { "dtype", "F16" }, { "shape", shape }, { "data_offsets", { at, at + bytes } } };
        at += bytes;
    }
    std::string const text = header.dump();
    std::uint64_t const length = text.size();
    std::ofstream out(file, std::ios::binary);
    for (int i = 0; i < 8; ++i)
        out.put(static_cast<char>(length >> (8 * i)));
    out << text;
    out.close();
    fs::resize_file(file, 8 + length + at);
}

/// As little as recognising a file needs.
std::map<std::string, std::vector<std::int64_t>> marks(std::int64_t context)
{
    return {
        { "model.diffusion_model.input_blocks.0.0.weight", { 320, 4, 3, 3 } },
        { "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight", { 320, context } },
        { "cond_stage_model.transformer.text_model.final_layer_norm.weight", { 768 } },
        { "first_stage_model.quant_conv.weight", { 8, 8, 1, 1 } },
    };
}

}

TEST_CASE("single file: names")
{
    std::pair<char const*, char const*> const names[] = {
        { "model.diffusion_model.time_embed.2.bias", "unet/time_embedding.linear_2.bias" },
        { "model.diffusion_model.input_blocks.0.0.weight", "unet/conv_in.weight" },
        { "model.diffusion_model.input_blocks.3.0.op.weight", "unet/down_blocks.0.downsamplers.0.conv.weight" },
        { "model.diffusion_model.input_blocks.11.0.out_layers.3.weight", "unet/down_blocks.3.resnets.1.conv2.weight" },
        { "model.diffusion_model.middle_block.1.proj_in.weight", "unet/mid_block.attentions.0.proj_in.weight" },
        { "model.diffusion_model.middle_block.2.emb_layers.1.bias", "unet/mid_block.resnets.1.time_emb_proj.bias" },
        { "model.diffusion_model.output_blocks.2.1.conv.bias", "unet/up_blocks.0.upsamplers.0.conv.bias" },
        { "model.diffusion_model.output_blocks.5.2.conv.bias", "unet/up_blocks.1.upsamplers.0.conv.bias" },
        { "model.diffusion_model.output_blocks.9.1.norm.weight", "unet/up_blocks.3.attentions.0.norm.weight" },
        { "model.diffusion_model.out.2.weight", "unet/conv_out.weight" },
        { "cond_stage_model.transformer.text_model.final_layer_norm.bias", "text_encoder/text_model.final_layer_norm.bias" },
        { "cond_stage_model.transformer.final_layer_norm.bias", "text_encoder/text_model.final_layer_norm.bias" },
        { "first_stage_model.encoder.conv_in.weight", "" },
        { "alphas_cumprod", "" },
        { "model_ema.diffusion_modelout2weight", "" },
    };
    for (auto const& [theirs, ours] : names)
        CHECK(diffusers_name_of(theirs) == ours);
}

TEST_CASE("single file: every name of the published checkpoints is diffusers' own")
{
    for (char const* name : { "sd15.single_file.json.gz", "sd15_inpaint.single_file.json.gz" }) {
        json const published = manifest(name);
        int compared = 0;
        for (auto const& [theirs, ours] : published["map"].items()) {
            std::string const expected = ours[0].get<std::string>();
            if (expected.starts_with("vae/"))
                continue;
            CHECK(diffusers_name_of(theirs) == expected);
            ++compared;
        }
        CHECK(compared == 882);
    }
}

TEST_CASE("single file: the published shapes load as Stable Diffusion 1.5, for inpainting too")
{
    test::TemporaryFolder const folder;
    fs::path const file = folder.path() / "model.safetensors";
    for (bool const inpaint : { false, true }) {
        json const published = manifest(inpaint ? "sd15_inpaint.single_file.json.gz" : "sd15.single_file.json.gz");
        std::map<std::string, std::vector<std::int64_t>> shapes;
        for (auto const& [key, shape] : published["tensors"].items())
            shapes[key] = shape[1].get<std::vector<std::int64_t>>();
        shapes["alphas_cumprod"] = { 1000 };
        shapes["model_ema.decay"] = {};
        write_zeros(file, shapes);
        CHECK(recognise_stable_diffusion(file));
        StableDiffusionConfig const config = StableDiffusionConfig::read(file);
        CHECK(config.inpainting() == inpaint);
        CHECK(config.defaults.width == 512);
        CHECK(config.noise.prediction == Prediction::epsilon);
        CHECK(config.noise.steps_offset == 1);
        CHECK(config.scaling_factor() == 0.18215f);
        StableDiffusion const model = StableDiffusion::load(file);
        CHECK(std::get<AutoencoderKL>(model.vae).config.channels == std::vector { 128, 256, 512, 512 });

        shapes.erase("model.diffusion_model.out.2.weight");
        write_zeros(file, shapes);
        CHECK_THROWS_MATCHES(StableDiffusion::load(file), Error, MessageMatches(ContainsSubstring("conv_out.weight")));
    }
}

TEST_CASE("single file: what is something else is named")
{
    test::TemporaryFolder const folder;
    auto const refusal = [&](std::map<std::string, std::vector<std::int64_t>> const& shapes) {
        fs::path const file = folder.path() / "other.safetensors";
        write_zeros(file, shapes);
        auto const known = recognise_single_file(file);
        return known ? std::string() : known.error();
    };
    CHECK(refusal(marks(768)).empty());
    CHECK_THAT(refusal(marks(1024)), ContainsSubstring("Stable Diffusion 2.x"));
    auto xl = marks(2048);
    xl["conditioner.embedders.0.transformer.text_model.final_layer_norm.weight"] = { 768 };
    CHECK_THAT(refusal(xl), ContainsSubstring("Stable Diffusion XL"));
    auto alone = marks(768);
    alone.erase("first_stage_model.quant_conv.weight");
    CHECK_THAT(refusal(alone), ContainsSubstring("UNet alone"));
    CHECK_THAT(refusal({ { "lora_unet_x.lora_up.weight", { 4, 4 } } }), ContainsSubstring("no UNet"));
    CHECK_THROWS_MATCHES(recognise_single_file(folder.path() / "model.ckpt"), Error, MessageMatches(ContainsSubstring("pickle")));
}
