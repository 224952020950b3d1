// SPDX-License-Identifier: Apache-2.0
#include "app/library/place_models.h"

#include "app/files/places.h"
#include "app/library/model_folder.h"
#include "app/library/recognise.h"
#include "app/recipes/reader.h"

#include <algorithm>
#include <format>

namespace igneous {

namespace {

/// The file of this kind with the hash, else with the name; empty where there is none.
std::string find(LibraryStore& store, ModelType type, std::string const& hash, std::string const& name)
{
    auto const usable = [&](LibraryEntry const& entry) {
        return entry.facts.type == type && entry.state == FileState::here && entry.facts.damage.empty();
    };
    for (LibraryEntry const& entry : store.with_hash(hash))
        if (usable(entry))
            return utf8_name(entry.path);
    LibraryQuery query;
    query.text = name;                     // narrows it down
    query.type = type;
    if (!name.empty())
        for (LibraryEntry const& entry : store.find(query).entries)
            if (usable(entry) && file_stem(utf8_name(entry.path)) == name)
                return utf8_name(entry.path);
    return {};
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
        std::string file = find(store, ModelType::checkpoint, request.model_hash, name);
        if (file.empty() && file_stem(usual) != name && !name.empty())
            notes.push_back(std::format(
                "The model {} is not among your models; the one that is chosen stays. Pictures will differ.", name));
        if (file.empty())
            request.model_hash.clear();
        request.model = file.empty() ? usual : file;
    }
    if (!request.vae.empty() && !std::filesystem::exists(path_from_utf8(request.vae), ignored)) {
        std::string file = find(store, ModelType::vae, {}, request.vae);
        if (file.empty())
            notes.push_back(std::format(
                "The VAE {} is not among your models; the model's own is used. Colours may differ.", request.vae));
        request.vae = std::move(file);
    }
    for (LoraUse& lora : request.loras) {
        if (!lora.file.empty() && std::filesystem::exists(path_from_utf8(lora.file), ignored))
            continue;
        lora.file = find(store, ModelType::lora, lora.hash, file_stem(lora.name));
        if (lora.file.empty())
            notes.push_back(std::format("The LoRA {} is not among your models: add its folder, or take it out of the "
                                        "prompt.",
                lora.name));
    }
    return notes;
}

ModelBase base_of_model(LibraryStore& store, std::filesystem::path const& model)
{
    if (model.empty())
        return ModelBase::unknown;
    if (auto const entry = store.entry(model))
        return entry->facts.base;
    if (is_model_folder(model))
        return recognise_folder(model).facts.base;
    auto const facts = recognise_file(model);
    return facts ? facts->base : ModelBase::unknown;
}

}
