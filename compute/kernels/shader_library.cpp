// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/shader_library.h"

#include <algorithm>
#include <vector>

namespace igneous {

namespace generated {
std::vector<ShaderEntry> collect_shaders();
}

std::span<ShaderEntry const> all_shaders()
{
    static std::vector<ShaderEntry> const entries = [] {
        std::vector<ShaderEntry> all = generated::collect_shaders();
        std::ranges::sort(all, {}, &ShaderEntry::name);
        return all;
    }();
    return entries;
}

std::span<std::uint32_t const> find_shader(std::string_view name)
{
    auto entries = all_shaders();
    auto found = std::ranges::lower_bound(entries, name, {}, &ShaderEntry::name);
    if (found == entries.end() || found->name != name)
        return {};
    return found->code;
}

}
