// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/tune_table.h"

#include "compute/device/profile.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <format>
#include <sstream>

namespace igneous {

namespace {

constexpr std::string_view first_line = "igneous tiles 1", last_line = "end";

bool is_rate(double gflops) { return std::isfinite(gflops) && gflops >= 0; }

std::optional<std::pair<TuneClass, TuneEntry>> read_entry(std::string const& line)
{
    std::istringstream words(line);
    TuneClass c;
    TuneEntry e;
    Tile& t = e.tile;
    std::string rest;
    words >> c.kernel >> c.geglu >> c.columns >> c.depth >> c.rows;
    words >> t.rows >> t.columns >> t.depth >> t.down >> t.across >> e.gflops >> e.fixed_gflops;
    if (!words || words >> rest || !is_rate(e.gflops) || !is_rate(e.fixed_gflops))
        return std::nullopt;
    return std::pair(std::move(c), e);
}

}

std::string text_of(Tile const& tile)
{
    std::string text;
    for (std::uint32_t const n : { tile.rows, tile.columns, tile.depth })
        if (n)
            text += std::format("{}{}", text.empty() ? "" : "x", n);
    if (tile.down)
        text += std::format(", subgroups {}{}", tile.down, tile.across ? std::format("x{}", tile.across) : "");
    return text;
}

std::uint32_t tune_bucket(std::uint64_t n) { return n < 2 ? 0 : static_cast<std::uint32_t>(std::bit_width(n - 1)); }

TuneEntry const* TuneTable::find(TuneClass const& shapes) const
{
    auto const same = [&](TuneClass c) {
        c.rows = shapes.rows;
        return c == shapes;
    };
    // Rows come last in the order of classes: those that differ in them alone lie side by side.
    auto const distance = [&](auto at) {
        return at->first.rows < shapes.rows ? shapes.rows - at->first.rows : at->first.rows - shapes.rows;
    };
    auto const above = entries.lower_bound(shapes);
    auto best = entries.end();
    if (above != entries.end() && same(above->first))
        best = above;
    if (above != entries.begin())
        if (auto const below = std::prev(above);
            same(below->first) && (best == entries.end() || distance(below) < distance(best)))
            best = below;
    return best == entries.end() ? nullptr : &best->second;
}

std::string write_tune_table(TuneTable const& table)
{
    std::string text = std::format("{}\n", first_line);
    for (auto const& [c, e] : table.entries) {
        Tile const& t = e.tile;
        text += std::format("{} {} {} {} {}  {} {} {} {} {}  {:.3f} {:.3f}\n", c.kernel, c.geglu ? 1 : 0, c.columns,
            c.depth, c.rows, t.rows, t.columns, t.depth, t.down, t.across, e.gflops, e.fixed_gflops);
    }
    return text + std::format("{}\n", last_line);
}

std::optional<TuneTable> read_tune_table(std::string_view text)
{
    std::istringstream lines { std::string(text) };
    std::string line;
    if (!std::getline(lines, line) || line != first_line)
        return std::nullopt;
    TuneTable table;
    while (std::getline(lines, line)) {
        if (line == last_line)
            return table;
        auto entry = read_entry(line);
        if (!entry || !table.entries.insert(std::move(*entry)).second)
            return std::nullopt;
    }
    return std::nullopt;
}

std::string tile_name(std::string_view shader, Tile const& tile)
{
    return std::format("{} {}", shader.substr(0, shader.find('.')), text_of(tile));
}

TileChoice choose_tile(DeviceProfile const& profile, TuneClass shapes, std::vector<Tile> candidates)
{
    auto const wrong = [&](Tile const& tile) { return profile.disabled.contains(tile_name(shapes.kernel, tile)); };
    std::vector<Tile> sound;
    for (Tile const& tile : candidates)
        if (sound.empty() || (std::ranges::find(sound, tile) == sound.end() && !wrong(tile)))
            sound.push_back(tile);
    Tile chosen = sound.front();
    if (TuneEntry const* entry = profile.tune ? profile.tune->find(shapes) : nullptr;
        entry && std::ranges::find(sound, entry->tile) != sound.end())
        chosen = entry->tile;
    return { std::move(shapes), std::move(sound), chosen };
}

}
