// SPDX-License-Identifier: Apache-2.0
#include "app/cli/request_options.h"

#include "app/cli/library_files.h"
#include "app/files/file.h"
#include "app/files/places.h"
#include "app/picture/picture.h"
#include "app/recipes/recipe.h"
#include "app/recipes/write_recipe.h"
#include "models/api/lora.h"
#include "models/api/model_defaults.h"
#include "models/prompt/lora_tags.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <iostream>
#include <iterator>
#include <random>
#include <utility>

namespace igneous {

namespace {

constexpr std::uint64_t longest_prompt_file = 16u << 20;

std::string read_text(std::string const& name)
{
    std::string text;
    if (name == "-") {
        text.assign(std::istreambuf_iterator<char>(std::cin), {});
    } else {
        auto const bytes = read_file(path_from_utf8(name), longest_prompt_file);
        text.assign(reinterpret_cast<char const*>(bytes.data()), bytes.size());
    }
    if (text.ends_with('\n'))              // that an editor or echo put there
        text.pop_back();
    if (text.ends_with('\r'))
        text.pop_back();
    return text;
}

/// Whether the prompt asks for the LoRA itself.
bool is_tagged(std::string_view prompt, std::string_view name)
{
    return std::ranges::any_of(read_lora_tags(prompt), [&](LoraTag const& tag) { return tag.name == name; });
}

}

Tier tier_from(std::string const& word)
{
    require(word == "f16" || word == "f32", "--tier: expected f16 or f32, got {}", word);
    return word == "f32" ? Tier::f32 : Tier::f16;
}

std::uint64_t seed_from(std::string const& word)
{
    if (word == "random" || word == "-1") {
        std::random_device device;         // 32 bits, as people are used to see
        return device();
    }
    std::uint64_t seed = 0;
    auto const [end, error] = std::from_chars(word.data(), word.data() + word.size(), seed);
    require(error == std::errc() && end == word.data() + word.size(),
        "--seed: expected a whole number from 0 to 18446744073709551615 or \"random\", got {}", word);
    return seed;
}

void RequestOptions::add_to(CLI::App& app, PromptIs prompt)
{
    m_app = &app;
    m_prompt_is = prompt;
    SamplingSettings& s = m_request.sampling;
    app.add_option("--recipe", m_recipe,
           "Picture whose recipe is taken, from Igneous or another program; options that are given count more. With "
           "none, "
           "a picture of a batch is made with its whole batch, to be the same to the last bit")
        ->type_name("PICTURE")
        ->group("Prompt");
    app.add_option("--model", m_request.model, "Folder of a diffusers model, or a safetensors file of Stable Diffusion 1.x [the starter model]")->group("Model");
    app.add_option("--vae", m_request.vae, "Another autoencoder: a safetensors file or a diffusers folder [the model's own]")
        ->group("Model");
    app.add_option("--device", m_device, "Index or part of the name of a Vulkan device (see igneous devices)")
        ->group("Model");
    app.add_option("--memory-limit", m_memory_limit,
           "MiB of device memory to use at most; less may be slower; 0: what the driver gives")
        ->check(CLI::Range(0, 1 << 20))
        ->capture_default_str()
        ->group("Model");
    app.add_option("--tier", m_tier, "f16: fast; f32: everything in 32 bits, to compare with references")
        ->capture_default_str()
        ->group("Model");

    app.add_option("--prompt", m_request.prompt, "What the picture shows; may be empty")->group("Prompt");
    app.add_option("--prompt-file", m_prompt_file, "The prompt is the text of this file, - for the standard input")
        ->group("Prompt");
    app.add_option("--negative", m_request.negative_prompt, "What it shall not show")->group("Prompt");
    app.add_option("--weighting", m_request.weighting, "How (word:1.2) is read: a1111 or comfy")
        ->capture_default_str()
        ->group("Prompt");
    app.add_option("--clip-skip", m_request.clip_skip, "1: the text encoder's last layer, 2: the one before...")
        ->capture_default_str()
        ->group("Prompt");

    app.add_option("--lora", m_loras,
           "LoRA: its file, or its name in a LoRA folder, and its weight: ink.safetensors:0.8. May be given again. "
           "<lora:ink:0.8> in the prompt is the same")
        ->type_name("FILE[:WEIGHT]")
        ->allow_extra_args(false)
        ->group("Prompt");
    app.add_option("--lora-folder", m_lora_folders,
           "Folder where LoRAs are looked for by name, with the folders in it. May be given again")
        ->type_name("FOLDER")
        ->allow_extra_args(false)
        ->group("Prompt");

    app.add_option("--width", m_request.width, "Pixels, a multiple of 8 [the model's own]")->group("Picture");
    app.add_option("--height", m_request.height, "Pixels, a multiple of 8 [the model's own]")->group("Picture");
    app.add_option("--batch", m_request.batch, "Pictures, from seed, seed + 1...")
        ->capture_default_str()
        ->group("Picture");
    app.add_option("--vae-tile", m_request.vae_tile,
           "Pixels: decode large pictures in squares of this side, blended, in less memory; 0: whole")
        ->capture_default_str()
        ->group("Picture");
    app.add_option("--seed", m_seed, "Whole number, or random")->capture_default_str()->group("Picture");
    app.add_option("--rng", m_request.rng, "Whose random numbers: torch-cpu or torch-cuda")
        ->capture_default_str()
        ->group("Picture");

    app.add_option("--steps", s.steps, "Denoising steps [the model's own, mostly 20]")->group("Sampling");
    app.add_option("--cfg", s.cfg, "How much the prompt counts; 1: no guidance, twice as fast [the model's own, mostly 7; the starter model's is 4]")
        ->group("Sampling");
    app.add_option(
           "--sampler", s.sampler, "euler, euler_ancestral, heun, dpmpp_2m, dpmpp_2m_sde, ddim, ddpm, lms, uni_pc, lcm")
        ->capture_default_str()
        ->group("Sampling");
    app.add_option("--schedule", s.schedule,
           "normal, karras, exponential, sgm_uniform, simple, ddim_uniform, leading, trailing, linspace")
        ->capture_default_str()
        ->group("Sampling");
    app.add_option("--sigmas", s.sigmas, "Noise levels instead of --schedule and --steps, falling: 14.6,7,3,1,0")
        ->delimiter(',')
        ->group("Sampling");
    app.add_option(
           "--timesteps", s.timesteps, "Training time of a noise level: interpolate (A1111) or nearest (ComfyUI)")
        ->capture_default_str()
        ->group("Sampling");
    app.add_option("--initial-noise", s.initial_noise,
           "sigma: noise times the first level (A1111); variance: as ComfyUI scales it")
        ->capture_default_str()
        ->group("Sampling");
    app.add_option("--eta", s.eta, "Stochastic samplers: share of fresh noise")
        ->capture_default_str()
        ->group("Sampling");
    app.add_option("--s-noise", s.s_noise, "Stochastic samplers: scale of fresh noise")
        ->capture_default_str()
        ->group("Sampling");

    app.add_option("--init-image", m_init_image, "Picture to start from: PNG, JPEG or WebP")->group("Image to image");
    app.add_option("--strength", m_strength, "0: keep the picture, 1: only its size counts")
        ->capture_default_str()
        ->group("Image to image");
    app.add_option("--mask", m_mask, "White where to paint; the rest of the picture stays as it is")
        ->group("Image to image");
    app.add_option("--steps-mode", m_steps_mode, "How strength shortens the schedule: comfy or a1111")
        ->capture_default_str()
        ->group("Image to image");
}

std::string RequestOptions::prompt() const
{
    bool const text = m_app->count("--prompt") > 0, file = m_app->count("--prompt-file") > 0;
    require(text || file || m_prompt_is == PromptIs::optional || !m_recipe.empty(),
        "a prompt is missing: give --prompt TEXT (it may be empty), --prompt-file FILE or --recipe PICTURE");
    require(!(text && file), "--prompt and --prompt-file exclude one another; give one of them");
    return file ? read_text(m_prompt_file) : m_request.prompt;
}

void RequestOptions::read_init(GenerationRequest& request, std::optional<InitImage> const& known) const
{
    if (m_init_image.empty()) {
        require(m_mask.empty(), "--mask needs --init-image: the picture to paint into");
        require(m_app->count("--strength") == 0, "--strength needs --init-image: the picture to start from");
        require(!known, "{} began from another picture, which is not in it; give that with --init-image", m_recipe);
        return;
    }
    InitImage init = known.value_or(InitImage {});
    init.image = to_rgb(read_picture(path_from_utf8(m_init_image)));
    if (!known || m_app->count("--strength") > 0)
        init.strength = m_strength;
    if (!known || m_app->count("--steps-mode") > 0)
        init.steps_mode = m_steps_mode;
    if (request.width > 0 && request.height > 0)
        init.image = resize(init.image, request.width, request.height);
    if (!m_mask.empty())
        init.mask = resize_mask(to_grey(read_picture(path_from_utf8(m_mask))), init.image.width, init.image.height);
    request.init = std::move(init);
}

RequestedPicture RequestOptions::from_recipe() const
{
    auto const recipe = read_recipe(path_from_utf8(m_recipe));
    require(recipe.has_value(), "--recipe: no program that is known here left its recipe in {}", m_recipe);
    require(!recipe->masked || !m_mask.empty(),
        "{} was painted into another picture within a mask, which is not in it; give it with --mask", m_recipe);
    bool changed = false;
    GenerationRequest request = placeless(alone(*recipe));
    auto const take = [&](char const* option, auto& field, auto const& given) {
        if (m_app->count(option) > 0) {
            field = given;
            changed = true;
        }
    };
    SamplingSettings const& given = m_request.sampling;
    take("--prompt", request.prompt, m_request.prompt);
    take("--negative", request.negative_prompt, m_request.negative_prompt);
    take("--weighting", request.weighting, m_request.weighting);
    take("--clip-skip", request.clip_skip, m_request.clip_skip);
    take("--width", request.width, m_request.width);
    take("--height", request.height, m_request.height);
    take("--batch", request.batch, m_request.batch);
    take("--vae-tile", request.vae_tile, m_request.vae_tile);
    take("--rng", request.rng, m_request.rng);
    take("--steps", request.sampling.steps, given.steps);
    take("--cfg", request.sampling.cfg, given.cfg);
    take("--sampler", request.sampling.sampler, given.sampler);
    take("--schedule", request.sampling.schedule, given.schedule);
    take("--sigmas", request.sampling.sigmas, given.sigmas);
    take("--timesteps", request.sampling.timesteps, given.timesteps);
    take("--initial-noise", request.sampling.initial_noise, given.initial_noise);
    take("--eta", request.sampling.eta, given.eta);
    take("--s-noise", request.sampling.s_noise, given.s_noise);
    if (m_app->count("--sigmas") == 0 && (m_app->count("--steps") > 0 || m_app->count("--schedule") > 0))
        request.sampling.sigmas.clear();   // which would count more than what was asked for
    if (m_app->count("--prompt") > 0 || m_app->count("--prompt-file") > 0)
        std::erase_if(request.loras, [&](LoraUse const& lora) { return is_tagged(recipe->request.prompt, lora.name); });
    for (std::string_view const option : { "--prompt-file", "--seed", "--tier", "--lora", "--init-image" })
        changed |= m_app->count(std::string(option)) > 0;

    RequestedPicture requested { .request = std::move(request), .notes = recipe->notes };
    if (!changed && recipe->request.batch > 1) {
        requested.request = placeless(recipe->request);
        requested.only = recipe->index;
    }
#ifdef IGNEOUS_SERVICE
    find_in_library(requested.request, requested.notes);
#endif
    return requested;
}

LoraUse lora_from(std::string const& word)
{
    // Weights are taken from the back: a file's name may hold colons too.
    std::string place = word;
    std::vector<double> weights;
    for (std::size_t colon = place.rfind(':'); colon != place.npos && weights.size() < 2; colon = place.rfind(':')) {
        double weight = 0;
        char const* const end = place.data() + place.size();
        auto const [stop, error] = std::from_chars(place.data() + colon + 1, end, weight);
        if (error != std::errc() || stop != end)
            break;
        weights.insert(weights.begin(), weight);
        place.resize(colon);
    }
    require(!place.empty(), "--lora: {} names no file; write FILE or FILE:WEIGHT", word);
    LoraUse lora;
    std::filesystem::path const path = path_from_utf8(place);
    std::error_code ignored;
    if (std::filesystem::is_regular_file(path, ignored))
        lora.file = utf8_name(std::filesystem::absolute(path));
    else if (path.extension() == ".safetensors" || std::filesystem::exists(path, ignored))
        fail(ErrorCode::file_missing, "--lora: {} is not there or is no file; check the path", place);
    lora.name = lora.file.empty() ? place : utf8_name(path.stem());
    if (!weights.empty())
        lora.weight = weights.back();
    if (weights.size() == 2 && weights.front() != weights.back())
        lora.text_weight = weights.front();
    return lora;
}

void RequestOptions::read_loras(GenerationRequest& request) const
{
    std::vector<LoraUse> given;
    for (std::string const& word : m_loras)
        given.push_back(lora_from(word));
    for (LoraUse const& lora : given)      // a recipe may have it with another weight
        std::erase_if(request.loras, [&](LoraUse const& known) { return known.name == lora.name; });
    for (LoraTag const& tag : read_lora_tags(request.prompt))
        for (LoraUse const& lora : given)
            require(lora.name != tag.name,
                "--lora {0} and <lora:{0}> in the prompt are the same LoRA; give it in one place", tag.name);
    request.loras.insert(request.loras.end(), given.begin(), given.end());
    std::vector<std::filesystem::path> folders;
    for (std::string const& folder : m_lora_folders) {
        folders.push_back(path_from_utf8(folder));
        std::error_code ignored;
        if (!std::filesystem::is_directory(folders.back(), ignored))
            fail(ErrorCode::file_missing, "--lora-folder: there is no folder {}; check the path", folder);
    }
    if (std::filesystem::path const own = starter_loras(); !own.empty())
        folders.push_back(own);
    resolve_loras(request, folders);
}

/// The place of the model that a recipe names: what the library found, or the starter's.
std::string RequestOptions::model_of(std::string const& recipe_model) const
{
    if (!m_request.model.empty())
        return m_request.model;
    if (path_from_utf8(recipe_model).is_absolute())
        return recipe_model;
    std::string const starter = utf8_name(starter_model());
    require(m_recipe.empty() || recipe_model == model_name(starter),
        "{} was made with the model {}, which is not in the library; say with --model where that lies", m_recipe,
        recipe_model.empty() ? "of a program that did not name it" : recipe_model);
    return starter;
}

/// What the model is at its best with, where nothing was said. What is wrong with a model, the pipeline says.
void RequestOptions::use_defaults(GenerationRequest& request) const
{
    auto const defaults = model_defaults(path_from_utf8(request.model));
    if (defaults && m_app->count("--cfg") == 0)
        request.sampling.cfg = defaults->cfg;
    if (defaults && m_app->count("--steps") == 0)
        request.sampling.steps = defaults->steps;
}

RequestedPicture RequestOptions::requested() const
{
    RequestedPicture requested;
    GenerationRequest& request = requested.request;
    if (m_recipe.empty())
        request = m_request;
    else
        requested = from_recipe();
    if (std::string text = prompt(); m_recipe.empty() || m_app->count("--prompt-file") > 0)
        request.prompt = std::move(text);
    if (m_recipe.empty() || m_app->count("--seed") > 0)
        request.seed = seed_from(m_seed);
    if (m_recipe.empty() || m_app->count("--tier") > 0)
        request.tier = tier_from(m_tier);
    request.model = model_of(request.model);
    if (m_app->count("--vae") > 0)
        request.vae = m_request.vae;
    require(request.vae.empty() || m_app->count("--vae") > 0,
        "{} was made with the VAE {}; say with --vae where that lies, or --vae \"\" for the model's own", m_recipe, request.vae);
    if (m_recipe.empty())
        use_defaults(request);
    require(
        m_app->count("--width") == 0 || request.width != 0, "--width: 0 is no size; leave it out for the model's own");
    require(m_app->count("--height") == 0 || request.height != 0,
        "--height: 0 is no size; leave it out for the model's own");
    read_init(request, std::exchange(request.init, std::nullopt));
    read_loras(request);
    return requested;
}

}
