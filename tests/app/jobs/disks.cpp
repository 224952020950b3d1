// SPDX-License-Identifier: Apache-2.0
#include "tests/app/jobs/disks.h"

#include <csignal>
#include <format>
#include <sys/stat.h>
#include <unistd.h>

namespace igneous::test {

namespace fs = std::filesystem;

SmallDisk::SmallDisk(rlim_t bytes)
{
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &m_before);
    rlimit const small { bytes, m_before.rlim_max };
    setrlimit(RLIMIT_FSIZE, &small);
}

SmallDisk::~SmallDisk() { setrlimit(RLIMIT_FSIZE, &m_before); }

namespace {

dev_t disk_of(fs::path const& folder)
{
    struct stat facts {};
    return stat(folder.c_str(), &facts) == 0 ? facts.st_dev : dev_t {};
}

}

OtherDisk::OtherDisk()
{
    for (char const* place : { "/dev/shm", "/var/tmp", IGNEOUS_BINARY_DIR }) {
        fs::path const folder = fs::path(place) / std::format("igneous-test-{}", getpid());
        std::error_code error;
        if (disk_of(place) == disk_of(fs::temp_directory_path()) || !fs::create_directory(folder, error))
            continue;
        m_path = folder;
        return;
    }
}

OtherDisk::~OtherDisk()
{
    std::error_code ignored;
    if (m_path)
        fs::remove_all(*m_path, ignored);
}

}
