// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/band_stages.h"

#include "compute/ops/norm.h"
#include "compute/ops/shape_ops.h"

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

BandStages::BandStages(
    Graph const& graph, std::vector<bool> const& live, std::vector<bool> const& streamed, std::uint64_t band_bytes)
    : m_nodes(graph.nodes())
    , m_live(live)
    , m_streamed(streamed)
    , m_band_bytes(band_bytes)
    , m_memory(m_nodes.size())
    , m_overwrites(m_nodes.size())
    , m_keeps_aside(m_nodes.size(), false)
{
    share_memory(graph.outputs());
}

BandStages::LastReads BandStages::last_reads(std::vector<Graph::Output> const& outputs) const
{
    LastReads last { std::vector<std::size_t>(m_nodes.size(), 0), std::vector<bool>(m_nodes.size(), true) };
    std::size_t stage = 0;
    auto const end_stage = [&](NodeId id) {
        ++stage;
        std::vector<bool> reached(m_nodes.size(), false);
        reached[id] = true;
        for (NodeId at = id + 1; at-- > 0;) {
            if (!reached[at] || (at != id && !m_streamed[at]))
                continue;
            for (std::size_t i = 0; i < m_nodes[at].inputs.size(); ++i) {
                NodeId const input = m_nodes[at].inputs[i];
                reached[input] = true;
                last.stage[input] = stage;
                if (op_as<ReshapeOp>(m_nodes[at]) || !reads_rows(m_nodes, m_nodes[at], i))
                    last.by_rows[input] = false;
            }
        }
    };
    for (NodeId id = 0; id < m_nodes.size(); ++id) {
        if (takes_statistics(id))
            end_stage(id);
        if (is_whole(id))
            end_stage(id);
    }
    for (Graph::Output const& output : outputs)
        last.by_rows[output.node] = false;
    return last;
}

bool BandStages::may_overwrite(NodeId id, NodeId other) const
{
    Node const &node = m_nodes[id], &old = m_nodes[other];
    return is_whole(other) && !op_as<ReshapeOp>(old) && old.shape == node.shape && old.dtype == node.dtype;
}

bool BandStages::looks_around(NodeId id, NodeId other) const
{
    Node const& node = m_nodes[id];
    for (std::size_t i = 0; i < node.inputs.size(); ++i)
        if (node.inputs[i] == other && !reads_own_value(node, i))
            return true;
    std::int64_t const height = node.shape[1];
    for (RowRange const& half : { RowRange { 0, height / 2 }, RowRange { height / 2, height } })
        if (needed(id, half)[other].count() > half.count())
            return true;
    return false;
}

void BandStages::share_memory(std::vector<Graph::Output> const& outputs)
{
    LastReads const last = last_reads(outputs);
    std::size_t stage = 0;
    for (NodeId id = 0; id < m_nodes.size(); ++id) {
        m_memory[id] = m_overwrites[id] = id;
        if (takes_statistics(id))
            ++stage;
        if (!is_whole(id))
            continue;
        ++stage;
        if (op_as<ReshapeOp>(m_nodes[id]))
            m_memory[id] = m_memory[m_nodes[id].inputs[0]];
        if (!reads_streamed(id) || std::ranges::any_of(outputs, [&](auto const& output) { return output.node == id; }))
            continue;
        for (NodeId other = 0; other < id; ++other)
            if (last.stage[other] == stage && last.by_rows[other] && may_overwrite(id, other)) {
                m_overwrites[id] = other;
                m_memory[id] = m_memory[other];
                m_keeps_aside[id] = looks_around(id, other);
                break;
            }
    }
}

std::optional<NodeId> BandStages::overwrites(NodeId id) const
{
    return m_overwrites[id] == id ? std::nullopt : std::optional(m_overwrites[id]);
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

std::uint64_t BandStages::bytes_of(NodeId stage, NeededRows const& needed) const
{
    auto const is_made = [&](NodeId id) { return m_streamed[id] && !needed[id].empty(); };
    auto const bytes
        = [&](NodeId id) { return static_cast<std::uint64_t>(needed[id].count()) * row_bytes(m_nodes[id]); };
    std::vector<NodeId> last(needed.size(), 0); // streamed node that reads it last; 0: the stage itself
    for (NodeId id = 0; id < needed.size(); ++id)
        if (is_made(id))
            for (NodeId input : m_nodes[id].inputs)
                last[input] = id;
    for (NodeId input : m_nodes[stage].inputs)
        last[input] = 0;
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
    if (m_keeps_aside[stage])                                    // this band's copy and the one before it
        most += 2 * bytes(m_overwrites[stage]);
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
        std::uint64_t const bytes = bytes_of(id, needed(id, middle(id, count)));
        if (bytes <= m_band_bytes)
            break;
        double const share = static_cast<double>(m_band_bytes) / static_cast<double>(bytes);
        count = std::clamp(static_cast<std::int64_t>(static_cast<double>(count) * share), std::int64_t(1), count - 1);
    }
    return count;
}

}
