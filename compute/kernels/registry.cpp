// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/kernel.h"

#include "compute/tensor/error.h"

namespace igneous {

// One line per op here and one in the table: the only list of kernels there is.
void lower_attention(Op const&, Lowering&);
void lower_average_pool(Op const&, Lowering&);
void lower_binary(Op const&, Lowering&);
void lower_box_join(Op const&, Lowering&);
void lower_box_statistics(Op const&, Lowering&);
void lower_concat(Op const&, Lowering&);
void lower_conv2d(Op const&, Lowering&);
void lower_embedding(Op const&, Lowering&);
void lower_gather_rows(Op const&, Lowering&);
void lower_geglu(Op const&, Lowering&);
void lower_group_norm(Op const&, Lowering&);
void lower_group_norm_apply(Op const&, Lowering&);
void lower_group_norm_join(Op const&, Lowering&);
void lower_group_norm_statistics(Op const&, Lowering&);
void lower_guide(Op const&, Lowering&);
void lower_group_norm_table(Op const&, Lowering&);
void lower_layer_norm(Op const&, Lowering&);
void lower_linear(Op const&, Lowering&);
void lower_model_input(Op const&, Lowering&);
void lower_resample(Op const&, Lowering&);
void lower_slice_channels(Op const&, Lowering&);
void lower_time_embedding(Op const&, Lowering&);
void lower_unary(Op const&, Lowering&);

namespace {

struct KernelEntry {
    std::string_view op;
    LowerFunction lower;
};

constexpr KernelEntry kernels[] = {
    { "attention", lower_attention },
    { "average_pool", lower_average_pool },
    { "binary", lower_binary },
    { "box_join", lower_box_join },
    { "box_statistics", lower_box_statistics },
    { "concat", lower_concat },
    { "conv2d", lower_conv2d },
    { "embedding", lower_embedding },
    { "gather_rows", lower_gather_rows },
    { "geglu", lower_geglu },
    { "group_norm", lower_group_norm },
    { "group_norm_apply", lower_group_norm_apply },
    { "group_norm_join", lower_group_norm_join },
    { "group_norm_statistics", lower_group_norm_statistics },
    { "guide", lower_guide },
    { "group_norm_table", lower_group_norm_table },
    { "layer_norm", lower_layer_norm },
    { "linear", lower_linear },
    { "model_input", lower_model_input },
    { "resample", lower_resample },
    { "slice_channels", lower_slice_channels },
    { "time_embedding", lower_time_embedding },
    { "unary", lower_unary },
};

}

LowerFunction find_kernel(std::string_view op_name)
{
    for (KernelEntry const& entry : kernels)
        if (entry.op == op_name)
            return entry.lower;
    fail(ErrorCode::internal, "kernels: op {} has no line in compute/kernels/registry.cpp", op_name);
}

}
