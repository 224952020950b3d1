// SPDX-License-Identifier: Apache-2.0
#pragma once

// What every kernel's host side needs: the words of shared params structs, and grids of any length.

#include "compute/kernels/kernel.h"
#include "shaders/include/params.h"

#include <array>
#include <initializer_list>
#include <string>

namespace igneous {

/// `workgroups` folded into x and y of a grid the device takes. The shader numbers them with flat_workgroup() and
/// leaves those past the end alone.
inline std::array<std::uint32_t, 3> grid_for(
    std::uint64_t workgroups, DeviceProfile const& profile, std::uint32_t z = 1)
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

/// A dispatch of at least `invocations` in a row, in workgroups of 128: specialization constant 0, `constants` follow.
template<class Params>
Dispatch flat_dispatch(std::string shader, Params const& params, std::uint64_t invocations,
    DeviceProfile const& profile, std::initializer_list<std::uint32_t> constants = {})
{
    constexpr std::uint32_t workgroup = 128;
    Dispatch d = Dispatch::with(std::move(shader), params);
    d.constants.push_back(workgroup);
    d.constants.insert(d.constants.end(), constants);
    d.groups = grid_for(ceil_div(invocations, workgroup), profile);
    return d;
}

/// 4 where every one of `counts` is a multiple of four, else 1: how many neighbours an invocation takes at a time.
template<class... Counts>
std::uint32_t vector_width(Counts... counts)
{
    return ((counts % 4 == 0) && ...) ? 4 : 1;
}

/// Bytes of an operand as it is.
inline double bytes_of(Operand const& operand)
{
    return static_cast<double>(operand.shape.elements()) * static_cast<double>(size_of(operand.dtype));
}

}
