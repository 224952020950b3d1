// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/band_stages.h"
#include "compute/graph/bands.h"
#include "compute/graph/plan.h"
#include "compute/ops/norm.h"

#include <algorithm>
#include <optional>

namespace igneous {

namespace {

/// Beyond this many times the work of the whole, less memory is not worth it.
constexpr double most_work = 4;
/// What bands may take of the arena: thinner ones leave more for what stays whole, but make more rows twice.
constexpr std::uint64_t shares_of_bands[] = { 3, 6, 12 };
/// The model below leaves out what kernels take for themselves; plans made by it tell how much that is.
constexpr int most_corrections = 4;

/// What a choice comes to, reckoned by stages without planning them.
struct Cost {
    double work = 0;                             // flops
    double excess = 0;                           // bytes above the limit, summed up over the stages
};

/// Chooses by that model what to stream: norms always, as making them anew costs next to nothing, then, one by one,
/// what brings most memory for its work, until every stage keeps to the limit; in the end, what is not needed for that
/// is made whole again.
class Chooser {
public:
    explicit Chooser(Plan const& whole)
        : m_graph(*whole.graph)
        , m_nodes(m_graph.nodes())
        , m_live(read_by_outputs(m_graph))
        , m_can(can_be_streamed(m_graph))
        , m_work(m_nodes.size(), 0.0)
        , m_bytes(m_nodes.size(), 0)
    {
        for (PlanStep const& step : whole.steps)
            m_work[step.node] += step.dispatch.flops;
        for (NodeId id = 0; id < m_nodes.size(); ++id)
            if (m_live[id] && m_nodes[id].op && whole.values[whole.node_values[id]].storage == Storage::arena)
                m_bytes[id] = static_cast<std::uint64_t>(m_nodes[id].shape.elements()) * size_of(m_nodes[id].dtype);
        m_whole_work = cost(std::vector<bool>(m_nodes.size(), false), 1, 0).work;
    }

    struct Choice {
        std::vector<bool> streamed;
        std::uint64_t band_bytes = 0;
        Cost cost;
        bool better_than(Choice const& other) const
        {
            return cost.excess != other.cost.excess ? cost.excess < other.cost.excess : cost.work < other.cost.work;
        }
    };

    Choice choose(std::uint64_t limit) const
    {
        std::optional<Choice> best;
        for (std::uint64_t const share : shares_of_bands)
            for (std::uint64_t const aim : { limit, limit / 4 * 3 }) {
                Choice choice = choose(aim, limit, limit / share);
                if (!best || choice.better_than(*best))
                    best = std::move(choice);
            }
        return std::move(*best);
    }

private:
    /// One by one is not always the best way: more than is needed, and back, may be better.
    Choice choose(std::uint64_t aim, std::uint64_t limit, std::uint64_t band_bytes) const
    {
        Choice choice { std::vector<bool>(m_nodes.size(), false), band_bytes, {} };
        for (NodeId id = 0; id < m_nodes.size(); ++id)
            choice.streamed[id] = m_can[id] && op_as<GroupNormOp>(m_nodes[id]);
        choice.cost = cost(choice.streamed, band_bytes, aim);
        while (choice.cost.excess > 0 && stream_one_more(choice, aim)) {}
        choice.cost = cost(choice.streamed, band_bytes, limit);
        while (choice.cost.excess == 0 && stream_one_less(choice, limit)) {}
        return choice;
    }

    /// `choice` with node `id` the other way round.
    Choice other(Choice const& choice, NodeId id, std::uint64_t limit) const
    {
        Choice changed = choice;
        changed.streamed[id] = !changed.streamed[id];
        changed.cost = cost(changed.streamed, changed.band_bytes, limit);
        return changed;
    }

    bool stream_one_more(Choice& choice, std::uint64_t limit) const
    {
        std::optional<Choice> best;
        double most = 0;                         // bytes a flop
        for (NodeId id = 0; id < m_nodes.size(); ++id) {
            if (!m_can[id] || choice.streamed[id] || m_bytes[id] == 0)
                continue;
            Choice changed = other(choice, id, limit);
            double const saved = choice.cost.excess - changed.cost.excess;
            double const gain = saved / std::max(changed.cost.work - choice.cost.work, 1.0);
            if (saved <= 0 || gain <= most || changed.cost.work > most_work * m_whole_work)
                continue;
            most = gain;
            best = std::move(changed);
        }
        if (best)
            choice = std::move(*best);
        return best.has_value();
    }

    bool stream_one_less(Choice& choice, std::uint64_t limit) const
    {
        std::optional<Choice> best;
        for (NodeId id = 0; id < m_nodes.size(); ++id) {
            if (!choice.streamed[id])
                continue;
            Choice changed = other(choice, id, limit);
            if (changed.cost.excess == 0 && changed.cost.work < (best ? best->cost.work : choice.cost.work))
                best = std::move(changed);
        }
        if (best)
            choice = std::move(*best);
        return best.has_value();
    }

    Cost cost(std::vector<bool> const& streamed, std::uint64_t band_bytes, std::uint64_t limit) const
    {
        BandStages const stages(m_graph, m_live, streamed, band_bytes);
        Cost sum;
        std::vector<std::uint64_t> alive;                          // bytes by stage
        std::vector<std::size_t> made(m_nodes.size(), unread), last(m_nodes.size(), 0);
        for (NodeId id = 0; id < m_nodes.size(); ++id) {
            if (stages.takes_statistics(id))
                add_stage(stages, streamed, id, sum, alive, last);
            if (!stages.is_whole(id))
                continue;
            NodeId const memory = stages.memory_of(id);
            made[memory] = std::min(made[memory], alive.size());
            last[memory] = alive.size();
            add_stage(stages, streamed, id, sum, alive, last);
            sum.work += m_work[id];
        }
        for (NodeId id = 0; id < m_nodes.size(); ++id)
            for (std::size_t at = made[id]; at <= last[id] && at != unread; ++at)
                alive[at] += m_bytes[id];
        for (std::uint64_t const bytes : alive)
            sum.excess += bytes > limit ? static_cast<double>(bytes - limit) : 0;
        return sum;
    }

    void add_stage(BandStages const& stages, std::vector<bool> const& streamed, NodeId id, Cost& sum,
        std::vector<std::uint64_t>& alive, std::vector<std::size_t>& last) const
    {
        auto const read_by = [&](NodeId reader) {
            for (NodeId input : m_nodes[reader].inputs)
                if (!streamed[input])
                    last[stages.memory_of(input)] = alive.size();
        };
        read_by(id);
        std::uint64_t bytes = 0;
        if (stages.reads_streamed(id)) {
            std::int64_t const height = m_nodes[id].shape[1], rows = stages.most_rows(id);
            double const bands = static_cast<double>((height + rows - 1) / rows);
            NeededRows const needed = stages.needed(id, stages.middle(id, rows));
            bytes = stages.bytes_of(id, needed);
            for (NodeId at = 0; at < id; ++at)
                if (streamed[at] && !needed[at].empty()) {
                    read_by(at);
                    sum.work += m_work[at] * bands * static_cast<double>(needed[at].count())
                                / static_cast<double>(m_nodes[at].shape[1]);
                }
        }
        alive.push_back(bytes);
    }

    Graph const& m_graph;
    std::vector<Node> const& m_nodes;
    std::vector<bool> const m_live, m_can;
    std::vector<double> m_work;                  // flops by node, made once
    std::vector<std::uint64_t> m_bytes;          // by node; 0 for what is not in the arena
    double m_whole_work = 0;
    static constexpr std::size_t unread = ~std::size_t(0);
};

}

Plan plan_in_bands(Plan whole, std::uint64_t arena_limit, DeviceProfile const& profile,
    std::function<Plan(std::shared_ptr<Graph>)> const& plan)
{
    std::shared_ptr<Graph const> const graph = whole.graph;
    Chooser const chooser(whole);
    Plan best = std::move(whole);
    std::uint64_t aim = arena_limit;
    for (int i = 0; i < most_corrections && best.arena_bytes > arena_limit; ++i) {
        Chooser::Choice const choice = chooser.choose(aim);
        Plan banded = plan(in_bands(*graph, choice.streamed, choice.band_bytes, profile));
        std::uint64_t const above = banded.arena_bytes > arena_limit ? banded.arena_bytes - arena_limit : 0;
        if (banded.arena_bytes < best.arena_bytes)
            best = std::move(banded);
        if (choice.cost.excess > 0 || above >= aim)
            break;                               // as small as it gets
        aim -= std::max(above, aim / 64);        // less may change no choice
    }
    return best;
}

}
