// SPDX-License-Identifier: Apache-2.0
#pragma once

// Running a Program op by op to look inside: which op made the first NaN, what range every intermediate has, or the
// intermediates themselves. Needs a plan made with keep_all.

#include "compute/graph/program.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace igneous {

enum class Inspect : std::uint8_t { none, nan, stats, dump };

/// "nan", "stats", "dump" or "" (none); nothing for other words.
std::optional<Inspect> inspect_from(std::string_view word);

struct TensorStats {
    double minimum = 0, maximum = 0, mean = 0, deviation = 0;   // over finite values
    std::int64_t not_finite = 0;
};
TensorStats stats_of(HostTensor const& tensor);   // f32 or f16

/// Called with each intermediate after its op ran: "<index> <label>", the value, its stats.
using InspectSink = std::function<void(std::string const& label, HostTensor const& value, TensorStats const& stats)>;

/// Runs the whole program once, op by op. In mode nan it throws numeric at the first op whose result holds NaN or Inf, with
/// the op's name and the range of its inputs; in the other modes every result goes to `sink`.
void run_inspected(Program& program, Inspect mode, InspectSink const& sink);

}
