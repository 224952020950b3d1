// SPDX-License-Identifier: Apache-2.0
// Bytes to the device and back, of all sizes and in order with the work around them.
#include "compute/memory/readback.h"
#include "compute/tensor/error.h"
#include "tests/compute/device/fresh_device.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>

using namespace igneous;
using namespace igneous::test;

namespace {

std::vector<std::byte> read_bytes(Device& device, Buffer const& buffer, std::uint64_t offset, std::size_t bytes)
{
    std::vector<std::byte> out(bytes);
    device.read(buffer, offset, out);
    return out;
}

/// Work that keeps the device busy for a while, so that what follows is queued behind it.
struct Busy {
    std::unique_ptr<Buffer> buffer;
    Dispatch step;
    explicit Busy(Device& device)
        : buffer(device.memory().allocate(4 << 20, Intent::activations, "busy"))
        , step(scale_dispatch(*buffer, *buffer, 1 << 20, 1, 1))
    {
    }
    TimelinePoint run(Device& device, int steps = 10) const
    {
        return device.submit_once(std::vector<BoundDispatch>(static_cast<std::size_t>(steps), bound(step)));
    }
};

}

TEST_CASE("updates of odd sizes and places arrive whole, on an idle and on a busy device")
{
    auto const device = fresh_device();
    Busy const busy(*device);
    bool const queued = GENERATE(false, true);
    for (std::size_t bytes : { 1, 2, 3, 17, 255, 4097, 65537, 1000003, 8 << 20, (8 << 20) + 1 }) {
        INFO(bytes << " bytes, queued " << queued);
        auto const buffer = device->memory().allocate(bytes + 10, Intent::activations, "target");
        auto const before = pattern(bytes + 10, 1), data = pattern(bytes, 2);
        device->update(*buffer, 0, before);
        if (queued)
            busy.run(*device);
        device->update(*buffer, 7, data);
        auto const after = read_bytes(*device, *buffer, 0, bytes + 10);
        CHECK(std::equal(before.begin(), before.begin() + 7, after.begin()));
        CHECK(std::equal(data.begin(), data.end(), after.begin() + 7));
        CHECK(std::equal(before.begin() + 7 + static_cast<std::ptrdiff_t>(bytes), before.end(),
            after.begin() + 7 + static_cast<std::ptrdiff_t>(bytes)));
    }
}

TEST_CASE("an update larger than the staging ring is cut into pieces")
{
    auto const device = fresh_device();
    Busy const busy(*device);
    constexpr std::size_t bytes = 70'000'001;
    auto const buffer = device->memory().allocate(bytes, Intent::weights, "weights");
    auto const data = pattern(bytes, 3);
    busy.run(*device);
    device->update(*buffer, 0, data);
    CHECK(read_bytes(*device, *buffer, 0, bytes) == data);
}

TEST_CASE("many small updates behind one another keep their order")
{
    auto const device = fresh_device();
    Busy const busy(*device);
    auto const buffer = device->memory().allocate(4, Intent::activations, "parameter");
    auto const log = device->memory().allocate(4000, Intent::activations, "log");
    busy.run(*device);
    for (std::uint32_t i = 0; i < 1000; ++i) {
        device->update(*buffer, 0, std::as_bytes(std::span(&i, 1)));
        device->copy(*buffer, 0, *log, i * 4, 4);
    }
    std::vector<std::uint32_t> seen(1000);
    device->read(*log, 0, std::as_writable_bytes(std::span(seen)));
    for (std::uint32_t i = 0; i < 1000; ++i)
        REQUIRE(seen[i] == i);
}

TEST_CASE("copies, updates, dispatches and reads happen in the order they were queued")
{
    auto const device = fresh_device();
    constexpr std::uint32_t count = 100'000;
    auto const a = device->memory().allocate(count * 4, Intent::activations, "a");
    auto const b = device->memory().allocate(count * 4, Intent::activations, "b");
    Dispatch const twice = scale_dispatch(*a, *a, count, 2, 0);
    BoundDispatch const step = bound(twice, false);
    for (int round = 0; round < 20; ++round) {
        write_floats(*device, *a, std::vector<float>(count, static_cast<float>(round + 1)));
        device->submit_once({ &step, 1 });
        device->copy(*a, 0, *b, 0, count * 4);
        device->submit_once({ &step, 1 });                              // does not reach b
        write_floats(*device, *a, std::vector<float>(count, -1.0f));
        REQUIRE(read_floats(*device, *b, count) == std::vector<float>(count, 2.0f * static_cast<float>(round + 1)));
        REQUIRE(read_floats(*device, *a, count) == std::vector<float>(count, -1.0f));
    }
}

TEST_CASE("what is read back is what was there, and comes beside the work behind it")
{
    auto const device = fresh_device();
    Busy const busy(*device);
    Readback readback(device);
    CHECK_FALSE(readback.ready());
    for (std::uint32_t count : { 1u, 1000u, 300'000u, 7u }) {
        INFO(count << " values");
        auto const buffer = device->memory().allocate(count * 4 + 8, Intent::activations, "source");
        auto const data = pattern(count * 4, count);
        busy.run(*device);
        device->update(*buffer, 8, data);
        readback.begin(*buffer, 8, DType::i32, { count });
        CHECK(readback.under_way());
        TimelinePoint const behind = busy.run(*device, 300);
        CHECK(readback.take().bytes == data);
        CHECK_FALSE(device->reached(behind));
        CHECK_FALSE(readback.under_way());
        readback.begin(*buffer, 8, DType::i32, { count });
        device->wait_idle();
        while (!readback.ready()) { }
        CHECK(readback.take().bytes == data);
    }
}

TEST_CASE("copies have any offset and length")
{
    auto const device = fresh_device();
    auto const data = pattern(1000, 4);
    auto const a = device->memory().allocate(1000, Intent::activations, "a");
    auto const b = device->memory().allocate(1000, Intent::readback, "b");
    device->update(*a, 0, data);
    device->copy(*a, 3, *b, 5, 701);
    device->copy(*a, 0, *b, 0, 0);
    auto const got = read_bytes(*device, *b, 5, 701);
    CHECK(std::equal(got.begin(), got.end(), data.begin() + 3));
    device->copy(*a, 0, *a, 500, 500);
    CHECK(std::ranges::equal(read_bytes(*device, *a, 500, 500), std::span(data).first(500)));
}

TEST_CASE("transfers beyond a buffer's end are refused")
{
    auto const device = fresh_device();
    auto const a = device->memory().allocate(100, Intent::activations, "a");
    auto const b = device->memory().allocate(50, Intent::activations, "b");
    std::vector<std::byte> bytes(60);
    CHECK_THROWS_AS(device->update(*b, 0, bytes), Error);
    CHECK_THROWS_AS(device->update(*b, ~0ull, std::span(bytes).first(4)), Error);
    CHECK_THROWS_AS(device->read(*a, 41, bytes), Error);
    CHECK_THROWS_AS(device->copy(*a, 0, *b, 0, 51), Error);
    CHECK_THROWS_AS(device->copy(*a, 0, *a, 10, 20), Error);
    CHECK_NOTHROW(device->update(*b, 50, {}));
}
