// SPDX-License-Identifier: Apache-2.0
// The other programs' recipes, built from their documentation.
#include "app/picture/xmp.h"
#include "tests/app/recipes/read.h"

using namespace igneous;
using test::notes;
using test::read;

TEST_CASE("SwarmUI: its JSON", "[app][recipes]")
{
    Recipe const recipe = read({ { "parameters", R"({
        "sui_image_params": {"prompt": "a castle", "negativeprompt": "fog", "model": "Official/sd15.safetensors", "seed": 11,
            "steps": 22, "cfgscale": 6.0, "aspectratio": "1:1", "width": 640, "height": 512, "sampler": "dpmpp_2m",
            "scheduler": "karras", "clipstopatlayer": "-2", "loras": ["style/a", "b"], "loraweights": ["0.5", "1.5"],
            "refinerupscale": 1.5, "swarm_version": "0.9.5.2"},
        "sui_extra_data": {"date": "2025-03-26"},
        "sui_models": [{"name": "sd15.safetensors", "param": "model", "hash": "0x12345678"}]})" } });
    GenerationRequest const& r = recipe.request;
    CHECK(recipe.program == "SwarmUI");
    CHECK(r.prompt == "a castle");
    CHECK(r.negative_prompt == "fog");
    CHECK(r.model == "sd15");
    CHECK(r.model_hash.empty());           // theirs is of the tensors, not of the file
    CHECK(r.seed == 11);
    CHECK(r.width == 640);
    CHECK(r.height == 512);
    CHECK(r.clip_skip == 2);
    CHECK(r.sampling.sampler == "dpmpp_2m");
    CHECK(r.sampling.schedule == "karras");
    CHECK(r.weighting == "comfy");
    REQUIRE(r.loras.size() == 2);
    CHECK(r.loras[0] == LoraUse { "a", "", "", 0.5 });
    CHECK(r.loras[1].weight == 1.5);
    CHECK(recipe.notes.size() == 1);
    CHECK(notes(recipe, "refinerupscale: 1.5"));
    Recipe const image = read({ { "parameters",
        R"({"sui_image_params": {"prompt": "x", "initimagecreativity": 0.6, "loras": "a,b", "loraweights": "1,2"}})" } });
    CHECK(image.request.init->strength == 0.6);
    CHECK(image.request.loras.size() == 2);
    CHECK(image.request.sampling.sampler == "euler");
}

TEST_CASE("Fooocus: its JSON, in PNG and in EXIF", "[app][recipes]")
{
    std::string const json
        = R"json({"adm_guidance": "(1.5, 0.8, 0.3)", "base_model": "juggernautXL_v8", "base_model_hash": "aeb7e9e689",
        "clip_skip": 2, "full_prompt": ["cinematic still a cat"], "guidance_scale": 4, "lora_combined_1": "offset : 0.1",
        "loras": [["offset", 0.1, "4852686128"]], "metadata_scheme": "fooocus", "negative_prompt": "", "prompt": "a cat",
        "refiner_model": "None", "refiner_switch": 0.5, "resolution": "(1152, 896)", "sampler": "dpmpp_2m_sde_gpu",
        "scheduler": "karras", "seed": "127589946317439009", "sharpness": 2, "steps": 30, "styles": "['Fooocus V2']",
        "vae": "Default (model)", "version": "Fooocus v2.5.5"})json";
    for (std::vector<PictureText> const& texts :
        { std::vector<PictureText> { { "parameters", json }, { "fooocus_scheme", "fooocus" } },
            std::vector<PictureText> {
                { "parameters", json }, { "Software", "Fooocus v2.5.5" }, { "MakerNote", "fooocus" } } }) {
        Recipe const recipe = read(texts);
        GenerationRequest const& r = recipe.request;
        CHECK(recipe.program == "Fooocus");
        CHECK(r.prompt == "a cat");
        CHECK(r.model == "juggernautXL_v8");
        CHECK(r.model_hash == "aeb7e9e689");
        CHECK(r.seed == 127589946317439009);
        CHECK(r.width == 1152);
        CHECK(r.height == 896);
        CHECK(r.clip_skip == 2);
        CHECK(r.sampling.sampler == "dpmpp_2m_sde");
        CHECK(r.sampling.cfg == 4);
        REQUIRE(r.loras.size() == 1);
        CHECK(r.loras[0] == LoraUse { "offset", "", "4852686128", 0.1 });
        CHECK(notes(recipe, "styles: ['Fooocus V2']"));
        CHECK(notes(recipe, "sharpness: 2"));
        CHECK_FALSE(notes(recipe, "vae"));
    }
}

TEST_CASE("InvokeAI: three ages", "[app][recipes]")
{
    Recipe const recipe = read({ { "invokeai_metadata", R"json({"app_version": "4.2.0", "generation_mode": "txt2img",
        "positive_prompt": "a (lighthouse)1.3 at dawn", "negative_prompt": "fog", "width": 512, "height": 640, "seed": 777,
        "rand_device": "cpu", "cfg_scale": 7.5, "steps": 25, "scheduler": "dpmpp_2m_k", "clip_skip": 1, "seamless_x": false,
        "model": {"key": "k", "hash": "blake3:abc", "name": "dreamshaper", "base": "sd-1", "type": "main"}, "vae": {"name": "fine"},
        "loras": [{"model": {"name": "ink", "hash": "sha256:AABBCCDDEE"}, "weight": 0.6}], "controlnets": []})json" } });
    GenerationRequest const& r = recipe.request;
    CHECK(recipe.program == "InvokeAI");
    CHECK(r.prompt == "a (lighthouse)1.3 at dawn");
    CHECK(r.model == "dreamshaper");
    CHECK(r.model_hash.empty());
    CHECK(r.clip_skip == 2);
    CHECK(r.sampling.sampler == "dpmpp_2m");
    CHECK(r.sampling.schedule == "karras");
    CHECK(r.rng == "torch-cpu");
    CHECK(r.loras == std::vector<LoraUse> { { "ink", "", "aabbccddee", 0.6 } });
    CHECK(notes(recipe, "word++"));
    CHECK(notes(recipe, "vae"));
    CHECK_FALSE(notes(recipe, "seamless_x"));
    CHECK_FALSE(notes(recipe, "controlnets"));

    Recipe const three
        = read({ { "invokeai_metadata", R"({"generation_mode": "img2img", "positive_prompt": "x", "strength": 0.4,
        "scheduler": "euler_a", "model": {"model_name": "old"}, "loras": [{"lora": {"model_name": "l"}, "weight": 1}], "rand_device": "cuda"})" } });
    CHECK(three.request.model == "old");
    CHECK(three.request.sampling.sampler == "euler_ancestral");
    CHECK(three.request.sampling.schedule == "leading");
    CHECK(three.request.rng == "torch-cuda");
    CHECK(three.request.loras[0].name == "l");
    CHECK(three.request.init->strength == 0.4);

    Recipe const two = read(
        { { "sd-metadata",
              R"({"model": "stable diffusion", "model_weights": "sd-1.5", "model_hash": "cc6cb27103417325ff94f52b7a5d2dde45a7515b25c255d8e396c90014281516",
        "app_version": "2.3.5", "image": {"prompt": [{"prompt": "a lake [fog, rain]", "weight": 1.0}], "steps": 30, "cfg_scale": 7.0,
        "threshold": 0, "perlin": 0.1, "height": 512, "width": 768, "seed": 5, "type": "txt2img", "sampler": "k_lms", "variations": []}})" },
            { "Dream", "\"a lake\" -s 1" } });
    CHECK(two.request.prompt == "a lake");
    CHECK(two.request.negative_prompt == "fog, rain");
    CHECK(two.request.model == "sd-1.5");
    CHECK(two.request.model_hash.size() == 64);
    CHECK(two.request.sampling.sampler == "lms");
    CHECK(two.request.width == 768);
    CHECK(notes(two, "perlin"));
    CHECK(two.notes.size() == 1);

    Recipe const one = read({ { "Dream", R"("a "red" lake" -s50 -S 123 -W 512 -H 640 -C7.5 -A k_euler_a -G 0.8)" } });
    CHECK(one.request.prompt == "a \"red\" lake");
    CHECK(one.request.sampling.steps == 50);
    CHECK(one.request.seed == 123);
    CHECK(one.request.height == 640);
    CHECK(one.request.sampling.cfg == 7.5);
    CHECK(one.request.sampling.sampler == "euler_ancestral");
    CHECK(notes(one, "-G: 0.8"));
}

TEST_CASE("NovelAI: Comment and what stands beside it", "[app][recipes]")
{
    Recipe const recipe = read({ { "Title", "AI generated image" }, { "Description", "{{a lake}}" },
        { "Software", "NovelAI" }, { "Source", "Stable Diffusion XL C1E1DE52" },
        { "Comment",
            R"({"prompt": "{{a lake}}", "uc": "lowres", "steps": 28, "height": 1216, "width": 832, "scale": 5.0, "seed": 3014,
            "sampler": "k_euler_ancestral", "noise_schedule": "native", "sm": true, "sm_dyn": false, "cfg_rescale": 0.0,
            "request_type": "PromptGenerateRequest"})" } });
    GenerationRequest const& r = recipe.request;
    CHECK(recipe.program == "NovelAI");
    CHECK(r.prompt == "{{a lake}}");
    CHECK(r.negative_prompt == "lowres");
    CHECK(r.model == "Stable Diffusion XL C1E1DE52");
    CHECK(r.sampling.sampler == "euler_ancestral");
    CHECK(r.sampling.schedule == "normal");
    CHECK(r.sampling.cfg == 5);
    CHECK(r.width == 832);
    CHECK(notes(recipe, "{word}"));
    CHECK(notes(recipe, "sm: true"));
    CHECK_FALSE(notes(recipe, "sm_dyn"));
    Recipe const four
        = read({ { "Software", "NovelAI" }, { "Comment", R"({"v4_prompt": {"caption": {"base_caption": "1girl",
        "char_captions": [{"char_caption": "tall"}]}}, "v4_negative_prompt": {"caption": {"base_caption": "bad"}},
        "request_type": "Img2ImgRequest", "strength": 0.5, "seed": 1})" } });
    CHECK(four.request.prompt == "1girl");
    CHECK(four.request.negative_prompt == "bad");
    CHECK(four.request.init->strength == 0.5);
    CHECK(notes(four, "characters"));
}

TEST_CASE("Draw Things: JSON in XMP", "[app][recipes]")
{
    XmpProperty const properties[] = {
        { "xmp:CreatorTool", "Draw Things" },
        { "exif:UserComment", R"({"c": "a lake & \"more\"", "uc": "fog", "model": "sd_v1.5_f16.ckpt", "seed": 42,
            "seed_mode": "NVIDIA GPU Compatible", "steps": 20, "scale": 7.5, "sampler": "DPM++ 2M Karras", "size": "512x768",
            "strength": 1, "lora": [{"model": "ink_lora_f16.ckpt", "weight": 0.7}], "mask_blur": 1.5, "v2": {"clipSkip": 2}})" }
    };
    Recipe const recipe = read({ { std::string(xmp_key), xmp_packet(properties) } });
    GenerationRequest const& r = recipe.request;
    CHECK(recipe.program == "Draw Things");
    CHECK(r.prompt == "a lake & \"more\"");
    CHECK(r.negative_prompt == "fog");
    CHECK(r.model == "sd_v1.5_f16");
    CHECK(r.seed == 42);
    CHECK(r.rng == "torch-cuda");
    CHECK(r.width == 512);
    CHECK(r.height == 768);
    CHECK(r.clip_skip == 2);
    CHECK(r.sampling.sampler == "dpmpp_2m");
    CHECK(r.sampling.schedule == "karras");
    CHECK(r.loras == std::vector<LoraUse> { { "ink_lora_f16", "", "", 0.7 } });
    CHECK_FALSE(r.init);
    CHECK(recipe.notes.size() == 1);
    CHECK(notes(recipe, "mask_blur"));
    XmpProperty const alike[] = { { "xmp:CreatorTool", "Draw Things" },
        { "exif:UserComment",
            R"({"c": "x", "sampler": "Euler A Trailing", "seed_mode": "Scale Alike", "strength": 0.5})" } };
    Recipe const other = read({ { std::string(xmp_key), xmp_packet(alike) } });
    CHECK(other.request.sampling.schedule == "trailing");
    CHECK(other.request.init->strength == 0.5);
    CHECK(notes(other, "Scale Alike"));
}
