// SPDX-License-Identifier: Apache-2.0
// ComfyUI's graphs, built from its documentation: what a sampler is linked to becomes the request.
#include "tests/app/recipes/read.h"

#include <nlohmann/json.hpp>

using namespace igneous;
using nlohmann::json;
using test::notes;
using test::read;

namespace {

json node(std::string const& type, json inputs) { return { { "class_type", type }, { "inputs", std::move(inputs) } }; }
json wire(std::string const& id, int output = 0) { return json::array({ id, output }); }

/// The graph that ComfyUI opens with.
json usual_graph()
{
    return {
        { "3", node("KSampler", { { "seed", 156680208700286 }, { "steps", 25 }, { "cfg", 8.0 },
                                    { "sampler_name", "dpmpp_2m_sde_gpu" }, { "scheduler", "karras" }, { "denoise", 1 },
                                    { "model", wire("4") }, { "positive", wire("6") }, { "negative", wire("7") },
                                    { "latent_image", wire("5") } }) },
        { "4", node("CheckpointLoaderSimple", { { "ckpt_name", "sd15\\v1-5-pruned-emaonly.ckpt" } }) },
        { "5", node("EmptyLatentImage", { { "width", 512 }, { "height", 768 }, { "batch_size", 1 } }) },
        { "6", node("CLIPTextEncode", { { "text", "a bottle" }, { "clip", wire("4", 1) } }) },
        { "7", node("CLIPTextEncode", { { "text", "text, watermark" }, { "clip", wire("4", 1) } }) },
        { "8", node("VAEDecode", { { "samples", wire("3") }, { "vae", wire("4", 2) } }) },
        { "9", node("SaveImage", { { "filename_prefix", "ComfyUI" }, { "images", wire("8") } }) },
    };
}

Recipe read_graph(json const& graph) { return read({ { "prompt", graph.dump() } }); }

}

TEST_CASE("ComfyUI: the usual graph", "[app][recipes]")
{
    Recipe const recipe = read_graph(usual_graph());
    GenerationRequest const& r = recipe.request;
    CHECK(recipe.program == "ComfyUI");
    CHECK(recipe.notes.empty());
    CHECK(r.prompt == "a bottle");
    CHECK(r.negative_prompt == "text, watermark");
    CHECK(r.model == "v1-5-pruned-emaonly");
    CHECK(r.seed == 156680208700286);
    CHECK(r.sampling.steps == 25);
    CHECK(r.sampling.cfg == 8);
    CHECK(r.sampling.sampler == "dpmpp_2m_sde");
    CHECK(r.sampling.schedule == "karras");
    CHECK(r.width == 512);
    CHECK(r.height == 768);
    CHECK(r.weighting == "comfy");
    CHECK(r.rng == "torch-cpu");
    CHECK(r.sampling.timesteps == "nearest");
    CHECK(r.sampling.initial_noise == "variance");
    CHECK_FALSE(r.init);
}

TEST_CASE("ComfyUI: LoRAs, clip skip, primitives, what stands between", "[app][recipes]")
{
    json graph = usual_graph();
    graph["10"] = node("LoraLoader", { { "lora_name", "a.safetensors" }, { "strength_model", 0.5 },
                                         { "strength_clip", 0.5 }, { "model", wire("4") }, { "clip", wire("4", 1) } });
    graph["11"]
        = node("LoraLoader", { { "lora_name", "sub/b.safetensors" }, { "strength_model", 1.0 },
                                 { "strength_clip", 0.0 }, { "model", wire("10") }, { "clip", wire("10", 1) } });
    graph["12"] = node("CLIPSetLastLayer", { { "stop_at_clip_layer", -2 }, { "clip", wire("11", 1) } });
    graph["13"] = node("FreeU", { { "b1", 1.1 }, { "model", wire("11") } });
    graph["14"] = node("PrimitiveInt", { { "value", 77 } });
    graph["15"] = node("PrimitiveStringMultiline", { { "value", "from afar" } });
    graph["3"]["inputs"]["model"] = wire("13");
    graph["3"]["inputs"]["seed"] = wire("14");
    graph["6"]["inputs"]["clip"] = wire("12");
    graph["6"]["inputs"]["text"] = wire("15");
    Recipe const recipe = read_graph(graph);
    REQUIRE(recipe.request.loras.size() == 2);
    CHECK(recipe.request.loras[0] == LoraUse { "a", "", "", 0.5 });
    CHECK(recipe.request.loras[1] == LoraUse { "b", "", "", 1, 0 });
    CHECK(recipe.request.clip_skip == 2);
    CHECK(recipe.request.seed == 77);
    CHECK(recipe.request.prompt == "from afar");
    CHECK(recipe.request.model == "v1-5-pruned-emaonly");
    CHECK(notes(recipe, "FreeU"));
    CHECK(recipe.notes.size() == 1);
}

TEST_CASE("ComfyUI: conditioning that is concatenated, combined, controlled", "[app][recipes]")
{
    json graph = usual_graph();
    graph["20"] = node("CLIPTextEncode", { { "text", "on a table" }, { "clip", wire("4", 1) } });
    graph["21"] = node("ConditioningConcat", { { "conditioning_to", wire("6") }, { "conditioning_from", wire("20") } });
    graph["22"]
        = node("ControlNetApplyAdvanced", { { "positive", wire("21") }, { "negative", wire("7") }, { "strength", 1 } });
    graph["3"]["inputs"]["positive"] = wire("22", 0);
    graph["3"]["inputs"]["negative"] = wire("22", 1);
    Recipe const recipe = read_graph(graph);
    CHECK(recipe.request.prompt == "a bottle BREAK on a table");
    CHECK(recipe.request.negative_prompt == "text, watermark");
    CHECK(recipe.request.weighting == "a1111");
    CHECK(notes(recipe, "ControlNetApplyAdvanced"));
    graph["21"] = node("ConditioningCombine", { { "conditioning_1", wire("6") }, { "conditioning_2", wire("20") } });
    CHECK(read_graph(graph).request.prompt == "a bottle, on a table");
    CHECK(notes(read_graph(graph), "ConditioningCombine"));
    graph["3"]["inputs"]["negative"] = wire("23");
    graph["23"] = node("ConditioningZeroOut", { { "conditioning", wire("6") } });
    CHECK(read_graph(graph).request.negative_prompt.empty());
}

TEST_CASE("ComfyUI: custom samplers", "[app][recipes]")
{
    json graph = usual_graph();
    graph["3"]
        = node("SamplerCustomAdvanced", { { "noise", wire("30") }, { "guider", wire("31") }, { "sampler", wire("32") },
                                            { "sigmas", wire("33") }, { "latent_image", wire("5") } });
    graph["30"] = node("RandomNoise", { { "noise_seed", 18446744073709551615ull } });
    graph["31"] = node(
        "CFGGuider", { { "model", wire("4") }, { "positive", wire("6") }, { "negative", wire("7") }, { "cfg", 3.5 } });
    graph["32"] = node("KSamplerSelect", { { "sampler_name", "heun" } });
    graph["33"] = node(
        "BasicScheduler", { { "model", wire("4") }, { "scheduler", "simple" }, { "steps", 12 }, { "denoise", 1.0 } });
    Recipe const recipe = read_graph(graph);
    CHECK(recipe.request.seed == 18446744073709551615ull);
    CHECK(recipe.request.sampling.cfg == 3.5);
    CHECK(recipe.request.sampling.sampler == "heun");
    CHECK(recipe.request.sampling.schedule == "simple");
    CHECK(recipe.request.sampling.steps == 12);
    CHECK(recipe.request.prompt == "a bottle");
    CHECK(recipe.request.model == "v1-5-pruned-emaonly");
    graph["33"]
        = node("KarrasScheduler", { { "steps", 9 }, { "sigma_max", 14.6 }, { "sigma_min", 0.03 }, { "rho", 7.0 } });
    graph["31"] = node("BasicGuider", { { "model", wire("4") }, { "conditioning", wire("6") } });
    Recipe const other = read_graph(graph);
    CHECK(other.request.sampling.schedule == "karras");
    CHECK(other.request.sampling.steps == 9);
    CHECK(other.request.sampling.cfg == 1);
    CHECK(other.request.prompt == "a bottle");
    CHECK(notes(other, "sigma_max"));

    json advanced = usual_graph();
    advanced["3"]["class_type"] = "KSamplerAdvanced";
    advanced["3"]["inputs"].erase("seed");
    advanced["3"]["inputs"].update({ { "noise_seed", 4 }, { "start_at_step", 0 }, { "end_at_step", 20 } });
    CHECK(read_graph(advanced).request.seed == 4);
    CHECK(notes(read_graph(advanced), "end_at_step"));
}

TEST_CASE("ComfyUI: second passes and pictures to begin from", "[app][recipes]")
{
    json graph = usual_graph();
    graph["40"] = node("LatentUpscaleBy", { { "scale_by", 2 }, { "samples", wire("3") } });
    graph["41"] = graph["3"];
    graph["41"]["inputs"].update({ { "latent_image", wire("40") }, { "denoise", 0.5 }, { "seed", 1 }, { "steps", 7 } });
    graph["8"]["inputs"]["samples"] = wire("41");
    Recipe const hires = read_graph(graph);
    CHECK(hires.request.sampling.steps == 25);
    CHECK(hires.request.width == 512);
    CHECK_FALSE(hires.request.init);
    CHECK(notes(hires, "1 more sampling pass"));

    graph = usual_graph();
    graph["50"] = node("LoadImage", { { "image", "photo.png" } });
    graph["51"] = node("VAEEncode", { { "pixels", wire("50") }, { "vae", wire("4", 2) } });
    graph["3"]["inputs"].update({ { "latent_image", wire("51") }, { "denoise", 0.6 } });
    Recipe const image = read_graph(graph);
    REQUIRE(image.request.init);
    CHECK(image.request.init->strength == 0.6);
    CHECK(image.request.init->steps_mode == "comfy");
    CHECK(notes(image, "the picture that it began from"));
}

TEST_CASE("ComfyUI: what the canvas shows, where nothing else was kept; and WebP's tags", "[app][recipes]")
{
    json const workflow = {
        { "nodes",
            { { { "id", 3 }, { "type", "KSampler" }, { "mode", 0 },
                  { "inputs",
                      { { { "name", "model" }, { "link", 1 } }, { { "name", "positive" }, { "link", 2 } },
                          { { "name", "negative" }, { "link", 3 } }, { { "name", "latent_image" }, { "link", 4 } } } },
                  { "widgets_values", { 99, "randomize", 15, 7.5, "euler", "normal", 1 } } },
                { { "id", 4 }, { "type", "CheckpointLoaderSimple" }, { "widgets_values", { "model.safetensors" } } },
                { { "id", 5 }, { "type", "EmptyLatentImage" }, { "widgets_values", { 256, 128, 4 } } },
                { { "id", 6 }, { "type", "CLIPTextEncode" }, { "widgets_values", { "a bottle" } } },
                { { "id", 7 }, { "type", "CLIPTextEncode" }, { "widgets_values", { "bad" } } },
                { { "id", 8 }, { "type", "Reroute" }, { "inputs", { { { "name", "" }, { "link", 5 } } } } },
                { { "id", 9 }, { "type", "LoraLoaderModelOnly" }, { "mode", 4 },
                    { "inputs", { { { "name", "model" }, { "link", 6 } } } },
                    { "widgets_values", { "off.safetensors", 1 } } } } },
        { "links", { { 1, 9, 0, 3, 0, "MODEL" }, { 2, 8, 0, 3, 1, "CONDITIONING" }, { 3, 7, 0, 3, 2, "CONDITIONING" },
                       { 4, 5, 0, 3, 3, "LATENT" }, { 5, 6, 0, 8, 0, "*" }, { 6, 4, 0, 9, 0, "MODEL" } } },
    };
    for (PictureText const& text :
        { PictureText { "workflow", workflow.dump() }, PictureText { "Make", "workflow:" + workflow.dump() } }) {
        Recipe const recipe = read({ text });
        CHECK(recipe.request.prompt == "a bottle");
        CHECK(recipe.request.negative_prompt == "bad");
        CHECK(recipe.request.model == "model");
        CHECK(recipe.request.loras.empty());
        CHECK(recipe.request.seed == 99);
        CHECK(recipe.request.sampling.steps == 15);
        CHECK(recipe.request.sampling.sampler == "euler");
        CHECK(recipe.request.width == 256);
        CHECK(notes(recipe, "batch"));
    }
    // A NaN, as Python writes it, is no reason to know nothing.
    std::string text = usual_graph().dump();
    text.insert(1, R"("100": {"class_type": "X", "inputs": {"is_changed": [NaN, -Infinity]}},)");
    CHECK(read({ { "prompt", text } }).request.prompt == "a bottle");
}

TEST_CASE("ComfyUI: circles, doublings and holes end", "[app][recipes]")
{
    json graph = usual_graph();
    graph["6"] = node("ConditioningCombine", { { "conditioning_1", wire("6") }, { "conditioning_2", wire("6") } });
    graph["4"] = node("LoraLoader", { { "lora_name", "x" }, { "model", wire("4") } });
    graph["5"] = node("LatentUpscale", { { "samples", wire("5") } });
    CHECK(read_graph(graph).request.prompt.empty());
    graph["3"]["inputs"]["latent_image"] = wire("3");
    graph["3"]["inputs"]["seed"] = wire("3");
    CHECK(read_graph(graph).request.negative_prompt == "text, watermark");
    // 2^200 texts, if anyone counted.
    graph = usual_graph();
    graph["3"]["inputs"]["positive"] = wire("c199");
    for (int i = 0; i < 200; ++i) {
        std::string const before = i == 0 ? "6" : "c" + std::to_string(i - 1);
        graph["c" + std::to_string(i)] = node(
            "ConditioningConcat", { { "conditioning_to", wire(before) }, { "conditioning_from", wire(before) } });
    }
    CHECK(read_graph(graph).request.prompt.size() <= 2u << 20);
    for (std::string const text :
        { "{}", "[]", "null", "{\"3\": {\"class_type\": \"KSampler\"}}", "{\"3\": {\"class_type\": 3, \"inputs\": []}}",
            "{\"nodes\": 3, \"links\": {}}", "{\"nodes\": [null, {}, {\"id\": {}}], \"links\": [[], [1], null]}" }) {
        CHECK_FALSE(read_recipe(std::vector<PictureText> { { "prompt", text } }));
        CHECK_FALSE(read_recipe(std::vector<PictureText> { { "workflow", text } }));
    }
    graph = usual_graph();
    for (auto& [id, entry] : graph.items())
        for (auto& [name, input] : entry["inputs"].items())
            input = wire("nowhere", 1 << 30);
    CHECK(read_graph(graph).request.prompt.empty());
}
