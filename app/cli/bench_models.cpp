// SPDX-License-Identifier: Apache-2.0
#include "app/cli/bench_models.h"

#include "app/files/places.h"
#include "compute/bench/random_weights.h"
#include "compute/bench/timing.h"
#include "compute/device/device.h"
#include "compute/graph/program.h"
#include "compute/memory/weight_store.h"
#include "models/families/stable_diffusion/stable_diffusion.h"
#include "models/pipeline/generate.h"

#include <format>
#include <random>

namespace igneous {

namespace fs = std::filesystem;

namespace {

using Model = std::shared_ptr<StableDiffusion const>;
using LoadModel = std::function<Model()>;

TensorIndex random_index(std::string part)
{
    auto const weights = std::make_shared<RandomWeights>();
    return TensorIndex::made_by([weights, part](std::string const& name,
                                    Shape const& shape) { return weights->make(part + "." + name, shape); },
        part);
}

/// The published configs, as far as they differ from diffusers' defaults.
constexpr char const* sd15_unet = R"({ "cross_attention_dim": 768, "attention_head_dim": 8 })";
// Without the two small layers that take the picture's size and the pooled text: 0.2 % of its weights.
constexpr char const* sdxl_unet = R"({ "sample_size": 128, "block_out_channels": [320, 640, 1280],
    "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
    "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
    "attention_head_dim": [5, 10, 20], "transformer_layers_per_block": [1, 2, 10], "cross_attention_dim": 2048,
    "use_linear_projection": true })";

Model random_model(char const* unet)
{
    StableDiffusionConfig config;
    config.unet = UNet2DConditionConfig::from(Config::parse(unet, "the benchmark's own config"));
    int const wide = config.unet.context_channels(); // SDXL's two text encoders together stand as one, which nobody runs
    config.text = { .channels = wide, .inner_channels = 4 * wide, .layers = 12, .heads = wide / 64 };
    AutoencoderKLConfig const vae { .channels = { 128, 256, 512, 512 }, .layers_per_block = 2 };
    config.vae = vae;
    return std::make_shared<StableDiffusion const>(StableDiffusion { .config = config,
        .text_encoder = ClipTextModel::load(random_index("text_encoder"), config.text),
        .unet = UNet2DCondition::load(random_index("unet"), config.unet),
        .vae = AutoencoderKL::load(random_index("vae"), vae) });
}

Model random_sd15() { return random_model(sd15_unet); }
Model random_sdxl() { return random_model(sdxl_unet); }

BenchCase step_case(std::string const& name, LoadModel load, int side, int batch, BenchSize size)
{
    return { .name = "e2e.step",
        .shape = std::format("{} {}x{} B{}", name, side, side, batch),
        .size = size,
        .build =
            [=] {
                Model const model = load();
                int const latents = side / model->config.factor();
                return build_denoise_graph(*model, { .batch = batch, .height = latents, .width = latents });
            },
        .measure = BenchMeasure::replay };
}

BenchCase decode_case(std::string const& name, LoadModel load, int side, BenchSize size)
{
    return { .name = "e2e.vae_decode",
        .shape = std::format("{} {}x{}", name, side, side),
        .size = size,
        .build =
            [=] {
                Model const model = load();
                int const latents = side / model->config.factor();
                return build_vae_decode_graph(model->vae, { .height = latents, .width = latents });
            },
        .measure = BenchMeasure::replay };
}

BenchCase text_case(std::string const& name, LoadModel load, BenchSize size)
{
    return { .name = "e2e.text_encoder",
        .shape = name + " 77 tokens",
        .size = size,
        .build = [=] { return build_text_graph(*load(), {}); },
        .measure = BenchMeasure::replay };
}

/// Plans of the three parts: which weights they want, packed how.
std::vector<std::shared_ptr<Plan const>> plans_of(StableDiffusion const& model, DeviceProfile const& profile)
{
    std::vector<std::shared_ptr<Plan const>> plans;
    for (auto const& graph :
        { build_text_graph(model, {}), build_denoise_graph(model, {}), build_vae_decode_graph(model.vae, {}) })
        plans.push_back(std::make_shared<Plan const>(make_plan(graph, { .profile = profile })));
    return plans;
}

/// Weights packed and uploaded, and before that, `from_files`, files opened, checked and mapped: from the system's
/// cache after the first time.
BenchTask load_task(std::string const& name, LoadModel load, bool from_files, BenchSize size)
{
    return { .name = "e2e.load",
        .shape = name,
        .variant = "packed",
        .size = size,
        .prepare = [=](std::shared_ptr<Device> const& device) {
            return [=, kept = from_files ? nullptr : load()] {
                Model model = kept;
                double const files = from_files ? wall_time([&] { model = load(); }) : 0;
                auto const plans = plans_of(*model, device->profile());          // a request's cost, not the model's
                return files + wall_time([&] {
                    auto const weights = WeightStore::create(device);
                    for (auto const& plan : plans)
                        weights->realise(weights_of(*plan));
                    device->wait_idle();
                });
            };
        } };
}

/// A folder that goes with the last copy of its handle.
std::shared_ptr<fs::path const> temporary_folder()
{
    fs::path const path = fs::temp_directory_path() / std::format("igneous-bench-{:08x}", std::random_device {}());
    fs::create_directories(path);
    return { new fs::path(path), [](fs::path const* folder) {
                std::error_code ignored;
                fs::remove_all(*folder, ignored);
                delete folder;
            } };
}

double first_picture(fs::path const& model, std::string const& device, fs::path const& pipelines)
{
    GenerationRequest request;
    request.model = utf8_name(model);
    request.prompt = "a lake at dawn";
    request.sampling.steps = 4;
    return wall_time([&] {
        auto const generator
            = make_generator({ .device = { .name_or_index = device, .cache_folder = pipelines.string() },
                .clip_vocabulary = clip_vocabulary().string() });
        generator->generate(request, [](GenerationEvent const&) {});
    });
}

BenchTask first_picture_task(fs::path const& model, std::string const& device, bool warm)
{
    return { .name = warm ? "e2e.first_picture.warm" : "e2e.first_picture.cold",
        .shape = "starter, 4 steps",
        .variant = "pipelines",
        .warm_up = warm,
        .prepare = [=](std::shared_ptr<Device> const&) {
            return [=, kept = temporary_folder()] {
                return first_picture(model, device, warm ? *kept : *temporary_folder());
            };
        } };
}

}

std::vector<BenchCase> model_cases(fs::path const& starter)
{
    constexpr BenchSize large = BenchSize::large;
    std::vector<BenchCase> cases;
    if (!starter.empty()) {
        LoadModel const load
            = [starter] { return std::make_shared<StableDiffusion const>(StableDiffusion::load(starter)); };
        cases.push_back(text_case("starter", load, BenchSize::small));
        cases.push_back(step_case("starter", load, 128, 1, BenchSize::small));
        cases.push_back(decode_case("starter", load, 128, BenchSize::small));
    }
    cases.push_back(text_case("sd15", random_sd15, large));
    cases.push_back(step_case("sd15", random_sd15, 128, 1, large));          // what a CPU can do
    cases.push_back(step_case("sd15", random_sd15, 512, 1, large));
    cases.push_back(step_case("sd15", random_sd15, 512, 8, large));
    cases.push_back(step_case("sdxl", random_sdxl, 1024, 1, large));
    for (int const side : { 128, 512, 1024, 2048 })
        cases.push_back(decode_case("sd15", random_sd15, side, large));
    return cases;
}

std::vector<BenchTask> model_tasks(fs::path const& starter, std::string const& device)
{
    std::vector<BenchTask> tasks;
    if (!starter.empty()) {
        LoadModel const load
            = [starter] { return std::make_shared<StableDiffusion const>(StableDiffusion::load(starter)); };
        tasks.push_back(load_task("starter", load, true, BenchSize::small));
        tasks.push_back(first_picture_task(starter, device, false));
        tasks.push_back(first_picture_task(starter, device, true));
    }
    tasks.push_back(load_task("sd15", random_sd15, false, BenchSize::large));
    return tasks;
}

}
