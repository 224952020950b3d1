// SPDX-License-Identifier: Apache-2.0
// Packed weights: one copy each, the right bytes at the address, and nothing half-done when they do not fit.
#include "compute/memory/weight_store.h"
#include "compute/tensor/error.h"
#include "tests/compute/device/fresh_device.h"
#include "tests/support/weights.h"

#include <catch2/catch_test_macros.hpp>

#include <cstring>

using namespace igneous;
using namespace igneous::test;

namespace {

Packing const plain { "plain", DType::f32 }, plain_half { "plain", DType::f16 };

std::vector<float> numbers(std::size_t count, float first)
{
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i)
        values[i] = first + static_cast<float>(i % 1000);
    return values;
}

std::uint64_t weight_memory(Device& device)
{
    return device.memory().use().by_intent[static_cast<std::size_t>(Intent::weights)];
}

/// Reads what lies at a device address, through a dispatch: as a kernel would.
std::vector<float> read_at(Device& device, std::uint64_t address, std::uint32_t count)
{
    struct At final : Buffer {
        std::uint64_t where = 0;
        std::uint64_t address() const override { return where; }
        std::uint64_t size() const override { return 0; }
        Intent intent() const override { return Intent::weights; }
        std::span<std::byte> mapped() override { return {}; }
    } at;
    at.where = address;
    auto const out = device.memory().allocate(count * 4, Intent::activations, "out");
    Dispatch const copy = scale_dispatch(at, *out, count, 1, 0);
    BoundDispatch const step = bound(copy);
    device.submit_once({ &step, 1 });
    return read_floats(device, *out, count);
}

}

TEST_CASE("each weight is packed once per packing and lies where the store says")
{
    auto const device = fresh_device();
    auto const store = WeightStore::create(device);
    Weight const a = make_weight("a", { 3, 5 }, numbers(15, 1)), b = make_weight("b", { 1001 }, numbers(1001, -7));
    std::vector<WeightRequest> const requests { { a, plain }, { b, plain }, { a, plain_half }, { a, plain } };
    auto const places = store->realise(requests);
    REQUIRE(places.size() == 4);
    CHECK(places[0] == places[3]);
    CHECK(places[0] != places[2]);
    for (WeightPlace const& place : places)
        CHECK(place.address() % 256 == 0);
    CHECK(store->bytes() == 15 * 4 + 1001 * 4 + 15 * 2);
    CHECK(read_at(*device, places[0].address(), 15) == numbers(15, 1));
    CHECK(read_at(*device, places[1].address(), 1001) == numbers(1001, -7));

    std::uint64_t const used = weight_memory(*device);
    CHECK(store->realise(requests) == places);
    CHECK(store->realise({}).empty());
    CHECK(weight_memory(*device) == used);
}

TEST_CASE("many weights are packed on several threads")
{
    auto const device = fresh_device();
    auto const store = WeightStore::create(device);
    std::vector<WeightRequest> requests;
    for (int i = 0; i < 200; ++i) {
        std::size_t const size = 1000 + static_cast<std::size_t>(i) * 97;
        Shape const shape { static_cast<std::int64_t>(size) };
        requests.push_back({ make_weight("w", shape, numbers(size, static_cast<float>(i))), plain });
    }
    auto const places = store->realise(requests);
    for (std::size_t i = 0; i < requests.size(); i += 13) {
        auto const count = static_cast<std::uint32_t>(requests[i].weight->shape.elements());
        CHECK(read_at(*device, places[i].address(), count) == numbers(count, static_cast<float>(i)));
    }
}

TEST_CASE("a source that is gone is not mistaken for a new one")
{
    auto const device = fresh_device();
    auto const store = WeightStore::create(device);
    for (int i = 0; i < 20; ++i) {
        WeightRequest const request { make_weight("w", { 64 }, numbers(64, static_cast<float>(i))), plain };
        CHECK(read_at(*device, store->realise({ &request, 1 })[0].address(), 64) == numbers(64, static_cast<float>(i)));
    }
}

TEST_CASE("weights that do not fit are refused before any memory is taken")
{
    auto const device = fresh_device();
    auto const store = WeightStore::create(device);
    device->memory().set_limit(10000);
    WeightRequest const requests[] = { { make_weight("small", { 100 }, numbers(100, 0)), plain },
        { make_weight("large", { 5000 }, numbers(5000, 0)), plain } };
    try {
        store->realise(requests);
        FAIL("expected out_of_memory");
    } catch (Error const& error) {
        CHECK(error.code() == ErrorCode::out_of_memory);
    }
    CHECK(store->bytes() == 0);
    CHECK(weight_memory(*device) == 0);
    CHECK(store->realise({ requests, 1 }).size() == 1);
    CHECK(store->bytes() == 400);
}

TEST_CASE("a packer's error is passed on and leaves the store as it was")
{
    auto const device = fresh_device();
    auto const store = WeightStore::create(device);
    Packing const unheard_of { "plain", DType::i32 };   // weights become f32, f16 or bf16
    WeightRequest const requests[] = { { make_weight("good", { 8 }, numbers(8, 0)), plain },
        { make_weight("bad", { 8 }, numbers(8, 0)), unheard_of } };
    CHECK_THROWS_AS(store->realise(requests), Error);
    CHECK(store->bytes() == 0);
    CHECK(weight_memory(*device) == 0);
}

TEST_CASE("the weights go with the store")
{
    auto const device = fresh_device();
    auto store = WeightStore::create(device);
    WeightRequest const request { make_weight("w", { 4096 }, numbers(4096, 0)), plain };
    store->realise({ &request, 1 });
    CHECK(weight_memory(*device) == 4096 * 4);
    store.reset();
    CHECK(weight_memory(*device) == 0);
}
