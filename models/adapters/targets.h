// SPDX-License-Identifier: Apache-2.0
#pragma once

// What of a model adapters can change: the weights of its linear layers and convolutions, by the names that LoRA files
// give to them.

#include "compute/graph/graph.h"

#include <map>
#include <string>
#include <string_view>

namespace igneous {

class AdapterTargets {
public:
    AdapterTargets() = default;
    /// The weights of `graphs`: of all parts of a model.
    explicit AdapterTargets(std::initializer_list<Graph const*> graphs);

    /// By the module of LoraKey, in diffusers' names or those of the original Stable Diffusion (input_blocks_1_1_...);
    /// null where there is none.
    Weight find(std::string_view module) const;
    /// Of the text that cross-attention takes; 0: there is none.
    int context_width() const { return m_context_width; }

private:
    std::map<std::string, Weight, std::less<>> m_weights;
    int m_context_width = 0;
};

}
