// SPDX-License-Identifier: Apache-2.0
// A safetensors file from anywhere: opened whole or refused with an Error, every byte it names inside the file.
#include "models/checkpoint/safetensors.h"
#include "tests/fuzz/memory_file.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    igneous::fuzz::MemoryFile file(data, size);
    try {
        auto const tensors = igneous::SafetensorsFile::open(file.path());
        unsigned sum = 0;
        for (igneous::SafetensorsEntry const& entry : tensors.entries()) {
            for (std::byte byte : entry.bytes)
                sum += static_cast<unsigned>(byte);
            if (entry.dtype && tensors.find(entry.name))
                sum += static_cast<unsigned>(tensors.read(entry.name).shape.rank());
        }
        asm volatile("" : : "r"(sum));   // the reads above are the point
    } catch (igneous::Error const&) {
    }
    return 0;
}
