// SPDX-License-Identifier: Apache-2.0
// A lost device says so everywhere, and a new one in the same process works.
#include "compute/tensor/error.h"
#include "tests/compute/device/fresh_device.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using namespace igneous;
using namespace igneous::test;

namespace {

constexpr std::uint32_t count = 1000;

void check_lost(auto&& action)
{
    try {
        action();
        FAIL("expected device_lost");
    } catch (Error const& error) {
        CHECK(error.code() == ErrorCode::device_lost);
        CHECK_THAT(error.what(), Catch::Matchers::ContainsSubstring("open it again"));
    }
}

void check_works(Device& device)
{
    auto const x = device.memory().allocate(count * 4, Intent::activations, "x");
    write_floats(device, *x, std::vector<float>(count, 1.0f));
    Dispatch const increment = scale_dispatch(*x, *x, count, 1, 1);
    BoundDispatch const step = bound(increment);
    device.submit_once({ &step, 1 });
    CHECK(read_floats(device, *x, count) == std::vector<float>(count, 2.0f));
}

}

TEST_CASE("a lost device is an error from every entry, and a new one works")
{
    for (int round = 0; round < 3; ++round) {
        auto device = fresh_device();
        check_works(*device);
        auto x = device->memory().allocate(count * 4, Intent::activations, "x");
        auto arena = device->memory().arena(1000);
        write_floats(*device, *x, std::vector<float>(count, 1.0f));
        Dispatch const increment = scale_dispatch(*x, *x, count, 1, 1);
        BoundDispatch const step = bound(increment);
        auto recording = device->record({ &step, 1 }, true);
        TimelinePoint const point = device->submit(*recording);   // may still run when the device is lost

        device->simulate_loss();
        check_lost([&] { device->submit(*recording); });
        check_lost([&] { device->submit(*recording); });
        check_lost([&] { device->submit_once({ &step, 1 }); });
        check_lost([&] { device->record({ &step, 1 }); });
        check_lost([&] { device->copy(*x, 0, *x, 2000, 4); });
        check_lost([&] { write_floats(*device, *x, { 1.0f }); });
        check_lost([&] { read_floats(*device, *x, 1); });
        check_lost([&] { device->wait(point); });
        check_lost([&] { device->wait_idle(); });
        check_lost([&] { device->timestamps(*recording); });
        check_lost([&] { device->memory().allocate(100, Intent::activations, "more"); });
        check_lost([&] { device->memory().arena(2000); });
        Dispatch other = increment;
        other.constants[0] = 64;
        Dispatch const* const list[] = { &other };
        check_lost([&] { device->prepare(list); });
        device->save_pipeline_cache();

        auto const replacement = Device::open();   // while the lost one is still there
        check_works(*replacement);
        if (round == 1)
            device.reset();                        // before what was made of it
        recording.reset();
        x.reset();
        arena.reset();
    }
}
