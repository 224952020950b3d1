// SPDX-License-Identifier: Apache-2.0
#include "app/paint/stroke.h"

#include "app/paint/rects.h"

#include <algorithm>
#include <cmath>

namespace igneous {

namespace {

constexpr int profile_steps = 2048;
constexpr double least_pressure = 0.02;    // a pen that hovers at no pressure still draws its finest line

StrokePoint between(StrokePoint const& a, StrokePoint const& b, double t)
{
    return { a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t, a.pressure + (b.pressure - a.pressure) * t };
}

double length(StrokePoint const& a, StrokePoint const& b) { return std::hypot(b.x - a.x, b.y - a.y); }

}

Stroke::Stroke(TileGrid const& before, Brush const& brush, Ink const& ink, Allowed allowed, Rect const& limits)
    : m_before(before)
    , m_now(before)
    , m_brush(brush)
    , m_ink(ink)
    , m_allowed(std::move(allowed))
    , m_limits(limits)
    , m_profile(profile_steps + 1)
{
    m_brush.size = std::clamp(m_brush.size, 1., 4096.);
    m_brush.spacing = std::clamp(m_brush.spacing, 0.01, 4.);
    m_brush.hardness = std::clamp(m_brush.hardness, 0., 1.);
}

std::vector<PlacedTile> Stroke::add(StrokePoint const& point)
{
    m_dirty = {};
    if (m_points.empty()) {
        m_at = point;
        dab(point);
    } else if (m_points.size() == 1) {
        line_to(between(m_points[0], point, 0.5));
    } else {
        curve_to(m_points[1], between(m_points[1], point, 0.5));
    }
    m_points.push_back(point);
    if (m_points.size() > 2)
        m_points.erase(m_points.begin());
    return changed_tiles();
}

std::vector<PlacedTile> Stroke::finish()
{
    m_dirty = {};
    if (m_points.size() > 1)
        line_to(m_points.back());
    return changed_tiles();
}

/// A quadratic curve, in pieces short enough for the eye.
void Stroke::curve_to(StrokePoint const& control, StrokePoint const& end)
{
    StrokePoint const start = m_at;
    int const pieces = std::clamp(static_cast<int>((length(start, control) + length(control, end)) / 4), 1, 64);
    for (int i = 1; i <= pieces; ++i) {
        double const t = static_cast<double>(i) / pieces;
        line_to(between(between(start, control, t), between(control, end, t), t));
    }
}

void Stroke::line_to(StrokePoint const& end)
{
    StrokePoint const start = m_at;
    double const whole = length(start, end);
    double walked = 0;
    for (;;) {
        double const pressure = between(start, end, whole > 0 ? walked / whole : 0).pressure;
        double const size = m_brush.size * (m_brush.pressure_to_size ? std::max(pressure, least_pressure) : 1);
        double const step = std::max(0.5, size * m_brush.spacing) - m_since_dab;
        if (walked + step > whole)
            break;
        walked += std::max(step, 0.);
        dab(between(start, end, walked / whole));
    }
    m_since_dab += whole - walked;
    m_at = end;
}

void Stroke::dab(StrokePoint const& at)
{
    m_since_dab = 0;
    double const pressure = std::clamp(at.pressure, 0., 1.);
    double const radius
        = std::max(0.5, m_brush.size * (m_brush.pressure_to_size ? std::max(pressure, least_pressure) : 1) / 2);
    auto const most = static_cast<float>(m_brush.opacity * (m_brush.pressure_to_opacity ? pressure : 1));
    // Strength falls from 1 to 0 between the hard part and the rim, over a pixel at least so that edges are smooth.
    double const rim = radius + 0.5, hard = std::max(0., m_brush.hardness * radius - 0.5);
    for (std::size_t i = 0; i <= profile_steps; ++i) {
        double const distance = std::sqrt(static_cast<double>(i) / profile_steps) * rim;
        double const t = std::clamp((distance - hard) / (rim - hard), 0., 1.);
        m_profile[i] = static_cast<float>((1 - t * t * (3 - 2 * t)) * m_brush.flow);
    }
    int const left = static_cast<int>(std::floor(at.x - rim)), top = static_cast<int>(std::floor(at.y - rim));
    int const side = static_cast<int>(std::ceil(2 * rim)) + 1;
    Rect const area = common({ left, top, side, side }, m_limits);
    if (area.empty())
        return;
    m_dirty = united(m_dirty, area);
    for (int ty = area.y >> 8; ty <= (area.y + area.height - 1) >> 8; ++ty)
        for (int tx = area.x >> 8; tx <= (area.x + area.width - 1) >> 8; ++tx) {
            TilePosition const where { tx, ty };
            Rect const part = common(area, area_of(where));
            auto [found, is_new] = m_coverage.try_emplace(where);
            if (is_new)
                found->second.resize(std::size_t { tile_side } * tile_side);
            cover(found->second, where, part, at, rim, most);
            Rect& changed = m_changed[where];
            changed = united(changed, part);
        }
}

void Stroke::cover(
    Coverage& coverage, TilePosition where, Rect const& part, StrokePoint const& at, double radius, float most)
{
    double const scale = profile_steps / (radius * radius);
    for (int y = part.y; y < part.y + part.height; ++y) {
        double const dy = y + 0.5 - at.y;
        float* row = coverage.data() + (y - where.y * tile_side) * tile_side - where.x * tile_side;
        float const* const profile = m_profile.data();
        for (int x = part.x; x < part.x + part.width; ++x) {
            double const dx = x + 0.5 - at.x, index = (dx * dx + dy * dy) * scale;
            if (index < profile_steps && row[x] < most)
                row[x] += (most - row[x]) * profile[static_cast<std::size_t>(index)];
        }
    }
}

std::vector<PlacedTile> Stroke::changed_tiles()
{
    std::vector<PlacedTile> tiles;
    std::array<float, tile_side> share {};
    auto const channels = static_cast<std::size_t>(m_before.channels());
    TileBytes const empty(m_before.tile_bytes());
    for (auto const& [where, part] : m_changed) {
        Tile const before = m_before.tile(where), now = m_now.tile(where);
        if (!before && m_ink.erases)
            continue;
        TileBytes bytes = now ? *now : empty;
        std::uint8_t const* from = before ? before->data() : empty.data();
        Coverage const& coverage = m_coverage.at(where);
        for (int y = part.y; y < part.y + part.height; ++y) {
            m_allowed.row(part.x, y, part.width, share.data());
            auto at = static_cast<std::size_t>((y & 255) * tile_side + (part.x & 255));
            for (int x = 0; x < part.width; ++x, ++at)
                if (float const much = share[static_cast<std::size_t>(x)] * coverage[at]; much > 0)
                    put_ink(m_ink, much, m_before.channels(), from + at * channels, bytes.data() + at * channels);
        }
        Tile tile = make_tile(std::move(bytes));
        m_now.put(where, tile);
        tiles.push_back({ where, std::move(tile) });
    }
    m_changed.clear();
    return tiles;
}

}
