// SPDX-License-Identifier: Apache-2.0
#pragma once

// Changes of settings as commands, so that they are undone with everything else.

#include "app/session/undo_stack.h"
#include "app/settings/settings_schema.h"

namespace igneous {

class Settings;

/// Values for some settings under one name for the history; a value that is absent resets its setting. `settings` must
/// outlive the command. Running it throws invalid_argument for a value that is not allowed.
Command change_settings(Settings& settings, std::string name,
    std::vector<std::pair<std::string, std::optional<SettingValue>>> values, std::string merge_key = {});
/// All of a page at their defaults.
Command reset_settings_page(Settings& settings, std::string name, std::string_view page);

}
