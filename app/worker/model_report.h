// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a model's folder holds: its parts, the size of its pictures, its tokenizer, how it is sampled; how a LoRA goes with
// it. For `igneous info` and for who asks the worker.

#include "models/api/lora_fit.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace igneous {

struct ModelPart {
    std::string name, class_name, types;
    std::uint64_t tensors = 0, parameters = 0, bytes = 0;
};

/// Facts, each for both kinds of reader: programs and people.
struct Facts {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    std::vector<std::string> lines;

    void add(std::string const& key, std::string const& words, nlohmann::ordered_json const& value)
    {
        json[key] = value;
        lines.push_back(words + ": " + (value.is_string() ? value.get<std::string>() : value.dump()));
    }
};

struct ModelReport {
    std::filesystem::path folder;
    std::vector<ModelPart> parts;
    ModelPart together;
    Facts shapes, tokenizer, noise;
};

/// Throws unsupported_model for a folder of no known kind.
ModelReport report_model(std::filesystem::path const& folder);
nlohmann::ordered_json to_json(ModelReport const& report);
/// As the worker answers it.
nlohmann::ordered_json to_json(LoraFit const& fit);

}
