// SPDX-License-Identifier: Apache-2.0
#pragma once

// One job of the worker: reads the pictures it starts from, runs the engine, writes each picture with its recipe into the
// job's folder, whole or not at all, and tells how it goes.

#include "app/files/file_hash.h"
#include "app/protocol/notifications.h"
#include "app/worker/faults.h"

#include <functional>
#include <stop_token>

namespace igneous {

using NoteSink = std::function<void(Note const&)>;

/// Throws Error. Pictures that were finished before stay.
GenerateAnswer run_job(GenerateCall const& call, Generator& generator, HashBook& book, NoteSink const& tell,
    std::stop_token stop, Faults const& faults);

}
