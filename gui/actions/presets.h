// SPDX-License-Identifier: Apache-2.0
#pragma once

// Keys as people know them from other programs. A preset names only the actions whose keys differ from Igneous's own.

#include <QKeySequence>
#include <QList>
#include <QString>

#include <optional>

namespace igneous {

/// `preset` is a choice of the setting "keys.preset"; nothing where it leaves the action's keys as they are.
std::optional<QList<QKeySequence>> preset_keys(QString const& preset, QString const& id);

}
