// SPDX-License-Identifier: Apache-2.0
// Strokes and fills on tiles.
#include "app/paint/flood.h"
#include "app/paint/stroke.h"

#include <catch2/catch_test_macros.hpp>

#include <cmath>

using namespace igneous;

namespace {

constexpr Rect canvas { 0, 0, 600, 600 };

void put_all(TileGrid& grid, std::vector<PlacedTile> const& tiles)
{
    for (PlacedTile const& placed : tiles)
        grid.put(placed.position, placed.tile);
}

TileGrid drawn(TileGrid grid, Brush const& brush, Ink const& ink, std::vector<StrokePoint> const& points,
    Allowed const& allowed = Allowed(TileGrid(1)))
{
    Stroke stroke(grid, brush, ink, allowed, canvas);
    for (StrokePoint const& point : points)
        put_all(grid, stroke.add(point));
    put_all(grid, stroke.finish());
    return grid;
}

std::uint8_t at(Image const& image, int x, int y, int channel)
{
    return image
        .pixels[(static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(x))
                    * static_cast<std::size_t>(image.channels)
                + static_cast<std::size_t>(channel)];
}

Brush const plain { .size = 20, .hardness = 1, .pressure_to_size = false };
Ink const red { { 200, 10, 20 } };

}

TEST_CASE("brush: a line is as wide as the brush and has its colour", "[paint]")
{
    Image const out = picture_of(drawn(TileGrid(4), plain, red, { { 100, 300 }, { 300, 300 }, { 500, 300 } }), canvas);
    for (int x = 100; x <= 500; x += 7) {
        for (int y : { 292, 300, 308 }) {
            CHECK(at(out, x, y, 0) == 200);
            CHECK(at(out, x, y, 3) == 255);
        }
        CHECK(at(out, x, 312, 3) == 0);
        CHECK(at(out, x, 287, 3) == 0);
    }
    CHECK(at(out, 85, 300, 3) == 0);
    CHECK(at(out, 512, 300, 3) == 0);
}

TEST_CASE("brush: a stroke does not build up over itself", "[paint]")
{
    Brush half = plain;
    half.opacity = 0.5;
    Image const out
        = picture_of(drawn(TileGrid(4), half, red, { { 100, 100 }, { 300, 100 }, { 100, 100 }, { 300, 100 } }), canvas);
    CHECK(at(out, 200, 100, 3) == 128);
    CHECK(at(out, 200, 100, 0) == 200);
    // A second stroke does.
    TileGrid const once = drawn(TileGrid(4), half, red, { { 100, 100 }, { 300, 100 } });
    Image const twice = picture_of(drawn(once, half, red, { { 100, 100 }, { 300, 100 } }), canvas);
    CHECK(std::abs(at(twice, 200, 100, 3) - 191) <= 1);
}

TEST_CASE("brush: pressure makes it wider or stronger, where asked for", "[paint]")
{
    Brush brush = plain;
    brush.pressure_to_size = true;
    Image out = picture_of(drawn(TileGrid(4), brush, red, { { 100, 100, 0.5 }, { 300, 100, 0.5 } }), canvas);
    CHECK(at(out, 200, 104, 3) == 255);
    CHECK(at(out, 200, 107, 3) == 0);
    brush.pressure_to_size = false;
    brush.pressure_to_opacity = true;
    out = picture_of(drawn(TileGrid(4), brush, red, { { 100, 100, 0.25 }, { 300, 100, 0.25 } }), canvas);
    CHECK(at(out, 200, 107, 3) == 64);
}

TEST_CASE("brush: the eraser leaves colours alone, and nothing where nothing is left", "[paint]")
{
    TileGrid const before = drawn(TileGrid(4), plain, red, { { 100, 100 }, { 300, 100 } });
    Brush half = plain;
    half.opacity = 0.5;
    Image const out = picture_of(drawn(before, half, { .erases = true }, { { 100, 100 }, { 300, 100 } }), canvas);
    CHECK(at(out, 200, 100, 3) == 128);
    CHECK(at(out, 200, 100, 0) == 200);
    Brush wide = plain;
    wide.size = 60;
    CHECK(drawn(before, wide, { .erases = true }, { { 50, 100 }, { 350, 100 } }).empty());
}

TEST_CASE("brush: only what is selected is painted on, and only within the document", "[paint]")
{
    TileGrid selection(1);
    Image part(50, 600, 1);
    std::fill(part.pixels.begin(), part.pixels.end(), std::uint8_t { 255 });
    put_all(selection, tiles_with(selection, part, 200, 0));
    Image const out = picture_of(
        drawn(TileGrid(4), plain, red, { { 100, 5 }, { 400, 5 } }, Allowed(selection, 10, 0)), { 0, -20, 600, 40 });
    CHECK(at(out, 189, 25, 3) == 0);
    CHECK(at(out, 190, 25, 3) == 255);
    CHECK(at(out, 239, 25, 3) == 255);
    CHECK(at(out, 240, 25, 3) == 0);
    CHECK(at(out, 200, 19, 3) == 0);       // above the document
}

TEST_CASE("brush: pieces of a stroke are the stroke", "[paint]")
{
    TileGrid grid(4);
    Stroke stroke(grid, plain, red, Allowed(TileGrid(1)), canvas);
    Rect all;
    for (int i = 0; i <= 20; ++i) {
        put_all(grid, stroke.add({ 20. + i * 25, 100 + 60 * std::sin(i) }));
        all = united(all, stroke.dirty());
    }
    put_all(grid, stroke.finish());
    Image const out = picture_of(grid, canvas);
    for (int y = 0; y < 600; ++y)
        for (int x = 0; x < 600; ++x)
            if (at(out, x, y, 3)) {
                Rect const seen = united(all, stroke.dirty());
                REQUIRE((x >= seen.x && y >= seen.y && x < seen.x + seen.width && y < seen.y + seen.height));
            }
}

TEST_CASE("brush: on a mask it adds and takes away", "[paint]")
{
    TileGrid const mask = drawn(TileGrid(1), plain, {}, { { 100, 100 }, { 300, 100 } });
    CHECK(at(picture_of(mask, canvas), 200, 100, 0) == 255);
    Image const less = picture_of(drawn(mask, plain, { .erases = true }, { { 200, 100 } }), canvas);
    CHECK(at(less, 200, 100, 0) == 0);
    CHECK(at(less, 120, 100, 0) == 255);
}

TEST_CASE("fill: reaches what looks alike and is connected", "[paint]")
{
    Document document;
    document.properties.width = document.properties.height = 600;
    Layer layer = make_layer(1, LayerKind::paint, "Lines");
    // A wall from edge to edge, across tiles.
    layer.pixels = drawn(TileGrid(4), plain, red, { { 0, 300 }, { 300, 300 }, { 600, 300 } });
    document.layers = { layer };
    TileGrid const upper = flooded(document, 10, 10);
    Image const mask = picture_of(upper, canvas);
    CHECK(at(mask, 590, 280, 0) == 255);
    CHECK(at(mask, 300, 300, 0) == 0);
    CHECK(at(mask, 300, 400, 0) == 0);
    Image const both = picture_of(flooded(document, 10, 10, { .connected = false }), canvas);
    CHECK(at(both, 300, 400, 0) == 255);
    CHECK(at(both, 300, 300, 0) == 0);
    CHECK(flooded(document, -1, 5).empty());
    CHECK(flooded(document, 5, 600).empty());
    // Ink goes through it, and nowhere else.
    TileGrid filled = layer.pixels;
    put_all(filled, ink_through(filled, upper, Allowed(TileGrid(1)), { { 1, 2, 3 } }, 1));
    Image const out = picture_of(filled, canvas);
    CHECK(at(out, 300, 10, 2) == 3);
    CHECK(at(out, 300, 300, 0) == 200);
    CHECK(at(out, 300, 500, 3) == 0);
}
