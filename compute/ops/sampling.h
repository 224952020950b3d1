// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compute/graph/graph.h"

namespace igneous {

/// Inputs: x f32 [N, H, W, C], factors f32 [>= 1]; factors[0] = c_in.
struct ModelInputOp : Op {
    int copies = 1;
    std::string_view name() const override { return "model_input"; }
    std::string settings() const override;
};

/// Inputs: x f32 [N, ...], prediction [copies*N, ...], factors f32 [4] = c_in (unused), c_skip, c_out, cfg.
struct GuideOp : Op {
    int copies = 2;
    std::string_view name() const override { return "guide"; }
    std::string settings() const override;
};

/// x * factors[0] in the graph's activation type, `copies` times along N: [N, ...] -> [copies * N, ...].
Tensor model_input(Tensor x, Tensor factors, int copies);

/// The denoised estimate in f32: prediction = [unconditional; conditional] along N (copies 2) or conditional (copies 1);
/// guided = uncond + cfg * (cond - uncond); denoised = c_skip * x + c_out * guided, with the unscaled x.
/// factors = [c_in, c_skip, c_out, cfg].
Tensor guide(Tensor x, Tensor prediction, Tensor factors, int copies);

}
