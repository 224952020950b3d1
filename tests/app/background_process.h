// SPDX-License-Identifier: Apache-2.0
#pragma once

// A program that runs while the test goes on, to be watched and killed. POSIX only.

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace igneous::test {

class BackgroundProcess {
public:
    /// What it says on stdout and stderr goes behind what lies in the file `words`. `environment`: "NAME=value".
    BackgroundProcess(std::vector<std::string> const& arguments, std::filesystem::path const& words,
        std::vector<std::string> const& environment = {});
    /// Kills it where it still runs.
    ~BackgroundProcess();
    BackgroundProcess(BackgroundProcess const&) = delete;

    void send(int signal) const;
    /// Whether it still runs.
    bool runs();
    /// To its end: the exit code, or minus the signal that ended it.
    int wait();
    pid_t id() const { return m_process; }

private:
    void ended(int status);
    pid_t m_process = 0;
    int m_result = 0;
    bool m_ended = false;
};

/// Processes whose parent is `parent`.
std::vector<pid_t> children_of(pid_t parent);

}
