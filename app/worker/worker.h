// SPDX-License-Identifier: Apache-2.0
#pragma once

// `igneous worker`: the engine behind JSON-RPC on two streams (docs/worker-protocol.md). It keeps nothing that matters: who
// started it may kill it at any moment and start another. Input is read on the caller's thread, jobs run on a second,
// what shall not wait for jobs (hello, plan, inspect) on a third, heartbeats come from a fourth.

#include "app/protocol/calls.h"
#include "app/worker/streams.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace igneous {

/// What the worker is made of; tests put a scripted engine in its place.
struct WorkerEngineRoom {
    std::function<std::unique_ptr<Generator>()> make_generator;
    std::function<void(HelloAnswer&)> name_devices;            // fills device and devices
    std::function<Json(InspectCall const&)> inspect;
};

struct WorkerOptions {
    std::string version;                                       // of the program
    std::vector<std::filesystem::path> model_folders;          // none: any
    std::filesystem::path job_folder;                          // empty: any
    ConfinementReport confinement;
    std::chrono::milliseconds heartbeat { 1000 };
    std::chrono::milliseconds patience { 2000 };               // for a job that shall end because the worker ends
    WorkerEngineRoom engine;
    std::filesystem::path hash_book;                           // keeps hashes of models between runs; empty: does not
};

/// Serves until the input ends, the output breaks, or shutdown. False when a job was still stuck after `patience`: its
/// thread lives, so the process must end without waiting for it.
bool serve_worker(WorkerOptions options, Streams& streams);

}
