// SPDX-License-Identifier: Apache-2.0
#pragma once

// One thing to measure.

#include "compute/device/profile.h"
#include "compute/graph/graph.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace igneous {

class Device;

/// How much a case costs: CPU devices run the small ones only, unless asked for more.
enum class BenchSize : std::uint8_t { small, large };

enum class BenchMeasure : std::uint8_t {
    dispatches,    // the sum of the times of its dispatches, each alone on the device, by the device's clock
    replay,        // a recorded step from submission to its end, by the clock on the wall
};

struct BenchCase {
    std::string name, shape;
    BenchSize size = BenchSize::small;
    std::function<std::shared_ptr<Graph>()> build;     // inputs take any values
    BenchMeasure measure = BenchMeasure::dispatches;
};

/// What is no graph.
struct BenchTask {
    std::string name, shape, variant;
    BenchSize size = BenchSize::small;
    double flops = 0, bytes = 0;                       // of one run, ideal
    bool warm_up = true;                               // with one run that does not count
    /// Gives what does one run and returns its milliseconds. Called when it is to be measured.
    std::function<std::function<double()>(std::shared_ptr<Device> const&)> prepare;
};

/// Every case, op by op in the order of a model: each kernel of the registry has at least one.
std::vector<BenchCase> bench_cases();
/// What a dispatch, a barrier and recording cost, how fast weights come to the device, and the sampler's two kernels.
std::vector<BenchTask> bench_tasks();

}
