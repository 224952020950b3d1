// SPDX-License-Identifier: Apache-2.0
#include "gui/actions/presets.h"

#include <span>

namespace igneous {

namespace {

struct Row {
    char const* id;
    char const* keys;                      // several: with "; " between them; none: no keys
};

constexpr Row krita[] = {
    { "canvas.eyedropper", "P" },
    { "canvas.move", "T" },
    { "canvas.rectangle", "Ctrl+R" },
    { "canvas.lasso", "" },
    { "canvas.fill", "F" },
    { "canvas.mirror", "M" },
    { "canvas.rotate_left", "4" },
    { "canvas.rotate_right", "6" },
    { "canvas.reset_rotation", "5" },
    { "view.fit", "2" },
    { "view.actual_size", "1; Ctrl+0" },
    { "view.full_screen", "Ctrl+Shift+F; F11" },
    { "layer.add", "Ins" },
    { "layer.duplicate", "Ctrl+J" },
    { "layer.merge_down", "Ctrl+E" },
    { "select.none", "Ctrl+Shift+A" },
    { "select.invert", "Ctrl+Shift+I" },
    { "edit.redo", "Ctrl+Shift+Z" },
};

constexpr Row photoshop[] = {
    { "canvas.frame", "Shift+C" },
    { "canvas.rotate_left", "" },
    { "canvas.rotate_right", "" },
    { "view.full_screen", "F; F11" },
    { "layer.add", "Ctrl+Shift+N" },
    { "layer.duplicate", "Ctrl+J" },
    { "layer.merge_down", "Ctrl+E" },
    { "layer.group", "Ctrl+G" },
    { "select.none", "Ctrl+D" },
    { "select.invert", "Ctrl+Shift+I" },
    { "select.feather", "Shift+F6" },
    { "settings.open", "Ctrl+K" },
    { "edit.palette", "Ctrl+Shift+P" },
    { "edit.shortcuts", "Ctrl+Alt+Shift+K" },
};

}

std::optional<QList<QKeySequence>> preset_keys(QString const& preset, QString const& id)
{
    std::span<Row const> rows;
    if (preset == QLatin1String("krita"))
        rows = krita;
    else if (preset == QLatin1String("photoshop"))
        rows = photoshop;
    for (Row const& row : rows)
        if (id == QLatin1String(row.id))
            return QKeySequence::listFromString(QString::fromLatin1(row.keys), QKeySequence::PortableText);
    return std::nullopt;
}

}
