// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/band_rows.h"

#include "compute/ops/elementwise.h"
#include "compute/ops/linear.h"
#include "compute/ops/norm.h"
#include "compute/ops/shape_ops.h"

#include <algorithm>

namespace igneous {

namespace {

/// Kernels take four neighbours at a time where the count allows: rows must begin where such four begin.
bool is_picture(Node const& node)
{
    return !node.weight && node.shape.rank() == 4 && node.shape[0] == 1 && node.shape[2] * node.shape[3] % 4 == 0;
}

/// The inputs that a convolution slides over: x, and x2 of a concatenation.
bool slides_over(Node const& node, std::size_t i)
{
    auto const* conv = op_as<Conv2dOp>(node);
    return conv && i < (conv->concat ? 2u : 1u);
}

/// The first tap's row of `made`'s first row, and the row behind the last tap of its last, in the upsampled input with
/// its padding: they may lie outside of it.
RowRange taps(std::vector<Node> const& nodes, Node const& node, RowRange const& made)
{
    auto const& op = static_cast<Conv2dOp const&>(*node.op);
    std::int64_t const kernel = nodes[node.inputs[op.concat ? 2 : 1]].shape[2];
    return { made.begin * op.conv.stride - op.conv.pad_top,
        (made.end - 1) * op.conv.stride - op.conv.pad_top + kernel };
}

}

void RowRange::add(RowRange const& other)
{
    if (other.empty())
        return;
    *this = empty() ? other : RowRange { std::min(begin, other.begin), std::max(end, other.end) };
}

std::uint64_t row_bytes(Node const& picture)
{
    return static_cast<std::uint64_t>(picture.shape[2] * picture.shape[3]) * size_of(picture.dtype);
}

bool reads_rows(std::vector<Node> const& nodes, Node const& node, std::size_t i)
{
    Node const& input = nodes[node.inputs[i]];
    return !input.weight && input.shape.rank() == 4 && (slides_over(node, i) || input.shape[1] == node.shape[1]);
}

bool works_on_rows(std::vector<Node> const& nodes, Node const& node)
{
    bool const known = op_as<Conv2dOp>(node) || op_as<GroupNormOp>(node) || op_as<LinearOp>(node)
                       || op_as<UnaryOp>(node) || op_as<BinaryOp>(node) || op_as<ConcatOp>(node);
    if (!known || node.rate != Rate::step || !is_picture(node) || node.shape[1] < 2 || !reads_rows(nodes, node, 0))
        return false;
    for (std::size_t i = 0; i < node.inputs.size(); ++i)
        if (reads_rows(nodes, node, i) && !is_picture(nodes[node.inputs[i]]))
            return false;
    return true;
}

bool reads_own_value(Node const& node, std::size_t i)
{
    return !slides_over(node, i) && !(op_as<LinearOp>(node) && i == 0);
}

RowRange rows_read(std::vector<Node> const& nodes, Node const& node, std::size_t i, RowRange const& made)
{
    if (!slides_over(node, i))
        return made;
    std::int64_t const upsample = static_cast<Conv2dOp const&>(*node.op).conv.upsample;
    std::int64_t const height = nodes[node.inputs[i]].shape[1];
    RowRange const touched = taps(nodes, node, made);
    return { std::max<std::int64_t>(touched.begin, 0) / upsample,
        (std::min(touched.end, height * upsample) + upsample - 1) / upsample };
}

ConvSettings conv_of_rows(std::vector<Node> const& nodes, Node const& node, RowRange const& made)
{
    ConvSettings conv = static_cast<Conv2dOp const&>(*node.op).conv;
    RowRange const touched = taps(nodes, node, made), read = rows_read(nodes, node, 0, made);
    conv.pad_top = static_cast<int>(read.begin * conv.upsample - touched.begin);
    conv.pad_bottom = static_cast<int>(touched.end - read.end * conv.upsample);
    return conv;
}

}
