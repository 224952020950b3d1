// SPDX-License-Identifier: Apache-2.0
// Any bytes are text to the tokenizer: it ends, and every id is one that the text encoder has a row for.
#include "models/tokens/clip_tokenizer.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    static auto const tokenizer = igneous::ClipTokenizer::load(IGNEOUS_SOURCE_DIR "/tests/golden/tokens/small");
    for (std::int32_t id : tokenizer.encode({ reinterpret_cast<char const*>(data), size })) {
        if (id < 0 || id >= tokenizer.vocabulary_size())
            std::abort();
    }
    return 0;
}
