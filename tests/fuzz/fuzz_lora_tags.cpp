// SPDX-License-Identifier: Apache-2.0
// Any bytes are a prompt: its tags lie in it one behind the other, their weights are numbers, the rest stays as it was.
#include "models/prompt/lora_tags.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string_view const prompt { reinterpret_cast<char const*>(data), size };
    std::size_t at = 0, taken = 0;
    for (igneous::LoraTag const& tag : igneous::read_lora_tags(prompt)) {
        if (tag.begin < at || tag.end <= tag.begin || tag.end > size || prompt[tag.begin] != '<'
            || prompt[tag.end - 1] != '>')
            std::abort();
        if (!std::isfinite(tag.weight) || !std::isfinite(tag.text_weight.value_or(0))
            || (tag.name.empty() && tag.problem.empty()))
            std::abort();
        at = tag.end;
        taken += tag.end - tag.begin;
    }
    if (igneous::without_lora_tags(prompt).size() + taken != size)
        std::abort();
    return 0;
}
