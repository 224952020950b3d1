// SPDX-License-Identifier: Apache-2.0
#include "app/files/file_lock.h"

#include "app/files/places.h"
#include "models/api/error.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <thread>
#include <utility>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#include <process.h>
#include <share.h>
#include <sys/stat.h>
#else
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#endif

namespace igneous {

namespace fs = std::filesystem;

namespace {

#ifdef _WIN32
/// Opens for this process alone, which is the lock; -1 where another has it, with EACCES.
int open_and_lock(fs::path const& path)
{
    int file = -1;
    _wsopen_s(&file, path.c_str(), _O_RDWR | _O_CREAT | _O_NOINHERIT, _SH_DENYRW, _S_IREAD | _S_IWRITE);
    return file;
}
bool is_held(int why) { return why == EACCES; }
void write_holder(int file, std::string const& text)
{
    _chsize_s(file, 0);
    _write(file, text.data(), static_cast<unsigned>(text.size()));
}
void close_file(int file) { _close(file); }
int process_number() { return _getpid(); }
#else
int open_and_lock(fs::path const& path)
{
    int const file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0 || flock(file, LOCK_EX | LOCK_NB) == 0)
        return file;
    int const why = errno;
    close(file);
    errno = why;
    return -1;
}
bool is_held(int why) { return why == EWOULDBLOCK; }
/// Only people read it: that it could not be written (a full disk) takes nothing from the lock.
void write_holder(int file, std::string const& text)
{
    if (ftruncate(file, 0) == 0)
        [[maybe_unused]] auto const wrote = pwrite(file, text.data(), text.size(), 0);
}
void close_file(int file) { close(file); }
int process_number() { return getpid(); }
#endif

}

std::optional<FileLock> FileLock::take(fs::path const& file, std::chrono::milliseconds wait)
{
    auto const end = std::chrono::steady_clock::now() + wait;
    while (true) {
        int const opened = open_and_lock(file);
        if (opened >= 0) {
            write_holder(opened, std::format("process {}\n", process_number()));
            return FileLock(opened);
        }
        int const why = errno;
        if (!is_held(why) && why != EINTR)
            fail(why == ENOSPC ? ErrorCode::disk_full : ErrorCode::invalid_argument,
                "{} cannot be locked: {}; make its folder writable, or set IGNEOUS_DATA to another", utf8_name(file),
                std::strerror(why));
        if (std::chrono::steady_clock::now() >= end)
            return std::nullopt;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

FileLock::~FileLock()
{
    if (m_file >= 0)
        close_file(m_file);
}

FileLock::FileLock(FileLock&& other) noexcept
    : m_file(std::exchange(other.m_file, -1))
{
}

FileLock& FileLock::operator=(FileLock&& other) noexcept
{
    std::swap(m_file, other.m_file);
    return *this;
}

}
