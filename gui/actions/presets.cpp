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
    { "canvas.rotate_left", "4" },
    { "canvas.rotate_right", "6" },
    { "canvas.reset_rotation", "5" },
    { "canvas.opacity_10", "" },
    { "canvas.opacity_20", "" },
    { "canvas.opacity_40", "" },
    { "canvas.opacity_50", "" },
    { "canvas.opacity_60", "" },
    { "view.actual_size", "1; Ctrl+1" },
    { "view.fit", "2; Ctrl+0" },
    { "view.full_screen", "Ctrl+Shift+F; F11" },
    { "layer.add", "Ins" },
    { "layer.merge_down", "Ctrl+E" },
    { "file.edit_picture", "Ctrl+Alt+E" },
    { "select.invert", "Ctrl+Shift+I" },
};

constexpr Row photoshop[] = {
    { "canvas.rectangle", "M" },
    { "canvas.mirror", "" },
    { "layer.merge_down", "Ctrl+E" },
    { "file.edit_picture", "Ctrl+Alt+E" },
    { "select.none", "Ctrl+D" },
    { "select.invert", "Ctrl+Shift+I" },
    { "select.feather", "Shift+F6" },
    { "settings.open", "Ctrl+K" },
    { "settings.keys", "Ctrl+Alt+Shift+K" },
    { "edit.palette", "Ctrl+Shift+P" },
};

std::span<Row const> rows_of(QString const& preset)
{
    if (preset == QLatin1String("krita"))
        return krita;
    if (preset == QLatin1String("photoshop"))
        return photoshop;
    return {};
}

}

QList<QKeySequence> key_list(QString const& text)
{
    QList<QKeySequence> keys = QKeySequence::listFromString(text, QKeySequence::PortableText);
    keys.removeIf([](QKeySequence const& one) { return one.isEmpty(); });
    return keys;
}

std::optional<QList<QKeySequence>> preset_keys(QString const& preset, QString const& id)
{
    for (Row const& row : rows_of(preset))
        if (id == QLatin1String(row.id))
            return key_list(QString::fromLatin1(row.keys));
    return std::nullopt;
}

QStringList preset_ids(QString const& preset)
{
    QStringList ids;
    for (Row const& row : rows_of(preset))
        ids.append(QString::fromLatin1(row.id));
    return ids;
}

}
