// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/sampling/masked_blend.h"
#include "compute/kernels/sampling/weighted_sum.h"
#include "compute/memory/memory.h"
#include "tests/support/check.h"
#include "tests/support/random.h"
#include "tests/support/test_device.h"

#include <catch2/catch_test_macros.hpp>

#include <format>

using namespace igneous;
using namespace igneous::test;

TEST_CASE("model_input: c_in is applied and the batch is repeated")
{
    for (int copies : { 1, 2, 3 })
        for (Shape const& shape : { Shape { 2, 8, 8, 4 }, Shape { 1, 5, 3, 9 } })
            check_graph(std::format("model_input {} times {}", copies, shape), [&](TestGraph& t) {
                t.output(model_input(t.input_f32("x", shape, { .deviation = 14 }),
                    t.input_f32("factors", { 4 }, { .mean = 0.1, .deviation = 0.01 }), copies));
            });
}

TEST_CASE("guide: the denoised estimate uses the unscaled x")
{
    double const factors[] = { 0.07, 1, -14.6, 7.5 };
    for (int copies : { 1, 2 })
        for (Shape const& shape : { Shape { 2, 8, 8, 4 }, Shape { 1, 5, 3, 9 } })
            check_graph(std::format("guide of {} copies {}", copies, shape), [&](TestGraph& t) {
                Tensor const x = t.input_f32("x", shape, { .deviation = 14 });
                Tensor const prediction = t.input("prediction", shape.with(0, shape[0] * copies));
                Tensor const f = t.input_f32("factors", { 4 }, { .value = [&](std::size_t i) { return factors[i]; } });
                t.output(guide(x, prediction, f, copies));
            });
}

namespace {

struct Latents {
    Device& device;
    std::vector<DeviceTensor> tensors;
    std::vector<std::vector<float>> values;

    Latents(Device& on, std::size_t how_many, std::size_t count)
        : device(on)
    {
        for (std::size_t k = 0; k < how_many; ++k) {
            Random random(k + 1);
            std::vector<float>& v = values.emplace_back(count);
            for (float& f : v)
                f = static_cast<float>(random.normal());
            tensors.emplace_back(device, DType::f32, Shape { static_cast<std::int64_t>(count) }, "test");
            device.update(tensors.back().buffer(), 0, std::as_bytes(std::span(v)));
        }
    }
    std::vector<float> run(Dispatch const& dispatch, std::size_t out)
    {
        BoundDispatch const bound { &dispatch, dispatch.push, true };
        device.submit_once(std::span(&bound, 1));
        std::vector<float> result(values[out].size());
        device.read(tensors[out].buffer(), 0, std::as_writable_bytes(std::span(result)));
        return result;
    }
};

}

TEST_CASE("weighted_sum: one to six terms, in place too")
{
    auto const device = test_device();
    float const coefficients[] = { 1.5f, -0.25f, 0.125f, 3.f, -2.f, 0.7f };
    for (std::size_t count : { 1u, 255u, 4096u, 10007u })
        for (std::size_t terms = 1; terms <= max_weighted_terms; ++terms)
            for (bool in_place : { false, true }) {
                Latents latents(*device, terms + 1, count);
                std::vector<WeightedTerm> list;
                for (std::size_t k = 0; k < terms; ++k)
                    list.push_back({ latents.tensors[k].address(), coefficients[k] });
                std::size_t const out = in_place ? 0 : terms;
                auto const got
                    = latents.run(weighted_sum(latents.tensors[out].address(), list, count, device->profile()), out);
                double largest = 0;
                for (std::size_t i = 0; i < count; ++i) {
                    double expected = 0;
                    for (std::size_t k = 0; k < terms; ++k)
                        expected += static_cast<double>(coefficients[k]) * static_cast<double>(latents.values[k][i]);
                    largest = std::max(largest, std::abs(expected - static_cast<double>(got[i])));
                }
                INFO(terms << " terms of " << count << (in_place ? " in place" : ""));
                CHECK(largest < 3e-6);
            }
}

TEST_CASE("masked_blend: bit-identical where the mask is one or zero")
{
    auto const device = test_device();
    std::uint32_t const channels = 4;
    std::size_t const pixels = 35, count = pixels * channels;
    Latents latents(*device, 4, count);                      // a, b, mask (its first values), out
    std::vector<float> mask(count);
    for (std::size_t i = 0; i < pixels; ++i)
        mask[i] = i % 3 == 0 ? 0.f : i % 3 == 1 ? 1.f : 0.3f;
    device->update(latents.tensors[2].buffer(), 0, std::as_bytes(std::span(mask)));
    MaskedBlend const blend { .out = latents.tensors[3].address(),
        .a = latents.tensors[0].address(),
        .b = latents.tensors[1].address(),
        .mask = latents.tensors[2].address(),
        .count = count,
        .channels = channels };
    auto const got = latents.run(masked_blend(blend, device->profile()), 3);
    for (std::size_t i = 0; i < count; ++i) {
        float const m = mask[i / channels], a = latents.values[0][i], b = latents.values[1][i];
        if (m == 0.f || m == 1.f)
            CHECK(got[i] == (m == 1.f ? a : b));
        else
            CHECK(std::abs(got[i] - (b + m * (a - b))) < 1e-6f);
    }
}
