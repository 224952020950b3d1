// SPDX-License-Identifier: Apache-2.0
#pragma once

// Autotuning: which tile is fastest for each class of shapes of a plan, measured on the device with random data and
// kept with it (Device::keep_tuning). The classes with most work come first; what a run has no time for, a later one
// measures. A tile is taken only if its results are those of the fixed rules' tile, bit for bit.

#include "compute/graph/plan.h"
#include "compute/kernels/tune_table.h"

#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace igneous {

class Device;

struct TunedPlan {
    std::shared_ptr<Plan const> plan;      // may be null
    double runs = 1;                       // of it, in one request
};

struct TuneOptions {
    double seconds = 3;                    // at most, about: a pipeline that is being compiled is waited for
    std::stop_token stop;                  // asked: no more is measured
};

struct TuneResult {
    std::size_t measured = 0;              // classes
    std::size_t left = 0;                  // for want of time or memory
    std::vector<std::string> wrong;        // tiles that gave other bits, by tile_name
};

/// Measures what the device's table does not have, where Device::tuning() is full; whoever planned plans again if
/// anything was measured. Wrong tiles are passed to Device::disable. Throws device_lost and nothing else.
TuneResult tune(Device& device, std::span<TunedPlan const> plans, TuneOptions const& options = {});

/// One class of shapes that is to be measured.
struct TuneWork {
    TileChoice choice;
    double flops = 0;                      // of all nodes of the class, in one request
    std::shared_ptr<Graph const> graph;    // the node of it that is measured
    NodeId node = 0;
};

/// The classes of `plans` that are not in `known`, those with most work first.
std::vector<TuneWork> tune_work(std::span<TunedPlan const> plans, TuneTable const& known);

/// What measures: a device, or a test.
class TuneBench {
public:
    virtual ~TuneBench() = default;
    /// 1e9 FLOP/s; 0 where it cannot run. It may stop at the first run that is hopeless beside `best`.
    virtual double gflops(TuneWork const& work, Tile const& tile, double best) = 0;
    /// Whether its results are those of the fixed rules' tile.
    virtual bool is_right(TuneWork const& work, Tile const& tile) = 0;
    virtual double seconds() = 0;          // since the start
};

/// `known` with what `bench` measured of `work` in `options.seconds`.
TuneTable measure_tiles(
    TuneTable known, std::span<TuneWork const> work, TuneBench& bench, TuneOptions const& options, TuneResult& result);

}
