// SPDX-License-Identifier: Apache-2.0
#include "app/paint/ink.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace igneous {

void put_ink(Ink const& ink, float share, int channels, std::uint8_t const* before, std::uint8_t* pixel)
{
    auto const rounded = [](float value) { return static_cast<std::uint8_t>(value + 0.5f); };
    std::uint8_t const had = before[channels - 1];
    if (ink.erases || channels == 1) {
        for (int c = 0; c < channels - 1; ++c)
            pixel[c] = before[c];
        float const value = ink.erases ? had * (1 - share) : had + (255.f - had) * share;
        pixel[channels - 1] = rounded(value);
        if (channels == 4 && pixel[3] == 0)
            std::fill_n(pixel, 3, std::uint8_t { 0 });
        return;
    }
    float const below = had / 255.f * (1 - share), all = share + below;
    for (std::size_t c = 0; c < 3; ++c)
        pixel[c] = all > 0 ? rounded((static_cast<float>(ink.colour[c]) * share + before[c] * below) / all) : 0;
    pixel[3] = rounded(all * 255);
}

void Allowed::row(int x, int y, int count, float* out) const
{
    std::fill_n(out, count, m_selection.empty() ? 1.f : 0.f);
    if (m_selection.empty())
        return;
    x += m_x;
    y += m_y;
    for (int i = 0; i < count;) {
        int const end = std::min(count, i + tile_side - ((x + i) & 255));
        if (Tile const tile = m_selection.tile({ (x + i) >> 8, y >> 8 })) {
            auto const* from = tile->data() + (y & 255) * tile_side;
            for (int k = i; k < end; ++k)
                out[k] = static_cast<float>(from[(x + k) & 255]) / 255.f;
        }
        i = end;
    }
}

std::array<Tile, 4> Allowed::under(TilePosition where) const
{
    int const x = where.x * tile_side + m_x, y = where.y * tile_side + m_y;
    auto const tile = [&](int right, int down) { return m_selection.tile({ right >> 8, down >> 8 }); };
    constexpr int last = tile_side - 1;
    return { tile(x, y), tile(x + last, y), tile(x, y + last), tile(x + last, y + last) };
}

std::vector<PlacedTile> ink_through(TileGrid const& grid, TileGrid const& region, Allowed const& allowed,
    Ink const& ink, double opacity, std::stop_token const& stop)
{
    auto const channels = static_cast<std::size_t>(grid.channels());
    std::vector<PlacedTile> tiles;
    std::array<float, tile_side> share {};
    std::map<std::tuple<Tile, Tile, std::array<Tile, 4>>, Tile> made;
    for (auto const& [where, mask] : region.tiles()) {
        if (stop.stop_requested())
            return {};
        Tile const before = grid.tile(where);
        if (!before && ink.erases)
            continue;
        auto const [found, is_new] = made.try_emplace({ before, mask, allowed.under(where) });
        if (!is_new) {
            tiles.push_back({ where, found->second });
            continue;
        }
        TileBytes bytes = before ? *before : TileBytes(grid.tile_bytes());
        for (int y = 0; y < tile_side; ++y) {
            allowed.row(where.x * tile_side, where.y * tile_side + y, tile_side, share.data());
            for (std::size_t x = 0; x < tile_side; ++x) {
                std::size_t const at = static_cast<std::size_t>(y) * tile_side + x;
                float const much = share[x] * static_cast<float>((*mask)[at]) / 255.f * static_cast<float>(opacity);
                std::uint8_t* pixel = bytes.data() + at * channels;
                if (much > 0)
                    put_ink(ink, much, grid.channels(), pixel, pixel);
            }
        }
        found->second = make_tile(std::move(bytes));
        tiles.push_back({ where, found->second });
    }
    return tiles;
}

}
