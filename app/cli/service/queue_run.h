// SPDX-License-Identifier: Apache-2.0
#pragma once

// Runs the jobs of the queue in this process and says how they go.

#include "app/jobs/job_runner.h"

#include <nlohmann/json_fwd.hpp>

#include <stop_token>

namespace igneous {

class Console;

enum class RunUntil : std::uint8_t { stopped, empty };

/// Needs an application object. Throws the error of the last job that failed, or cancelled when `stop` was asked: then
/// the running job waits at the front of the queue again.
void run_queue(JobStore& store, Engine& engine, JobRunner::Gallery gallery, RunUntil until, Console& console,
    std::stop_token stop);

nlohmann::ordered_json job_object(Job const& job);

}
