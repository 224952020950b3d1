// SPDX-License-Identifier: Apache-2.0
#include "app/cli/tune_option.h"

#include <CLI/CLI.hpp>

namespace igneous {

CLI::Option* add_tune_option(CLI::App& app, std::string& word)
{
    return app
        .add_option("--tune", word,
            "How the fastest kernels are found. full: what was not measured before is now, in 3 s at most; fixed: by what "
            "was measured before; off: by rules alone. Results are the same to the last bit [full on a GPU, fixed on a CPU]")
        ->check(CLI::IsMember({ "off", "fixed", "full" }));
}

}
