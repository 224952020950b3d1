// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tensors that come from files instead of generators, and small ways to put tensors together.

#include "models/checkpoint/safetensors.h"

#include <string>
#include <vector>

namespace igneous {

/// "latents", then "noise.0", "noise.1"... of a safetensors file: the draws of a request in order, each [N, C, h, w].
std::vector<HostTensor> read_noise_tape(std::string const& path);

/// Channels of a [N, H, W, A] and b [N, H, W, B] side by side.
HostTensor side_by_side(HostTensor const& a, HostTensor const& b);

}
