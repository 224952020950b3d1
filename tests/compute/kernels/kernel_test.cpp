// SPDX-License-Identifier: Apache-2.0
#include "tests/compute/kernels/kernel_test.h"

#include "compute/memory/weight_store.h"
#include "tests/support/random.h"
#include "tests/support/test_device.h"
#include "tests/support/weights.h"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstdlib>

namespace igneous::test {

std::vector<double> random_values(std::string_view name, std::int64_t count, double scale, DType storage)
{
    char const* const seed = std::getenv("IGNEOUS_TEST_SEED");
    Random random(seed ? std::strtoull(seed, nullptr, 10) : 1, name);
    std::vector<double> values(static_cast<std::size_t>(count));
    for (double& v : values) {
        float const rounded = static_cast<float>(scale * random.normal());
        v = storage == DType::f16 ? half_to_float(float_to_half(rounded)) : rounded;
    }
    return values;
}

HostTensor host_tensor(Shape shape, std::vector<double> const& values)
{
    std::vector<float> const narrow(values.begin(), values.end());
    return HostTensor::from(shape, std::span<float const>(narrow));
}

Weight weight_of(std::string name, Shape shape, std::vector<double> const& values)
{
    std::vector<float> const narrow(values.begin(), values.end());
    return make_weight(std::move(name), shape, narrow);
}

std::vector<float> run_graph(
    std::shared_ptr<Graph> graph, std::map<std::string, HostTensor> const& inputs, RunOptions const& options)
{
    auto const on = test_device();
    PlanOptions how { .profile = on->profile(), .fuse = false };
    how.profile.cpu = options.cpu;
    if (options.flops_per_second > 0)
        how.profile.flops_per_second = options.flops_per_second;
    force_kernel_family(options.family);
    auto plan = std::make_shared<Plan const>(make_plan(std::move(graph), how));
    force_kernel_family(KernelFamily::automatic);
    Program program(on, plan, WeightStore::create(on));
    for (auto const& [name, value] : inputs)
        program.write(name, value);
    program.run();
    for (std::string const& message : on->validation_messages())
        FAIL_CHECK("validation: " << message);
    HostTensor const y = program.read("y").to(DType::f32);
    auto const values = y.f32();
    return { values.begin(), values.end() };
}

double relative_error(std::vector<float> const& got, std::vector<double> const& expected)
{
    REQUIRE(got.size() == expected.size());
    double difference = 0, size = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
        if (!std::isfinite(got[i]))
            return INFINITY;
        difference += (got[i] - expected[i]) * (got[i] - expected[i]);
        size += expected[i] * expected[i];
    }
    return size > 0 ? std::sqrt(difference / size) : std::sqrt(difference);
}

double tolerance(DType storage) { return storage == DType::f16 ? 1e-3 : 3e-6; }

double activate(double x, Activation activation)
{
    switch (activation) {
    case Activation::none: return x;
    case Activation::silu: return x / (1 + std::exp(-x));
    case Activation::gelu: return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
    case Activation::quick_gelu: return x / (1 + std::exp(-1.702 * x));
    case Activation::relu: return std::max(x, 0.0);
    case Activation::tanh: return std::tanh(x);
    }
    return x;
}

std::vector<RunOptions> variants(DType storage)
{
    std::vector<RunOptions> all { { .family = KernelFamily::scalar },
        { .family = KernelFamily::scalar, .cpu = false } };
    if (storage == DType::f16 && !test_device()->profile().fragments.empty())
        all.push_back({ .family = KernelFamily::coopmat });
    if (storage == DType::f16 && !test_device()->profile().workgroup_matrices.empty())
        all.push_back({ .family = KernelFamily::coopmat2 });
    return all;
}

std::string text_of(RunOptions const& options)
{
    return std::string(options.family == KernelFamily::coopmat2 ? "coopmat2"
               : options.family == KernelFamily::coopmat            ? "coopmat"
               : options.cpu                                        ? "lanes"
                                                                    : "tiles")
        + (options.flops_per_second > 0 ? ", cut" : "");
}

}
