// SPDX-License-Identifier: Apache-2.0
#pragma once

// What an op means: its name, its settings and nothing else. How it runs is the kernel of the same name
// (compute/kernels); the free function that checks, infers the shape and adds the node is in compute/ops.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace igneous {

enum class Activation : std::uint32_t { none, silu, gelu, quick_gelu, relu, tanh };

constexpr std::string_view name_of(Activation activation)
{
    constexpr std::string_view names[] = { "none", "silu", "gelu", "quick_gelu", "relu", "tanh" };
    return names[static_cast<std::size_t>(activation)];
}

struct Op {
    virtual ~Op() = default;
    virtual std::string_view name() const = 0;
    /// Settings as a short text: part of messages, profiles and of the key that tells equal nodes apart.
    virtual std::string settings() const { return {}; }
};

}
