// SPDX-License-Identifier: Apache-2.0
#include "app/cli/bench_results.h"

#include "app/files/places.h"
#include "compute/device/device.h"
#include "models/api/error.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <format>
#include <fstream>

namespace igneous {

using Json = nlohmann::ordered_json;

namespace {

std::string key_of(std::string const& name, std::string const& shape) { return name + " " + shape; }

}

Json bench_header(DeviceInfo const& device, std::string const& version, TimingLimits const& limits,
    std::vector<std::string> const& without)
{
    auto const now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return { { "bench",
        { { "device", device.name }, { "driver", device.driver }, { "vulkan", device.api_version },
            { "cpu", device.profile.cpu }, { "igneous", version }, { "date", std::format("{:%FT%TZ}", now) },
            { "runs", limits.runs }, { "seconds_per_case", limits.seconds }, { "without", without } } } };
}

Json bench_json(BenchResult const& r)
{
    Json line { { "name", r.name }, { "shape", r.shape }, { "variant", r.variant }, { "chosen", r.chosen },
        { "ms", r.time.median }, { "p10", r.time.p10 }, { "p90", r.time.p90 }, { "runs", r.time.runs },
        { "gflops", r.gflops }, { "gbps", r.gbps }, { "share", r.share } };
    if (r.name.starts_with("e2e.") && r.time.median > 0)
        line["per_second"] = 1e3 / r.time.median;
    if (r.device_bytes > 0)
        line["device_bytes"] = r.device_bytes;
    return line;
}

StoredResults StoredResults::read(std::filesystem::path const& path)
{
    std::ifstream file(path);
    if (!file)
        fail(ErrorCode::file_missing, "--against: {} cannot be opened", utf8_name(path));
    return read(file, utf8_name(path));
}

StoredResults StoredResults::read(std::istream& lines, std::string const& name)
{
    StoredResults out;
    int number = 0;
    for (std::string text; std::getline(lines, text);) {
        ++number;
        if (text.empty())
            continue;
        Json const line = Json::parse(text, nullptr, false);
        if (!line.is_object())
            fail(ErrorCode::file_damaged, "--against: {}, line {}: expected a JSON object", name, number);
        if (line.contains("bench") && line["bench"].is_object())
            out.m_device = line["bench"].value("device", "");
        if (!line.contains("name") || !line.value("chosen", true))
            continue;
        if (!line["name"].is_string() || !line.contains("shape") || !line["shape"].is_string() || !line.contains("ms")
            || !line["ms"].is_number() || line["ms"] <= 0)
            fail(ErrorCode::file_damaged, "--against: {}, line {}: expected name, shape and ms above 0", name, number);
        out.m_medians.emplace(key_of(line["name"], line["shape"]), line["ms"].get<double>());
    }
    if (out.m_medians.empty())
        fail(ErrorCode::file_damaged, "--against: {} has no results; make it with igneous bench --json > FILE", name);
    return out;
}

std::optional<BenchChange> StoredResults::compare(BenchResult const& now, double allowed) const
{
    auto const found = m_medians.find(key_of(now.name, now.shape));
    bool const peak = now.name.starts_with("peak."); // as long as it takes to measure well, which differs
    if (found == m_medians.end() || peak || !now.chosen || now.time.median <= 0)
        return std::nullopt;
    double const stored = found->second;
    return BenchChange { .stored_ms = stored,
        .speed = stored / now.time.median,
        .slower = now.time.median > stored * (1 + allowed) && now.time.p10 > stored };
}

}
