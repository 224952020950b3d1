// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/weight_stream.h"

#include <algorithm>

namespace igneous {

namespace {

constexpr std::uint64_t smallest_streamed = 64 << 10;      // bringing less costs more than it saves
constexpr std::uint64_t alignment = 256;                   // of weights in memory

std::uint64_t aligned(std::uint64_t bytes) { return (bytes + alignment - 1) / alignment * alignment; }

/// Device memory for a weight that stays: with what adapters make of it its base stays too.
std::uint64_t resident_bytes(PlanValue const& weight)
{
    return weight.weight->base ? 2 * weight.bytes : weight.bytes;
}

/// The steps of one node, and the large weights that only they read.
struct Stop {
    std::size_t begin = 0;
    std::vector<std::uint32_t> weights;
    std::uint64_t window = 0, resident = 0;                // bytes of the weights if they are streamed, if they stay
};

std::vector<Stop> find_stops(Plan const& plan)
{
    constexpr std::uint32_t nobody = 0xffffffff, several = 0xfffffffe;
    std::vector<NodeId> reader(plan.values.size(), nobody);
    for (PlanStep const& step : plan.steps)
        for (Relocation const& relocation : step.dispatch.relocations) {
            NodeId& node = reader[relocation.location.value];
            node = node == nobody || node == step.node ? step.node : several;
        }
    std::vector<Stop> stops;
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        PlanStep const& step = plan.steps[i];
        if (i == 0 || step.node != plan.steps[i - 1].node)
            stops.push_back({ .begin = i });
        for (Relocation const& relocation : step.dispatch.relocations) {
            std::uint32_t const index = relocation.location.value;
            PlanValue const& value = plan.values[index];
            bool const large = value.storage == Storage::weight && value.bytes >= smallest_streamed;
            if (!large || reader[index] != step.node || std::ranges::contains(stops.back().weights, index))
                continue;
            stops.back().weights.push_back(index);
            stops.back().window += aligned(value.bytes);
            stops.back().resident += resident_bytes(value);
        }
    }
    std::erase_if(stops, [](Stop const& stop) { return stop.weights.empty(); });
    return stops;
}

/// Of `stops` those that are streamed: `bytes` together at least, spread evenly.
std::vector<Stop> spread(std::vector<Stop> const& stops, std::uint64_t bytes, std::uint64_t all)
{
    std::vector<Stop> streamed;
    double const share = std::min(1.0, static_cast<double>(bytes) / static_cast<double>(all));
    std::uint64_t seen = 0, taken = 0;
    for (Stop const& stop : stops) {
        seen += stop.resident;
        if (static_cast<double>(taken) >= share * static_cast<double>(seen))
            continue;
        taken += stop.resident;
        streamed.push_back(stop);
    }
    return streamed;
}

}

void stream_weights(Plan& plan, std::uint64_t limit)
{
    std::uint64_t resident = 0;
    for (PlanValue const& value : plan.values)
        resident += value.storage == Storage::weight ? resident_bytes(value) : 0;
    std::vector<Stop> const stops = find_stops(plan);
    if (resident <= limit || stops.empty())
        return;
    std::uint64_t const half = std::ranges::max(stops, {}, &Stop::window).window;
    std::uint64_t all = 0;
    for (Stop const& stop : stops)
        all += stop.resident;

    std::uint64_t filled = 0;
    for (Stop const& stop : spread(stops, resident + 2 * half - limit, all)) {
        bool const request = stop.begin < plan.request_steps;
        if (plan.segments.empty() || filled + stop.window > half
            || request != (plan.segments.back().begin < plan.request_steps)) {
            plan.segments.push_back({ .begin = stop.begin });
            filled = 0;
        }
        for (std::uint32_t index : stop.weights) {
            PlanValue& value = plan.values[index];
            value.storage = Storage::window;
            value.offset = (plan.segments.size() - 1) % 2 * half + filled;
            filled += aligned(value.bytes);
            plan.weight_bytes -= value.bytes;
            plan.streamed_bytes += value.bytes;
            plan.segments.back().weights.push_back(index);
        }
    }
    plan.window_bytes = 2 * half;
}

}
