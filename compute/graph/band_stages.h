// SPDX-License-Identifier: Apache-2.0
#pragma once

// What one stage of a banded graph (compute/graph/bands.h) works on: a whole node, or the statistics of a norm's input,
// and the streamed nodes that its bands go through.

#include "compute/graph/band_rows.h"
#include "compute/graph/graph.h"

#include <vector>

namespace igneous {

/// Which nodes an output is made of.
std::vector<bool> read_by_outputs(Graph const& graph);

/// Rows of the nodes that one band is made of, by node: of streamed ones, and of the whole ones they begin with.
using NeededRows = std::vector<RowRange>;

class BandStages {
public:
    /// All outlive this. `band_bytes`: for the streamed rows of one band.
    BandStages(
        Graph const& graph, std::vector<bool> const& live, std::vector<bool> const& streamed, std::uint64_t band_bytes)
        : m_nodes(graph.nodes())
        , m_live(live)
        , m_streamed(streamed)
        , m_band_bytes(band_bytes)
    {}

    bool reads_streamed(NodeId id) const;
    /// Whether `id` is a norm that takes its statistics in a stage of their own.
    bool takes_statistics(NodeId id) const;
    /// Whether `id` is made as a whole, and so in a stage of its own.
    bool is_whole(NodeId id) const { return m_live[id] && m_nodes[id].op && !m_streamed[id]; }

    /// For rows of node `id`, and for the statistics of as many: those look at the same rows.
    NeededRows needed(NodeId id, RowRange const& rows) const;
    /// How many rows of node `id` to make at a time, so that the streamed ones keep to the limit: at least one.
    std::int64_t most_rows(NodeId id) const;
    /// The rows in the middle of the picture, where a band sees neither edge.
    RowRange middle(NodeId id, std::int64_t count) const;
    /// Bytes of the streamed rows that are there at once.
    std::uint64_t bytes_of(NeededRows const& needed) const;

private:
    void add_reads(NodeId id, RowRange const& made, NeededRows& needed) const;

    std::vector<Node> const& m_nodes;
    std::vector<bool> const& m_live;
    std::vector<bool> const& m_streamed;
    std::uint64_t m_band_bytes;
};

}
