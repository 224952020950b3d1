// SPDX-License-Identifier: Apache-2.0
#pragma once

// A folder that goes when the test does.

#include <atomic>
#include <filesystem>
#include <format>
#include <fstream>
#include <string>
#include <unistd.h>

namespace igneous::test {

class TemporaryFolder {
public:
    TemporaryFolder()
    {
        static std::atomic<int> count = 0;
        m_path = std::filesystem::temp_directory_path() / std::format("igneous_test_{}_{}", getpid(), count++);
        std::filesystem::create_directories(m_path);
    }
    ~TemporaryFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    TemporaryFolder(TemporaryFolder const&) = delete;
    TemporaryFolder& operator=(TemporaryFolder const&) = delete;

    std::filesystem::path const& path() const { return m_path; }
    /// Writes a file, with the folders above it.
    std::filesystem::path write(std::string const& name, std::string const& bytes) const
    {
        std::filesystem::path const file = m_path / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << bytes;
        return file;
    }

private:
    std::filesystem::path m_path;
};

}
