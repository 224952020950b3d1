// SPDX-License-Identifier: Apache-2.0
#pragma once

// What one stage of a banded graph (compute/graph/bands.h) works on: a whole node, or the statistics of a norm's input,
// and the streamed nodes that its bands go through.

#include "compute/graph/band_rows.h"
#include "compute/graph/graph.h"

#include <optional>
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
        Graph const& graph, std::vector<bool> const& live, std::vector<bool> const& streamed, std::uint64_t band_bytes);

    bool reads_streamed(NodeId id) const;
    /// Whether `id` is a norm that takes its statistics in a stage of their own.
    bool takes_statistics(NodeId id) const;
    /// Whether `id` is made as a whole, and so in a stage of its own.
    bool is_whole(NodeId id) const { return m_live[id] && m_nodes[id].op && !m_streamed[id]; }

    /// The whole node whose memory the bands of node `id` overwrite, as nobody reads it afterwards.
    std::optional<NodeId> overwrites(NodeId id) const;
    /// Whether a band of node `id` looks at values of that memory that are overwritten by then. They are kept aside.
    bool keeps_aside(NodeId id) const { return m_keeps_aside[id]; }
    /// The node whose memory a whole node's result begins in: its own, a reshape's, or one that it overwrites.
    NodeId memory_of(NodeId id) const { return m_memory[id]; }
    /// For rows of node `id`, and for the statistics of as many: those look at the same rows.
    NeededRows needed(NodeId id, RowRange const& rows) const;
    /// How many rows of node `id` to make at a time, so that the streamed ones keep to the limit: at least one.
    std::int64_t most_rows(NodeId id) const;
    /// The rows in the middle of the picture, where a band sees neither edge.
    RowRange middle(NodeId id, std::int64_t count) const;
    /// Bytes of the rows of a band of node `id` that are there at once: streamed ones and those kept aside.
    std::uint64_t bytes_of(NodeId id, NeededRows const& needed) const;

private:
    /// What reads whole nodes last, as a number of stages.
    struct LastReads {
        std::vector<std::size_t> stage; // by node
        std::vector<bool> by_rows; // by node: nothing reads it otherwise
    };
    LastReads last_reads(std::vector<Graph::Output> const& outputs) const;
    void share_memory(std::vector<Graph::Output> const& outputs);
    bool may_overwrite(NodeId id, NodeId other) const;
    bool looks_around(NodeId id, NodeId other) const;
    void add_reads(NodeId id, RowRange const& made, NeededRows& needed) const;

    std::vector<Node> const& m_nodes;
    std::vector<bool> const& m_live;
    std::vector<bool> const& m_streamed;
    std::uint64_t m_band_bytes;
    // By node.
    std::vector<NodeId> m_memory;
    std::vector<NodeId> m_overwrites; // itself: none
    std::vector<bool> m_keeps_aside;
};

}
