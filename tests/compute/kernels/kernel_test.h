// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the tests of linear, conv2d and attention share: random values, a graph run with a chosen kernel variant, and the
// relative L2 error against plain f64 loops. (tests/support/check.h compares whole graphs; here every variant of a kernel
// and every epilogue is run by itself.)

#include "compute/graph/program.h"
#include "compute/kernels/choice.h"
#include "compute/tensor/host_tensor.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace igneous::test {

/// Normally distributed values times `scale`, rounded to what `storage` can hold; `name` picks the stream, and
/// IGNEOUS_TEST_SEED (1 unless set) all of them.
std::vector<double> random_values(std::string_view name, std::int64_t count, double scale, DType storage);

HostTensor host_tensor(Shape shape, std::vector<double> const& values);
Weight weight_of(std::string name, Shape shape, std::vector<double> const& values);

struct RunOptions {
    KernelFamily family = KernelFamily::automatic;
    double flops_per_second = 0;                // of the profile, to force small dispatches; 0: the device's
    bool cpu = true;                            // false: plan as for a GPU (tiles in shared memory)
};

/// Plans and runs `graph` as it is (no fusion), with these inputs, and reads its output "y" as f32.
std::vector<float> run_graph(std::shared_ptr<Graph> graph, std::map<std::string, HostTensor> const& inputs, RunOptions const& options);

double relative_error(std::vector<float> const& got, std::vector<double> const& expected);

/// Where f32 and f16 storage may end up: relative L2.
double tolerance(DType storage);

/// Plain definition of an activation.
double activate(double x, Activation activation);

/// The kernel choices that run here: scalar lanes and tiles, and for f16 coopmat and coopmat2 where the device
/// has their matrices.
std::vector<RunOptions> variants(DType storage);
std::string text_of(RunOptions const& options);

}
