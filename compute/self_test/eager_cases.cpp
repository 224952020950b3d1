// SPDX-License-Identifier: Apache-2.0
#include "compute/self_test/eager_cases.h"

#include "compute/device/device.h"
#include "compute/kernels/grid.h"
#include "compute/kernels/matmul/pack_panels.h"
#include "compute/kernels/sampling/masked_blend.h"
#include "compute/kernels/sampling/weighted_sum.h"
#include "compute/memory/memory.h"
#include "compute/memory/merge_weights.h"

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

template <class Expected>
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

Weight weight(Shape const& shape, DType type, double step)
{
    HostTensor values(DType::f32, shape);
    for (std::size_t i = 0; i < values.f32().size(); ++i)
        values.f32()[i] = static_cast<float>(static_cast<double>(i) * step - 0.25); // multiples of 2^-7: exact in f16
    auto const owner = std::make_shared<HostTensor const>(values.to(type));
    return std::make_shared<WeightSource const>(
        WeightSource { .name = "self-test", .dtype = type, .shape = shape, .bytes = owner->bytes, .owner = owner });
}

/// base + 0.5 * up * down of a weight [6, 9] in panels, for one type of storage and one of factors.
SelfTestResult run_low_rank(Device& device, DType storage, DType factors)
{
    std::int64_t const outputs = 6, rank = 3, inputs = 9;
    Weight const base = weight({ outputs, inputs }, DType::f32, 0x1p-7);
    LowRankTerm const term { weight({ outputs, rank }, factors, 0x1p-5), weight({ rank, inputs }, factors, 0x1p-6),
        0.5 };
    HostTensor sum(DType::f32, base->shape);
    auto const value = [](std::int64_t i, double step) { return static_cast<double>(i) * step - 0.25; };
    for (std::int64_t n = 0; n < outputs; ++n)
        for (std::int64_t k = 0; k < inputs; ++k) {
            double y = value(n * inputs + k, 0x1p-7);
            for (std::int64_t r = 0; r < rank; ++r)
                y += 0.5 * value(n * rank + r, 0x1p-5) * value(r * inputs + k, 0x1p-6);
            sum.f32()[static_cast<std::size_t>(n * inputs + k)] = static_cast<float>(y);
        }
    WeightSource const changed { .name = "self-test", .shape = base->shape, .base = base, .terms = { term } };
    WeightSource const expected { .name = "self-test", .shape = base->shape, .bytes = sum.bytes };

    SelfTestResult result { .variant = shader_name("matmul/add_low_rank", storage, factors),
        .name = "add_low_rank",
        .allowed = storage == DType::f32 ? 1e-6 : 1e-3 };
    PanelPacking how { .columns = 4, .align = 4, .dtype = storage };
    std::vector<std::byte> packed(panels_bytes(base->shape, how.packing()));
    auto const room
        = [&] { return DeviceTensor(device, DType::u8, { static_cast<std::int64_t>(packed.size()) }, "self-test"); };
    DeviceTensor from = room();
    DeviceTensor const to = room();
    pack_panels(*base, how.packing(), packed);
    device.update(from.buffer(), 0, packed);
    MergeJob const job { &changed, how.packing(), from.address(), to.address() };
    merge_weights(device, { &job, 1 });
    device.read(to.buffer(), 0, packed);
    how.dtype = DType::f32;
    std::vector<float> want(panel_layout(base->shape, how).elements()), got(want.size());
    pack_panels(expected, how.packing(), std::as_writable_bytes(std::span(want)));
    convert_elements(storage, packed.data(), DType::f32, reinterpret_cast<std::byte*>(got.data()), got.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
        double const error = std::abs(static_cast<double>(got[i]) - static_cast<double>(want[i]));
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
    for (DType storage : { DType::f32, DType::f16 })
        for (DType factors : { DType::f32, DType::f16 })
            results.push_back(run_low_rank(device, storage, factors));
    return results;
}

}
