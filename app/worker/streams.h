// SPDX-License-Identifier: Apache-2.0
#pragma once

// The two ends that a worker speaks through, below std::cin and std::cout: read as bytes come, written at once and whole.

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

namespace igneous {

/// The standard output for the protocol alone: from now on whatever else the process prints there (drivers do) goes to the
/// standard error. Returns the descriptor to write to.
int take_standard_output();

/// Ctrl-C in a terminal goes to the worker too, but it is for its user, who then stops jobs in order. SIGTERM ends it, even
/// where its user blocks that for himself.
void leave_interrupts_to_the_user();

class Streams {
public:
    /// Descriptors that stay open as long as this object.
    Streams(int in, int out)
        : m_in(in)
        , m_out(out)
    {
    }

    enum class Input : std::uint8_t { some, none, ended };
    /// Waits for input at most that long. `ended` also when nobody reads the output any more.
    Input read(std::string& to, std::chrono::milliseconds limit);
    /// From any thread. What nobody takes within half a minute is dropped, and read() then says `ended`.
    void write(std::string_view bytes);

private:
    int m_in, m_out;
    std::mutex m_writing;
    std::atomic<bool> m_broken = false;
};

}
