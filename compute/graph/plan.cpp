// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/plan.h"

#include "compute/graph/arena.h"
#include "compute/graph/band_rows.h"
#include "compute/graph/bands.h"
#include "compute/graph/barriers.h"
#include "compute/graph/fusion.h"
#include "compute/graph/in_place.h"
#include "compute/graph/order.h"
#include "compute/graph/weight_stream.h"
#include "compute/ops/norm.h"
#include "compute/ops/shape_ops.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace igneous {

namespace {

constexpr std::uint32_t no_value = 0xffffffffu;

class Planner;

/// What a kernel sees of one node while it is lowered.
class NodeLowering final : public Lowering {
public:
    NodeLowering(Planner& planner, NodeId node, std::uint32_t position)
        : m_planner(planner)
        , m_node(node)
        , m_position(position)
    {
    }
    DeviceProfile const& profile() const override;
    std::size_t input_count() const override;
    Operand input(std::size_t i) override;
    bool is_weight(std::size_t i) const override;
    Operand weight(std::size_t i, Packing const& packing) override;
    bool is_adapted(std::size_t i) const override;
    Shape const& shape_of(std::size_t i) const override;
    Operand output() override;
    Location scratch(std::uint64_t bytes) override;
    void dispatch(Dispatch dispatch) override;

private:
    Planner& m_planner;
    NodeId m_node;
    std::uint32_t m_position;
};

class Planner {
public:
    /// `in_place`: sums take their residuals' places.
    Planner(std::shared_ptr<Graph> graph, PlanOptions const& options, bool in_place)
        : m_graph(std::move(graph))
        , m_options(options)
        , m_in_place(in_place)
    {
    }

    Plan run()
    {
        find_live();
        m_order = running_order(*m_graph);
        create_values();
        lower_rate(Rate::request);
        m_plan.request_steps = m_plan.steps.size();
        lower_rate(Rate::step);
        place();
        mark_barriers(m_plan);
        m_plan.graph = m_graph;
        return std::move(m_plan);
    }

private:
    friend class NodeLowering;

    std::vector<Node> const& nodes() const { return m_graph->nodes(); }

    void find_live()
    {
        m_live.assign(nodes().size(), false);
        for (Graph::Output const& output : m_graph->outputs())
            m_live[output.node] = true;
        for (std::size_t i = nodes().size(); i-- > 0;)
            if (m_live[i])
                for (NodeId input : nodes()[i].inputs)
                    m_live[input] = true;
    }

    /// A node whose result lies in the memory of another, and the bytes before it there.
    struct Within {
        NodeId node;
        std::uint64_t offset = 0;
    };

    std::optional<Within> lies_within(NodeId id) const
    {
        Node const& node = nodes()[id];
        auto const rows = [](Node const& picture, std::int64_t row) {
            return row_bytes(picture) * static_cast<std::uint64_t>(row);
        };
        if (m_placed_by[id] != no_value) {
            Node const& place = nodes()[m_placed_by[id]];
            return Within { place.inputs[0], rows(place, op_as<PlaceOp>(place)->row) };
        }
        if (op_as<ReshapeOp>(node) && m_plan.node_values[node.inputs[0]] != no_value)
            return Within { node.inputs[0] };
        if (auto const* view = op_as<RowsOp>(node))
            return Within { node.inputs[0], rows(node, view->row) };
        if (op_as<PlaceOp>(node))
            return Within { node.inputs[0] };
        if (op_as<GroupNormStatisticsOp>(node) || op_as<BoxStatisticsOp>(node))
            return Within { node.inputs.back() };
        if (m_taken[id])
            return Within { *m_taken[id] };
        return std::nullopt;
    }

    static bool needs_no_dispatch(Node const& node)
    {
        return op_as<ReshapeOp>(node) || op_as<RowsOp>(node) || op_as<PlaceOp>(node) || op_as<EmptyOp>(node);
    }

    /// Values are made for inputs and op results, unless they lie within another's. Which of them outlive a run or a
    /// step is known from the graph alone.
    void create_values()
    {
        m_plan.node_values.assign(nodes().size(), no_value);
        m_offsets.assign(nodes().size(), 0);
        m_placed_by.assign(nodes().size(), no_value);
        m_taken = m_in_place ? taken_places(*m_graph, m_order, m_live) : std::vector<std::optional<NodeId>>(nodes().size());
        for (NodeId id = 0; id < nodes().size(); ++id)
            if (op_as<PlaceOp>(nodes()[id]))
                m_placed_by[nodes()[id].inputs[1]] = id;
        for (NodeId id = 0; id < nodes().size(); ++id) {
            Node const& node = nodes()[id];
            bool const input = !node.input_name.empty();
            if (!(m_live[id] || input) || node.weight)
                continue;
            if (auto const within = lies_within(id)) {
                m_plan.node_values[id] = m_plan.node_values[within->node];
                m_offsets[id] = m_offsets[within->node] + within->offset;
                continue;
            }
            PlanValue value;
            value.dtype = node.dtype;
            value.shape = node.shape;
            value.bytes = bytes_of(node);
            value.label = node.label;
            value.storage = input ? Storage::persistent : Storage::arena;
            m_plan.node_values[id] = add_value(std::move(value));
            if (input)
                m_plan.inputs.emplace(node.input_name, m_plan.node_values[id]);
        }
        for (Graph::Output const& output : m_graph->outputs()) {
            std::uint32_t const value = m_plan.node_values[output.node];
            require(value != no_value, "plan: output {} is a weight", output.name);
            m_plan.values[value].storage = Storage::persistent;
            m_plan.outputs.emplace(output.name, value);
        }
        for (NodeId id = 0; id < nodes().size(); ++id)      // hoisted: made once per request, read by every step
            if (m_live[id] && nodes()[id].op && nodes()[id].rate == Rate::step)
                for (NodeId input : nodes()[id].inputs)
                    if (nodes()[input].op && nodes()[input].rate != Rate::step)
                        m_plan.values[m_plan.node_values[input]].storage = Storage::persistent;
    }

    static std::uint64_t bytes_of(Node const& node)
    {
        return static_cast<std::uint64_t>(node.shape.elements()) * size_of(node.dtype);
    }

    Operand operand(NodeId id)
    {
        Node const& node = nodes()[id];
        touch(m_plan.node_values[id], m_position);
        return { { m_plan.node_values[id], m_offsets[id], bytes_of(node) }, node.dtype, node.shape };
    }

    std::uint32_t add_value(PlanValue value)
    {
        m_plan.values.push_back(std::move(value));
        m_lives.push_back({});
        return static_cast<std::uint32_t>(m_plan.values.size() - 1);
    }

    void touch(std::uint32_t value, std::uint32_t position)
    {
        Life& life = m_lives[value];
        if (!life.used)
            life = { true, position, position };
        life.last = std::max(life.last, position);
    }

    void lower_rate(Rate rate)
    {
        for (NodeId const id : m_order) {
            Node const& node = nodes()[id];
            bool const hoisted = node.rate != Rate::step;
            if (!m_live[id] || !node.op || hoisted != (rate == Rate::request))
                continue;
            if (needs_no_dispatch(node)) {
                require(m_plan.node_values[id] != no_value, "reshape: a weight cannot be reshaped");
                continue;
            }
            NodeLowering lowering(*this, id, m_position);
            std::size_t const before = m_plan.steps.size();
            find_kernel(node.op->name())(*node.op, lowering);
            assert(m_plan.steps.size() > before && "plan: a kernel made no dispatch");
            for (std::size_t i = before; i < m_plan.steps.size(); ++i)
                (rate == Rate::request ? m_plan.flops_per_request : m_plan.flops_per_step) += m_plan.steps[i].dispatch.flops;
            // Also values the kernel did not ask for are alive here: the node reads them by definition.
            for (NodeId input : node.inputs)
                if (m_plan.node_values[input] != no_value)
                    touch(m_plan.node_values[input], m_position);
            touch(m_plan.node_values[id], m_position);
            ++m_position;
        }
    }

    void place()
    {
        std::vector<ArenaValue> arena;
        std::vector<std::uint32_t> arena_index;
        for (std::uint32_t i = 0; i < m_plan.values.size(); ++i) {
            PlanValue& value = m_plan.values[i];
            std::uint64_t const aligned = (value.bytes + arena_alignment - 1) / arena_alignment * arena_alignment;
            if (value.storage == Storage::weight) {
                m_plan.weight_bytes += value.bytes;
            } else if (value.storage == Storage::persistent) {
                value.offset = m_plan.persistent_bytes;
                m_plan.persistent_bytes += aligned;
            } else if (m_options.keep_all) {
                value.offset = m_plan.arena_bytes;
                m_plan.arena_bytes += aligned;
            } else if (m_lives[i].used) {
                arena.push_back({ value.bytes, m_lives[i].first, m_lives[i].last, 0 });
                arena_index.push_back(i);
            }
        }
        if (!m_options.keep_all)
            m_plan.arena_bytes = place_in_arena(arena);
        for (std::size_t i = 0; i < arena.size(); ++i)
            m_plan.values[arena_index[i]].offset = arena[i].offset;
    }

    struct Life {
        bool used = false;
        std::uint32_t first = 0, last = 0;
    };
    struct PackedKey {
        WeightSource const* source;
        Packing packing;
        bool operator==(PackedKey const&) const = default;
    };
    struct PackedKeyHash {
        std::size_t operator()(PackedKey const& key) const
        {
            std::size_t hash = std::hash<WeightSource const*> {}(key.source) ^ (std::hash<std::string_view> {}(key.packing.name) << 1);
            for (std::uint32_t number : key.packing.numbers)
                hash = hash * 31 + number;
            return hash * 31 + static_cast<std::size_t>(key.packing.dtype);
        }
    };

    std::shared_ptr<Graph> m_graph;
    PlanOptions const& m_options;
    bool m_in_place;
    Plan m_plan;
    std::vector<bool> m_live;
    std::vector<NodeId> m_order; // in which nodes are lowered
    std::vector<std::uint64_t> m_offsets; // of nodes in their values, in bytes
    std::vector<std::optional<NodeId>> m_taken; // by node: the value whose place its result takes
    std::vector<std::uint32_t> m_placed_by; // by node: the PlaceOp that it is made for, or no_value
    std::vector<Life> m_lives;                              // of m_plan.values
    std::unordered_map<PackedKey, std::uint32_t, PackedKeyHash> m_packed;
    std::uint32_t m_position = 0;
};

DeviceProfile const& NodeLowering::profile() const
{
    return m_planner.m_options.profile;
}

std::size_t NodeLowering::input_count() const
{
    return m_planner.nodes()[m_node].inputs.size();
}

bool NodeLowering::is_weight(std::size_t i) const
{
    return m_planner.nodes()[m_planner.nodes()[m_node].inputs[i]].weight != nullptr;
}

bool NodeLowering::is_adapted(std::size_t i) const
{
    Weight const& weight = m_planner.nodes()[m_planner.nodes()[m_node].inputs[i]].weight;
    return weight && weight->base;
}

Operand NodeLowering::input(std::size_t i)
{
    if (is_weight(i))
        return weight(i, { .name = "plain", .dtype = DType::f32 });
    return m_planner.operand(m_planner.nodes()[m_node].inputs[i]);
}

Operand NodeLowering::weight(std::size_t i, Packing const& packing)
{
    Node const& node = m_planner.nodes()[m_planner.nodes()[m_node].inputs[i]];
    assert(node.weight && "lowering: weight() of something that is not a weight");
    Planner::PackedKey const key { node.weight.get(), packing };
    auto [found, added] = m_planner.m_packed.try_emplace(key, 0);
    if (added) {
        PlanValue value;
        value.storage = Storage::weight;
        value.dtype = packing.dtype;
        value.shape = node.shape;
        value.bytes = find_packer(packing.name).bytes(node.shape, packing);
        value.label = node.label;
        value.weight = node.weight;
        value.packing = packing;
        found->second = m_planner.add_value(std::move(value));
    }
    return { { found->second, 0, m_planner.m_plan.values[found->second].bytes }, packing.dtype, node.shape };
}

Shape const& NodeLowering::shape_of(std::size_t i) const
{
    return m_planner.nodes()[m_planner.nodes()[m_node].inputs[i]].shape;
}

Operand NodeLowering::output() { return m_planner.operand(m_node); }

Location NodeLowering::scratch(std::uint64_t bytes)
{
    PlanValue value;
    value.bytes = bytes;
    value.dtype = DType::u8;
    value.shape = { static_cast<std::int64_t>(bytes) };
    value.label = "scratch of " + m_planner.nodes()[m_node].label;
    std::uint32_t const id = m_planner.add_value(std::move(value));
    m_planner.touch(id, m_position);
    return { id, 0, bytes };
}

void NodeLowering::dispatch(Dispatch dispatch)
{
    Node const& node = m_planner.nodes()[m_node];
    dispatch.label = node.label.empty() ? std::string(node.op->name()) : node.label + " " + std::string(node.op->name());
    m_planner.m_plan.steps.push_back({ std::move(dispatch), m_node, node.rate == Rate::step ? Rate::step : Rate::request, false });
}

}

Plan make_plan(std::shared_ptr<Graph> graph, PlanOptions const& options)
{
    require(!graph->outputs().empty(), "plan: the graph has no outputs");
    if (options.fuse)
        fuse(*graph);
    std::shared_ptr<Graph> folded;                     // norms into convolutions, as far as they go
    if (options.fuse && !options.keep_all) {
        folded = norms_while_loading(*graph, options.profile);
        if (auto storing = statistics_while_storing(folded ? *folded : *graph, options.profile))
            folded = std::move(storing);
    }
    auto const too_large = [&](Plan const& plan) {
        return options.arena_limit > 0 && !options.keep_all && plan.arena_bytes > options.arena_limit;
    };
    bool const in_place = !options.keep_all;
    Plan plan = Planner(folded ? folded : graph, options, in_place).run();
    // Bands make norms of their own, and place what they overwrite themselves.
    if (too_large(plan) && folded)
        plan = Planner(graph, options, in_place).run();
    if (too_large(plan))
        plan = plan_in_bands(std::move(plan), options.arena_limit, options.profile, [&](std::shared_ptr<Graph> in_bands) {
            return Planner(std::move(in_bands), options, false).run();
        });
    if (options.weight_limit > 0)
        stream_weights(plan, options.weight_limit);
    return plan;
}

}
