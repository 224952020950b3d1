// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where a session keeps its journal: data_folder()/session/1, or /2 and so on where other windows have those. A folder
// belongs to the process that holds its lock; what sessions left behind that have no process any more is found here
// too.

#include "app/files/file_lock.h"

#include <string>
#include <vector>

namespace igneous {

class SessionFolder {
public:
    /// The first folder below `base` that is free. Throws invalid_argument where none can be made, or where `last` are
    /// taken.
    static SessionFolder take(std::filesystem::path const& base, int first = 1);
    /// Folders with a journal that belong to nobody; they are now held too.
    std::vector<SessionFolder> left_behind() const;

    int number() const { return m_number; }
    std::filesystem::path journal() const { return m_base / std::to_string(m_number) / "journal"; }

    static constexpr int last = 64;

private:
    SessionFolder(std::filesystem::path base, int number, FileLock lock)
        : m_base(std::move(base))
        , m_number(number)
        , m_lock(std::move(lock))
    {
    }
    static std::optional<FileLock> lock(std::filesystem::path const& base, int number);

    std::filesystem::path m_base;
    int m_number;
    FileLock m_lock;
};

}
