// SPDX-License-Identifier: Apache-2.0
#include "app/files/growing_file.h"

#include "app/files/places.h"
#include "models/api/error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#include <sys/stat.h>
#else
#include <fcntl.h>
#include <unistd.h>
#endif

namespace igneous {

namespace fs = std::filesystem;

namespace {

enum class Begin { empty, as_it_is };

#ifdef _WIN32
int open_to_write(fs::path const& path, Begin begin)
{
    int const how = begin == Begin::empty ? _O_CREAT | _O_TRUNC : 0;
    return _wopen(path.c_str(), _O_WRONLY | _O_BINARY | _O_NOINHERIT | how, _S_IREAD | _S_IWRITE);
}
long long write_at(int file, std::byte const* from, std::size_t count, std::uint64_t at)
{
    _lseeki64(file, static_cast<long long>(at), SEEK_SET);
    return _write(file, from, static_cast<unsigned>(count));
}
bool cut(int file, std::uint64_t size) { return _chsize_s(file, static_cast<long long>(size)) == 0; }
bool flush(int file) { return _commit(file) == 0; }
void close_file(int file) { _close(file); }
void flush_folder(fs::path const&) {}
#else
int open_to_write(fs::path const& path, Begin begin)
{
    return open(path.c_str(), O_WRONLY | O_CLOEXEC | (begin == Begin::empty ? O_CREAT | O_TRUNC : 0), 0666);
}
ssize_t write_at(int file, std::byte const* from, std::size_t count, std::uint64_t at)
{
    return pwrite(file, from, count, static_cast<off_t>(at));
}
bool cut(int file, std::uint64_t size) { return ftruncate(file, static_cast<off_t>(size)) == 0; }
bool flush(int file) { return fsync(file) == 0 || errno == EINVAL; }   // some file systems have no fsync
void close_file(int file) { close(file); }
void flush_folder(fs::path const& folder)
{
    if (int const file = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); file >= 0) {
        fsync(file);
        close(file);
    }
}
#endif

[[noreturn]] void fail_to_open(fs::path const& path, int why)
{
    fail(why == ENOSPC ? ErrorCode::disk_full : ErrorCode::invalid_argument,
        "{} cannot be written: {}; make room or make its folder writable", utf8_name(path), std::strerror(why));
}

}

GrowingFile GrowingFile::create(fs::path const& path)
{
    int const file = open_to_write(path, Begin::empty);
    if (file < 0)
        fail_to_open(path, errno);
    return { file, 0 };
}

GrowingFile GrowingFile::continue_after(fs::path const& path, std::uint64_t size)
{
    int const file = open_to_write(path, Begin::as_it_is);
    if (file < 0)
        fail_to_open(path, errno);
    GrowingFile opened(file, size);
    if (!cut(file, size))
        fail_to_open(path, errno);
    return opened;
}

GrowingFile::~GrowingFile()
{
    if (m_file >= 0)
        close_file(m_file);
}

GrowingFile::GrowingFile(GrowingFile&& other) noexcept
    : m_file(std::exchange(other.m_file, -1))
    , m_size(other.m_size)
{
}

GrowingFile& GrowingFile::operator=(GrowingFile&& other) noexcept
{
    std::swap(m_file, other.m_file);
    std::swap(m_size, other.m_size);
    return *this;
}

void GrowingFile::append(std::span<std::byte const> bytes)
{
    for (std::size_t done = 0; done < bytes.size();) {
        std::size_t const piece = std::min<std::size_t>(bytes.size() - done, 1u << 30);
        auto const wrote = write_at(m_file, bytes.data() + done, piece, m_size + done);
        if (wrote > 0) {
            done += static_cast<std::size_t>(wrote);
        } else if (wrote == 0 || errno != EINTR) {
            int const why = wrote == 0 ? ENOSPC : errno;
            cut(m_file, m_size);
            fail(ErrorCode::disk_full, "the disk takes no more: {}; make room on it", std::strerror(why));
        }
    }
    m_size += bytes.size();
}

void GrowingFile::sync()
{
    if (!flush(m_file))
        fail(ErrorCode::disk_full, "the disk did not keep what was written: {}", std::strerror(errno));
}

void replace_file(fs::path const& from, fs::path const& to)
{
    std::error_code error;
    fs::rename(from, to, error);
    if (error)
        fail_to_open(to, error.value());
    flush_folder(to.has_parent_path() ? to.parent_path() : fs::path("."));
}

fs::path name_for_damaged(fs::path const& file)
{
    for (int number = 1;; ++number) {
        fs::path name = file.stem();
        name += std::format(".damaged-{}", number);
        name += file.extension();
        fs::path const path = file.parent_path() / name;
        if (!fs::exists(fs::symlink_status(path)))
            return path;
    }
}

}
