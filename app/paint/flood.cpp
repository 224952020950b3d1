// SPDX-License-Identifier: Apache-2.0
#include "app/paint/flood.h"

#include "app/paint/compositing.h"
#include "app/paint/selection.h"

#include <algorithm>
#include <cstdlib>
#include <map>

namespace igneous {

namespace {

/// The document tile by tile: which pixels are alike, and which were reached.
class Field {
public:
    Field(Document const& document, int x, int y, int tolerance)
        : m_document(document)
        , m_tolerance(tolerance)
        , m_pixels(std::size_t { tile_side } * tile_side)
    {
        compose(document, { x, y, 1, 1 }, {}, std::span(&m_wanted, 1));
    }

    enum State : std::uint8_t { other = 0, alike = 1, reached = 255 };

    std::uint8_t& at(int x, int y)
    {
        TilePosition const where { x >> 8, y >> 8 };
        if (!m_last || where != m_last_position) {
            m_last = &tile(where);
            m_last_position = where;
        }
        return (*m_last)[static_cast<std::size_t>((y & 255) * tile_side + (x & 255))];
    }

    TileBytes& tile(TilePosition where)
    {
        auto const [found, is_new] = m_tiles.try_emplace(where);
        if (is_new) {
            compose(m_document, area_of(where), {}, m_pixels);
            found->second.resize(m_pixels.size());
            std::ranges::transform(
                m_pixels, found->second.begin(), [&](std::uint32_t pixel) { return is_alike(pixel) ? alike : other; });
        }
        return found->second;
    }

    TileGrid result()
    {
        TileGrid grid(1);
        for (auto& [where, bytes] : m_tiles) {
            std::ranges::replace(bytes, std::uint8_t { alike }, std::uint8_t { other });
            bool const full = std::ranges::all_of(bytes, [](std::uint8_t value) { return value == reached; });
            grid.put(where, full ? full_mask_tile() : make_tile(std::move(bytes)));
        }
        return grid;
    }

private:
    bool is_alike(std::uint32_t pixel) const
    {
        for (int shift = 0; shift < 32; shift += 8)
            if (std::abs(static_cast<int>(pixel >> shift & 255) - static_cast<int>(m_wanted >> shift & 255))
                > m_tolerance)
                return false;
        return true;
    }

    Document const& m_document;
    int m_tolerance;
    std::uint32_t m_wanted = 0;
    std::vector<std::uint32_t> m_pixels;
    std::map<TilePosition, TileBytes> m_tiles;
    TileBytes* m_last = nullptr;
    TilePosition m_last_position;
};

/// Row by row: each stretch that is alike is reached, and those above and below it come next.
void flood(Field& field, int x, int y, int width, int height, std::stop_token const& stop)
{
    std::vector<std::pair<int, int>> waiting { { x, y } };
    while (!waiting.empty() && !stop.stop_requested()) {
        auto [at, row] = waiting.back();
        waiting.pop_back();
        if (field.at(at, row) != Field::alike)
            continue;
        int left = at, right = at;
        while (left > 0 && field.at(left - 1, row) == Field::alike)
            --left;
        while (right + 1 < width && field.at(right + 1, row) == Field::alike)
            ++right;
        for (int i = left; i <= right; ++i)
            field.at(i, row) = Field::reached;
        for (int next : { row - 1, row + 1 })
            for (int i = left; next >= 0 && next < height && i <= right; ++i)
                if (field.at(i, next) == Field::alike && (i == left || field.at(i - 1, next) != Field::alike))
                    waiting.emplace_back(i, next);
    }
}

}

TileGrid flooded(Document const& document, int x, int y, Flooding const& how, std::stop_token const& stop)
{
    int const width = document.properties.width, height = document.properties.height;
    if (x < 0 || y < 0 || x >= width || y >= height)
        return TileGrid(1);
    Field field(document, x, y, how.tolerance);
    if (how.connected) {
        flood(field, x, y, width, height, stop);
    } else {
        for (int row = 0; row < height && !stop.stop_requested(); ++row)
            for (int column = 0; column < width; ++column)
                if (std::uint8_t& state = field.at(column, row); state == Field::alike)
                    state = Field::reached;
    }
    return stop.stop_requested() ? TileGrid(1) : field.result();
}

}
