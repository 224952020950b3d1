// SPDX-License-Identifier: Apache-2.0
#pragma once

// What an artist can ask for on a canvas.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace igneous {

enum class Task : std::uint8_t {
    generate,                              // the whole frame from the prompt alone
    refine,                                // what is there, changed a little; within the mask where there is one
    fill,                                  // something new in the mask
    expand,                                // what lies beyond the picture's edge
    add,                                   // something on top of what the mask covers
    remove,                                // the mask's content goes, its surroundings continue
    replace_background,                    // everything but what the mask covers
};
inline constexpr std::array all_tasks { Task::generate, Task::refine, Task::fill, Task::expand, Task::add, Task::remove,
    Task::replace_background };

/// "fill", "replace_background": as files keep it.
std::string_view task_name(Task task);
/// Nothing for other words.
std::optional<Task> task_from(std::string_view name);
/// Whether it paints in a mask and nowhere else.
bool needs_mask(Task task);

/// What decides which task is meant when the artist does not say.
struct TaskSituation {
    bool document = false;
    bool mask = false;                     // something is masked or selected
    bool frame_reaches_out = false;        // the generation frame is not wholly inside the picture
    bool picture = false;                  // something is painted
    double strength = 1;
};
Task task_meant(TaskSituation const& situation);

/// The strength that a task runs with when `wanted` is asked for, 0..1.
double strength_of(Task task, double wanted);

}
