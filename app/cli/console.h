// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where a command's words go. Results are for stdout, so that programs can read them; everything that only tells a
// person how it is going is for stderr. With --json, both become objects on stdout, one a line.

#include "models/api/error.h"

#include <nlohmann/json_fwd.hpp>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace igneous {

class Console {
public:
    /// `terminal`: whether `err` is one, so that a line may be written over again.
    Console(std::ostream& out, std::ostream& err, bool terminal)
        : m_out(out)
        , m_err(err)
        , m_terminal(terminal)
    {
    }

    void use_json() { m_json = true; }
    bool json() const { return m_json; }
    bool terminal() const { return m_terminal && !m_json; }

    /// A line of the result; nothing with --json.
    void print(std::string_view line);
    /// A line of the result for programs; nothing without --json.
    void object(nlohmann::ordered_json const& object);
    /// A line for people, on stderr; nothing with --json.
    void note(std::string_view line);
    /// A line on the terminal that the next one replaces; nothing elsewhere.
    void status(std::string_view line);
    /// The error as both modes show it.
    void error(ErrorCode code, std::string_view message);
    /// Throws disk_full when stdout did not take everything.
    void finish();

private:
    void clear_status();
    std::ostream& m_out;
    std::ostream& m_err;
    bool m_terminal = false, m_json = false, m_status_shown = false;
};

/// Columns as wide as their widest cell; those whose header starts with '>' are flush right.
std::string table(std::vector<std::string> const& header, std::vector<std::vector<std::string>> const& rows);

/// "1.50 GiB", "12.3 MiB", "800 bytes"
std::string size_text(std::uint64_t bytes);
/// "45 s", "3 min 20 s", "2 h 5 min"
std::string duration_text(double seconds);
/// "1.23 M", "859.52 M", "320"
std::string count_text(std::uint64_t count);

}
