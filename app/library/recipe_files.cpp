// SPDX-License-Identifier: Apache-2.0
#include "app/library/recipe_files.h"

#include "app/files/places.h"
#include "app/recipes/reader.h"
#include "app/recipes/write_recipe.h"

#include <algorithm>
#include <format>

namespace igneous {

namespace {

bool is_usable(LibraryEntry const& entry, ModelType type)
{
    return entry.facts.type == type && entry.state == FileState::here && entry.facts.damage.empty();
}

std::optional<LibraryEntry> named(LibraryStore& library, ModelType type, std::string const& name)
{
    LibraryQuery query;
    query.text = file_stem(name);          // narrows it down
    query.type = type;
    for (LibraryEntry const& entry : library.find(query).entries)
        if (is_usable(entry, type) && file_stem(utf8_name(entry.path)) == file_stem(name))
            return entry;
    return std::nullopt;
}

}

std::string find_model_file(LibraryStore& library, ModelType type, std::string const& name, std::string const& hash,
    std::vector<std::string>& notes)
{
    for (LibraryEntry const& entry : library.with_hash(hash))
        if (is_usable(entry, type))
            return utf8_name(entry.path);
    if (name.empty())
        return {};
    std::optional<LibraryEntry> const entry = named(library, type, name);
    if (!entry)
        return {};
    if (!hash.empty() && !entry->sha256.empty())
        notes.push_back(std::format("{} is here with another hash ({}) than the recipe's ({}); the picture may differ", name,
            entry->auto_v2(), hash.substr(0, 10)));
    return utf8_name(entry->path);
}

void find_recipe_files(GenerationRequest& request, LibraryStore& library, std::vector<std::string>& notes)
{
    request = placeless(std::move(request));   // a picture from elsewhere must not choose places
    auto const find = [&](ModelType type, std::string const& name, std::string const& hash, std::string& place) {
        if (std::string found = find_model_file(library, type, name, hash, notes); !found.empty())
            place = std::move(found);
    };
    find(ModelType::checkpoint, request.model, request.model_hash, request.model);
    if (!request.vae.empty())
        find(ModelType::vae, request.vae, {}, request.vae);
    for (LoraUse& lora : request.loras)
        find(ModelType::lora, lora.name, lora.hash, lora.file);
}

}
