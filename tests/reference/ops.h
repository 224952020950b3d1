// SPDX-License-Identifier: Apache-2.0
#pragma once

// What each op of compute/ops means, in f64 and straightforward loops, fused settings included. `out` has the node's
// shape; `in` are the node's inputs in order.

#include "compute/ops/ops.h"
#include "tests/reference/value.h"

#include <span>

namespace igneous::reference {

using Inputs = std::span<Value const* const>;

double activation(Activation kind, double x);

void evaluate_attention(AttentionOp const& op, Inputs in, Value& out);
void evaluate_average_pool(Inputs in, Value& out);
void evaluate_binary(BinaryOp const& op, Inputs in, Value& out);
void evaluate_concat(Inputs in, Value& out);
void evaluate_conv2d(Conv2dOp const& op, Inputs in, Value& out);
void evaluate_embedding(Inputs in, Value& out);
void evaluate_gather_rows(Inputs in, Value& out);
void evaluate_geglu(Inputs in, Value& out);
void evaluate_group_norm(GroupNormOp const& op, Inputs in, Value& out);
void evaluate_guide(GuideOp const& op, Inputs in, Value& out);
void evaluate_layer_norm(LayerNormOp const& op, Inputs in, Value& out);
void evaluate_linear(LinearOp const& op, Inputs in, Value& out);
void evaluate_model_input(ModelInputOp const& op, Inputs in, Value& out);
void evaluate_resample(ResampleOp const& op, Inputs in, Value& out);
void evaluate_slice_channels(SliceChannelsOp const& op, Inputs in, Value& out);
void evaluate_time_embedding(TimeEmbeddingOp const& op, Inputs in, Value& out);
void evaluate_unary(UnaryOp const& op, Inputs in, Value& out);

}
