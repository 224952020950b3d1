// SPDX-License-Identifier: Apache-2.0
#pragma once

// Keys as people know them from other programs. A preset names only the actions whose keys differ from Igneous's own.

#include <QKeySequence>
#include <QList>
#include <QStringList>

#include <optional>

namespace igneous {

/// "Ctrl+B; F5" as settings and presets hold keys; none where the text is empty.
QList<QKeySequence> key_list(QString const& text);

/// `preset` is a choice of the setting "keys.preset"; nothing where it leaves the action's keys as they are.
std::optional<QList<QKeySequence>> preset_keys(QString const& preset, QString const& id);
/// The actions that it names.
QStringList preset_ids(QString const& preset);

}
