// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/part_runner.h"

namespace igneous {

PartRunner::PartRunner(std::string part, std::shared_ptr<Device> device, std::shared_ptr<Plan const> plan,
    std::shared_ptr<WeightStore> weights, GeneratorOptions const& options)
    : m_part(std::move(part))
    , m_program(std::move(device), std::move(plan), std::move(weights))
    , m_options(options)
{
}

void PartRunner::run_request(std::stop_token stop)
{
    m_program.run_request(stop);
}

void PartRunner::run_step(std::stop_token stop, std::function<void()> const& meanwhile)
{
    // NaN is looked for in every step; times and values are those of the first.
    bool const watch = m_options.inspect == Inspect::nan || (m_first && (m_options.inspect != Inspect::none || m_options.profile));
    m_first = false;
    if (watch)
        run_watched(stop);
    else
        m_program.run_step(stop, meanwhile);
}

void PartRunner::run_watched(std::stop_token stop)
{
    if (stop.stop_requested())
        fail(ErrorCode::cancelled, "cancelled");
    if (m_options.profile) {
        std::vector<ProfileRow> const rows = m_program.run_profiled();
        if (m_options.profile_sink)
            m_options.profile_sink(m_part, rows);
    }
    if (m_options.inspect != Inspect::none)
        run_inspected(m_program, m_options.inspect, [&](std::string const& label, HostTensor const& value, TensorStats const& stats) {
            if (m_options.inspect_sink)
                m_options.inspect_sink(m_part + " " + label, value, stats);
        });
}

}
