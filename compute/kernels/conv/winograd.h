// SPDX-License-Identifier: Apache-2.0
#pragma once

// A 3 x 3 convolution by Winograd's F(2 x 2, 3 x 3): 16 multiplications instead of 36 for 4 pixels, in f32 whatever x is.
// Only where nothing but vectors multiply, and not in the f32 tier, whose sums stay as they are. Its weights take 16 / 9
// of the memory. Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2015.

#include "compute/kernels/conv/conv2d.h"

namespace igneous {

bool runs_by_winograd(Conv2dOp const& op, ConvOperands const& operands, Lowering const& lowering);
void lower_winograd(Conv2dOp const& op, ConvOperands const& operands, Lowering& lowering);

std::uint64_t winograd_bytes(Shape const& shape, Packing const& packing);
/// G g G^T of each plane g, 4 x 4, packed in panels as 16 taps.
void pack_winograd(WeightSource const& source, Packing const& packing, std::span<std::byte> out);

}
