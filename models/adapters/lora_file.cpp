// SPDX-License-Identifier: Apache-2.0
#include "models/adapters/lora_file.h"

#include "models/api/error.h"
#include "models/checkpoint/weight_scope.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace igneous {

namespace fs = std::filesystem;

namespace {

using nlohmann::json;

constexpr double most_scale = 1e6;         // alpha / rank; about 1 in real files

/// What belongs to one module while the file is read.
struct Parts {
    LoraKey key;               // of whichever tensor came first
    std::string up_key, down_key;
    Weight up, down, alpha;
};

std::string adapter_config_beside(fs::path const& path)
{
    constexpr std::uintmax_t longest = 1u << 20;
    fs::path const beside = path.parent_path() / "adapter_config.json";
    std::error_code error;
    if (!fs::is_regular_file(beside, error) || fs::file_size(beside, error) > longest)
        return {};
    auto const file = MappedFile::open(beside);
    return { reinterpret_cast<char const*>(file->bytes().data()), file->bytes().size() };
}

/// PEFT's alpha lies beside the tensors: as metadata where diffusers saved them, in adapter_config.json where PEFT did.
class PeftConfig {
public:
    explicit PeftConfig(SafetensorsFile const& file)
        : m_path(file.path().string())
    {
        if (auto const found = file.metadata().find("lora_adapter_metadata"); found != file.metadata().end()) {
            m_json = json::parse(found->second, nullptr, false);
            m_by_part = true;
        } else if (std::ranges::any_of(
                       file.entries(), [](auto const& e) { return e.name.starts_with("base_model."); })) {
            m_json = json::parse(adapter_config_beside(file.path()), nullptr, false);
        }
    }

    /// The factor of up * down for the module that `key` belongs to.
    double scale(LoraKey const& key, double rank) const
    {
        std::string const prefix = m_by_part ? key.part + "." : "";
        double alpha = number(prefix + "lora_alpha").value_or(rank);
        if (json const* patterns = find(prefix + "alpha_pattern"); patterns && patterns->is_object())
            for (auto const& [name, value] : patterns->items()) {
                if (name.find_first_of("^$*+?()[]{}|\\") != name.npos)
                    fail(ErrorCode::unsupported_model,
                        "{}: its alpha_pattern {} is not the plain name of a layer, which is all that is read so far",
                        m_path, name);
                if (value.is_number() && (key.stem == name || key.stem.ends_with("." + name)))
                    alpha = value.get<double>();
            }
        json const* const root = find(prefix + "use_rslora");
        return alpha / (root && root->is_boolean() && root->get<bool>() ? std::sqrt(rank) : rank);
    }

private:
    json const* find(std::string const& name) const
    {
        auto const at = m_json.is_object() ? m_json.find(name) : m_json.end();
        return m_json.is_object() && at != m_json.end() ? &*at : nullptr;
    }
    std::optional<double> number(std::string const& name) const
    {
        json const* value = find(name);
        return value && value->is_number() ? std::optional(value->get<double>()) : std::nullopt;
    }

    std::string m_path;
    json m_json;
    bool m_by_part = false;
};

/// Extents beyond the second may be left out where they are 1.
bool is_matrix(Shape const& shape)
{
    return shape.rank() >= 2 && shape.rank() <= 4 && shape[0] > 0 && shape[0] * shape[1] == shape.elements();
}

double alpha_of(Weight const& alpha, std::string const& file)
{
    if (alpha->shape.elements() != 1)
        fail(ErrorCode::weights_mismatch, "{}: {} is {}, expected one number", file, alpha->name, alpha->shape);
    float value = 0;
    convert_elements(alpha->dtype, alpha->bytes.data(), DType::f32, reinterpret_cast<std::byte*>(&value), 1);
    return static_cast<double>(value);
}

LoraModule module_of(Parts const& parts, PeftConfig const& peft, std::string const& file)
{
    auto const half = [&](std::string const& there, char const* missing) {
        fail(ErrorCode::weights_mismatch, "{}: {} is there but its {} half is missing; the file is incomplete", file,
            there, missing);
    };
    if (!parts.up && !parts.down)
        half(parts.alpha->name, "up and its down");
    if (!parts.up)
        half(parts.down_key, "up");
    if (!parts.down)
        half(parts.up_key, "down");
    Shape const &up = parts.up->shape, &down = parts.down->shape;
    if (!is_matrix(up))
        fail(ErrorCode::weights_mismatch, "{}: {} is {}, expected [out, rank] or [out, rank, 1, 1]", file, parts.up_key,
            up);
    if ((down.rank() != 2 && down.rank() != 4) || down.elements() <= 0)
        fail(ErrorCode::weights_mismatch, "{}: {} is {}, expected [rank, in] or [rank, in, height, width]", file,
            parts.down_key, down);
    if (up[1] != down[0])
        fail(ErrorCode::weights_mismatch, "{}: {} is {} and {} is {}, expected one rank, but got {} and {}", file,
            parts.up_key, up, parts.down_key, down, up[1], down[0]);
    double const rank = static_cast<double>(down[0]);
    double const scale = parts.alpha ? alpha_of(parts.alpha, file) / rank : peft.scale(parts.key, rank);
    if (!(std::abs(scale) <= most_scale))
        fail(ErrorCode::numeric, "{}: {} would be taken {} times, expected at most {}; its alpha is damaged", file,
            parts.down_key, scale, most_scale);
    return {
        .module = parts.key.module,
        .part = parts.key.part,
        .up_key = parts.up_key,
        .down_key = parts.down_key,
        .alpha_key = parts.alpha ? parts.alpha->name : "",
        .up = parts.up,
        .down = parts.down,
        .scale = scale,
    };
}

/// Takes a tensor into its module; refuses what cannot be computed with.
void take(Parts& parts, LoraKey const& key, std::string const& name, TensorIndex::Entry const& entry)
{
    DType const type = entry.weight->dtype;
    bool const floating = type == DType::f32 || type == DType::f16 || type == DType::bf16 || type == DType::f64;
    if (!entry.unsupported.empty() || !(floating || key.role == LoraRole::alpha))
        fail(ErrorCode::weights_mismatch, "{}: {} is {}, expected f32, f16, bf16 or f64", entry.file, name,
            entry.unsupported.empty() ? std::string(name_of(type)) : entry.unsupported);
    if (parts.key.module.empty())
        parts.key = key;
    Weight& place = key.role == LoraRole::up ? parts.up : key.role == LoraRole::down ? parts.down : parts.alpha;
    if (place)
        fail(ErrorCode::weights_mismatch, "{}: {} and {} are the same tensor of one layer; the file holds it twice",
            entry.file, place->name, name);
    place = entry.weight;
    if (key.role == LoraRole::up)
        parts.up_key = name;
    else if (key.role == LoraRole::down)
        parts.down_key = name;
}

}

std::string base_of_width(int width)
{
    std::string const words = std::format("its text is {} wide", width);
    switch (width) {
    case 768: return std::format("Stable Diffusion 1.x ({})", words);
    case 1024: return std::format("Stable Diffusion 2.x ({})", words);
    case 2048: return std::format("SDXL ({})", words);
    case 1280: return std::format("SDXL's refiner ({})", words);
    default: return std::format("another base model ({})", words);
    }
}

std::shared_ptr<LoraFile const> LoraFile::open(fs::path const& path, LoraValues values)
{
    SafetensorsFile const safetensors = SafetensorsFile::open(path);
    TensorIndex index;
    index.add(safetensors);
    auto const out = std::make_shared<LoraFile>();
    out->path = path;
    std::map<std::string, Parts> parts;
    std::vector<TensorIndex::Entry const*> used;
    for (auto const& [name, entry] : index.entries()) {
        std::optional<LoraKey> const key = read_lora_key(name);
        if (!key) {
            out->unknown_keys.push_back(name);
            continue;
        }
        if (key->role == LoraRole::other)
            fail(ErrorCode::unsupported_model,
                "{}: {} belongs to a {}, which is not run yet; plain LoRAs and LoCons are", path.string(), name,
                key->kind);
        take(parts[key->module], *key, name, entry);
        used.push_back(&entry);
    }
    if (parts.empty())
        fail(ErrorCode::unsupported_model,
            "{}: is not a LoRA: none of its {} tensors has the name of one; igneous info tells what it is",
            path.string(), index.entries().size());
    if (values == LoraValues::checked)
        require_finite(used);
    PeftConfig const peft(safetensors);
    for (auto const& [name, part] : parts) {
        LoraModule module = module_of(part, peft, path.string());
        if (name.find("attn2_to_k") != name.npos || name.find("attn2_to_v") != name.npos)
            out->context_width = static_cast<int>(module.down->shape[1]);
        out->modules.push_back(std::move(module));
    }
    return out;
}

}
