// SPDX-License-Identifier: Apache-2.0
#include "models/checkpoint/tensor_index.h"

#include "models/api/error.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace igneous {

namespace fs = std::filesystem;

namespace {

/// The names of shard files in an index.json, each checked to be a plain file name.
std::set<std::string> shard_names(fs::path const& path)
{
    auto const file = MappedFile::open(path);
    auto const* text = reinterpret_cast<char const*>(file->bytes().data());
    auto const json = nlohmann::json::parse(text, text + file->bytes().size(), nullptr, false);
    if (!json.is_object() || !json.contains("weight_map") || !json["weight_map"].is_object())
        fail(ErrorCode::file_damaged, "{}: expected a JSON object with a weight_map", path.string());
    std::set<std::string> shards;
    for (auto const& [name, shard] : json["weight_map"].items()) {
        std::string const file_name = shard.is_string() ? shard.get<std::string>() : "";
        if (file_name.empty() || file_name.find_first_of("/\\") != file_name.npos || file_name.starts_with(".."))
            fail(ErrorCode::file_damaged, "{}: {} lies in {}, expected the name of a file beside the index",
                path.string(), name, shard.dump());
        shards.insert(file_name);
    }
    return shards;
}

}

TensorIndex TensorIndex::from_folder(fs::path const& folder, std::string_view stem, std::string const& component)
{
    TensorIndex index(component);
    std::string const name(stem);
    for (std::string variant : { "", ".fp16" }) {
        fs::path const single = folder / (name + variant + ".safetensors");
        fs::path const shards = folder / (name + ".safetensors.index" + variant + ".json");
        if (fs::exists(single)) {
            index.add(SafetensorsFile::open(single));
            return index;
        }
        if (fs::exists(shards)) {
            for (std::string const& shard : shard_names(shards))
                index.add(SafetensorsFile::open(folder / shard));
            return index;
        }
    }
    for (std::string ending : { ".bin", ".fp16.bin", ".ckpt", ".pt" }) {
        bool const pickle = fs::exists(folder / (name + ending)) || fs::exists(folder / ("pytorch_model" + ending));
        if (pickle)
            fail(ErrorCode::unsupported_model,
                "{}: has only pickle weights ({}), which are not read yet; take the model's safetensors files",
                folder.string(), ending);
    }
    fail(ErrorCode::file_missing, "{}: there is no {}.safetensors (nor a shard index, nor an fp16 variant)",
        folder.string(), name);
}

TensorIndex TensorIndex::shapes_only(std::string component)
{
    return made_by(
        [component](std::string const& name, Shape const& shape) {
            return std::make_shared<WeightSource const>(
                WeightSource { .name = component + "." + name, .dtype = DType::f16, .shape = shape });
        },
        component);
}

TensorIndex TensorIndex::made_by(Maker maker, std::string component)
{
    TensorIndex index(std::move(component));
    index.m_maker = std::move(maker);
    return index;
}

void TensorIndex::add(SafetensorsFile const& file)
{
    for (SafetensorsEntry const& entry : file.entries()) {
        WeightSource source { .name = m_component.empty() ? entry.name : m_component + "." + entry.name,
            .dtype = entry.dtype.value_or(DType::u8),
            .shape = entry.shape,
            .bytes = entry.bytes,
            .owner = file.owner() };
        Entry row { std::make_shared<WeightSource const>(std::move(source)), entry.dtype ? "" : entry.dtype_text,
            file.path().string() };
        auto const [at, is_new] = m_entries.emplace(entry.name, std::move(row));
        if (!is_new)
            fail(ErrorCode::file_damaged, "{}: tensor {} is also in {}", file.path().string(), entry.name,
                at->second.file);
    }
}

void TensorIndex::add(std::string name, Weight weight)
{
    m_entries.insert_or_assign(std::move(name), Entry { std::move(weight), "", "memory" });
}

TensorIndex::Entry const* TensorIndex::find(std::string_view name, Shape const& wanted) const
{
    if (auto const at = m_entries.find(name); at != m_entries.end())
        return &at->second;
    if (!m_maker)
        return nullptr;
    std::string key(name);
    Entry entry { m_maker(key, wanted), "", "memory" };
    return &m_entries.emplace(std::move(key), std::move(entry)).first->second;
}

}
