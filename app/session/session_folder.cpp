// SPDX-License-Identifier: Apache-2.0
#include "app/session/session_folder.h"

#include "app/files/places.h"
#include "models/api/error.h"

namespace igneous {

namespace fs = std::filesystem;

std::optional<FileLock> SessionFolder::lock(fs::path const& base, int number)
{
    fs::path const folder = base / std::to_string(number);
    std::error_code error;
    fs::create_directories(folder, error);
    return FileLock::take(folder / "lock");
}

SessionFolder SessionFolder::take(fs::path const& base, int first)
{
    for (int number = first; number <= last; ++number)
        if (auto held = lock(base, number))
            return { base, number, std::move(*held) };
    fail(ErrorCode::invalid_argument, "{} sessions are open in {}, and no more can be; close one", last,
        utf8_name(base));
}

std::vector<SessionFolder> SessionFolder::left_behind() const
{
    std::vector<SessionFolder> found;
    std::error_code error;
    for (int number = 1; number <= last; ++number) {
        if (number == m_number || !fs::exists(m_base / std::to_string(number) / "journal", error))
            continue;
        if (auto held = lock(m_base, number))
            found.push_back({ m_base, number, std::move(*held) });
    }
    return found;
}

}
