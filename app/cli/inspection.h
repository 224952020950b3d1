// SPDX-License-Identifier: Apache-2.0
#pragma once

// What --inspect and --profile print and write.

#include "models/pipeline/generate.h"

#include <filesystem>
#include <string>

namespace igneous {

class Console;

class Inspection {
public:
    /// `mode`: "", nan, stats or dump. Throws invalid_argument for other words.
    Inspection(Console& console, std::string const& mode, std::string const& folder);
    /// Makes the engine report to this object, which must outlive it.
    void attach(GeneratorOptions& engine);

private:
    void show(std::string const& label, HostTensor const& value, TensorStats const& stats);
    void write(std::string const& label, HostTensor const& value);

    Console& m_console;
    Inspect m_mode;
    std::filesystem::path m_folder;
    int m_number = 0;
};

/// Time by kernel, most first, then the slowest dispatches.
void show_profile(Console& console, std::string const& part, std::vector<ProfileRow> const& rows);

}
