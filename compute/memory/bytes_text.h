// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <format>
#include <string>

namespace igneous {

/// "1.50 GiB", "3.2 MiB", "17 bytes": how messages spell amounts of memory.
inline std::string bytes_text(std::uint64_t bytes)
{
    double const value = static_cast<double>(bytes);
    if (bytes >= 1u << 30)
        return std::format("{:.2f} GiB", value / (1u << 30));
    if (bytes >= 1u << 20)
        return std::format("{:.1f} MiB", value / (1u << 20));
    return std::format("{} bytes", bytes);
}

}
