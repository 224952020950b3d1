// SPDX-License-Identifier: Apache-2.0
#pragma once

// How far a run is: one line with the time left that is written over on a terminal, lines elsewhere, objects with
// --json.

#include "models/api/generator.h"

#include <chrono>

namespace igneous {

class Console;

class Progress {
public:
    explicit Progress(Console& console)
        : m_console(console)
    {
    }
    void show(PhaseStarted const& phase);
    void show(StepDone const& step);

private:
    using Clock = std::chrono::steady_clock;
    Console& m_console;
    Clock::time_point m_last_line {};
};

}
