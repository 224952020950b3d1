// SPDX-License-Identifier: Apache-2.0
#include "models/checkpoint/mapped_file.h"

#include "models/api/error.h"

#ifdef _WIN32
#include <windows.h>
#else
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace igneous {

#ifdef _WIN32

std::shared_ptr<MappedFile const> MappedFile::open(std::filesystem::path const& path)
{
    std::shared_ptr<MappedFile> mapped(new MappedFile);
    mapped->m_path = path;
    HANDLE const file = CreateFileW(
        path.c_str(), GENERIC_READ, FILE_SHARE_READ, nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (file == INVALID_HANDLE_VALUE)
        fail(ErrorCode::file_missing, "{} cannot be opened: error {}", path.string(), GetLastError());
    LARGE_INTEGER size {};
    GetFileSizeEx(file, &size);
    if (size.QuadPart > 0) {
        HANDLE const mapping = CreateFileMappingW(file, nullptr, PAGE_READONLY, 0, 0, nullptr);
        void const* view = mapping ? MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, 0) : nullptr;
        if (mapping)
            CloseHandle(mapping);
        if (view)
            mapped->m_bytes = { static_cast<std::byte const*>(view), static_cast<std::size_t>(size.QuadPart) };
    }
    CloseHandle(file);
    if (size.QuadPart > 0 && mapped->m_bytes.empty())
        fail(ErrorCode::file_missing, "{} cannot be mapped: error {}", path.string(), GetLastError());
    return mapped;
}

MappedFile::~MappedFile()
{
    if (!m_bytes.empty())
        UnmapViewOfFile(m_bytes.data());
}

#else

std::shared_ptr<MappedFile const> MappedFile::open(std::filesystem::path const& path)
{
    std::shared_ptr<MappedFile> mapped(new MappedFile);
    mapped->m_path = path;
    int const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        fail(ErrorCode::file_missing, "{} cannot be opened: {}", path.string(), std::strerror(errno));
    struct stat status {};
    if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(file);
        fail(ErrorCode::file_missing, "{} is not an ordinary file", path.string());
    }
    auto const size = static_cast<std::size_t>(status.st_size);
    if (size > 0) {
        void* const view = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
        int const reason = errno;
        ::close(file);
        if (view == MAP_FAILED)
            fail(ErrorCode::file_missing, "{} cannot be mapped: {}", path.string(), std::strerror(reason));
        mapped->m_bytes = { static_cast<std::byte const*>(view), size };
    } else {
        ::close(file);
    }
    return mapped;
}

MappedFile::~MappedFile()
{
    if (!m_bytes.empty())
        ::munmap(const_cast<std::byte*>(m_bytes.data()), m_bytes.size());
}

#endif

}
