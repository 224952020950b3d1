// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sums that are split among workgroups: those of products along k (matmul/product.cpp) and those of an attention over
// its keys (attention/attention.cpp).

#include "compute/kernels/device_defaults.h"

#include <algorithm>

namespace igneous {

/// In how many parts, up to `most`, a sum is split to keep the device busy: whole, it has `workgroups`, which must follow
/// from one picture. One where `joined_by`, the kernel that joins the parts, is switched off.
inline std::uint32_t parts_to_fill(
    DeviceProfile const& profile, std::string_view joined_by, std::uint64_t workgroups, std::uint64_t most)
{
    if (profile.disabled.contains(joined_by))
        return 1;
    std::uint64_t const wanted = device_defaults(profile).workgroups / std::max<std::uint64_t>(workgroups, 1);
    return static_cast<std::uint32_t>(std::max<std::uint64_t>(std::min(wanted, most), 1));
}

}
