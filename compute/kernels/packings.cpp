// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/kernel.h"
#include "compute/kernels/conv/winograd.h"
#include "compute/kernels/matmul/pack_panels.h"
#include "compute/tensor/error.h"

namespace igneous {

namespace {

std::uint64_t plain_bytes(Shape const& shape, Packing const& packing)
{
    return static_cast<std::uint64_t>(shape.elements()) * size_of(packing.dtype);
}

void pack_plain(WeightSource const& source, Packing const& packing, std::span<std::byte> out)
{
    convert_elements(source.dtype, source.bytes.data(), packing.dtype, out.data(),
        static_cast<std::size_t>(source.shape.elements()));
}

constexpr Packer packers[] = {
    { "plain", plain_bytes, pack_plain },          // dense, as it lies in the file
    { "panels", panels_bytes, pack_panels },       // right matrix of a product: compute/kernels/matmul/pack_panels.h
    { "phases", phases_bytes, pack_phases },       // four of them, of an enlarging convolution
    { "winograd", winograd_bytes, pack_winograd }, // of 16 transformed taps
};

}

Packer const& find_packer(std::string_view name)
{
    for (Packer const& packer : packers) {
        if (packer.name == name)
            return packer;
    }
    fail(ErrorCode::internal, "find_packer: nobody packs '{}'", name);
}

}
