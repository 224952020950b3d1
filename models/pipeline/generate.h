// SPDX-License-Identifier: Apache-2.0
#pragma once

// The engine as a Generator: opens a device, keeps the last model loaded, runs requests.

#include "compute/device/device.h"
#include "compute/graph/inspect.h"
#include "compute/graph/program.h"
#include "models/api/generator.h"

#include <functional>
#include <memory>
#include <string>

namespace igneous {

struct GeneratorOptions {
    DeviceSelection device;
    std::uint64_t memory_limit = 0;            // bytes of device memory; 0: the driver's budget
    Inspect inspect = Inspect::none;           // runs every part op by op
    InspectSink inspect_sink;                  // for stats and dump: label is "<part> <op>"
    bool profile = false;                      // times every dispatch of the first step and of the other parts
    std::function<void(std::string const& part, std::vector<ProfileRow> const&)> profile_sink;
    std::function<void(std::shared_ptr<Device> const&)> on_device;   // told of each device that is opened
    std::string clip_vocabulary;               // path of CLIP's published merges, for folders without a tokenizer; may be empty
};

/// The device is opened by the first request. plan() works without one: it then plans for a generic profile.
std::unique_ptr<Generator> make_generator(GeneratorOptions options);

}
