// SPDX-License-Identifier: Apache-2.0
#pragma once

// For tests: a worker that fails on purpose, where the environment says so. IGNEOUS_WORKER_FAULT is KIND@PLACE, such as
//     crash@step3  hang@step3  stuck@step2  device_lost@step2  nan@step2  out_of_memory@load  disk_full@decode
// PLACE is a step or a phase of a job. IGNEOUS_WORKER_FAULT_ONCE names a file: where it is there, nothing happens; it is made
// just before the fault, so that a second try goes well. Without the variables nothing of this does anything.

#include <filesystem>
#include <string>

namespace igneous {

class Faults {
public:
    static Faults from_environment();
    /// Crashes, hangs or throws, where this is the place.
    void at(std::string const& place) const;
    void at_step(int step) const;
    /// IGNEOUS_WORKER_FAULT=other_version: what the worker then says it speaks.
    int protocol() const;

private:
    std::string m_kind, m_place;
    std::filesystem::path m_once;
};

}
