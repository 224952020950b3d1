// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/inspect.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace igneous {

std::optional<Inspect> inspect_from(std::string_view word)
{
    if (word.empty())
        return Inspect::none;
    if (word == "nan")
        return Inspect::nan;
    if (word == "stats")
        return Inspect::stats;
    if (word == "dump")
        return Inspect::dump;
    return std::nullopt;
}

TensorStats stats_of(HostTensor const& tensor)
{
    HostTensor const values = tensor.to(DType::f32);
    TensorStats stats { std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(), 0, 0, 0 };
    double sum = 0, squares = 0;
    std::int64_t finite = 0;
    for (float value : values.f32()) {
        if (!std::isfinite(value)) {
            ++stats.not_finite;
            continue;
        }
        ++finite;
        stats.minimum = std::min<double>(stats.minimum, value);
        stats.maximum = std::max<double>(stats.maximum, value);
        sum += value;
        squares += static_cast<double>(value) * value;
    }
    if (finite > 0) {
        stats.mean = sum / static_cast<double>(finite);
        stats.deviation = std::sqrt(std::max(0.0, squares / static_cast<double>(finite) - stats.mean * stats.mean));
    }
    return stats;
}

namespace {

std::string describe_inputs(Program& program, Node const& node)
{
    std::string text;
    for (NodeId input : node.inputs) {
        if (program.plan().graph->nodes()[input].weight)
            continue;
        TensorStats const stats = stats_of(program.read_node(input));
        text += std::format("{}[{:.4g}, {:.4g}]{}", text.empty() ? "" : ", ", stats.minimum, stats.maximum,
            stats.not_finite ? std::format(" with {} not finite", stats.not_finite) : "");
    }
    return text;
}

}

void run_inspected(Program& program, Inspect mode, InspectSink const& sink)
{
    Plan const& plan = program.plan();
    std::size_t step = 0;
    program.run_profiled([&](PlanStep const& done) {
        ++step;
        bool const last_of_node = step == plan.steps.size() || plan.steps[step].node != done.node;
        Node const& node = plan.graph->nodes()[done.node];
        if (!last_of_node || (node.dtype != DType::f32 && node.dtype != DType::f16))
            return;
        HostTensor const value = program.read_node(done.node);
        TensorStats const stats = stats_of(value);
        if (mode == Inspect::nan && stats.not_finite > 0)
            fail(ErrorCode::numeric, "{} ({}): {} of {} values are NaN or Inf; its inputs lie in {}", done.dispatch.label,
                done.dispatch.shader, stats.not_finite, value.shape.elements(), describe_inputs(program, node));
        if (mode != Inspect::nan)
            sink(std::format("{:04} {}", done.node, done.dispatch.label), value, stats);
    });
}

}
