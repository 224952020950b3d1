// SPDX-License-Identifier: Apache-2.0
#include "app/cli/progress.h"

#include "app/cli/console.h"

#include <nlohmann/json.hpp>

#include <format>

namespace igneous {

namespace {

constexpr std::chrono::seconds between_lines { 2 };
constexpr int bar_cells = 30;

std::string in_words(std::string const& phase)
{
    if (phase == "load")
        return "loading the model";
    if (phase == "text")
        return "reading the prompt";
    if (phase == "encode")
        return "encoding the picture";
    if (phase == "denoise")
        return "denoising";
    if (phase == "decode")
        return "decoding the picture";
    return phase;
}

}

void Progress::show(PhaseStarted const& phase)
{
    m_console.object({ { "phase", phase.phase } });
    if (m_console.terminal())
        m_console.status(in_words(phase.phase) + "...");
    else
        m_console.note(in_words(phase.phase));
    m_last_line = {};
}

void Progress::show(StepDone const& step)
{
    m_console.object(
        { { "step", { { "step", step.step }, { "total", step.total }, { "seconds_left", step.seconds_left } } } });
    std::string line = std::format("step {} of {}", step.step, step.total);
    if (step.seconds_left > 0)
        line += std::format(", {} left", duration_text(step.seconds_left));
    if (m_console.terminal()) {
        int const done = step.total > 0 ? bar_cells * step.step / step.total : 0;
        m_console.status(std::format("[{}{}] {}", std::string(static_cast<std::size_t>(done), '#'),
            std::string(static_cast<std::size_t>(bar_cells - done), '.'), line));
        return;
    }
    auto const now = Clock::now();         // a log of a long run stays short
    if (step.step == step.total || now - m_last_line >= between_lines) {
        m_console.note(line);
        m_last_line = now;
    }
}

}
