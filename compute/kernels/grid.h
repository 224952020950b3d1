// SPDX-License-Identifier: Apache-2.0
#pragma once

// What every kernel's host side needs: the words of shared params structs, and grids of any length.

#include "compute/kernels/kernel.h"
#include "shaders/include/params.h"

#include <array>
#include <string>

namespace igneous {

/// `workgroups` folded into x and y of a grid the device takes. The shader numbers them with flat_workgroup() and leaves
/// those past the end alone.
inline std::array<std::uint32_t, 3> grid_for(std::uint64_t workgroups, DeviceProfile const& profile, std::uint32_t z = 1)
{
    std::uint64_t const limit = profile.max_workgroup_count[0];
    if (workgroups <= limit)
        return { static_cast<std::uint32_t>(workgroups), 1, z };
    std::uint32_t const y = ceil_div(workgroups, limit);
    return { ceil_div(workgroups, y), y, z };
}

/// "elementwise/unary" + f32, f16 -> "elementwise/unary.f32.f16"
template<class... Types>
std::string shader_name(std::string_view kernel, Types... types)
{
    std::string name(kernel);
    ((name += '.', name += name_of(types)), ...);
    return name;
}

}
