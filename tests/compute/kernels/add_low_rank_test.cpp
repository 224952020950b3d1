// SPDX-License-Identifier: Apache-2.0
// Low-rank terms added to packed weights, against plain loops in f64 over every way of packing.
#include "compute/kernels/matmul/pack_panels.h"
#include "compute/memory/memory.h"
#include "compute/memory/merge_weights.h"
#include "compute/memory/weight_store.h"
#include "tests/compute/kernels/kernel_test.h"
#include "tests/support/test_device.h"
#include "tests/support/weights.h"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <format>

using namespace igneous;
using namespace igneous::test;

namespace {

struct Term {
    std::int64_t rank;
    double scale;
    DType type = DType::f16;
};

std::vector<float> floats(std::vector<double> const& values) { return { values.begin(), values.end() }; }

/// The base, the terms, and their sum in f64.
struct Sum {
    Weight base, changed;
    std::vector<float> expected;

    Sum(Shape const& shape, std::vector<Term> const& terms, DType stored)
    {
        std::int64_t const outputs = shape[0], inputs = shape.elements() / outputs;
        std::vector<double> sum = random_values("base", shape.elements(), 0.3, stored);
        base = make_weight("w", shape, floats(sum), stored);
        WeightSource source { .name = "w", .dtype = stored, .shape = shape, .base = base };
        for (std::size_t t = 0; t < terms.size(); ++t) {
            auto const [rank, scale, type] = terms[t];
            auto const up = random_values(std::format("up{}", t), outputs * rank, 0.5, type);
            auto const down = random_values(std::format("down{}", t), rank * inputs, 0.5, type);
            source.terms.push_back({ make_weight("up", { outputs, rank }, floats(up), type),
                make_weight("down", shape.with(0, rank), floats(down), type), scale });
            for (std::int64_t n = 0; n < outputs; ++n)
                for (std::int64_t r = 0; r < rank; ++r)
                    for (std::int64_t k = 0; k < inputs; ++k)
                        sum[static_cast<std::size_t>(n * inputs + k)]
                            += scale * up[static_cast<std::size_t>(n * rank + r)]
                               * down[static_cast<std::size_t>(r * inputs + k)];
        }
        expected = floats(sum);
        changed = std::make_shared<WeightSource const>(std::move(source));
    }
};

std::vector<float> packed(Weight const& weight, PanelPacking const& how)
{
    Packing const packing = how.packing();
    std::vector<std::byte> bytes(panels_bytes(weight->shape, packing));
    pack_panels(*weight, packing, bytes);
    std::vector<float> out(bytes.size() / size_of(how.dtype));
    convert_elements(how.dtype, bytes.data(), DType::f32, reinterpret_cast<std::byte*>(out.data()), out.size());
    return out;
}

}

TEST_CASE("add_low_rank: every packing, rank and type of factors", "[compute][kernels][device]")
{
    auto const device = test_device();
    struct Case {
        Shape shape;
        PanelPacking how;
        std::vector<Term> terms;
    };
    Case const cases[] = {
        { { 40, 16 }, { .columns = 32, .align = 16 }, { { 4, 1 } } },
        { { 5, 3 }, { .columns = 4 }, { { 1, -2.5 } } },
        { { 33, 70 }, { .columns = 24, .align = 1 }, { { 3, 0.7 }, { 8, -1.3 } } },
        { { 7, 5, 3, 3 }, { .columns = 4, .align = 8 }, { { 2, 0.5 } } },
        { { 6, 9, 1, 3 }, { .columns = 16, .align = 4, .first_range = 4 }, { { 5, 1 } } },
        { { 66, 37 }, { .columns = 64, .align = 16, .geglu = true }, { { 6, 1 }, { 1, 1, DType::f32 } } },
        { { 9, 10, 1, 1 }, { .columns = 8, .align = 2 }, { { 16, 0.01 }, { 16, 3 }, { 2, 1 } } },
        { { 64, 48 }, { .columns = 64, .align = 16 }, { { 130, 0.1, DType::f32 } } },
    };
    for (auto const& [shape, how, terms] : cases)
        for (DType storage : { DType::f32, DType::f16 }) {
            INFO(shape.text() << " as " << name_of(storage) << ", columns " << how.columns);
            PanelPacking panels = how;
            panels.dtype = storage;
            Sum const sum(shape, terms, storage);
            std::vector<float> const base = packed(sum.base, panels),
                                     expected = packed(make_weight("e", shape, sum.expected), panels);
            std::uint64_t const bytes = base.size() * size_of(storage);
            auto const room = [&](std::byte fill) {
                DeviceTensor tensor(*device, DType::u8, { static_cast<std::int64_t>(bytes) }, "test");
                device->update(tensor.buffer(), 0, std::vector<std::byte>(bytes, fill));
                return tensor;
            };
            DeviceTensor from = room(std::byte { 0 }), to = room(std::byte { 0xff });
            std::vector<std::byte> stored(bytes);
            pack_panels(*sum.base, panels.packing(), stored);
            device->update(from.buffer(), 0, stored);
            MergeJob const job { sum.changed.get(), panels.packing(), from.address(), to.address() };
            merge_weights(*device, { &job, 1 });

            std::vector<std::byte> read(bytes), kept(bytes);
            device->read(from.buffer(), 0, kept);
            CHECK(kept == stored);
            device->read(to.buffer(), 0, read);
            std::vector<float> got(base.size());
            convert_elements(storage, read.data(), DType::f32, reinterpret_cast<std::byte*>(got.data()), got.size());
            double largest = 0;
            for (float e : expected)
                largest = std::max(largest, static_cast<double>(std::abs(e)));
            std::size_t wrong = 0;
            for (std::size_t i = 0; i < got.size(); ++i)
                wrong += !(std::abs(static_cast<double>(got[i] - expected[i]))
                           <= largest * (storage == DType::f32 ? 2e-6 : 1e-3));
            CHECK(wrong == 0);
        }
}

TEST_CASE("a store adds terms up beside the base, and gives the memory back with the weight", "[compute][device]")
{
    auto const device = test_device();
    auto const store = WeightStore::create(device);
    auto const in_use = [&] { return device->memory().use().by_intent[static_cast<std::size_t>(Intent::weights)]; };
    PanelPacking const how { .columns = 32, .align = 16 };
    std::uint64_t const before = in_use();
    auto sum = std::make_unique<Sum>(Shape { 64, 48 }, std::vector<Term> { { 4, 1 } }, DType::f32);
    WeightRequest const base { sum->base, how.packing() };
    std::uint64_t const base_address = store->realise({ &base, 1 })[0].address();
    std::uint64_t const of_base = in_use() - before;
    {
        WeightRequest const both[] = { { sum->changed, how.packing() }, base };
        auto const places = store->realise(both);
        CHECK(places[0].address() != base_address);
        CHECK(places[1].address() == base_address);
        CHECK(store->realise(both) == places);
        CHECK(in_use() - before == 2 * of_base);
        CHECK(store->bytes() == 2 * panels_bytes({ 64, 48 }, how.packing()));
    }
    sum->changed.reset();
    store->drop_unused();
    CHECK(in_use() - before == of_base);
    CHECK(store->realise({ &base, 1 })[0].address() == base_address);
}

TEST_CASE("merging many weights takes a bounded amount of memory for the factors", "[compute]")
{
    Sum const sum({ 64, 48 }, { { 4, 1 } }, DType::f32);
    std::vector<WeightSource const*> sources(3, sum.changed.get());
    std::uint64_t const one = merge_scratch_bytes({ sources.data(), 1 });
    CHECK(one >= (64 + 48) * 4 * 2);
    CHECK(merge_scratch_bytes(sources) == 3 * one);
    sources.resize(40000, sum.changed.get());
    CHECK(merge_scratch_bytes(sources) <= 16u << 20);
    CHECK(merge_scratch_bytes(sources) > 15u << 20);
    CHECK(merge_scratch_bytes({}) == 0);
}
