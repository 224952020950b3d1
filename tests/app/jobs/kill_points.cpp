// SPDX-License-Identifier: Apache-2.0
// Dies at the n-th call that changes a file (IGNEOUS_TEST_DIE_AT=n), half of what was to be written being written. The
// program's own functions come before those of the C library, for SQLite, Qt and libstdc++ too.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

namespace {

/// How many calls are left; 0: this is the last one.
bool is_last()
{
    static long left = [] {
        char const* given = std::getenv("IGNEOUS_TEST_DIE_AT");
        return given ? std::atol(given) : -1;
    }();
    return left >= 0 && left-- == 0;
}

[[noreturn]] void die()
{
    kill(getpid(), SIGKILL);
    while (true)
        pause();
}

template<class Function>
Function* real(char const* name)
{
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}

extern "C" {

ssize_t write(int file, void const* from, size_t count)
{
    static auto* const next = real<ssize_t(int, void const*, size_t)>("write");
    if (file > 2 && is_last()) {
        next(file, from, count / 2);
        die();
    }
    return next(file, from, count);
}

ssize_t pwrite64(int file, void const* from, size_t count, off64_t at)
{
    static auto* const next = real<ssize_t(int, void const*, size_t, off64_t)>("pwrite64");
    if (is_last()) {
        next(file, from, count / 2, at);
        die();
    }
    return next(file, from, count, at);
}

#define IGNEOUS_DIE_BEFORE(name, parameters, arguments)                                                                \
    int name parameters                                                                                                \
    {                                                                                                                  \
        static auto* const next = real<int parameters>(#name);                                                         \
        if (is_last())                                                                                                 \
            die();                                                                                                     \
        return next arguments;                                                                                         \
    }

IGNEOUS_DIE_BEFORE(fsync, (int file), (file))
IGNEOUS_DIE_BEFORE(fdatasync, (int file), (file))
IGNEOUS_DIE_BEFORE(ftruncate64, (int file, off64_t size), (file, size))
IGNEOUS_DIE_BEFORE(rename, (char const* from, char const* to), (from, to))
IGNEOUS_DIE_BEFORE(link, (char const* from, char const* to), (from, to))
IGNEOUS_DIE_BEFORE(unlink, (char const* path), (path))
IGNEOUS_DIE_BEFORE(unlinkat, (int folder, char const* path, int flags), (folder, path, flags))
IGNEOUS_DIE_BEFORE(remove, (char const* path), (path))
IGNEOUS_DIE_BEFORE(mkdir, (char const* path, mode_t mode), (path, mode))
}
