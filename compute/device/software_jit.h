// SPDX-License-Identifier: Apache-2.0
#pragma once

// Mesa's CPU driver (lavapipe) makes machine code of a pipeline when it is first dispatched: on one thread, one after
// the other, a good part of a second each. This has it done ahead on all cores: by devices of its own, with dispatches of
// nothing; the real device then finds the code in Mesa's cache on disk.

#include "compute/device/pipelines.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace igneous {

class SoftwareJit {
public:
    SoftwareJit(std::shared_ptr<Instance> instance, PhysicalDevice physical, std::string const& cache_folder);

    /// Whether the driver is one that is helped by this.
    static bool helps(Instance const& instance, PhysicalDevice const& device);
    /// Compiles what is not known to be in Mesa's cache. Whatever goes wrong only makes the first run slower.
    void prepare(std::span<Dispatch const* const> dispatches);

private:
    struct Job {
        Dispatch const* dispatch;
        std::uint64_t hash;
    };
    std::vector<Job> find_new(std::span<Dispatch const* const> dispatches);
    void remember(std::span<Job const> jobs);

    std::shared_ptr<Instance> m_instance;
    PhysicalDevice m_physical;
    CacheFile m_file;
    std::mutex m_mutex;
    std::set<std::uint64_t> m_known;   // hashes of the pipelines that Mesa has in its cache
};

}
