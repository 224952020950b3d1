// SPDX-License-Identifier: Apache-2.0
#pragma once

// The real engine, for the worker.

#include "app/worker/worker.h"

namespace igneous {

/// `device`: index or part of a name; empty: IGNEOUS_DEVICE, else the fastest kind that works. The pipelines' cache is kept in
/// `cache_folder`. `memory_limit`: bytes of device memory; 0: what the driver gives.
WorkerEngineRoom real_engine_room(
    std::string const& device, std::filesystem::path const& cache_folder, std::uint64_t memory_limit = 0);

}
