// SPDX-License-Identifier: Apache-2.0
#include "compute/self_test/eager_cases.h"

#include "compute/device/device.h"
#include "compute/kernels/sampling/masked_blend.h"
#include "compute/kernels/sampling/weighted_sum.h"
#include "compute/memory/memory.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace igneous::self_test {

namespace {

constexpr std::size_t count = 140;

DeviceTensor filled(Device& device, double step)
{
    DeviceTensor tensor(device, DType::f32, { static_cast<std::int64_t>(count) }, "self-test");
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i)
        values[i] = static_cast<float>(static_cast<double>(i) * step - 1);
    device.update(tensor.buffer(), 0, std::as_bytes(std::span(values)));
    return tensor;
}

double at(std::size_t i, double step)
{
    return static_cast<double>(static_cast<float>(static_cast<double>(i) * step - 1));
}

template<class Expected>
SelfTestResult run(Device& device, Dispatch const& dispatch, DeviceTensor const& out, Expected expected)
{
    SelfTestResult result { .variant = dispatch.shader, .name = dispatch.label, .allowed = 1e-6 };
    BoundDispatch const bound { &dispatch, dispatch.push, true };
    device.submit_once(std::span(&bound, 1));
    std::vector<float> got(count);
    device.read(out.buffer(), 0, std::as_writable_bytes(std::span(got)));
    for (std::size_t i = 0; i < count; ++i) {
        double const error = std::abs(static_cast<double>(got[i]) - expected(i));
        result.error = std::isfinite(error) ? std::max(result.error, error) : std::numeric_limits<double>::infinity();
    }
    result.passed = result.error <= result.allowed;
    return result;
}

}

std::vector<SelfTestResult> run_eager_cases(Device& device)
{
    DeviceTensor const a = filled(device, 0.01), b = filled(device, 0.003), mask = filled(device, 1.0 / 16);
    DeviceTensor out(device, DType::f32, { static_cast<std::int64_t>(count) }, "self-test");
    WeightedTerm const terms[] = { { a.address(), 0.5f }, { b.address(), -0.25f } };
    std::vector<SelfTestResult> results;
    results.push_back(run(device, weighted_sum(out.address(), terms, count, device.profile()), out,
        [](std::size_t i) { return 0.5 * at(i, 0.01) - 0.25 * at(i, 0.003); }));
    MaskedBlend const blend {
        .out = out.address(), .a = a.address(), .b = b.address(), .mask = mask.address(), .count = count, .channels = 4
    };
    results.push_back(run(device, masked_blend(blend, device.profile()), out, [](std::size_t i) {
        double const m = std::clamp(at(i / 4, 1.0 / 16), 0.0, 1.0);
        return at(i, 0.003) + m * (at(i, 0.01) - at(i, 0.003));
    }));
    return results;
}

}
