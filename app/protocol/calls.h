// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the worker is asked and what it answers (docs/worker-protocol.md). Unknown fields are passed over, missing ones keep
// their defaults, a field of the wrong type is an error that names it.

#include "app/protocol/messages.h"
#include "models/api/generator.h"
#include "models/api/metadata_choice.h"

#include <string>
#include <variant>
#include <vector>

namespace igneous {

/// Raised when a message changes its meaning. Two sides that differ do not work together.
constexpr int protocol_version = 1;
constexpr double most_previews_per_second = 5;

struct HelloCall {
    int protocol = protocol_version;
    std::string client;                    // name and version, for the log
    bool operator==(HelloCall const&) const = default;
};

struct LoadCall {
    std::string model;
    bool operator==(LoadCall const&) const = default;
};

struct UnloadCall {
    bool operator==(UnloadCall const&) const = default;
};

struct PlanCall {
    GenerationRequest request;             // the pictures of init are blank: only their size is told
    SafetyMeasures safety;
    bool operator==(PlanCall const&) const = default;
};

struct GenerateCall {
    std::int64_t job = 0;
    GenerationRequest request;             // init without its pictures
    std::string init_image, mask;          // files in the folder: PAM, PNG or JPEG
    SafetyMeasures safety;
    double previews_per_second = 0;
    std::string folder;                    // absolute; pictures and previews are written here
    MetadataChoice metadata;
    bool operator==(GenerateCall const&) const = default;
};

struct CancelCall {
    std::int64_t job = 0;
    bool operator==(CancelCall const&) const = default;
};

struct FreeMemoryCall {
    bool operator==(FreeMemoryCall const&) const = default;
};

struct InspectCall {
    std::string model;
    std::string lora;                      // a file: how it goes with the model; empty: what the model is
    bool operator==(InspectCall const&) const = default;
};

struct ShutdownCall {
    bool operator==(ShutdownCall const&) const = default;
};

using Call = std::variant<HelloCall, LoadCall, UnloadCall, PlanCall, GenerateCall, CancelCall, FreeMemoryCall, InspectCall,
    ShutdownCall>;

RpcRequest write_call(RpcId id, Call const& call);
/// The error is the answer: an unknown method, or params that are none of its.
std::expected<Call, RpcError> read_call(RpcRequest const& request);

struct WorkerDevice {
    int index = 0;
    std::string name, kind, driver, vulkan;
    std::uint64_t memory_bytes = 0;
    std::string why_not;                   // empty: usable
    bool operator==(WorkerDevice const&) const = default;
};

/// How the worker is held in, by what: "landlock 7", "seccomp"; or "no: " and why not.
struct ConfinementReport {
    std::string files = "no: not asked for", network = "no: not asked for", calls = "no: not asked for";
    bool operator==(ConfinementReport const&) const = default;
};

struct HelloAnswer {
    int protocol = protocol_version;
    std::string version;                   // of the program
    std::string device;                    // name of the one that jobs run on; empty: none
    std::vector<WorkerDevice> devices;
    ConfinementReport confinement;
    bool operator==(HelloAnswer const&) const = default;
};

struct FinishedPicture {
    int index = 0;                         // in the batch
    std::uint64_t seed = 0;
    std::string file;                      // name in the job's folder
    int width = 0, height = 0;
    bool operator==(FinishedPicture const&) const = default;
};

struct GenerateAnswer {
    std::vector<FinishedPicture> pictures;
    std::uint64_t memory_planned = 0, memory_peak = 0;
    bool operator==(GenerateAnswer const&) const = default;
};

struct CancelAnswer {
    bool running = false;                  // whether there was such a job to stop
    bool operator==(CancelAnswer const&) const = default;
};

/// Whether it names a file in a folder and nothing outside of it: no separators, no "..", not empty.
bool is_plain_file_name(std::string_view name);

class Fields;
Json write_picture(FinishedPicture const& picture);
FinishedPicture read_picture(Fields const& fields);

Json write_answer(HelloAnswer const& answer);
Json write_answer(GenerationPlan const& plan);
Json write_answer(GenerateAnswer const& answer);
Json write_answer(CancelAnswer const& answer);

// Throw invalid_argument when an answer is not what it should be.
HelloAnswer read_hello_answer(Json const& answer);
GenerationPlan read_plan_answer(Json const& answer);
GenerateAnswer read_generate_answer(Json const& answer);
CancelAnswer read_cancel_answer(Json const& answer);

}
