// SPDX-License-Identifier: Apache-2.0
// A LoRA from anywhere: read whole or refused with an Error; what it says about itself never needs more than its
// header.
#include "models/adapters/lora_file.h"
#include "models/api/error.h"
#include "models/api/lora.h"
#include "tests/fuzz/memory_file.h"

#include <cmath>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    igneous::fuzz::MemoryFile file(data, size);
    try {
        auto const lora = igneous::LoraFile::open(file.path());
        for (igneous::LoraModule const& module : lora->modules)
            if (!module.up || !module.down || module.up->shape[1] != module.down->shape[0]
                || !std::isfinite(module.scale))
                std::abort();
    } catch (igneous::Error const&) {}
    try {
        igneous::inspect_lora(file.path());
    } catch (igneous::Error const&) {}
    return 0;
}
