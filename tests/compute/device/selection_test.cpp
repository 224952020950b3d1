// SPDX-License-Identifier: Apache-2.0
// Which device is chosen, from made-up lists and from this machine's.
#include "compute/device/selection.h"
#include "compute/tensor/error.h"
#include "tests/compute/device/fresh_device.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using namespace igneous;
using namespace igneous::test;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

namespace {

DeviceInfo made_up(std::size_t index, std::string name, std::uint64_t memory, bool cpu = false, bool integrated = false)
{
    DeviceInfo info { .index = index, .name = name, .memory_bytes = memory };
    info.profile.name = name;
    info.profile.cpu = cpu;
    info.profile.integrated = integrated;
    return info;
}

std::vector<DeviceInfo> workstation()
{
    return { made_up(0, "llvmpipe (LLVM 19)", 64, true), made_up(1, "Intel Iris Xe", 16, false, true),
        made_up(2, "NVIDIA GeForce RTX 3060", 12), made_up(3, "NVIDIA GeForce RTX 4090", 24) };
}

}

TEST_CASE("the fastest kind of device that works is chosen, of equal kinds the one with more memory")
{
    auto devices = workstation();
    CHECK(choose_device(devices, "") == 3);
    devices[3].unusable = "its driver is too old";
    CHECK(choose_device(devices, "") == 2);
    devices[2].unusable = "its driver is too old";
    CHECK(choose_device(devices, "") == 1);
    devices[1].unusable = "its driver is too old";
    CHECK(choose_device(devices, "") == 0);
    devices[0].unusable = "its driver lacks scalarBlockLayout";
    CHECK_THROWS_MATCHES(choose_device(devices, ""), Error, MessageMatches(ContainsSubstring("scalarBlockLayout")));
}

TEST_CASE("a device is chosen by index or by part of its name")
{
    auto devices = workstation();
    CHECK(choose_device(devices, "1") == 1);
    CHECK(choose_device(devices, "iris") == 1);
    CHECK(choose_device(devices, "NVIDIA") == 2);
    CHECK(choose_device(devices, "4090") == 3);   // no index: there are not that many
    CHECK(choose_device(devices, "LLVMPIPE") == 0);
    CHECK_THROWS_MATCHES(choose_device(devices, "9"), Error, MessageMatches(ContainsSubstring("no number 9")));
    CHECK_THROWS_MATCHES(choose_device(devices, "radeon"), Error,
        MessageMatches(ContainsSubstring("RTX 4090") && ContainsSubstring("radeon")));
    devices[1].unusable = "its driver has Vulkan 1.1.0";
    CHECK_THROWS_MATCHES(choose_device(devices, "iris"), Error, MessageMatches(ContainsSubstring("Vulkan 1.1.0")));
    devices[2].unusable = "two drivers list it";
    CHECK(choose_device(devices, "NVIDIA") == 3);
}

TEST_CASE("this machine's devices are listed with what they can do")
{
    auto const device = fresh_device();
    auto const devices = Device::list();
    REQUIRE(!devices.empty());
    for (std::size_t i = 0; i < devices.size(); ++i) {
        INFO(devices[i].name);
        CHECK(devices[i].index == i);
        CHECK(!devices[i].name.empty());
        if (devices[i].unusable)
            continue;
        DeviceProfile const& profile = devices[i].profile;
        CHECK(!devices[i].driver.empty());
        CHECK(devices[i].uuid.size() == 32);
        CHECK(devices[i].memory_bytes > 0);
        CHECK(profile.min_subgroup_size <= profile.subgroup_size);
        CHECK(profile.subgroup_size <= profile.max_subgroup_size);
        CHECK(profile.shared_memory_bytes >= 16384);
        CHECK(profile.max_workgroup_invocations >= 128);
        CHECK(profile.flops_per_second > 0);
        for (MatrixFragment const& fragment : profile.fragments)
            CHECK(fragment.m * fragment.n * fragment.k > 0);
    }
    CHECK(device->info().name == devices[device->info().index].name);
}

TEST_CASE("IGNEOUS_DEVICE chooses where the caller does not")
{
    auto const device = fresh_device();
    ScopedVariable const variable("IGNEOUS_DEVICE", "no such device");
    CHECK_THROWS_MATCHES(Device::open(), Error, MessageMatches(ContainsSubstring("no such device")));
    CHECK(Device::open({ .name_or_index = device->info().name })->info().name == device->info().name);
}

TEST_CASE("a variant that is wrong on a device is remembered by its profile")
{
    auto const device = fresh_device();
    CHECK(device->profile().disabled.empty());
    device->disable("matmul/linear_coopmat");
    CHECK(device->profile().disabled.contains("matmul/linear_coopmat"));
}

#ifndef _WIN32
TEST_CASE("a machine without a Vulkan driver gets a message that says what to do")
{
    test::fresh_device();   // the loader itself is there
    ScopedVariable const none("VK_DRIVER_FILES", "/nonexistent/none.json");
    ScopedVariable const older("VK_ICD_FILENAMES", "/nonexistent/none.json");
    try {
        Device::open();
        FAIL("a device was found");
    } catch (Error const& error) {
        CHECK(error.code() == ErrorCode::no_device);
        CHECK_THAT(error.what(), ContainsSubstring("install"));
    }
    CHECK_THROWS_AS(Device::list(), Error);
}
#endif
