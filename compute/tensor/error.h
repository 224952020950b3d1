// SPDX-License-Identifier: Apache-2.0
#pragma once

// The one exception type of the program. A job that cannot go on throws Error with a stable code; it is caught once, in
// the command or the worker, and shown as it is: what happened, got and expected, what to do. Programmer errors are
// asserts, expected outcomes are values (std::expected).

#include <format>
#include <stdexcept>
#include <string>
#include <string_view>

namespace igneous {

enum class ErrorCode {
    invalid_argument,    // a setting or an input the user gave
    file_missing,        // a file or folder is not there or cannot be opened
    file_damaged,        // a file is there and is not what it should be
    unsupported_model,   // a whole file, of a kind nobody here knows
    weights_mismatch,    // missing, left-over or misshapen tensors
    out_of_memory,       // host or device
    device_lost,         // the driver gave up; a new Device may work
    no_device,           // no Vulkan driver, or none that fits
    numeric,             // NaN or Inf where none may be
    disk_full,           // a file could not be written whole
    cancelled,           // somebody asked to stop
    internal,            // a bug of ours
};

/// Stable name of a code, as printed in JSON and documented in --help: "invalid_argument", ...
std::string_view error_name(ErrorCode code);

class Error : public std::runtime_error {
public:
    Error(ErrorCode code, std::string const& message)
        : std::runtime_error(message)
        , m_code(code)
    {
    }
    ErrorCode code() const { return m_code; }

private:
    ErrorCode m_code;
};

/// What fail() and require() come to, so that the formatting is compiled once and not in every file.
[[noreturn]] void fail_with(ErrorCode code, std::string_view text, std::format_args arguments);

/// Throws Error(code) with a formatted sentence. `fail(ErrorCode::file_missing, "open: {} is not there", path)`
template<class... Args>
[[noreturn]] void fail(ErrorCode code, std::format_string<Args...> text, Args&&... args)
{
    fail_with(code, text.get(), std::make_format_args(args...));
}

/// Throws invalid_argument unless `condition` holds. Used by ops for shapes and settings; the sentence says got and
/// expected. The arguments are evaluated either way.
template<class... Args>
void require(bool condition, std::format_string<Args...> text, Args&&... args)
{
    if (!condition)
        fail_with(ErrorCode::invalid_argument, text.get(), std::make_format_args(args...));
}

}
