// SPDX-License-Identifier: Apache-2.0
#pragma once

// How an op becomes dispatches. A kernel is a function `void lower_<op>(<Op> const&, Lowering&)` in
// compute/kernels/<family>/<op>.cpp and one line in registry.cpp; its GLSL lies at the same sub-path under shaders/.
// It picks a variant from the device profile, the grid and the numbers; it never touches Vulkan.

#include "compute/device/profile.h"
#include "compute/graph/dispatch.h"
#include "compute/graph/graph.h"

#include <cstdint>
#include <span>
#include <string>

namespace igneous {

/// How a weight is laid out for a kernel: the name of a pack function and its numbers. Equal packings of one weight are
/// one copy in memory, whoever asks.
struct Packing {
    std::string_view name;                        // "plain", "matmul_kn", ...: static storage
    DType dtype = DType::f32;
    std::array<std::uint32_t, 4> numbers {};      // tile sizes and the like
    bool operator==(Packing const&) const = default;
};

/// Size and work of a packing. `bytes` gives the exact packed size for a source shape; `pack` fills that many bytes.
/// Registered by kernels in compute/kernels/packings.cpp.
struct Packer {
    std::string_view name;
    std::uint64_t (*bytes)(Shape const& shape, Packing const& packing);
    void (*pack)(WeightSource const& source, Packing const& packing, std::span<std::byte> out);
};
Packer const& find_packer(std::string_view name);

struct Operand {
    Location location;
    DType dtype = DType::f32;
    Shape shape;
};

class Lowering {
public:
    virtual ~Lowering() = default;
    virtual DeviceProfile const& profile() const = 0;
    virtual std::size_t input_count() const = 0;
    /// An activation, or a weight that is used as it lies in the file, converted to f32 ("plain" packing).
    virtual Operand input(std::size_t i) = 0;
    /// Whether input `i` is a weight leaf (and so may be asked for in another packing).
    virtual bool is_weight(std::size_t i) const = 0;
    virtual Operand weight(std::size_t i, Packing const& packing) = 0;
    /// Whether input `i` is a weight that adapters change: such are packed in panels only.
    virtual bool is_adapted(std::size_t i) const = 0;
    virtual Shape const& shape_of(std::size_t i) const = 0;
    virtual Operand output() = 0;
    /// Memory for the time of this op only.
    virtual Location scratch(std::uint64_t bytes) = 0;
    virtual void dispatch(Dispatch dispatch) = 0;

    /// Whether the variant may be used on this device ("matmul/matmul.coopmat"): false once the self-test found it wrong.
    bool enabled(std::string_view variant) const { return !profile().disabled.contains(variant); }
};

using LowerFunction = void (*)(Op const&, Lowering&);

/// The kernel of an op by its name; asserts that there is one.
LowerFunction find_kernel(std::string_view op_name);

constexpr std::uint32_t ceil_div(std::uint64_t a, std::uint64_t b) { return static_cast<std::uint32_t>((a + b - 1) / b); }

}
