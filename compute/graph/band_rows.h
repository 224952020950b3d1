// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which rows of its inputs an op looks at for some rows of its result.

#include "compute/graph/graph.h"
#include "compute/ops/conv2d.h"

#include <optional>

namespace igneous {

/// Rows [begin, end).
struct RowRange {
    std::int64_t begin = 0, end = 0;
    std::int64_t count() const { return end - begin; }
    bool empty() const { return begin == end; }
    /// Grows to hold both, and what lies between.
    void add(RowRange const& other);
};

/// Bytes of a row of a picture [1, H, W, C].
std::uint64_t row_bytes(Node const& picture);

/// Whether the op can make some rows of its picture from some rows of those it reads.
bool works_on_rows(std::vector<Node> const& nodes, Node const& node);

/// Whether input `i` is read by rows; else it is read as a whole: weights, and what is added to every pixel.
bool reads_rows(std::vector<Node> const& nodes, Node const& node, std::size_t i);

/// Whether each value of the result looks at one value of input `i` at most, its own.
bool reads_own_value(Node const& node, std::size_t i);

/// Rows of input `i`, which is read by rows, that rows `made` of `node` are made of.
RowRange rows_read(std::vector<Node> const& nodes, Node const& node, std::size_t i, RowRange const& made);

/// The convolution that makes rows `made` of `node` from just the rows that it reads.
ConvSettings conv_of_rows(std::vector<Node> const& nodes, Node const& node, RowRange const& made);

}
