// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which layers of a LoRA find their weight in a model: asked by the run, and by whoever wants to know before it.

#include "models/adapters/lora_file.h"
#include "models/adapters/targets.h"
#include "models/api/lora_fit.h"

namespace igneous {

struct LoraMatch {
    struct Layer {
        LoraModule const* module;          // of the file
        Weight target;
    };
    std::vector<Layer> layers;             // whose shapes fit, in the file's order
    LoraFit fit;                           // a refusal does not name the file
};

LoraMatch match(LoraFile const& file, AdapterTargets const& targets);

}
