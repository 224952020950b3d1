// SPDX-License-Identifier: Apache-2.0
#pragma once

// Plan -> Program: command buffers recorded once, replayed for every step. What changes per step goes through small
// inputs; nothing is read back between steps unless asked for.

#include "compute/graph/plan.h"
#include "compute/tensor/host_tensor.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <string_view>

namespace igneous {

class Device;
class DeviceTensor;
class Readback;
class WeightStore;
struct WeightRequest;

/// The packed weights a plan needs, in the order of its values. WeightStore::realise brings them to the device.
std::vector<WeightRequest> weights_of(Plan const& plan);

/// One line of --profile: where the time of a run went.
struct ProfileRow {
    std::string label;      // node label
    std::string shader;
    double milliseconds = 0;
    double flops = 0, bytes = 0;
};

class Program {
public:
    /// Uploads the weights the plan needs (through `weights`, which keeps packed copies), allocates, and records.
    Program(std::shared_ptr<Device> device, std::shared_ptr<Plan const> plan, std::shared_ptr<WeightStore> weights);
    ~Program();
    Program(Program&&) noexcept;
    Program& operator=(Program&&) noexcept;

    Plan const& plan() const;

    /// Fills an input; dtype and shape must be the input's (f32 is converted to f16 where the input is f16).
    void write(std::string_view input, HostTensor const& value);
    /// Copies on the device, from a tensor of the same size and type; no host involved.
    void write(std::string_view input, DeviceTensor const& value);
    /// Likewise, one of a batch.
    void write_one_of(std::string_view input, DeviceTensor const& batch, int index);
    /// Waits, then reads an output (or, in a keep_all plan, any node) as it is.
    HostTensor read(std::string_view output);
    HostTensor read_node(NodeId node);
    /// Copies an output to `target` on the device.
    void copy_output(std::string_view output, DeviceTensor& target);
    /// Lets an output come to the host; until it is there the program must not run again.
    void read_later(std::string_view output, Readback& readback);

    /// Runs what depends on request inputs only. Call after writing those.
    void run_request(std::stop_token stop = {});
    /// Runs one step. Both are queued; `read` or Device::wait_idle wait. Throws cancelled when `stop` was asked.
    /// `meanwhile` is called whenever a submission is done while the next one runs; it must not submit programs.
    void run_step(std::stop_token stop = {}, std::function<void()> const& meanwhile = {});
    /// run_request + run_step.
    void run(std::stop_token stop = {}, std::function<void()> const& meanwhile = {})
    {
        run_request(stop);
        run_step(stop, meanwhile);
    }

    /// Runs everything op by op with timestamps (and, in a keep_all plan, calls `after` behind each step).
    std::vector<ProfileRow> run_profiled(std::function<void(PlanStep const&)> after = {});

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}
