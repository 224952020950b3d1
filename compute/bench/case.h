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

/// How much a case costs: CPU devices run the small ones only.
enum class BenchSize : std::uint8_t { small, large };

struct BenchCase {
    std::string name, shape;
    BenchSize size = BenchSize::small;
    std::function<std::shared_ptr<Graph>()> build;     // inputs take any values; the output is "y"
};

/// Every case, op by op in the order of a model: each kernel of the registry has at least one.
std::vector<BenchCase> bench_cases();

}
