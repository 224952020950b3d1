// SPDX-License-Identifier: Apache-2.0
#include "app/inpaint/task.h"

#include <algorithm>

namespace igneous {

namespace {

constexpr std::array names { "generate", "refine", "fill", "expand", "add", "remove", "replace_background" };
static_assert(names.size() == all_tasks.size());

// With less, what is there shows through; with all of it, nothing of it would.
constexpr double refine_strength = 0.6, add_strength = 0.85;

}

std::string_view task_name(Task task) { return names[static_cast<std::size_t>(task)]; }

std::optional<Task> task_from(std::string_view name)
{
    auto const found = std::ranges::find(names, name);
    if (found == names.end())
        return std::nullopt;
    return static_cast<Task>(found - names.begin());
}

bool needs_mask(Task task)
{
    return task == Task::fill || task == Task::add || task == Task::remove || task == Task::replace_background;
}

Task task_meant(TaskSituation const& situation)
{
    if (!situation.document)
        return Task::generate;
    if (situation.strength < 1 && situation.picture)
        return Task::refine;
    if (situation.mask)
        return Task::fill;
    return situation.frame_reaches_out && situation.picture ? Task::expand : Task::generate;
}

double strength_of(Task task, double wanted)
{
    wanted = std::clamp(wanted, 0.0, 1.0);
    if (wanted < 1)
        return wanted;
    return task == Task::refine ? refine_strength : task == Task::add ? add_strength : 1;
}

}
