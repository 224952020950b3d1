// SPDX-License-Identifier: Apache-2.0
#include "models/checkpoint/key_parts.h"

#include <charconv>

namespace igneous {

bool take(std::string_view& name, std::string_view start)
{
    bool const there = name.starts_with(start);
    name.remove_prefix(there ? start.size() : 0);
    return there;
}

int take_number(std::string_view& name)
{
    int number = -1;
    auto const [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    auto const length = static_cast<std::size_t>(end - name.data());
    if (error != std::errc() || length >= name.size() || name[length] != '.')
        return -1;
    name.remove_prefix(length + 1);
    return number;
}

}
