// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/band_stages.h"

#include "compute/ops/norm.h"

#include <algorithm>

namespace igneous {

std::vector<bool> read_by_outputs(Graph const& graph)
{
    std::vector<bool> live(graph.nodes().size(), false);
    for (Graph::Output const& output : graph.outputs())
        live[output.node] = true;
    for (std::size_t i = live.size(); i-- > 0;)
        if (live[i])
            for (NodeId input : graph.nodes()[i].inputs)
                live[input] = true;
    return live;
}

bool BandStages::reads_streamed(NodeId id) const
{
    return std::ranges::any_of(m_nodes[id].inputs, [&](NodeId input) { return m_streamed[input]; });
}

bool BandStages::takes_statistics(NodeId id) const
{
    return m_live[id] && op_as<GroupNormOp>(m_nodes[id]) && (m_streamed[id] || reads_streamed(id));
}

void BandStages::add_reads(NodeId id, RowRange const& made, NeededRows& needed) const
{
    for (std::size_t i = 0; i < m_nodes[id].inputs.size(); ++i)
        if (reads_rows(m_nodes, m_nodes[id], i))
            needed[m_nodes[id].inputs[i]].add(rows_read(m_nodes, m_nodes[id], i, made));
}

NeededRows BandStages::needed(NodeId id, RowRange const& rows) const
{
    NeededRows needed(m_nodes.size());
    add_reads(id, rows, needed);
    for (NodeId at = id; at-- > 0;)
        if (m_streamed[at] && !needed[at].empty())
            add_reads(at, needed[at], needed);
    return needed;
}

std::uint64_t BandStages::bytes_of(NeededRows const& needed) const
{
    auto const is_made = [&](NodeId id) { return m_streamed[id] && !needed[id].empty(); };
    auto const bytes
        = [&](NodeId id) { return static_cast<std::uint64_t>(needed[id].count()) * row_bytes(m_nodes[id]); };
    std::vector<NodeId> last(needed.size(), 0); // streamed node that reads it last; 0: the stage itself
    for (NodeId id = 0; id < needed.size(); ++id)
        if (is_made(id))
            for (NodeId input : m_nodes[id].inputs)
                last[input] = id;
    std::uint64_t now = 0, most = 0;
    for (NodeId id = 0; id < needed.size(); ++id) {
        if (!is_made(id))
            continue;
        now += bytes(id);
        most = std::max(most, now);
        for (NodeId input : m_nodes[id].inputs)
            if (is_made(input) && last[input] == id && std::ranges::count(m_nodes[id].inputs, input) == 1)
                now -= bytes(input);
    }
    return most;
}

RowRange BandStages::middle(NodeId id, std::int64_t count) const
{
    std::int64_t const begin = (m_nodes[id].shape[1] - count) / 2;
    return { begin, begin + count };
}

std::int64_t BandStages::most_rows(NodeId id) const
{
    std::int64_t count = m_nodes[id].shape[1];
    while (reads_streamed(id) && count > 1) {
        std::uint64_t const bytes = bytes_of(needed(id, middle(id, count)));
        if (bytes <= m_band_bytes)
            break;
        double const share = static_cast<double>(m_band_bytes) / static_cast<double>(bytes);
        count = std::clamp(static_cast<std::int64_t>(static_cast<double>(count) * share), std::int64_t(1), count - 1);
    }
    return count;
}

}
