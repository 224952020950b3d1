// SPDX-License-Identifier: Apache-2.0
#pragma once

// Taking names of tensors apart, from the front: "input_blocks.4.1.norm.weight".

#include <string_view>

namespace igneous {

/// Whether `name` begins so; then that is taken off.
bool take(std::string_view& name, std::string_view start);

/// The number before the first dot, which is taken off with it; -1, and nothing taken, where there is none.
int take_number(std::string_view& name);

}
