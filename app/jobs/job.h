// SPDX-License-Identifier: Apache-2.0
#pragma once

// A job: a request that waits for its pictures, runs, or has run. It is kept until the user clears it, whatever happens
// to the program, so that nothing that was asked for is forgotten and whatever failed can be tried again.

#include "models/api/generator.h"

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace igneous {

using JobId = std::int64_t;

/// In the order in which a queue is shown. The numbers are stored: new ones come behind.
enum class JobState : std::uint8_t { running, queued, done, failed, cancelled };
constexpr std::array job_state_names { "running", "queued", "done", "failed", "cancelled" };

constexpr int stored(JobState state) { return static_cast<int>(state); }
std::string_view job_state_name(JobState state);
/// Nothing for other words.
std::optional<JobState> job_state_from(std::string_view name);

struct JobPicture {
    int index = 0;                         // in the batch
    std::uint64_t seed = 0;
    int width = 0, height = 0;
    std::filesystem::path path;
};

struct Job {
    JobId id = 0;
    JobState state = JobState::queued;
    GenerationRequest request;             // init image and mask: only where JobStore::request() was asked for them
    std::filesystem::path output;          // folder for the pictures; empty: pictures/YYYY-MM-DD of the data folder
    int attempts = 0;                      // how often it was begun
    SafetyMeasures safety;                 // of the next attempt, or of the last one
    std::optional<ErrorCode> error;        // why it failed
    std::string message;                   // what happened to it so far, for the user
    std::int64_t process = 0;              // that runs it
    // Milliseconds since 1970 by the clock on the wall, which may jump: to be shown, never to be sorted by. 0: not yet.
    std::int64_t created = 0, started = 0, ended = 0;
    double seconds = 0;                    // that the last attempt took, by a clock that does not jump
    std::vector<JobPicture> pictures;      // that lie in their place
    std::string origin;                    // as NewJob
};

}
