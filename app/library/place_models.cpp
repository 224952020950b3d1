// SPDX-License-Identifier: Apache-2.0
#include "app/library/place_models.h"

#include "app/files/file.h"
#include "app/files/places.h"
#include "app/library/model_folder.h"
#include "app/library/recipe_files.h"
#include "app/library/recognise.h"
#include "app/recipes/reader.h"

#include <algorithm>
#include <format>

namespace igneous {

namespace {

int width_in_config(std::filesystem::path const& file)
{
    constexpr std::uint64_t largest = 1 << 20;
    try {
        auto const bytes = read_file(file, largest);
        auto const json = nlohmann::json::parse(
            reinterpret_cast<char const*>(bytes.data()), reinterpret_cast<char const*>(bytes.data()) + bytes.size());
        return json.at("cross_attention_dim").get<int>();
    } catch (Error const&) {
    } catch (nlohmann::json::exception const&) {     // other networks have no such number
    }
    return 0;
}

}

std::vector<std::string> place_models(LibraryStore& store, GenerationRequest& request, std::string const& usual)
{
    std::vector<std::string> notes;
    std::error_code ignored;
    std::string const name = file_stem(request.model);
    bool const placed = path_from_utf8(request.model).is_absolute()
                        && std::filesystem::exists(path_from_utf8(request.model), ignored);
    if (!placed) {
        std::string file = find_model_file(store, ModelType::checkpoint, name, request.model_hash, notes);
        if (file.empty() && file_stem(usual) != name && !name.empty())
            notes.push_back(std::format(
                "The model {} is not among your models; the one that is chosen stays. Pictures will differ.", name));
        if (file.empty())
            request.model_hash.clear();
        request.model = file.empty() ? usual : file;
    }
    if (!request.vae.empty() && !std::filesystem::exists(path_from_utf8(request.vae), ignored)) {
        std::string file = find_model_file(store, ModelType::vae, request.vae, {}, notes);
        if (file.empty())
            notes.push_back(std::format(
                "The VAE {} is not among your models; the model's own is used. Colours may differ.", request.vae));
        request.vae = std::move(file);
    }
    for (LoraUse& lora : request.loras) {
        if (!lora.file.empty() && std::filesystem::exists(path_from_utf8(lora.file), ignored))
            continue;
        lora.file = find_model_file(store, ModelType::lora, lora.name, lora.hash, notes);
        if (lora.file.empty())
            notes.push_back(std::format("The LoRA {} is not among your models: add its folder, or take it out of the "
                                        "prompt.",
                lora.name));
    }
    return notes;
}

ChosenModel look_at_model(LibraryStore& store, std::filesystem::path const& model)
{
    if (model.empty())
        return {};
    ChosenModel chosen;
    bool const folder = is_model_folder(model);
    if (auto const entry = store.entry(model))
        chosen.base = entry->facts.base;
    else if (folder)
        chosen.base = recognise_folder(model).facts.base;
    else if (auto const facts = recognise_file(model))
        chosen.base = facts->base;
    chosen.context_width = context_width_of(chosen.base);
    if (chosen.context_width == 0 && folder)
        chosen.context_width = width_in_config(model / "unet/config.json");
    return chosen;
}

}
