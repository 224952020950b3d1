// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/budget.h"

#include "models/api/error.h"

#include <algorithm>
#include <cmath>

namespace igneous {

namespace {

double mebibytes(std::uint64_t bytes)
{
    return static_cast<double>(bytes) / (1 << 20);
}

}

void check_budget(GenerationPlan const& plan, MemoryUse const& use, std::uint64_t resident, GenerationRequest const& request)
{
    std::uint64_t const needed = plan.total_bytes - std::min(resident, plan.weight_bytes);
    bool const one_piece = plan.arena_bytes > plan.block_bytes && plan.block_bytes > 0;
    if (!one_piece && (use.budget == 0 || needed <= use.budget))
        return;
    std::uint64_t const fixed = needed - plan.arena_bytes;
    std::uint64_t most = use.budget > fixed ? use.budget - fixed : 0;   // of the arena
    if (one_piece)
        most = std::min(most, plan.block_bytes);
    std::string advice;
    if (request.batch > 1)
        advice = "a smaller --batch";
    if (most > 0) {
        // The arena grows with the pixels: the side that fits, a multiple of 64, is close to this.
        double const share = static_cast<double>(most) / static_cast<double>(std::max<std::uint64_t>(plan.arena_bytes, 1));
        int const width = static_cast<int>(request.width * std::sqrt(share)) / 64 * 64, height = static_cast<int>(request.height * std::sqrt(share)) / 64 * 64;
        if (width >= 64 && height >= 64)
            advice += std::format("{}about {} x {} pixels", advice.empty() ? "" : ", or ", width, height);
    }
    if (request.tier == Tier::f32)
        advice += std::format("{}--tier f16", advice.empty() ? "" : ", or ");
    if (advice.empty())
        advice = "a smaller model, or a device with more memory";
    if (one_piece)
        fail(ErrorCode::out_of_memory, "memory: the activations need {:.0f} MiB in one piece but the device gives {:.0f} MiB; this would fit: {}",
            mebibytes(plan.arena_bytes), mebibytes(plan.block_bytes), advice);
    fail(ErrorCode::out_of_memory, "memory: this needs {:.0f} MiB ({:.0f} weights, {:.0f} activations) but the device gives {:.0f} MiB now; this would fit: {}",
        mebibytes(needed), mebibytes(plan.weight_bytes), mebibytes(plan.arena_bytes + plan.persistent_bytes + plan.latent_bytes), mebibytes(use.budget), advice);
}

}
