// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the tasks are called, and what they do, in the artist's words.

#include "app/inpaint/task.h"

#include <QString>

namespace igneous {

/// "Fill", "Replace background".
QString task_title(Task task);
/// A sentence for the tool tip.
QString task_hint(Task task);

}
