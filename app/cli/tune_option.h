// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace CLI {
class App;
class Option;
}

namespace igneous {

/// --tune, for what opens a device: `word` is then for tuning_from().
CLI::Option* add_tune_option(CLI::App& app, std::string& word);

}
