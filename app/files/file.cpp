// SPDX-License-Identifier: Apache-2.0
#include "app/files/file.h"

#include "models/api/error.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <format>
#include <fstream>
#include <string>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#include <process.h>
#include <sys/stat.h>
#else
#include <fcntl.h>
#include <unistd.h>
#endif

namespace igneous {

namespace fs = std::filesystem;

namespace {

std::string name_of(fs::path const& path)
{
    auto const text = path.u8string();
    return { text.begin(), text.end() };
}

#ifdef _WIN32
int create_new(fs::path const& path)
{
    return _wopen(path.c_str(), _O_WRONLY | _O_CREAT | _O_EXCL | _O_BINARY, _S_IREAD | _S_IWRITE);
}
long long write_some(int file, std::byte const* from, std::size_t count)
{
    return _write(file, from, static_cast<unsigned>(count));
}
bool flush(int file) { return _commit(file) == 0; }
bool close_file(int file) { return _close(file) == 0; }
int process_number() { return _getpid(); }
void flush_folder(fs::path const&) {}
#else
int create_new(fs::path const& path) { return open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666); }
ssize_t write_some(int file, std::byte const* from, std::size_t count) { return write(file, from, count); }
bool flush(int file)
{
    return fsync(file) == 0 || errno == EINVAL || errno == EROFS;
}   // some file systems have no fsync
bool close_file(int file) { return close(file) == 0; }
int process_number() { return getpid(); }
void flush_folder(fs::path const& folder)
{
    if (int const file = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); file >= 0) {
        fsync(file);
        close(file);
    }
}
#endif

[[noreturn]] void fail_to_write(fs::path const& path, int why)
{
    bool const full = why == ENOSPC || why == EFBIG
#ifdef EDQUOT
        || why == EDQUOT
#endif
        || why == EIO;
    if (full)
        fail(ErrorCode::disk_full,
            "{} could not be written whole: {}; make room on the disk or write elsewhere, nothing was left behind",
            name_of(path), std::strerror(why));
    fail(ErrorCode::invalid_argument, "{} cannot be written: {}; choose another place with --out", name_of(path),
        std::strerror(why));
}

fs::path folder_of(fs::path const& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

constexpr std::string_view aside_ending = ".part";

/// ".name.", with which the names begin that write_file() gives to what is not whole yet.
std::string aside_beginning(fs::path const& path) { return "." + name_of(path.filename()) + "."; }

/// A file beside `path` that no other process has.
fs::path aside(fs::path const& path)
{
    fs::path name = ".";
    name += path.filename();
    name += std::format(".{}{}", process_number(), aside_ending);
    return folder_of(path) / name;
}

/// Writes all bytes to a new file and brings them to the disk; errno's value on failure, 0 on success.
int write_new(fs::path const& path, std::span<std::byte const> bytes)
{
    int const file = create_new(path);
    if (file < 0)
        return errno;
    int failed = 0;
    for (std::size_t done = 0; done < bytes.size() && !failed;) {
        auto const wrote = write_some(file, bytes.data() + done, std::min<std::size_t>(bytes.size() - done, 1u << 30));
        if (wrote > 0)
            done += static_cast<std::size_t>(wrote);
        else if (wrote == 0 || errno != EINTR)
            failed = wrote == 0 ? ENOSPC : errno;
    }
    if (!failed && !flush(file))
        failed = errno;
    if (!close_file(file) && !failed)
        failed = errno;
    return failed;
}

/// Renames unless `to` exists; false if it does. Two processes that ask at once are told apart where the system can.
bool rename_to_new(fs::path const& from, fs::path const& to)
{
    std::error_code error;
    fs::create_hard_link(from, to, error);
    if (!error) {
        fs::remove(from, error);
        return true;
    }
    if (fs::exists(fs::symlink_status(to)))
        return false;
    fs::rename(from, to);                  // a file system without hard links
    return true;
}

}

std::vector<std::byte> read_file(fs::path const& path, std::uint64_t limit)
{
    std::error_code error;
    if (!fs::exists(path, error))
        fail(ErrorCode::file_missing, "{} is not there; check the path", name_of(path));
    if (fs::is_directory(path, error))
        fail(ErrorCode::file_missing, "{} is a folder, not a file", name_of(path));
    std::ifstream in(path, std::ios::binary);
    if (!in)
        fail(ErrorCode::file_missing, "{} cannot be opened: {}", name_of(path), std::strerror(errno));
    std::vector<std::byte> bytes;
    constexpr std::size_t piece = 1u << 20;
    while (in) {                           // not by the size it claims: pipes have none
        std::size_t const have = bytes.size();
        bytes.resize(have + piece);
        in.read(reinterpret_cast<char*>(bytes.data() + have), piece);
        bytes.resize(have + static_cast<std::size_t>(in.gcount()));
        if (bytes.size() > limit)
            fail(ErrorCode::file_damaged, "{} is larger than {} bytes, the most that is read", name_of(path), limit);
    }
    if (in.bad())
        fail(ErrorCode::file_damaged, "{} cannot be read: {}", name_of(path), std::strerror(errno));
    return bytes;
}

bool write_file(fs::path const& path, std::span<std::byte const> bytes, Existing existing)
{
    if (existing == Existing::keep && fs::exists(fs::symlink_status(path)))
        return false;
    fs::path const part = aside(path);
    std::error_code ignored;
    fs::remove(part, ignored);             // left by a process of the same number that was killed
    if (int const failed = write_new(part, bytes)) {
        fs::remove(part, ignored);
        fail_to_write(path, failed);
    }
    bool written = true;
    try {
        if (existing == Existing::keep)
            written = rename_to_new(part, path);
        else
            fs::rename(part, path);
    } catch (fs::filesystem_error const& error) {
        fs::remove(part, ignored);
        fail_to_write(path, error.code().value());
    }
    if (!written)
        fs::remove(part, ignored);
    flush_folder(folder_of(path));
    return written;
}

bool move_file(fs::path const& from, fs::path const& to)
{
    std::error_code error;
    if (fs::exists(fs::symlink_status(to, error)))
        return false;
    fs::create_hard_link(from, to, error);                     // unlike renaming, never takes a name away
    if (error == std::errc::file_exists)
        return false;
    if (error) {                                               // another file system, or one without hard links
        constexpr std::uint64_t largest = 4ull << 30;
        if (!write_file(to, read_file(from, largest), Existing::keep))
            return false;
    } else {
        flush_folder(folder_of(to));                           // the new name is on the disk before the old one goes
    }
    fs::remove(from, error);
    return true;
}

void remove_unfinished(fs::path const& path)
{
    std::string const beginning = aside_beginning(path);
    std::error_code error;
    for (fs::directory_iterator entry(folder_of(path), error), end; !error && entry != end; entry.increment(error)) {
        std::string const name = name_of(entry->path().filename());
        std::error_code ignored;
        if (name.starts_with(beginning) && name.ends_with(aside_ending))
            fs::remove(entry->path(), ignored);
    }
}

void require_writable_folder(fs::path const& folder)
{
    std::error_code error;
    fs::path const where = folder.empty() ? fs::path(".") : folder;
    if (!fs::is_directory(where, error))
        fail(ErrorCode::invalid_argument, "the folder {} is not there; make it first or choose another with --out",
            name_of(where));
#ifndef _WIN32
    if (access(where.c_str(), W_OK | X_OK) != 0)
        fail(ErrorCode::invalid_argument, "the folder {} cannot be written to: {}; choose another with --out",
            name_of(where), std::strerror(errno));
#endif
}

}
