// SPDX-License-Identifier: Apache-2.0
#pragma once

// One part of the sentence (text encoder, UNet, VAE) as a Program, run as asked: plainly, op by op for --inspect, or with
// timestamps for --profile.

#include "compute/graph/inspect.h"
#include "compute/graph/program.h"
#include "models/pipeline/generate.h"

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace igneous {

class PartRunner {
public:
    PartRunner(std::string part, std::shared_ptr<Device> device, std::shared_ptr<Plan const> plan, std::shared_ptr<WeightStore> weights,
        GeneratorOptions const& options);

    Program& program() { return m_program; }
    /// Everything that depends on the request only.
    void run_request(std::stop_token stop);
    /// `meanwhile`: as Program::run_step.
    void run_step(std::stop_token stop, std::function<void()> const& meanwhile = {});
    void run(std::stop_token stop, std::function<void()> const& meanwhile = {})
    {
        run_request(stop);
        run_step(stop, meanwhile);
    }

private:
    void run_watched(std::stop_token stop);
    std::string m_part;
    Program m_program;
    GeneratorOptions const& m_options;
    bool m_first = true;
};

}
