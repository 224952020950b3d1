// SPDX-License-Identifier: Apache-2.0
#pragma once

// Results of `igneous bench` as JSON, and as they were stored another day: what has become slower since.

#include "compute/bench/bench.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <istream>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace igneous {

struct DeviceInfo;

/// {"bench": {...}}: the first line of a run: device, driver, version, date, how long each case may take and which
/// kernels were left out.
nlohmann::ordered_json bench_header(DeviceInfo const& device, std::string const& version, TimingLimits const& limits,
    std::vector<std::string> const& without);

/// One line a result. Milliseconds; "per_second" where a run is a picture, a step or a part of one.
nlohmann::ordered_json bench_json(BenchResult const& result);

/// How a case runs now against how it ran then.
struct BenchChange {
    double stored_ms = 0;
    double speed = 1;                      // stored time / time now: 2 is twice as fast
    bool slower = false;                   // by more than was allowed
};

/// What `igneous bench --json` printed another day, case by case.
class StoredResults {
public:
    /// Throws file_missing, or file_damaged with the line that is no JSON object or lacks a number.
    static StoredResults read(std::filesystem::path const& path);
    static StoredResults read(std::istream& lines, std::string const& name);

    std::string const& device() const { return m_device; }       // "NVIDIA H200"; empty where no line says so
    std::size_t count() const { return m_medians.size(); }
    /// Nothing for a peak, for a case that was not measured then, or not on the kernels that the device chooses.
    /// `allowed` is the share that it may be slower: 0.1 for a tenth. What ran as fast then as the fastest tenth of now
    /// has not changed.
    std::optional<BenchChange> compare(BenchResult const& now, double allowed) const;

private:
    std::string m_device;
    std::map<std::string, double, std::less<>> m_medians; // "name shape" -> milliseconds
};

}
