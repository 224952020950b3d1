// SPDX-License-Identifier: Apache-2.0
// The books of device memory: what is asked, what is alive, what does not fit.
#include "compute/tensor/error.h"
#include "tests/compute/device/fresh_device.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using namespace igneous;
using namespace igneous::test;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string out_of_memory_message(auto&& action)
{
    try {
        action();
    } catch (Error const& error) {
        CHECK(error.code() == ErrorCode::out_of_memory);
        return error.what();
    }
    FAIL("expected out_of_memory");
    return {};
}

std::uint64_t by(MemoryUse const& use, Intent intent) { return use.by_intent[static_cast<std::size_t>(intent)]; }

}

TEST_CASE("memory is counted by the byte, by intent, with its peak")
{
    auto const device = fresh_device();
    Memory& memory = device->memory();
    REQUIRE(memory.use().total == 0);
    {
        auto const weights = memory.allocate(1000001, Intent::weights, "weights");
        auto const small = memory.allocate(1, Intent::activations, "small");
        auto const upload = memory.allocate(77, Intent::upload, "upload");
        auto const readback = memory.allocate(4096, Intent::readback, "readback");
        MemoryUse const use = memory.use();
        CHECK(by(use, Intent::weights) == 1000001);
        CHECK(by(use, Intent::activations) == 1);
        CHECK(by(use, Intent::upload) == 77);
        CHECK(by(use, Intent::readback) == 4096);
        CHECK(use.total == 1000001 + 1 + 77 + 4096);
        CHECK(use.peak == use.total);
        CHECK(use.budget > use.total);
        for (Buffer const* buffer : { weights.get(), small.get(), upload.get(), readback.get() }) {
            CHECK(buffer->address() != 0);
            CHECK(buffer->address() % 256 == 0);
        }
        CHECK(weights->size() == 1000001);
        CHECK(upload->mapped().size() == 77);
        CHECK(readback->mapped().size() == 4096);
    }
    CHECK(memory.use().total == 0);
    CHECK(memory.use().peak == 1000001 + 1 + 77 + 4096);
    memory.reset_peak();
    CHECK(memory.use().peak == 0);
}

TEST_CASE("what exceeds the limit or the device is refused with both numbers, and nothing is lost")
{
    auto const device = fresh_device();
    Memory& memory = device->memory();
    memory.set_limit(10 << 20);
    auto const first = memory.allocate(6 << 20, Intent::weights, "first");
    std::string const message = out_of_memory_message([&] { memory.allocate(5 << 20, Intent::weights, "second"); });
    CHECK_THAT(message, ContainsSubstring("second") && ContainsSubstring("5.0 MiB") && ContainsSubstring("4.0 MiB"));
    CHECK_NOTHROW(memory.require_room(4 << 20, Intent::weights, "plan"));
    CHECK_THAT(out_of_memory_message([&] { memory.require_room(5 << 20, Intent::activations, "plan"); }),
        ContainsSubstring("plan"));
    CHECK(memory.use().total == 6 << 20);
    CHECK(memory.use().budget == 10 << 20);
    memory.set_limit(0);
    CHECK_NOTHROW(memory.allocate(5 << 20, Intent::weights, "second"));
    out_of_memory_message([&] { memory.allocate(1ull << 60, Intent::activations, "absurd"); });
    out_of_memory_message([&] { memory.require_room(1ull << 60, Intent::weights, "absurd"); });
    CHECK_THROWS_AS(memory.allocate(0, Intent::activations, "nothing"), Error);
}

TEST_CASE("device tensors know their size and are limited to 2 GiB")
{
    auto const device = fresh_device();
    DeviceTensor const tensor(*device, DType::f16, { 2, 3, 5 }, "latents");
    CHECK(tensor.bytes() == 60);
    CHECK(tensor.buffer().size() == 60);
    CHECK(tensor.address() == tensor.buffer().address());
    CHECK(!DeviceTensor {});
    std::string const message
        = out_of_memory_message([&] { DeviceTensor(*device, DType::f32, { 1, 1 << 20, 1024 }, "pixels"); });
    CHECK_THAT(message, ContainsSubstring("pixels") && ContainsSubstring("2 GiB"));
    out_of_memory_message([&] { DeviceTensor(*device, DType::f32, { 1ll << 40, 1ll << 40 }, "pixels"); });
    CHECK_THROWS_AS(DeviceTensor(*device, DType::f32, { 0, 4 }, "empty"), Error);
}

TEST_CASE("a buffer's memory goes back when the device is done with it")
{
    auto const device = fresh_device();
    Memory& memory = device->memory();
    constexpr std::uint32_t count = 1 << 20;
    auto y = memory.allocate(count * 4, Intent::activations, "y");
    {
        auto const x = memory.allocate(count * 4, Intent::activations, "x");
        write_floats(*device, *x, std::vector<float>(count, 2.0f));
        std::vector<Dispatch> steps(20, scale_dispatch(*x, *y, count, 3, 1));
        std::vector<BoundDispatch> list;
        for (Dispatch const& step : steps)
            list.push_back(bound(step));
        device->submit_once(list);
    }   // x goes while the device reads it
    CHECK(read_floats(*device, *y, count) == std::vector<float>(count, 7.0f));
    device->wait_idle();
    CHECK(memory.use().by_intent[static_cast<std::size_t>(Intent::activations)] == count * 4);
}

TEST_CASE("buffers may outlive their device")
{
    auto device = fresh_device();
    auto const buffer = device->memory().allocate(100, Intent::activations, "survivor");
    device.reset();
    CHECK(buffer->size() == 100);
}

TEST_CASE("the arena is shared, grows in place and goes when nobody holds it")
{
    auto const device = fresh_device();
    Memory& memory = device->memory();
    auto arena = memory.arena(1000);
    CHECK(arena->size() == 1000);
    CHECK(memory.arena(500).get() == arena.get());
    CHECK(memory.arena(5000).get() == arena.get());
    CHECK(arena->size() == 5000);
    CHECK(memory.use().total == 5000);

    memory.set_limit(20000);
    CHECK_NOTHROW(memory.arena(19000));   // the old one makes room
    out_of_memory_message([&] { memory.arena(30000); });
    CHECK(arena->size() == 19000);
    memory.set_limit(0);

    memory.release_arena();
    CHECK(memory.use().total == 19000);
    arena.reset();
    memory.release_arena();
    CHECK(memory.use().total == 0);
    memory.release_arena();
}
