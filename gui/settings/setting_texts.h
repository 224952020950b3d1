// SPDX-License-Identifier: Apache-2.0
#pragma once

// The settings in the user's words.

#include <QString>
#include <QStringList>

#include <string_view>
#include <vector>

namespace igneous {

struct SettingText {
    QString title, help;
    QStringList choices {};                // titles of the setting's choices, in their order
    QString unit {}, zero {};              // of numbers: what stands behind them, and what 0 means
};

/// Empty for a setting that no page shows.
SettingText setting_text(std::string_view name);

struct SettingsPage {
    QString id, title;
};
/// In the order in which they are shown. Ids are SettingInfo::page.
std::vector<SettingsPage> settings_pages();

}
