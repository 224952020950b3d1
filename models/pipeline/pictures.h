// SPDX-License-Identifier: Apache-2.0
#pragma once

// The edge between pictures (8 bits, sRGB) and tensors (f32, channels-last), and what inpainting does with masks.

#include "compute/tensor/host_tensor.h"
#include "models/api/image.h"

namespace igneous {

/// RGB of `image` (grey is repeated, alpha is dropped) as [1, H, W, 3] in [-1, 1].
HostTensor to_tensor(Image const& image);
/// Picture `index` of [N, H, W, 3], about [-1, 1], as [0, 1] f32 [H, W, 3]: clamped, not rounded.
HostTensor to_unit_range(HostTensor const& sample);
/// How many values (f32) are NaN or Inf.
std::size_t count_not_finite(HostTensor const& values);
/// [1, H, W, 3] in [0, 1] -> 8 bits, rounded to nearest.
Image to_image(HostTensor const& unit);

/// The mask at the latents' size, [1, h, w, 1] in {0, 1}: 1 wherever any of the latent's pixels is to be painted, so that
/// nothing the artist masked is held back. `mask` has 1 channel; 128 and more count as masked.
HostTensor latent_mask(Image const& mask, int factor);
/// The picture with masked pixels set to grey (0 in [-1, 1]): what an inpainting UNet sees.
HostTensor without_masked(HostTensor const& picture, Image const& mask);
/// Pixels of `painted` where the mask is set, `original`'s own everywhere else, bit for bit. Partly set pixels are mixed.
Image pasted(Image const& original, Image const& painted, Image const& mask);

}
