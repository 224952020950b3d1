// SPDX-License-Identifier: Apache-2.0
// Selected pixels off their layer and back, work on huge layers that are the same all over, and stopping it.
#include "app/paint/compositing.h"
#include "app/paint/floating.h"
#include "app/paint/flood.h"
#include "app/paint/ink.h"
#include "app/paint/selection.h"
#include "app/paint/transform.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <random>
#include <set>

using namespace igneous;

namespace {

/// Noise, some of it transparent; what is has no colour.
TileGrid noise(int channels, Rect const& area)
{
    std::minstd_rand random(7);
    Image image(area.width, area.height, channels);
    auto const c = static_cast<std::size_t>(channels);
    for (std::size_t i = 0; i < image.pixels.size(); i += c) {
        bool const there = random() % 4 != 0;
        for (std::size_t k = 0; k < c; ++k)
            image.pixels[i + k] = there ? static_cast<std::uint8_t>(random() % 255 + 1) : 0;
    }
    TileGrid grid(channels);
    for (PlacedTile const& placed : tiles_with(grid, image, area.x, area.y))
        grid.put(placed.position, placed.tile);
    return grid;
}

std::vector<std::uint8_t> at(TileGrid const& grid, int x, int y) { return picture_of(grid, { x, y, 1, 1 }).pixels; }

std::size_t different_tiles(std::vector<PlacedTile> const& tiles)
{
    std::set<Tile> all;
    for (PlacedTile const& placed : tiles)
        all.insert(placed.tile);
    return all.size();
}

}

TEST_CASE("floating: what is lifted and laid back is every bit what it was", "[paint]")
{
    for (int channels : { 1, 4 }) {
        TileGrid const pixels = noise(channels, { -100, 30, 700, 600 });
        Lifted const parts = lifted(pixels, rectangle_mask({ 0, 100, 300, 270 }));
        CHECK(laid(parts.rest, parts.piece) == pixels);
        CHECK(tight_bounds(parts.piece) == Rect { 0, 100, 300, 270 });
        CHECK(at(parts.rest, 10, 200) == std::vector<std::uint8_t>(static_cast<std::size_t>(channels)));
        CHECK(at(parts.rest, -50, 200) == at(pixels, -50, 200));
        CHECK(parts.rest.tile({ 1, 2 }) == pixels.tile({ 1, 2 }));     // not touched: the same tile
    }
}

TEST_CASE("floating: a soft edge is shared out between piece and rest", "[paint]")
{
    TileGrid const pixels = rectangle_mask({ 0, 0, 512, 512 });
    TileGrid const soft = feathered(rectangle_mask({ 100, 100, 200, 200 }), 20, { 0, 0, 512, 512 });
    Lifted const parts = lifted(pixels, soft);
    bool between = false;
    for (int x = 60; x < 160; ++x) {
        int const piece = at(parts.piece, x, 200)[0];
        CHECK(piece + at(parts.rest, x, 200)[0] == 255);
        CHECK(piece == at(soft, x, 200)[0]);
        between |= piece > 0 && piece < 255;
    }
    CHECK(between);
}

TEST_CASE("floating: put down elsewhere it covers what is there and leaves nothing behind", "[paint]")
{
    TileGrid const pixels = noise(4, { 0, 0, 600, 500 });
    Lifted const parts = lifted(pixels, rectangle_mask({ 20, 20, 100, 90 }));
    TileGrid const now = laid(parts.rest, moved(parts.piece, 203, 111));
    CHECK(at(now, 50, 50) == std::vector<std::uint8_t> { 0, 0, 0, 0 });
    for (int x = 20; x < 120; ++x) {
        auto const piece = at(pixels, x, 40), there = at(pixels, x + 203, 151), then = at(now, x + 203, 151);
        INFO(x);
        if (piece[3] == 255 || there[3] == 0)
            CHECK(then == (piece[3] ? piece : there));
        else if (piece[3] == 0)
            CHECK(then == there);
        else                               // alpha as of any two layers
            CHECK(std::abs(then[3] - (255 - (255 - piece[3]) * (255 - there[3]) / 255.)) <= 0.51);
    }
}

TEST_CASE("fill: a huge layer that is the same all over costs one tile", "[paint]")
{
    Rect const huge { 0, 0, 16384, 16384 };
    TileGrid const empty(4);
    std::vector<PlacedTile> const filled
        = ink_through(empty, rectangle_mask(huge), Allowed(TileGrid(1)), { { 10, 20, 30 } }, 1);
    CHECK(filled.size() == 64 * 64);
    CHECK(different_tiles(filled) == 1);
    CHECK((*filled[99].tile)[4] == 10);
    // Also where a selection lies askew over the tiles: the same combinations, the same tiles.
    TileGrid const selection = rectangle_mask({ 100, 100, 5000, 5000 });
    std::vector<PlacedTile> const part
        = ink_through(empty, rectangle_mask(huge), Allowed(selection, 37, 41), { { 10, 20, 30 } }, 1);
    CHECK(different_tiles(part) < 160);          // at the edges each is another
    Document document;
    document.properties.width = document.properties.height = 4096;
    TileGrid const all = flooded(document, 5, 5);
    CHECK(all == rectangle_mask({ 0, 0, 4096, 4096 }));
    CHECK(all.tile({ 0, 0 }) == all.tile({ 15, 15 }));
    CHECK(inverted(rectangle_mask({ 0, 0, 8192, 16384 }), huge) == rectangle_mask({ 8192, 0, 8192, 16384 }));
}

TEST_CASE("paint: what is asked to stop comes back at once", "[paint]")
{
    std::stop_source source;
    source.request_stop();
    std::stop_token const stop = source.get_token();
    TileGrid const mask = rectangle_mask({ 1000, 1000, 6000, 6000 }), pixels = noise(4, { 0, 0, 300, 300 });
    CHECK(ink_through(pixels, mask, Allowed(TileGrid(1)), {}, 1, stop).empty());
    Document document;
    document.properties.width = document.properties.height = 8192;
    CHECK(flooded(document, 1, 1, {}, stop).empty());
    CHECK(lifted(pixels, mask, stop).piece.empty());
    CHECK(laid(pixels, pixels, stop) == pixels);
}

TEST_CASE("compositing: other pixels can stand in for a layer's", "[paint]")
{
    Document document;
    document.properties.width = document.properties.height = 256;
    for (LayerKind kind : { LayerKind::paint, LayerKind::mask }) {
        document.layers.push_back(make_layer(document.layers.size() + 1, kind, "Layer"));
        document.layers.back().pixels = noise(kind == LayerKind::mask ? 1 : 4, { 0, 0, 256, 256 });
    }
    TileGrid const none(4), full = rectangle_mask({ 0, 0, 256, 256 });
    std::vector<std::uint32_t> seen(256 * 256);
    compose(document, { 0, 0, 256, 256 }, { .without = 1, .instead = &none }, seen);
    CHECK(std::ranges::count(seen, 0u) == 256 * 256);
    compose(document, { 0, 0, 256, 256 }, { .without = 2 }, seen);
    CHECK(std::ranges::count(seen, 0u) < 256 * 256);
    std::vector<std::uint8_t> mask(256 * 256);
    compose_mask(document, { 0, 0, 256, 256 }, { .without = 2, .instead = &full }, mask);
    CHECK(std::ranges::count(mask, 255) == 256 * 256);
    compose_mask(document, { 0, 0, 256, 256 }, { .without = 2 }, mask);
    CHECK(std::ranges::count(mask, 0) == 256 * 256);
}
