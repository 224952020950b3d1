// SPDX-License-Identifier: Apache-2.0
#pragma once

// Graph -> Plan: fusions, dispatches, and one activation arena by lifetime. Needs no GPU: sizes are exact for the
// profile it was made for.

#include "compute/device/profile.h"
#include "compute/graph/dispatch.h"
#include "compute/graph/graph.h"
#include "compute/kernels/kernel.h"

#include <map>
#include <string>
#include <vector>

namespace igneous {

struct PlanOptions {
    DeviceProfile profile;
    bool fuse = true;            // off: every op runs as it was written (tests, --inspect)
    bool keep_all = false;       // no memory is reused, every intermediate can be read (--inspect)
    /// Bytes the arena should keep to, 0: any. What is larger works on its pictures in bands (compute/graph/bands.h):
    /// more work, the same result to the last bit. Not with keep_all.
    std::uint64_t arena_limit = 0;
    /// Bytes the weights should keep to on the device, 0: any. Of what is larger a part stays in the computer's memory
    /// and is brought when its turn comes (compute/graph/weight_stream.h): the same result, at the bus's speed.
    std::uint64_t weight_limit = 0;
};

/// Where a value of the plan lives.
enum class Storage : std::uint8_t { arena, persistent, weight, window };

struct PlanValue {
    Storage storage = Storage::arena;
    std::uint64_t offset = 0;              // in the arena, in the program's persistent block or in its window
    std::uint64_t bytes = 0;
    DType dtype = DType::f32;
    Shape shape;
    std::string label;
    // weights
    Weight weight;
    Packing packing;
};

struct PlanStep {
    Dispatch dispatch;
    NodeId node = 0;
    Rate rate = Rate::step;
    bool barrier_before = false;           // reads or overwrites what an earlier dispatch since the last barrier wrote
};

/// Steps from `begin` on, whose streamed weights are brought to the window together. Segments take the window's two halves
/// in turn, so that one is filled while the steps before it read the other.
struct Segment {
    std::size_t begin = 0;
    std::vector<std::uint32_t> weights;    // values with Storage::window
};

struct Plan {
    std::vector<PlanValue> values;
    std::vector<PlanStep> steps;           // request-rate steps first, then step-rate
    std::map<std::string, std::uint32_t, std::less<>> inputs;    // name -> value
    std::map<std::string, std::uint32_t, std::less<>> outputs;
    std::vector<std::uint32_t> node_values;                      // node -> value (after aliases); for inspect
    std::uint64_t arena_bytes = 0;         // shared with every other program of the device
    std::uint64_t persistent_bytes = 0;    // inputs, outputs, hoisted values: this program's own
    std::uint64_t weight_bytes = 0;        // packed, each copy once; those that stay on the device
    std::vector<Segment> segments;         // by step; empty where no weights are streamed
    std::uint64_t window_bytes = 0;        // this program's own
    std::uint64_t streamed_bytes = 0;      // of weights in the computer's memory
    double flops_per_step = 0, flops_per_request = 0;
    std::size_t request_steps = 0;         // steps[0, request_steps) run once per request
    std::shared_ptr<Graph const> graph;    // the graph that was planned, after fusion
};

/// Plans `graph`; the graph is rewritten by the fusion passes. Throws Error with the op's message on a graph that no
/// kernel can run.
Plan make_plan(std::shared_ptr<Graph> graph, PlanOptions const& options);

}
