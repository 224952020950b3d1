// SPDX-License-Identifier: Apache-2.0
// The validation layers have nothing to say about what the device does.
#include "compute/memory/readback.h"
#include "compute/tensor/error.h"
#include "tests/compute/device/fresh_device.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace igneous;
using namespace igneous::test;

namespace {

std::shared_ptr<Device> device_with_layers()
{
    std::string reason;
    try {
        return fresh_device();
    } catch (Error const& error) {
        reason = error.what();
    }
    SKIP(reason);
    return {};
}

void use_everything(std::shared_ptr<Device> const& opened)
{
    Device& device = *opened;
    constexpr std::uint32_t count = 3000;
    Memory& memory = device.memory();
    auto const x = memory.allocate(count * 4, Intent::activations, "x");
    auto const y = memory.allocate(count * 4 + 3, Intent::weights, "y");
    auto const back = memory.allocate(count * 4, Intent::readback, "back");
    auto const arena = memory.arena(10000);
    write_floats(device, *x, std::vector<float>(count, 1.0f));
    Dispatch const there = scale_dispatch(*x, *y, count, 2, 1), home = scale_dispatch(*y, *x, count, 1, 0);
    std::vector<BoundDispatch> const list { bound(there), bound(home), bound(there), bound(home) };
    Dispatch const* const prepared[] = { &there, &home };
    device.prepare(prepared);
    auto const recording = device.record(list), timed = device.record(list, true);
    for (int i = 0; i < 3; ++i) {
        device.submit(*recording);
        device.update(*x, 1, std::vector<std::byte>(3));
        device.submit(*timed);
        device.copy(*x, 0, *back, 0, count * 4);
        device.submit_once(list);
    }
    {
        auto const kept = memory.allocate(count * 4, Intent::activations, "kept");
        Readback readback(opened), dropped(opened);
        device.copy(*x, 0, *kept, 0, count * 4);
        readback.begin(*kept, 0, DType::f32, { count });
        device.submit(*recording);
        readback.take();
        dropped.begin(*kept, 4, DType::f32, { count - 1 });
    }
    device.timestamps(*timed);
    { auto const short_lived = memory.allocate(1 << 20, Intent::activations, "short-lived"); }
    memory.arena(20000);
    read_floats(device, *back, count);
    read_floats(device, *y, count);
    device.save_pipeline_cache();
    device.wait_idle();
}

}

TEST_CASE("validation finds nothing")
{
    std::string const mode = GENERATE("1", "gpu");
    ScopedVariable const variable("IGNEOUS_VALIDATION", mode);
    auto const device = device_with_layers();
    use_everything(device);
    for (std::string const& message : device->validation_messages())
        FAIL_CHECK("IGNEOUS_VALIDATION=" << mode << ": " << message);
}

TEST_CASE("validation is off unless asked for, and its switch is checked")
{
    ScopedVariable const off("IGNEOUS_VALIDATION", std::nullopt);
    auto const device = fresh_device();
    CHECK(device->validation_messages().empty());
    ScopedVariable const wrong("IGNEOUS_VALIDATION", "maybe");
    CHECK_THROWS_AS(Device::open(), Error);
}

TEST_CASE("GPU-assisted validation sees a kernel that goes beyond its buffer")
{
    // Without this a clean report might only mean that nobody looked.
    ScopedVariable const variable("IGNEOUS_VALIDATION", "gpu");
    auto const device = device_with_layers();
    auto const x = device->memory().allocate(4096, Intent::activations, "x");
    // Four times as long: beyond the room behind a CPU device's buffers, within the allocator's first block.
    Dispatch const beyond = scale_dispatch(*x, *x, 4096, 1, 1);
    BoundDispatch const step = bound(beyond);
    device->submit_once({ &step, 1 });
    device->wait_idle();
    CHECK(!device->validation_messages().empty());
}
