// SPDX-License-Identifier: Apache-2.0
#include "app/inpaint/origin.h"

#include <nlohmann/json.hpp>

namespace igneous {

using nlohmann::json;

std::string to_text(CanvasOrigin const& origin)
{
    json const out { { "document", origin.document }, { "task", task_name(origin.task) }, { "feather", origin.feather },
        { "area", { origin.area.x, origin.area.y, origin.area.width, origin.area.height } }, { "live", origin.live } };
    return out.dump();
}

std::optional<CanvasOrigin> origin_from(std::string_view text)
{
    try {
        json const in = json::parse(text);
        auto const task = task_from(in.at("task").get<std::string>());
        json const& area = in.at("area");
        CanvasOrigin origin { in.at("document").get<DocumentId>(),
            { area.at(0).get<int>(), area.at(1).get<int>(), area.at(2).get<int>(), area.at(3).get<int>() },
            task.value_or(Task::generate), in.at("feather").get<double>(), in.at("live").get<bool>() };
        return task && !origin.area.empty() ? std::optional(origin) : std::nullopt;
    } catch (json::exception const&) {
        return std::nullopt;
    }
}

}
