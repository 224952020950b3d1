// SPDX-License-Identifier: Apache-2.0
#include "gui/tasks/task_names.h"

#include <QCoreApplication>

namespace igneous {

namespace {

struct TaskText {
    char const* title;
    char const* hint;
};

constexpr TaskText texts[] = {
    { QT_TRANSLATE_NOOP("igneous::Task", "Generate"),
        QT_TRANSLATE_NOOP("igneous::Task", "Makes the whole frame from the prompt alone") },
    { QT_TRANSLATE_NOOP("igneous::Task", "Refine"),
        QT_TRANSLATE_NOOP("igneous::Task", "Changes what is there a little: the less strength, the less") },
    { QT_TRANSLATE_NOOP("igneous::Task", "Fill"),
        QT_TRANSLATE_NOOP("igneous::Task", "Paints what the prompt says into the mask") },
    { QT_TRANSLATE_NOOP("igneous::Task", "Expand"),
        QT_TRANSLATE_NOOP("igneous::Task", "Continues the picture where the frame reaches beyond its edge") },
    { QT_TRANSLATE_NOOP("igneous::Task", "Add"),
        QT_TRANSLATE_NOOP(
            "igneous::Task", "Puts something new over what is in the mask, which shows through a little") },
    { QT_TRANSLATE_NOOP("igneous::Task", "Remove"),
        QT_TRANSLATE_NOOP("igneous::Task", "Takes what is in the mask away and continues what is around it") },
    { QT_TRANSLATE_NOOP("igneous::Task", "Replace background"),
        QT_TRANSLATE_NOOP("igneous::Task", "Paints everything but what the mask covers") },
};
static_assert(std::size(texts) == all_tasks.size());

TaskText const& text_of(Task task) { return texts[static_cast<std::size_t>(task)]; }

}

QString task_title(Task task) { return QCoreApplication::translate("igneous::Task", text_of(task).title); }
QString task_hint(Task task) { return QCoreApplication::translate("igneous::Task", text_of(task).hint); }

}
