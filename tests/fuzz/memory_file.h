// SPDX-License-Identifier: Apache-2.0
// Bytes under a path without touching a disk, for parsers that open files.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

namespace igneous::fuzz {

class MemoryFile {
public:
    MemoryFile(std::uint8_t const* data, std::size_t size)
        : m_descriptor(memfd_create("fuzz", 0))
    {
        std::size_t done = 0;
        while (m_descriptor >= 0 && done < size) {
            ssize_t const written = write(m_descriptor, data + done, size - done);
            if (written <= 0)
                break;
            done += static_cast<std::size_t>(written);
        }
        if (m_descriptor < 0 || done != size)
            std::exit(1);   // no memory: nothing that the parser did
    }
    ~MemoryFile() { close(m_descriptor); }
    MemoryFile(MemoryFile const&) = delete;
    MemoryFile& operator=(MemoryFile const&) = delete;

    std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(m_descriptor); }

private:
    int m_descriptor;
};

}
