// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/barriers.h"

#include <algorithm>

namespace igneous {

namespace {

struct Range {
    Storage storage;
    std::uint64_t begin, end;
    bool overlaps(Range const& other) const
    {
        return storage == other.storage && begin < other.end && other.begin < end;
    }
};

Range range_of(Plan const& plan, Location const& location)
{
    PlanValue const& value = plan.values[location.value];
    std::uint64_t const begin = value.offset + location.offset;
    std::uint64_t const bytes = location.bytes ? location.bytes : value.bytes - location.offset;
    return { value.storage, begin, begin + bytes };
}

}

void mark_barriers(Plan& plan)
{
    std::vector<Range> reads, writes;
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        PlanStep& step = plan.steps[i];
        bool hazard = i == 0 || i == plan.request_steps;
        for (Relocation const& relocation : step.dispatch.relocations) {
            if (plan.values[relocation.location.value].storage == Storage::weight)
                continue;
            Range const range = range_of(plan, relocation.location);
            auto const hits = [&](Range const& other) { return other.overlaps(range); };
            if (relocation.access != Access::write)
                hazard = hazard || std::ranges::any_of(writes, hits);
            if (relocation.access != Access::read)
                hazard = hazard || std::ranges::any_of(writes, hits) || std::ranges::any_of(reads, hits);
        }
        step.barrier_before = hazard;
        if (hazard) {
            reads.clear();
            writes.clear();
        }
        for (Relocation const& relocation : step.dispatch.relocations) {
            if (plan.values[relocation.location.value].storage == Storage::weight)
                continue;
            if (relocation.access != Access::write)
                reads.push_back(range_of(plan, relocation.location));
            if (relocation.access != Access::read)
                writes.push_back(range_of(plan, relocation.location));
        }
    }
}

}
