// SPDX-License-Identifier: Apache-2.0
#pragma once

// Runs a program as its users do: arguments in, exit code and words out. POSIX only, as the tests that need it.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace igneous::test {

struct ProcessOptions {
    std::vector<std::string> environment;      // "NAME=value", beside what this process has
    std::string input;                         // for stdin
    std::filesystem::path folder;              // to run in; empty: this one
    std::optional<std::string> interrupt_after;   // sends SIGINT once the output holds this
    std::chrono::seconds limit { 300 };        // killed, and a failure, after this
};

struct ProcessResult {
    int exit_code = -1;                        // -1: ended by `signal`
    int signal = 0;
    std::string out, err;
};

ProcessResult run_process(std::vector<std::string> const& arguments, ProcessOptions const& options = {});

/// The `igneous` program of this build.
std::string igneous_program();
ProcessResult run_igneous(std::vector<std::string> arguments, ProcessOptions const& options = {});

/// A folder of its own for each test, gone with the object.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(TemporaryFolder const&) = delete;
    TemporaryFolder& operator=(TemporaryFolder const&) = delete;
    std::filesystem::path operator/(std::string const& name) const { return m_path / name; }
    std::filesystem::path const& path() const { return m_path; }
    /// Names of what is in it, sorted.
    std::vector<std::string> names() const;

private:
    std::filesystem::path m_path;
};

std::string read_text(std::filesystem::path const& path);
void write_text(std::filesystem::path const& path, std::string_view text);

}
