// SPDX-License-Identifier: Apache-2.0
#include "app/paint/selection.h"

#include "app/paint/rects.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace igneous {

namespace {

void put_image(TileGrid& grid, Image const& image, int x, int y)
{
    for (PlacedTile const& placed : tiles_with(grid, image, x, y))
        grid.put(placed.position, placed.tile);
}

/// Calls work(position, part) for the tiles of an area.
void for_each_tile(Rect const& area, auto const& work)
{
    if (area.empty())
        return;
    for (int ty = area.y >> 8; ty <= (area.y + area.height - 1) >> 8; ++ty)
        for (int tx = area.x >> 8; tx <= (area.x + area.width - 1) >> 8; ++tx)
            work(TilePosition { tx, ty }, common(area, area_of({ tx, ty })));
}

/// Calls work(row of `from`, row of `to`) for lines of the image in one direction, then writes `to` into it.
void each_line(Image& image, bool across, std::stop_token const& stop, auto const& work)
{
    int const lines = across ? image.height : image.width, length = across ? image.width : image.height;
    auto const w = static_cast<std::size_t>(image.width);
    std::vector<float> from(static_cast<std::size_t>(length)), to(from.size());
    for (std::size_t line = 0; line < static_cast<std::size_t>(lines) && !stop.stop_requested(); ++line) {
        std::size_t const start = across ? line * w : line, step = across ? 1 : w;
        for (std::size_t i = 0; i < from.size(); ++i)
            from[i] = image.pixels[start + i * step];
        work(from, to);
        for (std::size_t i = 0; i < to.size(); ++i)
            image.pixels[start + i * step] = static_cast<std::uint8_t>(std::lround(to[i]));
    }
}

/// A running mean over 2 * radius + 1 values; beyond the ends the last value goes on.
void box_blur(std::vector<float> const& from, std::vector<float>& to, int radius)
{
    int const count = static_cast<int>(from.size());
    auto const at
        = [&](int i) { return static_cast<double>(from[static_cast<std::size_t>(std::clamp(i, 0, count - 1))]); };
    double sum = 0;
    for (int i = -radius; i <= radius; ++i)
        sum += at(i);
    for (int i = 0; i < count; ++i) {
        to[static_cast<std::size_t>(i)] = static_cast<float>(sum / (2 * radius + 1));
        sum += at(i + radius + 1) - at(i - radius);
    }
}

/// The largest value of `from` within `reach` to both sides, by blocks (van Herk): two comparisons a value.
void widest(std::uint8_t const* from, std::uint8_t* to, int count, int reach, std::vector<std::uint8_t>& scratch)
{
    int const span = 2 * reach + 1, padded = (count + 2 * reach + span - 1) / span * span;
    scratch.assign(static_cast<std::size_t>(padded) * 3, 0);
    std::uint8_t *line = scratch.data(), *forward = line + padded, *backward = forward + padded;
    std::copy_n(from, count, line + reach);
    for (int i = 0; i < padded; ++i)
        forward[i] = i % span == 0 ? line[i] : std::max(forward[i - 1], line[i]);
    for (int i = padded - 1; i >= 0; --i)
        backward[i] = i % span == span - 1 ? line[i] : std::max(backward[i + 1], line[i]);
    for (int i = 0; i < count; ++i)
        to[i] = std::max(backward[i], forward[i + span - 1]);
}

/// The largest value under a disc, row by row of the disc.
Image dilated(Image const& image, int radius, std::stop_token const& stop)
{
    Image out(image.width, image.height, 1);
    auto const width = static_cast<std::size_t>(image.width);
    std::vector<std::uint8_t> line(width), scratch;
    for (int dy = -radius; dy <= radius && !stop.stop_requested(); ++dy) {
        int const reach = static_cast<int>(std::sqrt((radius + 0.5) * (radius + 0.5) - dy * dy));
        for (int y = std::max(0, -dy); y < std::min(image.height, image.height - dy); ++y) {
            widest(image.pixels.data() + static_cast<std::size_t>(y + dy) * width, line.data(), image.width, reach,
                scratch);
            std::uint8_t* to = out.pixels.data() + static_cast<std::size_t>(y) * width;
            for (std::size_t x = 0; x < width; ++x)
                to[x] = std::max(to[x], line[x]);
        }
    }
    return out;
}

void turn_round(Image& image)
{
    for (std::uint8_t& pixel : image.pixels)
        pixel = static_cast<std::uint8_t>(255 - pixel);
}

/// How much of each pixel of a row lies inside: crossings of four lines within the row, exact along them.
class Rows {
public:
    Rows(std::vector<Point> const& outline, Rect const& area)
        : m_outline(outline)
        , m_area(area)
        , m_row(static_cast<std::size_t>(area.width) + 1)
    {}
    std::vector<float> const& operator()(int y)
    {
        std::ranges::fill(m_row, 0.f);
        for (int part = 0; part < parts; ++part)
            line(y + (part + 0.5) / parts);
        return m_row;
    }

private:
    static constexpr int parts = 4;

    void line(double y)
    {
        m_crossings.clear();
        for (std::size_t i = 0; i < m_outline.size(); ++i) {
            Point const &a = m_outline[i], &b = m_outline[(i + 1) % m_outline.size()];
            if ((a.y <= y) != (b.y <= y))
                m_crossings.push_back(a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x));
        }
        std::ranges::sort(m_crossings);
        for (std::size_t i = 0; i + 1 < m_crossings.size(); i += 2)
            span(m_crossings[i] - m_area.x, m_crossings[i + 1] - m_area.x);
    }

    void span(double from, double to)
    {
        from = std::max(from, 0.);
        to = std::min(to, static_cast<double>(m_area.width));
        for (int x = static_cast<int>(from); x < to; ++x)
            m_row[static_cast<std::size_t>(x)]
                += static_cast<float>((std::min(to, x + 1.) - std::max(from, static_cast<double>(x))) / parts);
    }

    std::vector<Point> const& m_outline;
    Rect m_area;
    std::vector<float> m_row;
    std::vector<double> m_crossings;
};

}

Tile full_mask_tile()
{
    static Tile const full = make_tile(TileBytes(std::size_t { tile_side } * tile_side, 255));
    return full;
}

TileGrid rectangle_mask(Rect const& rectangle)
{
    TileGrid grid(1);
    for_each_tile(rectangle, [&](TilePosition where, Rect const& part) {
        if (part == area_of(where)) {
            grid.put(where, full_mask_tile());
            return;
        }
        TileBytes bytes(grid.tile_bytes());
        for (int y = part.y; y < part.y + part.height; ++y)
            std::fill_n(bytes.begin() + (y & 255) * tile_side + (part.x & 255), part.width, std::uint8_t { 255 });
        grid.put(where, make_tile(std::move(bytes)));
    });
    return grid;
}

TileGrid polygon_mask(std::vector<Point> const& outline, Rect const& area, std::stop_token const& stop)
{
    TileGrid grid(1);
    if (outline.size() < 3)
        return grid;
    auto const [left, right] = std::ranges::minmax(outline, {}, &Point::x);
    auto const [top, bottom] = std::ranges::minmax(outline, {}, &Point::y);
    double const far = furthest_tile * tile_side;
    auto const whole = [&](double value) { return static_cast<int>(std::clamp(value, -far, far)); };
    Rect const around { whole(std::floor(left.x)), whole(std::floor(top.y)),
        whole(std::ceil(right.x)) - whole(std::floor(left.x)), whole(std::ceil(bottom.y)) - whole(std::floor(top.y)) };
    Rect const part = common(around, area);
    if (part.empty())
        return grid;
    Image image(part.width, part.height, 1);
    Rows rows(outline, part);
    std::uint8_t* to = image.pixels.data();
    for (int y = 0; y < part.height && !stop.stop_requested(); ++y) {
        std::vector<float> const& row = rows(part.y + y);
        for (int x = 0; x < part.width; ++x)
            *to++ = static_cast<std::uint8_t>(std::clamp(row[static_cast<std::size_t>(x)], 0.f, 1.f) * 255 + 0.5f);
    }
    put_image(grid, image, part.x, part.y);
    return grid;
}

TileGrid joined(TileGrid const& mask, TileGrid const& other, Joining how)
{
    if (how == Joining::replace)
        return other;
    TileGrid out = mask;
    std::map<std::pair<Tile, Tile>, Tile> made;            // what is the same in many places is joined once
    auto const join = [&](TilePosition where, Tile const& one, Tile const& two) {
        auto const [found, is_new] = made.try_emplace({ one, two });
        if (!is_new) {
            out.put(where, found->second);
            return;
        }
        TileBytes bytes(mask.tile_bytes());
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            int const a = one ? (*one)[i] : 0, b = two ? (*two)[i] : 0;
            bytes[i] = static_cast<std::uint8_t>(how == Joining::add         ? std::max(a, b)
                                                 : how == Joining::intersect ? std::min(a, b)
                                                                             : std::min(a, 255 - b));
        }
        found->second = make_tile(std::move(bytes));
        out.put(where, found->second);
    };
    for (auto const& [where, tile] : other.tiles())
        join(where, mask.tile(where), tile);
    if (how == Joining::intersect)
        for (auto const& [where, tile] : mask.tiles())
            if (!other.tile(where))
                out.put(where, nullptr);
    return out;
}

TileGrid inverted(TileGrid const& mask, Rect const& area)
{
    TileGrid const all = rectangle_mask(area);
    return joined(all, mask, Joining::subtract);
}

TileGrid grown(TileGrid const& mask, int pixels, Rect const& area, std::stop_token const& stop)
{
    Rect const part = common(widened(tight_bounds(mask), std::max(pixels, 1)), area);
    if (pixels == 0 || tight_bounds(mask).empty() || part.empty())
        return mask;
    Image image = picture_of(mask, part);
    if (pixels > 0) {
        image = dilated(image, pixels, stop);
    } else {
        turn_round(image);
        image = dilated(image, -pixels, stop);
        turn_round(image);
    }
    TileGrid out(1);
    put_image(out, image, part.x, part.y);
    return out;
}

TileGrid feathered(TileGrid const& mask, int pixels, Rect const& area, std::stop_token const& stop)
{
    Rect const part = common(widened(tight_bounds(mask), pixels * 2), area);
    if (pixels <= 0 || tight_bounds(mask).empty() || part.empty())
        return mask;
    Image image = picture_of(mask, part);
    // Three running means are nearly a Gauss curve; each reaches a third as far.
    int const radius = std::max(1, static_cast<int>(std::lround(pixels / 2.)));
    for (int pass = 0; pass < 3; ++pass)
        for (bool across : { true, false })
            each_line(image, across, stop, [&](auto const& from, auto& to) { box_blur(from, to, radius); });
    TileGrid out(1);
    put_image(out, image, part.x, part.y);
    return out;
}

std::vector<PlacedTile> tiles_between(TileGrid const& now, TileGrid const& then)
{
    std::vector<PlacedTile> tiles;
    for (auto const& [where, tile] : then.tiles())
        if (Tile const had = now.tile(where); had != tile && !(had && *had == *tile))
            tiles.push_back({ where, tile });
    for (auto const& [where, tile] : now.tiles())
        if (!then.tile(where))
            tiles.push_back({ where, nullptr });
    return tiles;
}

TileGrid moved(TileGrid const& grid, int x, int y)
{
    if (x == 0 && y == 0)
        return grid;
    TileGrid out(grid.channels());
    if (x % tile_side == 0 && y % tile_side == 0) {
        for (auto const& [where, tile] : grid.tiles())
            out.put({ where.x + x / tile_side, where.y + y / tile_side }, tile);
        return out;
    }
    for (auto const& [where, tile] : grid.tiles())
        put_image(out, picture_of(grid, area_of(where)), where.x * tile_side + x, where.y * tile_side + y);
    return out;
}

Rect tight_bounds(TileGrid const& grid)
{
    auto const channels = static_cast<std::size_t>(grid.channels());
    Rect all;
    for (auto const& [where, tile] : grid.tiles()) {
        Rect const area = area_of(where), known = all;
        bool const inside = !known.empty() && common(area, known) == area;
        if (inside)
            continue;
        int left = tile_side, right = -1, top = tile_side, bottom = -1;
        for (int y = 0; y < tile_side; ++y)
            for (int x = 0; x < tile_side; ++x)
                // Of a picture what counts is whether anything is seen.
                if ((*tile)[(static_cast<std::size_t>(y * tile_side + x) + 1) * channels - 1]) {
                    left = std::min(left, x);
                    right = std::max(right, x);
                    top = std::min(top, y);
                    bottom = y;
                }
        if (right >= 0)
            all = united(all, { area.x + left, area.y + top, right - left + 1, bottom - top + 1 });
    }
    return all;
}

}
