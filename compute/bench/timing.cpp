// SPDX-License-Identifier: Apache-2.0
#include "compute/bench/timing.h"

#include "compute/tensor/error.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace igneous {

namespace {

constexpr int fewest_runs = 3;
constexpr double patience = 10;            // times the limit, for those

double quantile(std::vector<double> const& sorted, double share)
{
    double const place = share * static_cast<double>(sorted.size() - 1);
    auto const below = static_cast<std::size_t>(place);
    return std::lerp(sorted[below], sorted[std::min(below + 1, sorted.size() - 1)], place - static_cast<double>(below));
}

}

Timing timing_of(std::vector<double> milliseconds)
{
    if (milliseconds.empty())
        return {};
    std::ranges::sort(milliseconds);
    return { .median = quantile(milliseconds, 0.5),
        .p10 = quantile(milliseconds, 0.1),
        .p90 = quantile(milliseconds, 0.9),
        .runs = static_cast<int>(milliseconds.size()) };
}

Timing repeat(TimingLimits const& limits, std::stop_token const& stop, std::function<double()> const& run)
{
    using Clock = std::chrono::steady_clock;
    std::vector<double> times;
    auto const start = Clock::now();
    auto const more = [&] {
        auto const count = static_cast<int>(times.size());
        double const used = std::chrono::duration<double>(Clock::now() - start).count();
        return count == 0 || (count < limits.runs && used < limits.seconds * (count < fewest_runs ? patience : 1));
    };
    while (more()) {
        if (stop.stop_requested())
            fail(ErrorCode::cancelled, "bench: stopped, as was asked");
        times.push_back(run());
    }
    return timing_of(std::move(times));
}

double wall_time(std::function<void()> const& run)
{
    auto const start = std::chrono::steady_clock::now();
    run();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}
