// SPDX-License-Identifier: Apache-2.0
#pragma once

// LoRAs on a model. Each weight they touch is replaced, in the graphs that a request runs, by one with a base and
// low-rank terms; the device adds those up into memory of their own (compute/memory/weight_store.h). The model's own
// weights are never written to: without the adapters the graphs are what they were, to the bit.

#include "models/adapters/lora_file.h"
#include "models/adapters/targets.h"
#include "models/api/request.h"

#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace igneous {

/// The weights that a set of LoRAs makes of a model's.
struct AdaptedWeights {
    std::unordered_map<WeightSource const*, Weight> changed;   // by the model's own
    std::vector<std::string> notices;                          // keys that fit nothing, by file

    /// Puts the changed weights in the place of the model's own. Before `graph` is planned.
    void apply(Graph& graph) const;
};

/// Opens LoRA files and matches them with one model. Files stay open and checked, the last set stays made, so that the
/// same LoRAs cost nothing the next time.
class Adapters {
public:
    /// Null for no LoRAs. The order of `loras` makes no difference. Throws what LoraFile::open throws;
    /// weights_mismatch, naming key, got and expected, for a LoRA of another base model, for one that fits nothing and
    /// for wrong shapes; invalid_argument for a weight that is no finite number and a LoRA without a file.
    std::shared_ptr<AdaptedWeights const> adapt(std::span<LoraUse const> loras, AdapterTargets const& targets);

private:
    struct Opened {
        std::uintmax_t bytes = 0;
        std::filesystem::file_time_type changed;
        std::shared_ptr<LoraFile const> file;
    };
    std::shared_ptr<LoraFile const> open(std::string const& path);

    std::map<std::string, Opened> m_files;
    std::vector<LoraUse> m_uses;                               // what m_adapted is of
    std::vector<std::shared_ptr<LoraFile const>> m_used_files;
    std::shared_ptr<AdaptedWeights const> m_adapted;
};

}
