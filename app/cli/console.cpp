// SPDX-License-Identifier: Apache-2.0
#include "app/cli/console.h"

#include "app/picture/text_encoding.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <format>

namespace igneous {

namespace {

/// Characters of a UTF-8 text: what a column is counted in.
std::size_t width_of(std::string_view text)
{
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

}

void Console::clear_status()
{
    if (m_status_shown)
        m_err << "\r\x1b[K";
    m_status_shown = false;
}

void Console::print(std::string_view line)
{
    if (m_json)
        return;
    clear_status();
    m_err.flush();
    m_out << line << '\n';
    m_out.flush();
}

void Console::object(nlohmann::ordered_json const& object)
{
    if (!m_json)
        return;
    m_out << object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
    m_out.flush();
}

void Console::note(std::string_view line)
{
    if (m_json)
        return;
    clear_status();
    m_err << line << '\n';
    m_err.flush();
}

void Console::status(std::string_view line)
{
    if (!terminal())
        return;
    m_err << "\r\x1b[K" << line;
    m_err.flush();
    m_status_shown = true;
}

void Console::error(ErrorCode code, std::string_view message)
{
    if (m_json)
        object({ { "error", { { "code", error_name(code) }, { "message", message } } } });
    else
        note(std::format("igneous: {} [{}]", valid_utf8(message), error_name(code)));
}

void Console::finish()
{
    m_out.flush();
    if (!m_out)
        fail(ErrorCode::disk_full, "the standard output did not take everything; make room where it goes to");
}

std::string table(std::vector<std::string> const& header, std::vector<std::vector<std::string>> const& rows)
{
    std::vector<std::size_t> widths(header.size());
    auto const right = [&](std::size_t column) { return header[column].starts_with('>'); };
    auto const title = [&](std::size_t column) { return header[column].substr(right(column) ? 1 : 0); };
    for (std::size_t c = 0; c < header.size(); ++c) {
        widths[c] = width_of(title(c));
        for (auto const& row : rows)
            widths[c] = std::max(widths[c], width_of(row[c]));
    }
    std::string out;
    auto const add_row = [&](auto const& cell) {
        std::string line;
        for (std::size_t c = 0; c < header.size(); ++c) {
            std::string const text = cell(c), space(widths[c] - width_of(text), ' ');
            line += (c ? "  " : "") + (right(c) ? space + text : text + space);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    };
    add_row(title);
    for (auto const& row : rows)
        add_row([&](std::size_t c) { return row[c]; });
    if (!out.empty())
        out.pop_back();
    return out;
}

std::string size_text(std::uint64_t bytes)
{
    constexpr std::uint64_t mebi = 1u << 20, gibi = 1u << 30;
    if (bytes >= gibi)
        return std::format("{:.2f} GiB", static_cast<double>(bytes) / gibi);
    if (bytes >= mebi)
        return std::format("{:.1f} MiB", static_cast<double>(bytes) / mebi);
    return bytes >= 1024 ? std::format("{:.1f} KiB", static_cast<double>(bytes) / 1024)
                         : std::format("{} bytes", bytes);
}

std::string duration_text(double seconds)
{
    auto const whole = static_cast<long long>(std::ceil(std::max(seconds, 0.0)));
    if (whole < 60)
        return std::format("{} s", whole);
    if (whole < 3600)
        return std::format("{} min {} s", whole / 60, whole % 60);
    return std::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::string count_text(std::uint64_t count)
{
    if (count >= 1'000'000'000)
        return std::format("{:.2f} G", static_cast<double>(count) / 1e9);
    if (count >= 1'000'000)
        return std::format("{:.2f} M", static_cast<double>(count) / 1e6);
    return count >= 10'000 ? std::format("{:.1f} k", static_cast<double>(count) / 1e3) : std::to_string(count);
}

}
