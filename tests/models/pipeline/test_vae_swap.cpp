// SPDX-License-Identifier: Apache-2.0
// Another autoencoder in the place of the model's own: from a diffusers folder, and from a file with either kind of names.
#include "models/pipeline/generate.h"
#include "models/vae/autoencoder_kl_file.h"
#include "tests/models/families/golden_case.h"
#include "tests/models/pipeline/golden_model.h"
#include "tests/support/test_device.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using namespace igneous;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

namespace {

nlohmann::json const settings = { { "beta_schedule", "scaled_linear" }, { "beta_start", 0.00085 }, { "beta_end", 0.012 } };

void make_fainter(std::string const& part, NamedTensors& tensors)
{
    for (auto& [name, tensor] : tensors)
        if (part == "vae" && tensor.shape.rank() > 1)
            for (float& value : tensor.f32())
                value *= 0.9f;
}

struct Made {
    Image image;
    HostTensor latents;
    GenerationPlan plan;
    MemoryReport memory;
};

Made make(Generator& generator, golden::PipelineFolder const& folder, std::string const& vae)
{
    GenerationRequest request;
    request.model = folder.path();
    request.vae = vae;
    request.prompt = "a mountain";
    request.width = 24;
    request.height = 32;
    request.sampling.steps = 2;
    Made made { .image = {}, .latents = {}, .plan = generator.plan(request), .memory = {} };
    std::string const tensors = folder.file("out.safetensors");
    made.memory = generator.generate(
        request,
        [&](GenerationEvent const& event) {
            if (auto const* ready = std::get_if<ImageReady>(&event))
                made.image = ready->image;
        },
        {}, { .tensors_out = tensors });
    made.latents = read_tensors(tensors).at("latents");
    return made;
}

/// diffusers' names as CompVis has them, with attention as 1x1 convolutions, below "first_stage_model.".
NamedTensors compvis_names(NamedTensors const& tensors, int levels)
{
    NamedTensors out;
    for (auto const& [name, tensor] : tensors) {
        std::string key = name;
        auto const swap = [&key](std::string const& from, std::string const& to) {
            if (auto const at = key.find(from); at != key.npos)
                key.replace(at, from.size(), to);
        };
        for (int level = 0; level < levels; ++level) {
            swap(std::format("encoder.down_blocks.{}.", level), std::format("encoder.down.{}.", level));
            swap(std::format("decoder.up_blocks.{}.", level), std::format("decoder.up.{}.", levels - 1 - level));
        }
        for (auto const& [from, to] : { std::pair { "mid_block.resnets.0.", "mid.block_1." },
                 { "mid_block.resnets.1.", "mid.block_2." }, { "mid_block.attentions.0.", "mid.attn_1." },
                 { "group_norm.", "norm." }, { "to_q.", "q." }, { "to_k.", "k." }, { "to_v.", "v." },
                 { "to_out.0.", "proj_out." }, { ".resnets.", ".block." }, { "downsamplers.0.", "downsample." },
                 { "upsamplers.0.", "upsample." }, { "conv_norm_out.", "norm_out." }, { "conv_shortcut.", "nin_shortcut." } })
            swap(from, to);
        HostTensor stored = tensor;
        if (key.contains("attn_1.") && stored.shape.rank() == 2)
            stored.shape = { stored.shape[0], stored.shape[1], 1, 1 };
        out["first_stage_model." + key] = std::move(stored);
    }
    out["model_ema.num_updates"] = HostTensor(DType::f32, { 1 });
    return out;
}

}

TEST_CASE("vae: the same autoencoder from elsewhere gives the same bytes, another only another picture of the same latents")
{
    test::test_device();
    golden::PipelineFolder const model("DDIMScheduler", settings), other("DDIMScheduler", settings, 4, make_fainter);
    std::string const weights = "/vae/diffusion_pytorch_model.safetensors";
    NamedTensors const own = read_tensors(model.path() + weights);
    std::string const plain = model.file("plain.safetensors"), compvis = model.file("compvis.safetensors");
    int const levels = static_cast<int>(golden::pipeline_model()["vae"]["block_out_channels"].size());
    write_safetensors(plain, own);
    write_safetensors(compvis, compvis_names(own, levels));

    auto const generator = make_generator({});
    Made const expected = make(*generator, model, "");
    for (std::string const& vae : { model.path() + "/vae", model.path() + weights, plain, compvis }) {
        INFO(vae);
        Made const made = make(*generator, model, vae);
        CHECK(made.image == expected.image);
        CHECK(made.latents.bytes == expected.latents.bytes);
        CHECK(made.plan.total_bytes == expected.plan.total_bytes);
        CHECK(made.memory.peak == expected.memory.peak);
    }
    Made const swapped = make(*generator, model, other.path() + "/vae");
    CHECK(swapped.image != expected.image);
    CHECK(swapped.latents.bytes == expected.latents.bytes);
    CHECK(make(*generator, model, "").image == expected.image);             // and back
}

TEST_CASE("vae: what is none is refused in words")
{
    golden::PipelineFolder const model("DDIMScheduler", settings);
    auto const generator = make_generator({});
    auto const plan = [&](std::string const& vae) {
        GenerationRequest request;
        request.model = model.path();
        request.vae = vae;
        generator->plan(request);
    };
    CHECK_THROWS_MATCHES(plan("/nowhere/vae.safetensors"), Error, MessageMatches(ContainsSubstring("is not there")));
    std::string const file = model.file("odd.safetensors");
    write_safetensors(file, { { "lora_up.weight", HostTensor(DType::f32, { 4, 4 }) } });
    CHECK_THROWS_MATCHES(plan(file), Error, MessageMatches(ContainsSubstring("is no KL autoencoder")));
    NamedTensors wide = read_tensors(model.path() + "/vae/diffusion_pytorch_model.safetensors");
    HostTensor& in = wide.at("decoder.conv_in.weight");
    in = HostTensor(DType::f32, { in.shape[0], 16, 3, 3 });
    write_safetensors(file, wide);
    CHECK_THROWS_AS(plan(file), Error);
    CHECK_NOTHROW(plan(""));                                                // the model is as it was
    GenerationRequest styled;
    styled.model = model.path();
    styled.styles = { "Oil" };
    CHECK_THROWS_MATCHES(generator->plan(styled), Error, MessageMatches(ContainsSubstring("apply styles")));
}
