// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/program.h"

#include "compute/device/device.h"
#include "compute/graph/weight_window.h"
#include "compute/memory/readback.h"
#include "compute/memory/weight_store.h"

#include <algorithm>
#include <cstring>

namespace igneous {

namespace {

/// Seconds one dispatch takes on a device of this profile, roughly: for cutting submissions only.
double estimated_seconds(Dispatch const& dispatch, DeviceProfile const& profile)
{
    return std::max(dispatch.flops / profile.flops_per_second, dispatch.bytes / profile.bytes_per_second);
}

}

std::vector<WeightRequest> weights_of(Plan const& plan)
{
    std::vector<WeightRequest> requests;
    for (PlanValue const& value : plan.values)
        if (value.storage == Storage::weight || value.storage == Storage::window)
            requests.push_back({ value.weight, value.packing, value.storage == Storage::window });
    return requests;
}

struct Submission {
    std::unique_ptr<Recording> recording;
    std::optional<std::size_t> segment;                          // of streamed weights, which it reads
};

struct Program::State {
    std::shared_ptr<Device> device;
    std::shared_ptr<Plan const> plan;
    std::shared_ptr<WeightStore> weights;
    std::unique_ptr<Buffer> persistent;
    std::uint64_t arena_address = 0;
    std::vector<std::uint64_t> weight_addresses;                 // by value; 0 for what is no weight that stays
    std::unique_ptr<WeightWindow> window;                        // null where no weights are streamed
    std::vector<Submission> request, step;                       // in order

    State(std::shared_ptr<Device> d, std::shared_ptr<Plan const> p, std::shared_ptr<WeightStore> w)
        : device(std::move(d))
        , plan(std::move(p))
        , weights(std::move(w))
    {
        realise_weights();
        if (plan->persistent_bytes > 0)
            persistent = device->memory().allocate(plan->persistent_bytes, Intent::activations, "inputs, outputs and hoisted values");

        std::vector<Dispatch const*> dispatches;
        for (PlanStep const& plan_step : plan->steps)
            dispatches.push_back(&plan_step.dispatch);
        device->prepare(dispatches);
    }

    void realise_weights()
    {
        std::vector<WeightPlace> const realised = weights->realise(weights_of(*plan));
        std::vector<WeightPlace> on_host(plan->segments.empty() ? 0 : plan->values.size());
        weight_addresses.assign(plan->values.size(), 0);
        for (std::size_t i = 0, next = 0; i < plan->values.size(); ++i) {
            if (plan->values[i].storage == Storage::weight)
                weight_addresses[i] = realised[next++].address();
            else if (plan->values[i].storage == Storage::window)
                on_host[i] = realised[next++];
        }
        if (!plan->segments.empty())
            window = std::make_unique<WeightWindow>(device, plan, std::move(on_host));
    }

    std::uint64_t address(Location const& location) const
    {
        PlanValue const& value = plan->values[location.value];
        switch (value.storage) {
        case Storage::weight: return weight_addresses[location.value] + location.offset;
        case Storage::window: return window->address() + value.offset + location.offset;
        case Storage::persistent: return persistent->address() + value.offset + location.offset;
        case Storage::arena: return arena_address + value.offset + location.offset;
        }
        return 0;
    }

    BoundDispatch bind(PlanStep const& plan_step) const
    {
        BoundDispatch bound { &plan_step.dispatch, plan_step.dispatch.push, plan_step.barrier_before };
        for (Relocation const& relocation : plan_step.dispatch.relocations) {
            std::uint64_t const at = address(relocation.location);
            assert(relocation.at + sizeof at <= bound.push.size() && "program: an address outside the push constants");
            std::memcpy(bound.push.data() + relocation.at, &at, sizeof at);
        }
        return bound;
    }

    /// The arena belongs to the device and may have moved since the last run (another program needed a larger one).
    bool follow_arena()
    {
        std::uint64_t const address = plan->arena_bytes ? device->memory().arena(plan->arena_bytes)->address() : 0;
        bool const moved = address != arena_address;
        arena_address = address;
        return moved;
    }

    void record_if_needed()
    {
        if (!follow_arena() && !(request.empty() && step.empty()))
            return;
        request = record(0, plan->request_steps);
        step = record(plan->request_steps, plan->steps.size());
    }

    /// Steps [begin, end) cut into submissions of about profile.submission_seconds.
    std::vector<Submission> record(std::size_t begin, std::size_t end)
    {
        std::vector<Submission> submissions;
        std::vector<BoundDispatch> batch;
        std::optional<std::size_t> segment;
        double seconds = 0;
        auto const flush = [&] {
            if (!batch.empty()) {
                batch.front().barrier_before = true;             // after whatever was submitted before
                submissions.push_back({ device->record(batch), segment });
            }
            batch.clear();
            seconds = 0;
        };
        for (std::size_t i = begin; i < end; ++i) {
            double const cost = estimated_seconds(plan->steps[i].dispatch, device->profile());
            std::optional<std::size_t> const begins = window ? window->segment_at(i) : std::nullopt;
            if (begins || seconds + cost > device->profile().submission_seconds)
                flush();
            segment = begins ? begins : segment;
            batch.push_back(bind(plan->steps[i]));
            seconds += cost;
        }
        flush();
        return submissions;
    }

    /// Submits, behind the weights it needs.
    TimelinePoint submit(Recording& recording, std::optional<std::size_t> segment)
    {
        if (!segment)
            return device->submit(recording);
        TimelinePoint const point = device->submit(recording, window->bring(*segment));
        window->runs(*segment, point);
        return point;
    }

    /// Two submissions are in flight at most, so that a cancel is heard within about one of them.
    void submit(std::vector<Submission> const& submissions, std::stop_token const& stop,
        std::function<void()> const& meanwhile = {})
    {
        TimelinePoint previous = device->last_submitted();
        for (Submission const& submission : submissions) {
            if (stop.stop_requested())
                fail(ErrorCode::cancelled, "cancelled");
            TimelinePoint const point = submit(*submission.recording, submission.segment);
            device->wait(previous);
            previous = point;
            if (meanwhile)
                meanwhile();
        }
        if (stop.stop_requested())
            fail(ErrorCode::cancelled, "cancelled");
    }

    std::uint32_t value_of(std::map<std::string, std::uint32_t, std::less<>> const& names, std::string_view kind, std::string_view name) const
    {
        auto const found = names.find(name);
        if (found == names.end()) {
            std::string known;
            for (auto const& [key, value] : names)
                known += (known.empty() ? "" : ", ") + key;
            fail(ErrorCode::invalid_argument, "program: no {} named {}; there are {}", kind, name, known);
        }
        return found->second;
    }

    Shape shape_of(std::string_view output, std::uint32_t index) const
    {
        for (Graph::Output const& known : plan->graph->outputs())
            if (known.name == output)
                return plan->graph->nodes()[known.node].shape;
        return plan->values[index].shape;
    }

    HostTensor read(std::uint32_t index, Shape const& shape)
    {
        PlanValue const& value = plan->values[index];
        HostTensor out(value.dtype, shape);
        if (value.storage == Storage::persistent)
            device->read(*persistent, value.offset, out.bytes);
        else
            device->read(*device->memory().arena(plan->arena_bytes), value.offset, out.bytes);
        return out;
    }
};

Program::Program(std::shared_ptr<Device> device, std::shared_ptr<Plan const> plan, std::shared_ptr<WeightStore> weights)
    : m_state(std::make_unique<State>(std::move(device), std::move(plan), std::move(weights)))
{
}

Program::~Program() = default;
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;

Plan const& Program::plan() const
{
    return *m_state->plan;
}

void Program::write(std::string_view input, HostTensor const& given)
{
    PlanValue const& value = m_state->plan->values[m_state->value_of(m_state->plan->inputs, "input", input)];
    require(given.shape == value.shape, "program: input {} must be {} but is {}", input, value.shape, given.shape);
    bool const converts = given.dtype != value.dtype && (given.dtype == DType::f32 || given.dtype == DType::f16)
        && (value.dtype == DType::f32 || value.dtype == DType::f16);
    require(converts || given.dtype == value.dtype, "program: input {} must be {} but is {}", input, name_of(value.dtype), name_of(given.dtype));
    if (converts)
        m_state->device->update(*m_state->persistent, value.offset, given.to(value.dtype).bytes);
    else
        m_state->device->update(*m_state->persistent, value.offset, given.bytes);
}

void Program::write(std::string_view input, DeviceTensor const& given)
{
    PlanValue const& value = m_state->plan->values[m_state->value_of(m_state->plan->inputs, "input", input)];
    require(given.dtype() == value.dtype && given.shape() == value.shape, "program: input {} must be {} {} but is {} {}", input,
        name_of(value.dtype), value.shape, name_of(given.dtype()), given.shape());
    m_state->device->copy(given.buffer(), 0, *m_state->persistent, value.offset, value.bytes);
}

void Program::write_one_of(std::string_view input, DeviceTensor const& batch, int index)
{
    PlanValue const& value = m_state->plan->values[m_state->value_of(m_state->plan->inputs, "input", input)];
    require(batch.dtype() == value.dtype && batch.shape().with(0, 1) == value.shape && index < batch.shape()[0],
        "program: input {} must be {} {} but is {} of {} {}", input, name_of(value.dtype), value.shape, index,
        name_of(batch.dtype()), batch.shape());
    m_state->device->copy(batch.buffer(), static_cast<std::uint64_t>(index) * value.bytes, *m_state->persistent,
        value.offset, value.bytes);
}

HostTensor Program::read(std::string_view output)
{
    std::uint32_t const index = m_state->value_of(m_state->plan->outputs, "output", output);
    return m_state->read(index, m_state->shape_of(output, index));
}

void Program::read_later(std::string_view output, Readback& readback)
{
    std::uint32_t const index = m_state->value_of(m_state->plan->outputs, "output", output);
    PlanValue const& value = m_state->plan->values[index];
    readback.begin(*m_state->persistent, value.offset, value.dtype, m_state->shape_of(output, index));
}

HostTensor Program::read_node(NodeId node)
{
    std::uint32_t const index = m_state->plan->node_values[node];
    assert(index < m_state->plan->values.size() && "program: that node has no value");
    return m_state->read(index, m_state->plan->graph->nodes()[node].shape);
}

void Program::copy_output(std::string_view output, DeviceTensor& target)
{
    PlanValue const& value = m_state->plan->values[m_state->value_of(m_state->plan->outputs, "output", output)];
    require(target.dtype() == value.dtype && target.bytes() == value.bytes, "program: output {} is {} {} but the target is {} {}", output,
        name_of(value.dtype), value.shape, name_of(target.dtype()), target.shape());
    m_state->device->copy(*m_state->persistent, value.offset, target.buffer(), 0, value.bytes);
}

void Program::run_request(std::stop_token stop)
{
    m_state->record_if_needed();
    m_state->submit(m_state->request, stop);
}

void Program::run_step(std::stop_token stop, std::function<void()> const& meanwhile)
{
    m_state->record_if_needed();
    m_state->submit(m_state->step, stop, meanwhile);
}

std::vector<ProfileRow> Program::run_profiled(std::function<void(PlanStep const&)> after)
{
    m_state->follow_arena();
    m_state->request.clear();                                    // recorded again with the arena's address of today
    m_state->step.clear();
    std::vector<ProfileRow> rows;
    std::optional<std::size_t> segment;
    for (std::size_t i = 0; i < m_state->plan->steps.size(); ++i) {
        PlanStep const& plan_step = m_state->plan->steps[i];
        if (auto const begins = m_state->window ? m_state->window->segment_at(i) : std::nullopt)
            segment = begins;
        BoundDispatch bound = m_state->bind(plan_step);
        bound.barrier_before = true;
        std::unique_ptr<Recording> const recording = m_state->device->record({ &bound, 1 }, true);
        m_state->device->wait(m_state->submit(*recording, segment));
        std::vector<double> const times = m_state->device->timestamps(*recording);
        rows.push_back({ plan_step.dispatch.label, plan_step.dispatch.shader, times.empty() ? 0 : times.front(), plan_step.dispatch.flops,
            plan_step.dispatch.bytes });
        if (after)
            after(plan_step);
    }
    return rows;
}

}
