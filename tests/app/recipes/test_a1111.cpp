// SPDX-License-Identifier: Apache-2.0
// A1111's text as its wiki describes it, with the dialects of those who write it too.
#include "tests/app/recipes/read.h"

using namespace igneous;
using test::notes;
using test::read;

namespace {

Recipe read_text(std::string const& text) { return read({ { "parameters", text } }); }

Recipe read_settings(std::string const& settings) { return read_text("a lake\nSteps: 20, " + settings); }

struct SamplerCase {
    std::string_view settings, sampler, schedule;
};

}

TEST_CASE("A1111: every field has its place", "[app][recipes]")
{
    Recipe const recipe
        = read_text("a (red:1.3) lake,\nBREAK mountains <lora:film Grain:0.4> <lora:flat>\n"
                    "Negative prompt: blurry,\nugly\n"
                    "Steps: 30, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 6.5, Seed: 4294967297, "
                    "Size: 512x768, Model hash: 6CE0161689, Model: v1-5-pruned, Clip skip: 2, "
                    "Lora hashes: \"film Grain: aabbccddee, flat: 0011223344\", Version: v1.10.1");
    GenerationRequest const& r = recipe.request;
    CHECK(recipe.program == "A1111");
    CHECK(recipe.notes.empty());
    CHECK(r.prompt == "a (red:1.3) lake,\nBREAK mountains <lora:film Grain:0.4> <lora:flat>");
    CHECK(r.negative_prompt == "blurry,\nugly");
    CHECK(r.sampling.steps == 30);
    CHECK(r.sampling.sampler == "dpmpp_2m");
    CHECK(r.sampling.schedule == "karras");
    CHECK(r.sampling.cfg == 6.5);
    CHECK(r.seed == 4294967297);
    CHECK(r.width == 512);
    CHECK(r.height == 768);
    CHECK(r.model == "v1-5-pruned");
    CHECK(r.model_hash == "6ce0161689");
    CHECK(r.clip_skip == 2);
    CHECK(r.weighting == "a1111");
    CHECK(r.rng == "torch-cuda");          // A1111's usual one
    CHECK(r.sampling.timesteps == "interpolate");
    CHECK(r.sampling.initial_noise == "sigma");
    REQUIRE(r.loras.size() == 2);
    CHECK(r.loras[0] == LoraUse { "film Grain", "", "aabbccddee", 0.4 });
    CHECK(r.loras[1] == LoraUse { "flat", "", "0011223344", 1 });
    CHECK_FALSE(r.init);
}

TEST_CASE("A1111: samplers and schedules of all years", "[app][recipes]")
{
    for (SamplerCase const& c : std::vector<SamplerCase> {
             { "Sampler: Euler a", "euler_ancestral", "normal" },
             { "Sampler: Euler a, Schedule type: Automatic", "euler_ancestral", "normal" },
             { "Sampler: DPM++ 2M Karras", "dpmpp_2m", "karras" },
             { "Sampler: DPM++ 2M", "dpmpp_2m", "normal" },
             { "Sampler: DPM++ 2M, Schedule type: Automatic", "dpmpp_2m", "karras" },
             { "Sampler: DPM++ 2M SDE Heun Exponential", "dpmpp_2m_sde_heun", "exponential" },
             { "Sampler: DPM++ 2M SDE, Schedule type: Automatic", "dpmpp_2m_sde", "exponential" },
             { "Sampler: DPM++ 3M SDE, Schedule type: SGM Uniform", "dpmpp_3m_sde", "sgm_uniform" },
             { "Sampler: DPM++ 2S a Karras", "dpmpp_2s_ancestral", "karras" },
             { "Sampler: DPM2 a", "dpm_2_ancestral", "normal" },
             { "Sampler: LMS", "lms_k_diffusion", "normal" },
             { "Sampler: LMS Karras", "lms_k_diffusion", "karras" },
             { "Sampler: DDIM", "ddim", "ddim_uniform" },
             { "Sampler: UniPC, Schedule type: Uniform", "uni_pc", "normal" },
             { "Sampler: Heun, Schedule type: KL Optimal", "heun", "kl_optimal" },
             { "Sampler: dpmpp_2m_sde_gpu, Schedule type: align_your_steps", "dpmpp_2m_sde", "align_your_steps" },
             { "Sampler: k_euler_a", "euler_ancestral", "normal" },
         }) {
        CAPTURE(c.settings);
        Recipe const recipe = read_settings(std::string(c.settings));
        CHECK(recipe.request.sampling.sampler == c.sampler);
        CHECK(recipe.request.sampling.schedule == c.schedule);
        CHECK(recipe.notes.empty());
    }
    Recipe const unknown = read_settings("Sampler: Warp Drive, Schedule type: Sideways");
    CHECK(notes(unknown, "Warp Drive"));
    CHECK(notes(unknown, "Sideways"));
}

TEST_CASE("A1111: prompts that look like fields", "[app][recipes]")
{
    Recipe const recipe = read_text("a sign that says \"Negative prompt: none\", Steps: many\nSteps: to the lake\n"
                                    "Negative prompt: a Negative prompt: of old\nNegative prompt: two\n"
                                    "Steps: 4, Sampler: Euler, Seed: 3, Size: 64x64");
    CHECK(recipe.request.prompt == "a sign that says \"Negative prompt: none\", Steps: many\nSteps: to the lake");
    CHECK(recipe.request.negative_prompt == "a Negative prompt: of old\nNegative prompt: two");
    CHECK(recipe.request.sampling.steps == 4);
    CHECK(read_text("Steps: 4, Sampler: Euler").request.prompt.empty());
    CHECK(read_text("Negative prompt: x\nSteps: 4, Sampler: Euler").request.negative_prompt == "x");
    CHECK(read_text("a\r\nSteps: 4, Sampler: Euler\r\n").request.prompt == "a");
}

TEST_CASE("A1111: what has no counterpart is named", "[app][recipes]")
{
    Recipe const hires = read_settings("Sampler: Euler, Denoising strength: 0.5, Hires upscale: 2, Hires steps: 10, "
                                       "Hires upscaler: Latent, VAE: nice.pt, ADetailer model: \"face, v8: n.pt\"");
    CHECK_FALSE(hires.request.init);
    CHECK(hires.request.vae == "nice.pt");
    for (std::string_view const what : { "Hires upscale: 2", "Hires steps: 10", "Hires upscaler: Latent",
             "Denoising strength: 0.5", "ADetailer model: face, v8: n.pt" })
        CHECK(notes(hires, what));
    Recipe const variation
        = read_settings("Sampler: Euler, Variation seed: 5, Variation seed strength: 0.1, ENSD: 31337, "
                        "TI hashes: \"easynegative: c74b4e810b03\", ControlNet 0: \"Module: canny, Weight: 1\"");
    for (std::string_view const what : { "Variation seed: 5", "ENSD", "easynegative", "ControlNet 0" })
        CHECK(notes(variation, what));
    CHECK(notes(read_text("a <hypernet:style:1> <lora:x:1:0.5>\nSteps: 4, Sampler: Euler"), "hypernet:style"));
    Recipe const two_weights = read_text("a <lora:x:0.25:0.5>\nSteps: 4, Sampler: Euler");
    CHECK(two_weights.request.loras == std::vector<LoraUse> { { "x", "", "", 0.5, 0.25 } }); // the text encoder's first
}

TEST_CASE("A1111: image to image, noise and its dialects", "[app][recipes]")
{
    Recipe const image = read_settings(
        "Sampler: Euler, Denoising strength: 0.6, RNG: CPU, Eta: 0.5, Sigma noise: 0.9, SGM noise multiplier: True");
    REQUIRE(image.request.init);
    CHECK(image.request.init->strength == 0.6);
    CHECK(image.request.init->steps_mode == "a1111");
    CHECK(image.request.rng == "torch-cpu");
    CHECK(image.request.sampling.eta == 0.5);
    CHECK(image.request.sampling.s_noise == 0.9);
    CHECK(image.request.sampling.initial_noise == "variance");
    CHECK(notes(image, "the picture that it began from"));
    CHECK(read_settings("Sampler: Euler, RNG: NV").request.rng == "torch-cuda");

    CHECK(read_settings("Sampler: Euler, Version: f2.0.1v1.10.1-previous-1").program == "Forge");
    CHECK(read_settings("Sampler: Euler, Version: neo").program == "Forge Neo");
    CHECK(read_settings("Sampler: Euler, App: SD.Next, Version: 0eb4a98, Operations: txt2img").program == "SD.Next");
    Recipe const comfy = read_settings("Sampler: dpmpp_2m_karras, Version: ComfyUI");
    CHECK(comfy.request.weighting == "comfy");
    CHECK(comfy.request.sampling.initial_noise == "variance");
    Recipe const civitai = read_settings("Sampler: Euler, Civitai resources: [{\"type\":\"lora\",\"weight\":0.7},{}], "
                                         "Civitai metadata: {\"a\": \"b, Seed: 9\"}, Seed: 7");
    CHECK(civitai.request.seed == 7);
    CHECK(civitai.notes.empty());
    Recipe const fooocus = read_text("a cat, moody\nNegative prompt: blurry\nSteps: 30, Sampler: DPM++ 2M SDE Karras, "
                                     "Seed: 127589946317439009, Size: 512x512, CFG scale: 4, Sharpness: 2, Model: "
                                     "juggernaut, Version: Fooocus v2.5.5");
    CHECK(fooocus.program == "Fooocus");
    CHECK(fooocus.request.seed == 127589946317439009);
    CHECK(fooocus.request.sampling.schedule == "karras");
    CHECK(notes(fooocus, "Sharpness"));
}

TEST_CASE("A1111: texts that are no recipes", "[app][recipes]")
{
    for (std::string const text :
        { "", "a holiday by the lake", "Steps: up", "Steps: ", "prompt\nsteps: 20, sampler: x" })
        CHECK_FALSE(read_recipe(std::vector<PictureText> { { "parameters", text } }));
    Recipe const odd = read_settings(
        "Sampler: Euler, Seed: -1, Size: 12, CFG scale: inf, Clip skip: 99999999999999999999, Model hash: <script>");
    GenerationRequest const usual;
    CHECK(odd.request.seed == usual.seed);
    CHECK(odd.request.width == 0);
    CHECK(odd.request.sampling.cfg == usual.sampling.cfg);
    CHECK(odd.request.clip_skip == 1);
    CHECK(odd.request.model_hash.empty());
}
