// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/bands.h"

#include "compute/graph/band_stages.h"
#include "compute/kernels/grid.h"
#include "compute/kernels/norm/norm.h"
#include "compute/ops/elementwise.h"
#include "compute/ops/linear.h"
#include "compute/ops/norm.h"
#include "compute/ops/shape_ops.h"
#include "shaders/conv/boxes.params.h"

#include <algorithm>

namespace igneous {

namespace {

/// Writes the graph anew, node by node.
class Bander {
public:
    Bander(
        Graph const& graph, std::vector<bool> const& streamed, std::uint64_t band_bytes, DeviceProfile const& profile)
        : m_nodes(graph.nodes())
        , m_outputs(graph.outputs())
        , m_live(read_by_outputs(graph))
        , m_streamed(streamed)
        , m_stages(graph, m_live, streamed, band_bytes)
        , m_profile(profile)
        , m_graph(std::make_shared<Graph>(graph.activations()))
        , m_made(m_nodes.size())
        , m_statistics(m_nodes.size())
    {}

    std::shared_ptr<Graph> run()
    {
        for (NodeId id = 0; id < m_nodes.size(); ++id) {
            if (!m_live[id] && m_nodes[id].input_name.empty())
                continue;
            if (m_stages.takes_statistics(id))
                m_statistics[id] = statistics(id);
            if (!m_streamed[id])
                m_made[id] = { whole(id), { 0, m_nodes[id].shape.rank() == 4 ? m_nodes[id].shape[1] : 0 } };
        }
        for (Graph::Output const& output : m_outputs)
            m_graph->output(output.name, m_made[output.node].tensor);
        return m_graph;
    }

private:
    /// Rows of a node that are there: all of a whole one, a band of a streamed one.
    struct Made {
        Tensor tensor;
        RowRange rows;
    };

    Tensor labelled(Tensor made, NodeId id)
    {
        m_graph->nodes()[made.node].label = m_nodes[id].label;
        return made;
    }

    Tensor whole(NodeId id)
    {
        Node const& node = m_nodes[id];
        if (!node.input_name.empty())
            return m_graph->input(node.input_name, node.dtype, node.shape, node.rate);
        if (node.weight)
            return m_graph->weight(node.weight);
        if (!m_stages.reads_streamed(id)) {
            std::vector<Tensor> inputs;
            for (NodeId input : node.inputs)
                inputs.push_back(m_made[input].tensor);
            return labelled(m_graph->add(node.op, std::move(inputs), node.dtype, node.shape), id);
        }
        auto const old = m_stages.overwrites(id);
        Made const before = old ? m_made[*old] : Made {};
        Tensor filled = old ? before.tensor : labelled(empty(*m_graph, node.dtype, node.shape), id);
        std::int64_t const height = node.shape[1], most = m_stages.most_rows(id), bands = (height + most - 1) / most;
        for (std::int64_t i = 0; i < bands; ++i) {
            RowRange const rows { height * i / bands, height * (i + 1) / bands };
            NeededRows const needed = m_stages.needed(id, rows);
            if (m_stages.keeps_aside(id))
                m_made[*old] = kept_aside(*old, before, m_made[*old], needed[*old]);
            make_streamed(needed);
            filled = place(filled, made_rows(id, rows), rows.begin);
        }
        return filled;
    }

    /// A copy of rows `wanted` of node `id`, whose own memory `whole` is being overwritten from above: those it shares
    /// with the copy for the band before, and others, which are still there.
    Made kept_aside(NodeId id, Made const& whole, Made const& last, RowRange const& wanted)
    {
        Node const& node = m_nodes[id];
        Tensor copy = labelled(empty(*m_graph, node.dtype, node.shape.with(1, wanted.count())), id);
        auto const take = [&](Made const& from, RowRange const& rows_of) {
            if (rows_of.begin >= rows_of.end)
                return;
            Tensor const read = rows(from.tensor, rows_of.begin - from.rows.begin, rows_of.count());
            Tensor const copied = m_graph->add(std::make_shared<UnaryOp>(), { read }, node.dtype, read.shape);
            copy = place(copy, labelled(copied, id), rows_of.begin - wanted.begin);
        };
        std::int64_t const known
            = last.tensor.node == whole.tensor.node ? wanted.begin : std::max(wanted.begin, last.rows.end);
        take(last, { wanted.begin, known });
        take(whole, { known, wanted.end }); // below what bands have overwritten: `last` reached at least so far
        return { copy, wanted };
    }

    /// Makes the bands of streamed nodes that `needed` asks for.
    void make_streamed(NeededRows const& needed)
    {
        for (NodeId id = 0; id < m_nodes.size(); ++id)
            if (m_streamed[id] && !needed[id].empty())
                m_made[id] = { made_rows(id, needed[id]), needed[id] };
    }

    Tensor made_rows(NodeId id, RowRange const& made)
    {
        Node const& node = m_nodes[id];
        std::vector<Tensor> inputs;
        for (std::size_t i = 0; i < node.inputs.size(); ++i)
            inputs.push_back(reads_rows(m_nodes, node, i) ? part(node.inputs[i], rows_read(m_nodes, node, i, made))
                                                          : m_made[node.inputs[i]].tensor);
        std::shared_ptr<Op const> op = node.op;
        if (auto const* norm = op_as<GroupNormOp>(node)) {
            op = std::make_shared<GroupNormApplyOp>(*norm);
            inputs.push_back(m_statistics[id]);
        } else if (auto const* conv = op_as<Conv2dOp>(node)) {
            auto of_rows = std::make_shared<Conv2dOp>(*conv);
            of_rows->conv = conv_of_rows(m_nodes, node, made);
            of_rows->whole_height = node.shape[1];
            of_rows->first_row = made.begin;
            op = std::move(of_rows);
        } else if (auto const* linear = op_as<LinearOp>(node)) {
            auto of_rows = std::make_shared<LinearOp>(*linear);
            of_rows->whole_height = node.shape[1];
            op = std::move(of_rows);
        }
        return labelled(
            m_graph->add(std::move(op), std::move(inputs), node.dtype, node.shape.with(1, made.count())), id);
    }

    Tensor part(NodeId id, RowRange const& wanted)
    {
        Made const& made = m_made[id];
        return labelled(rows(made.tensor, wanted.begin - made.rows.begin, wanted.count()), id);
    }

    /// Of the whole input of norm `id`, [1, groups, n, 3].
    Tensor statistics(NodeId id)
    {
        Node const& node = m_nodes[id];
        auto const& norm = static_cast<GroupNormOp const&>(*node.op);
        std::int64_t const height = node.shape[1], width = node.shape[2], pixels = height * width;
        Shape const& x = m_nodes[node.inputs[0]].shape;
        std::int64_t const x_channels = x.channels();
        if (group_norm_in_boxes(x, node.shape.channels() - x_channels, norm.groups, m_profile))
            return statistics_in_boxes(id, norm);
        GroupNormChunks const chunks
            = group_norm_chunks(pixels, x_channels, node.shape.channels() - x_channels, norm.groups, m_profile);
        std::int64_t const each = m_stages.reads_streamed(id)
                                      ? std::max<std::int64_t>(m_stages.most_rows(id) * width / chunks.pixels, 1)
                                      : chunks.count;
        Tensor partials = labelled(empty(*m_graph, DType::f32, { 1, norm.groups, chunks.partials, 3 }), id);
        for (std::int64_t first = 0; first < chunks.count; first += each) {
            std::int64_t const behind = std::min<std::int64_t>(first + each, chunks.count);
            std::int64_t const last_pixel = std::min<std::int64_t>(behind * chunks.pixels, pixels);
            RowRange const rows { first * chunks.pixels / width, (last_pixel + width - 1) / width };
            make_streamed(m_stages.needed(id, rows));
            auto op = std::make_shared<GroupNormStatisticsOp>();
            op->groups = norm.groups;
            op->concat = norm.concat;
            op->pixels = pixels;
            op->first_pixel = rows.begin * width;
            op->first_chunk = first;
            op->chunks = behind - first;
            std::vector<Tensor> inputs { part(node.inputs[0], rows) };
            if (norm.concat)
                inputs.push_back(part(node.inputs[1], rows));
            inputs.push_back(partials);
            partials = labelled(m_graph->add(std::move(op), std::move(inputs), DType::f32, partials.shape), id);
        }
        if (!chunks.joined)
            return partials;
        return labelled(
            m_graph->add(std::make_shared<GroupNormJoinOp>(), { partials }, DType::f32, partials.shape.with(2, 1)), id);
    }

    /// The same, by bands of whole boxes.
    Tensor statistics_in_boxes(NodeId id, GroupNormOp const& norm)
    {
        Node const& node = m_nodes[id];
        std::int64_t const height = node.shape[1], lines = params::BOX_LINES;
        std::int64_t const each
            = m_stages.reads_streamed(id) ? std::max<std::int64_t>(m_stages.most_rows(id) / lines, 1) * lines : height;
        std::vector<Tensor> statistics;
        for (std::size_t i = 0; i < (norm.concat ? 2 : 1); ++i)
            statistics.push_back(
                labelled(empty(*m_graph, DType::f32, box_statistics_shape(m_nodes[node.inputs[i]].shape)), id));
        for (std::int64_t row = 0; row < height; row += each) {
            RowRange const rows { row, std::min(row + each, height) };
            make_streamed(m_stages.needed(id, rows));
            for (std::size_t i = 0; i < statistics.size(); ++i) {
                auto op = std::make_shared<BoxStatisticsOp>();
                op->first_row = row;
                statistics[i] = labelled(m_graph->add(std::move(op), { part(node.inputs[i], rows), statistics[i] },
                                             DType::f32, statistics[i].shape),
                    id);
            }
        }
        auto join = std::make_shared<BoxJoinOp>();
        join->height = height;
        join->width = node.shape[2];
        Shape const partials { 1, norm.groups, box_runs(height), 3 };
        return labelled(m_graph->add(std::move(join), std::move(statistics), DType::f32, partials), id);
    }

    std::vector<Node> const& m_nodes;
    std::vector<Graph::Output> const& m_outputs;
    std::vector<bool> const m_live;
    std::vector<bool> const& m_streamed;
    BandStages const m_stages;
    DeviceProfile const& m_profile;
    std::shared_ptr<Graph> m_graph;
    std::vector<Made> m_made; // by node
    std::vector<Tensor> m_statistics; // of norms, by node
};

}

std::vector<bool> can_be_streamed(Graph const& graph)
{
    std::vector<Node> const& nodes = graph.nodes();
    std::vector<bool> const live = read_by_outputs(graph);
    std::vector<bool> by_rows(nodes.size()), can;
    for (NodeId id = 0; id < nodes.size(); ++id)
        by_rows[id] = live[id] && works_on_rows(nodes, nodes[id]);
    can = by_rows;
    for (Graph::Output const& output : graph.outputs())
        can[output.node] = false;
    for (NodeId id = 0; id < nodes.size(); ++id)
        for (std::size_t i = 0; live[id] && i < nodes[id].inputs.size(); ++i)
            if (!by_rows[id] || !reads_rows(nodes, nodes[id], i))
                can[nodes[id].inputs[i]] = false;
    return can;
}

std::shared_ptr<Graph> in_bands(
    Graph const& graph, std::vector<bool> const& streamed, std::uint64_t band_bytes, DeviceProfile const& profile)
{
    return Bander(graph, streamed, band_bytes, profile).run();
}

}
