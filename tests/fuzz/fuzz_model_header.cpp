// SPDX-License-Identifier: Apache-2.0
// A model file from anywhere (safetensors, GGUF, a zip or a pickle): recognised, or refused with an Error, without a
// call that it asks for and without more memory than its size explains.
#include "app/library/recognise.h"
#include "models/api/error.h"
#include "tests/fuzz/memory_file.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    igneous::fuzz::MemoryFile file(data, size);
    try {
        igneous::ModelHeader const header = igneous::read_model_header(file.path());
        for (std::size_t i = 1; i < header.tensors.size(); ++i) {
            if (header.tensors[i].name < header.tensors[i - 1].name || header.tensors[i].elements() < 0)
                std::abort();
        }
        igneous::ModelFacts const facts = igneous::recognise(header);
        if (facts.tensors != static_cast<std::int64_t>(header.tensors.size()) || name_of(facts.type).empty()
            || name_of(facts.base).empty())
            std::abort();
    } catch (igneous::Error const&) {}
    return 0;
}
