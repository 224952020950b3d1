// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/tile_cache.h"

#include "app/paint/rects.h"

#include <QPainter>

#include <cmath>

namespace igneous {

namespace {

constexpr std::size_t most_tiles = 1024;   // 256 MiB
constexpr int good_samples = 4;            // in each direction: enough that thin lines stay
constexpr long quick_pixels = 90'000;      // a change up to this size is composed well at once

Rect whole() { return { 0, 0, tile_side, tile_side }; }

/// The mean of each n by n samples.
std::uint32_t mean(std::uint32_t const* samples, int n, std::size_t stride)
{
    std::uint32_t a = 0, r = 0, g = 0, b = 0;
    for (int y = 0; y < n; ++y, samples += stride)
        for (int x = 0; x < n; ++x) {
            std::uint32_t const pixel = samples[x];
            a += pixel >> 24;
            r += pixel >> 16 & 255;
            g += pixel >> 8 & 255;
            b += pixel & 255;
        }
    auto const count = static_cast<std::uint32_t>(n * n), half = count / 2;
    return (a + half) / count << 24 | (r + half) / count << 16 | (g + half) / count << 8 | (b + half) / count;
}

}

TileCache::TileCache(Source source, Finish finish)
    : m_source(std::move(source))
    , m_finish(std::move(finish))
{}

int TileCache::level_for(double zoom)
{
    return zoom >= 1 ? 0 : std::clamp(static_cast<int>(std::floor(std::log2(1 / zoom) + 1e-6)), 0, last_level);
}

void TileCache::reset(int width, int height)
{
    m_tiles.clear();
    m_width = width;
    m_height = height;
}

void TileCache::changed(Rect const& area)
{
    for (auto& [key, entry] : m_tiles) {
        auto const [level, tx, ty] = key;
        // Out to whole pixels of the level.
        int const left = area.x >> level, top = area.y >> level;
        int const right = (area.x + area.width - 1) >> level, bottom = (area.y + area.height - 1) >> level;
        Rect const part
            = common({ left - tx * tile_side, top - ty * tile_side, right - left + 1, bottom - top + 1 }, whole());
        if (!part.empty())
            entry.old = united(entry.old, part);
    }
}

TileCache::Entry& TileCache::entry(Key const& key)
{
    auto [found, is_new] = m_tiles.try_emplace(key);
    if (is_new)
        found->second.old = whole();
    found->second.seen = m_frame;
    return found->second;
}

void TileCache::compose(Key const& key, Entry& entry, Rect const& part, int samples)
{
    auto const [level, tx, ty] = key;
    if (entry.image.isNull()) {
        entry.image = QImage(tile_side, tile_side, QImage::Format_ARGB32_Premultiplied);
        entry.image.fill(0);
    }
    int const size = 1 << level, n = std::min(size, samples), step = size / n;
    // Beyond the document nothing is shown.
    Rect const inside = common(moved(part, tx * tile_side, ty * tile_side),
        { 0, 0, (m_width + size - 1) / size, (m_height + size - 1) / size });
    if (inside.empty())
        return;
    Rect const area { inside.x * size, inside.y * size, inside.width * size, inside.height * size };
    auto const stride = static_cast<std::size_t>(inside.width * n);
    m_samples.resize(stride * static_cast<std::size_t>(inside.height * n));
    m_source(area, step, m_samples);
    for (int y = 0; y < inside.height; ++y) {
        auto* line = reinterpret_cast<std::uint32_t*>(entry.image.scanLine(inside.y + y - ty * tile_side))
                     + (inside.x - tx * tile_side);
        std::uint32_t const* from = m_samples.data() + static_cast<std::size_t>(y * n) * stride;
        for (int x = 0; x < inside.width; ++x) {
            std::uint32_t const pixel = n == 1 ? from[x] : mean(from + x * n, n, stride);
            line[x] = m_finish ? m_finish(inside.x + x, inside.y + y, pixel) : pixel;
        }
    }
}

bool TileCache::paint(QPainter& painter, Rect const& seen, int level, Clock::time_point until)
{
    ++m_frame;
    m_level = level;
    Rect const part = common(seen, { 0, 0, m_width, m_height });
    if (part.empty())
        return true;
    bool complete = true, composed = false;
    int const size = 1 << level;
    auto const tile_at = [&](int pixel) { return (pixel >> level) >> 8; };
    for (int ty = tile_at(part.y); ty <= tile_at(part.y + part.height - 1); ++ty)
        for (int tx = tile_at(part.x); tx <= tile_at(part.x + part.width - 1); ++tx) {
            Key const key { level, tx, ty };
            Entry& found = entry(key);
            // One at least, so that a slow machine comes to an end too.
            if (!found.old.empty() && (!std::exchange(composed, true) || Clock::now() < until)) {
                long const pixels = long { found.old.width } * found.old.height;
                bool const good
                    = level == 0
                      || pixels * std::min(size, good_samples) * std::min(size, good_samples) <= quick_pixels;
                compose(key, found, found.old, good ? good_samples : 1);
                if (!good)
                    found.rough = united(found.rough, found.old);
                found.old = {};
            }
            complete &= found.old.empty();
            if (found.image.isNull())
                draw_coarser(painter, key);
            else
                painter.drawImage(
                    QRectF(tx * tile_side * size, ty * tile_side * size, tile_side * size, tile_side * size),
                    found.image);
        }
    forget();
    return complete;
}

/// What another level knows of a tile that is not there yet.
void TileCache::draw_coarser(QPainter& painter, Key const& key)
{
    auto const [level, tx, ty] = key;
    for (int other = level + 1; other <= last_level; ++other) {
        int const by = other - level;
        auto const found = m_tiles.find({ other, tx >> by, ty >> by });
        if (found == m_tiles.end() || found->second.image.isNull())
            continue;
        double const side = tile_side / std::pow(2, by), size = std::pow(2, level) * tile_side;
        painter.drawImage(QRectF(tx * size, ty * size, size, size), found->second.image,
            QRectF((tx & ((1 << by) - 1)) * side, (ty & ((1 << by) - 1)) * side, side, side));
        return;
    }
}

Rect TileCache::refine(Rect const& seen, Clock::time_point until)
{
    constexpr int rows = 32;               // at a time
    Rect again;
    for (auto& [key, entry] : m_tiles) {
        auto const [level, tx, ty] = key;
        int const size = tile_side << level;
        if (level != m_level || entry.rough.empty() || common({ tx * size, ty * size, size, size }, seen).empty())
            continue;
        while (!entry.rough.empty()) {
            if (Clock::now() >= until)
                return again;
            Rect part = entry.rough;
            part.height = std::min(part.height, rows);
            compose(key, entry, part, good_samples);
            entry.rough.y += part.height;
            entry.rough.height -= part.height;
            Rect const in_level = moved(part, tx * tile_side, ty * tile_side);
            again = united(
                again, { in_level.x << level, in_level.y << level, in_level.width << level, in_level.height << level });
        }
        entry.rough = {};
    }
    return again;
}

/// Those that were not seen for longest.
void TileCache::forget()
{
    if (m_tiles.size() <= most_tiles)
        return;
    std::erase_if(m_tiles, [this](auto const& one) { return one.second.seen + 100 < m_frame; });
}

}
