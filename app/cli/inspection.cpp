// SPDX-License-Identifier: Apache-2.0
#include "app/cli/inspection.h"

#include "app/cli/console.h"
#include "app/files/places.h"
#include "models/checkpoint/safetensors.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>

namespace igneous {

namespace {

constexpr std::size_t slowest_shown = 15;

Inspect mode_from(std::string const& word)
{
    auto const mode = inspect_from(word);
    require(mode.has_value(), "--inspect: expected nan, stats or dump, got {}", word);
    return *mode;
}

/// A label as a file's name.
std::string file_name(std::string label)
{
    std::ranges::replace_if(label, [](char c) { return c == '/' || c == '\\' || c == ':' || c == ' '; }, '_');
    return label;
}

std::vector<std::string> numbers_of(ProfileRow const& row, double total)
{
    double const seconds = row.milliseconds / 1e3;
    return { std::format("{:.3f}", row.milliseconds),
        std::format("{:.1f} %", total > 0 ? 100 * row.milliseconds / total : 0),
        std::format("{:.1f}", seconds > 0 ? row.flops / seconds / 1e9 : 0),
        std::format("{:.1f}", seconds > 0 ? row.bytes / seconds / 1e9 : 0) };
}

}

Inspection::Inspection(Console& console, std::string const& mode, std::string const& folder)
    : m_console(console)
    , m_mode(mode_from(mode))
    , m_folder(path_from_utf8(folder))
{
    if (m_mode != Inspect::dump)
        return;
    std::error_code error;
    std::filesystem::create_directories(m_folder, error);
    require(!error, "--inspect-folder: {} cannot be made: {}", folder, error.message());
}

void Inspection::attach(GeneratorOptions& engine)
{
    engine.inspect = m_mode;
    engine.inspect_sink = [this](std::string const& label, HostTensor const& value, TensorStats const& stats) {
        ++m_number;
        if (m_mode == Inspect::stats)
            show(label, value, stats);
        else if (m_mode == Inspect::dump)
            write(label, value);
    };
    if (engine.profile)
        engine.profile_sink = [this](std::string const& part, std::vector<ProfileRow> const& rows) {
            show_profile(m_console, part, rows);
        };
}

void Inspection::show(std::string const& label, HostTensor const& value, TensorStats const& stats)
{
    m_console.object({ { "tensor", { { "number", m_number }, { "label", label }, { "dtype", name_of(value.dtype) },
        { "shape", value.shape.text() }, { "min", stats.minimum }, { "max", stats.maximum }, { "mean", stats.mean },
        { "deviation", stats.deviation }, { "not_finite", stats.not_finite } } } });
    m_console.note(std::format("{:6} {}  {} {}  min {:.5g} max {:.5g} mean {:.5g} deviation {:.5g}{}", m_number, label,
        name_of(value.dtype), value.shape, stats.minimum, stats.maximum, stats.mean, stats.deviation,
        stats.not_finite ? std::format("  {} NaN or Inf", stats.not_finite) : ""));
}

void Inspection::write(std::string const& label, HostTensor const& value)
{
    auto const path = m_folder / path_from_utf8(std::format("{:06}_{}.safetensors", m_number, file_name(label)));
    NamedTensors tensors;
    tensors.emplace("value", value);
    write_safetensors(path, tensors, { { "label", label } });
}

void show_profile(Console& console, std::string const& part, std::vector<ProfileRow> const& rows)
{
    std::map<std::string, ProfileRow> by_shader;
    double total = 0;
    for (ProfileRow const& row : rows) {
        ProfileRow& sum = by_shader[row.shader];
        sum.shader = row.shader;
        sum.milliseconds += row.milliseconds;
        sum.flops += row.flops;
        sum.bytes += row.bytes;
        total += row.milliseconds;
        console.object({ { "profile",
            { { "part", part }, { "label", row.label }, { "shader", row.shader }, { "ms", row.milliseconds },
                { "flops", row.flops }, { "bytes", row.bytes } } } });
    }
    auto const show = [&](std::vector<ProfileRow> sorted, std::size_t most, bool labels) {
        std::ranges::sort(sorted, std::greater {}, &ProfileRow::milliseconds);
        sorted.resize(std::min(sorted.size(), most));
        std::vector<std::vector<std::string>> lines;
        for (ProfileRow const& row : sorted) {
            lines.push_back(numbers_of(row, total));
            lines.back().push_back(row.shader);
            if (labels)
                lines.back().push_back(row.label);
        }
        std::vector<std::string> header { ">ms", ">share", ">GFLOP/s", ">GB/s", "kernel" };
        if (labels)
            header.push_back("op");
        console.note(table(header, lines) + "\n");
    };
    console.note(std::format("{}: {} dispatches, {:.1f} ms", part, rows.size(), total));
    std::vector<ProfileRow> kernels;
    for (auto const& [name, row] : by_shader)
        kernels.push_back(row);
    show(kernels, kernels.size(), false);
    show(rows, slowest_shown, true);
}

}
