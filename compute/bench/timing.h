// SPDX-License-Identifier: Apache-2.0
#pragma once

// How long something takes, from several runs of it.

#include <functional>
#include <stop_token>
#include <vector>

namespace igneous {

/// Milliseconds.
struct Timing {
    double median = 0, p10 = 0, p90 = 0;   // a tenth of the runs were faster than p10, a tenth slower than p90
    int runs = 0;
};

/// Of single runs. Quantiles lie between two runs in proportion (as numpy's default, "linear").
Timing timing_of(std::vector<double> milliseconds);

struct TimingLimits {
    int runs = 30;
    double seconds = 1; // no run begins after this, once there are three or the time is up ten times over
};

/// Calls `run`, which gives its own milliseconds, within the limits. Throws Error(cancelled) when `stop` was asked.
Timing repeat(TimingLimits const& limits, std::stop_token const& stop, std::function<double()> const& run);

/// Milliseconds that `run` takes by the clock on the wall.
double wall_time(std::function<void()> const& run);

}
