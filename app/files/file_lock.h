// SPDX-License-Identifier: Apache-2.0
#pragma once

// One process at a time: whoever holds the lock of a file may change what it stands for. The system lets go of it with
// the process, however that ends, so that no lock is ever left behind and no clock or process number is trusted. The file
// stays; in it stands who holds it, for people.

#include <chrono>
#include <filesystem>
#include <optional>

namespace igneous {

class FileLock {
public:
    /// Nothing when another process (or another FileLock of this one) still holds it after `wait`. Throws
    /// invalid_argument or disk_full where the file cannot be made.
    static std::optional<FileLock> take(std::filesystem::path const& file, std::chrono::milliseconds wait = {});
    ~FileLock();
    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;

private:
    explicit FileLock(int file)
        : m_file(file)
    {
    }
    int m_file = -1;
};

}
