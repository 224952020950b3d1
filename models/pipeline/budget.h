// SPDX-License-Identifier: Apache-2.0
#pragma once

// Refusing before starting what cannot fit, and saying what would.

#include "compute/memory/memory.h"
#include "models/api/generator.h"

namespace igneous {

/// Throws out_of_memory when `plan` needs more than the device gives now. `resident`: weights of this model that are there
/// already. The message names both numbers and the settings that shrink the need.
void check_budget(GenerationPlan const& plan, MemoryUse const& use, std::uint64_t resident, GenerationRequest const& request);

}
