// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <string_view>

namespace igneous {

/// JSON from a file that anybody may have written; discarded where it is none, or nested so deep that writing it again
/// would be a danger.
nlohmann::json parse_shallow_json(std::string_view text);

}
