// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

namespace igneous::reference {

/// Calls body(i) for every i below `count`, on two threads where there is enough to do.
void parallel_for(std::size_t count, std::function<void(std::size_t)> const& body);

}
