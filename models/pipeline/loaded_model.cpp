// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/loaded_model.h"

#include "models/api/error.h"

namespace igneous {

ClipTokenizer load_tokenizer(std::filesystem::path const& folder, std::filesystem::path const& clip_vocabulary)
{
    std::error_code ignored;
    if (std::filesystem::exists(folder / "tokenizer", ignored) || clip_vocabulary.empty())
        return ClipTokenizer::load(folder);
    return ClipTokenizer::load_published(clip_vocabulary);
}

void require_runnable(std::filesystem::path const& folder)
{
    std::error_code ignored;
    if (!std::filesystem::exists(folder, ignored))
        fail(ErrorCode::file_missing, "model: {} is not there; give --model a diffusers folder or a safetensors file", folder.string());
    if (auto const known = recognise_stable_diffusion(folder); !known)
        fail(ErrorCode::unsupported_model, "model: {} is not a model Igneous can run: {}", folder.string(), known.error());
}

AdapterTargets adapter_targets(StableDiffusion const& parts)
{
    int const side = parts.config.unet.sample_size;   // any size has the same weights
    auto const text = build_text_graph(parts, { .tokens = parts.config.text.max_tokens });
    auto const denoise = build_denoise_graph(parts, { .height = side, .width = side });
    return AdapterTargets({ text.get(), denoise.get() });
}

std::shared_ptr<LoadedModel> LoadedModel::load(std::filesystem::path const& folder, std::filesystem::path const& clip_vocabulary,
    std::shared_ptr<Device> device)
{
    require_runnable(folder);
    ClipTokenizer tokenizer = load_tokenizer(folder, clip_vocabulary);
    StableDiffusion parts = StableDiffusion::load(folder);
    if (tokenizer.vocabulary_size() > parts.config.text.vocabulary)
        fail(ErrorCode::weights_mismatch, "model: the tokenizer knows {} tokens but the text encoder of {} only {}; its tokenizer folder is missing or another model's",
            tokenizer.vocabulary_size(), folder.string(), parts.config.text.vocabulary);
    std::shared_ptr<WeightStore> const weights = device ? WeightStore::create(device) : nullptr;
    std::shared_ptr<WeightStore> const host_weights = device ? WeightStore::create(device) : nullptr;
    return std::make_shared<LoadedModel>(LoadedModel { folder, std::move(parts), std::move(tokenizer), weights, host_weights });
}

std::shared_ptr<AdaptedWeights const> LoadedModel::adapt(std::span<LoraUse const> loras)
{
    if (!targets && !loras.empty())
        targets = adapter_targets(parts);
    return adapters.adapt(loras, targets ? *targets : AdapterTargets());
}

void LoadedModel::use_vae(std::string const& place)
{
    if (place == vae)
        return;
    bool const single = std::filesystem::is_regular_file(folder);
    std::filesystem::path const own_vae = single ? folder : folder / "vae";
    parts.use_vae(place.empty() ? own_vae : std::filesystem::path(std::u8string(place.begin(), place.end())));
    vae = place;
}

std::string LoadedModel::name() const
{
    std::filesystem::path const plain = std::filesystem::absolute(folder).lexically_normal();
    return (plain.has_filename() ? plain.filename() : plain.parent_path().filename()).string();
}

}
