// SPDX-License-Identifier: Apache-2.0
#pragma once

// The right matrix of a product, W [out, in] or [out, in, kh, kw], for kernels that walk it along k:
//
//     [panel][tap][channel][column of the panel], then zeros
//
// A panel is `columns` neighbouring outputs; the last is filled with zeros. Taps are ky * kw + kx. Channels may come
// from two tensors side by side (concat): each range is filled with zeros to a multiple of `align`. With geglu, outputs
// [values; gates] are interleaved: value 0, gate 0, value 1, ..., or each half of a panel holds one kind. The zeros behind it are as wide as the widest range:
// what a convolution reads where its padding lies.

#include "compute/kernels/kernel.h"

namespace igneous {

struct PanelPacking {
    std::uint32_t columns = 16;
    std::uint32_t align = 1;
    std::uint32_t first_range = 0;      // channels of the first tensor of a concat; 0: there is one tensor
    bool geglu = false;
    bool halves = false;                // with geglu: a panel's values first, then their gates
    DType dtype = DType::f32;

    Packing packing() const { return { "panels", dtype, { columns, align, first_range, geglu + 2u * halves } }; }
};

PanelPacking unpack_panels(Packing const& packing);

/// The numbers of a packed weight, in elements.
struct PanelLayout {
    std::uint64_t outputs = 0, taps = 1;
    std::uint64_t channels[2] {};           // of each range
    std::uint64_t padded[2] {};
    std::uint64_t panels = 0;
    std::uint64_t zeros = 0;                // first element of the zeros
    std::uint64_t zero_count = 0;
    std::uint64_t elements() const { return zeros + zero_count; }
};

PanelLayout panel_layout(Shape const& weight, PanelPacking const& how);

std::uint64_t panels_bytes(Shape const& shape, Packing const& packing);
void pack_panels(WeightSource const& source, Packing const& packing, std::span<std::byte> out);

/// The phases of a 3 x 3 convolution behind a nearest upsampling by 2 (shaders/conv/pixels.glsl): four weights of 2 x 2
/// taps, each packed in panels. Weight odd_y * 2 + odd_x is for outputs whose first tap lies in a row (a column) of the
/// enlarged picture that is odd, or even. Taps are summed in f32 and rounded once.
constexpr int phase_count = 4;
Shape phase_shape(Shape const& weight);
std::uint64_t phases_bytes(Shape const& shape, Packing const& packing);
void pack_phases(WeightSource const& source, Packing const& packing, std::span<std::byte> out);

}
