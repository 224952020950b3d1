// SPDX-License-Identifier: Apache-2.0
#include "app/settings/shallow_json.h"

namespace igneous {

nlohmann::json parse_shallow_json(std::string_view text)
{
    constexpr int deepest = 200;
    bool too_deep = false;
    auto const keep = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json const&) {
        too_deep = too_deep || depth > deepest;
        return !too_deep;
    };
    nlohmann::json parsed = nlohmann::json::parse(text, keep, false);
    return too_deep ? nlohmann::json(nlohmann::json::value_t::discarded) : parsed;
}

}
