// SPDX-License-Identifier: Apache-2.0
#pragma once

// One compute dispatch as a value: which shader, which constants, which numbers, which memory. Addresses are symbolic
// (a value of the plan and a byte offset) until a Program binds them, so whole models are planned without a GPU.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace igneous {

/// A place in memory the plan knows: value + byte offset.
struct Location {
    std::uint32_t value = 0xffffffffu;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;               // extent that is read or written, for hazards
    explicit operator bool() const { return value != 0xffffffffu; }
};

enum class Access : std::uint8_t { read, write, read_write };

/// "Put the address of `location` at byte `at` of the push constants."
struct Relocation {
    std::uint32_t at = 0;
    Location location;
    Access access = Access::read;
};

struct TileChoice;

struct Dispatch {
    std::string shader;                        // "norm/group_norm.f16.silu", a key of the shader library
    std::vector<std::uint32_t> constants;      // specialization constants 0, 1, 2...
    std::uint32_t subgroup_size = 0;           // required subgroup size; 0: the driver's choice
    bool full_subgroups = false;               // workgroup size is a multiple of the subgroup size, and must be run so
    std::array<std::uint32_t, 3> groups { 1, 1, 1 };
    std::vector<std::byte> push;               // at most 128 bytes
    std::vector<Relocation> relocations;
    double flops = 0;                          // for the profile and for cutting submissions
    double bytes = 0;                          // read + written, ideal
    std::string label;                         // filled by Plan: node label and op name
    std::shared_ptr<TileChoice const> tile;    // what else could run here (compute/kernels/tune_table.h); null: nothing

    /// `params` is the struct shared with GLSL (shaders/<family>/<kernel>.params.h).
    template<class Params>
    static Dispatch with(std::string shader, Params const& params)
    {
        static_assert(sizeof(Params) <= 128, "push constants: at most 128 bytes");
        Dispatch d;
        d.shader = std::move(shader);
        d.push.resize(sizeof(Params));
        std::memcpy(d.push.data(), &params, sizeof(Params));
        return d;
    }
    void read(std::size_t at, Location location) { bind(at, location, Access::read); }
    void write(std::size_t at, Location location) { bind(at, location, Access::write); }
    void read_write(std::size_t at, Location location) { bind(at, location, Access::read_write); }

private:
    void bind(std::size_t at, Location location, Access access)
    {
        if (location)
            relocations.push_back({ static_cast<std::uint32_t>(at), location, access });
    }
};

}
