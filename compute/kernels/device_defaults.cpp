// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/device_defaults.h"

#include <algorithm>

namespace igneous {

namespace {

constexpr std::uint32_t intel = 0x8086;

constexpr DeviceDefaults table[] = {
    { .devices = "CPU drivers",
        .matrices = false,
        .reason
        = "lavapipe multiplies matrices in scalar code: 9 to 13 GFLOP/s where lanes reach 39 to 59, and compiles a "
          "kernel of them for seconds",
        .includes = [](DeviceProfile const& p) { return p.cpu; } },
    { .devices = "Intel before Xe2",
        .matrices = false,
        .workgroups = 64,
        .reason
        = "products by matrices were seen on an Arc A770 at anything from 0.0007 to 20 times the speed of those "
          "without (llama.cpp issue 24404); from Xe2 on subgroups have 16 invocations at least, before 8",
        .includes = [](DeviceProfile const& p) { return p.vendor == intel && p.min_subgroup_size < 16; } },
    { .devices = "other integrated GPUs",
        .matrices = true,
        .workgroups = 64,
        .reason = "as cards; they have a few cores only, which some dozens of workgroups fill (not measured)",
        .includes = [](DeviceProfile const& p) { return p.integrated; } },
    { .devices = "all others",
        .matrices = true,
        .workgroups = 256,
        .reason = "matrices are several times as fast as vectors on every card that has them; large cards have 60 to "
                  "190 cores, each of which wants a workgroup or two (how many is not measured)",
        .includes = [](DeviceProfile const&) { return true; } },
};

}

std::span<DeviceDefaults const> all_device_defaults() { return table; }

DeviceDefaults const& device_defaults(DeviceProfile const& profile)
{
    return *std::ranges::find_if(table, [&](DeviceDefaults const& d) { return d.includes(profile); });
}

}
