// SPDX-License-Identifier: Apache-2.0
// Masks as shapes, and layers transformed.
#include "app/paint/selection.h"
#include "app/paint/transform.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <random>

using namespace igneous;

namespace {

constexpr Rect canvas { 0, 0, 600, 500 };

int at(TileGrid const& grid, int x, int y) { return picture_of(grid, { x, y, 1, 1 }).pixels.back(); }

double amount(TileGrid const& mask)
{
    double sum = 0;
    for (auto const& [where, tile] : mask.tiles())
        for (std::uint8_t value : *tile)
            sum += value / 255.;
    return sum;
}

}

TEST_CASE("selection: a rectangle is exactly its pixels", "[paint]")
{
    TileGrid const mask = rectangle_mask({ 100, 50, 300, 260 });
    CHECK(amount(mask) == 300 * 260);
    CHECK(tight_bounds(mask) == Rect { 100, 50, 300, 260 });
    CHECK(rectangle_mask({ 5, 5, 0, 3 }).empty());
}

TEST_CASE("selection: an outline covers its area", "[paint]")
{
    TileGrid const triangle = polygon_mask({ { 10, 10 }, { 510, 10 }, { 10, 410 } }, canvas);
    CHECK(std::abs(amount(triangle) - 500 * 400 / 2.) < 60);
    CHECK(at(triangle, 20, 20) == 255);
    CHECK(at(triangle, 500, 400) == 0);
    // Whole pixels where it lies on their edges, and nothing beyond the document.
    CHECK(tiles_between(
        polygon_mask({ { 20, 30 }, { 120, 30 }, { 120, 80 }, { 20, 80 } }, canvas), rectangle_mask({ 20, 30, 100, 50 }))
            .empty());
    CHECK(amount(polygon_mask({ { -100, -100 }, { 10, -100 }, { 10, 10 }, { -100, 10 } }, canvas)) == 100);
    CHECK(polygon_mask({ { 1, 1 }, { 9, 9 } }, canvas).empty());
}

TEST_CASE("selection: masks are joined, and turned round twice they are as before", "[paint]")
{
    TileGrid const a = rectangle_mask({ 0, 0, 300, 300 }), b = rectangle_mask({ 200, 200, 300, 300 });
    CHECK(amount(joined(a, b, Joining::add)) == 2 * 90000 - 10000);
    CHECK(amount(joined(a, b, Joining::intersect)) == 10000);
    CHECK(amount(joined(a, b, Joining::subtract)) == 80000);
    CHECK(joined(a, b, Joining::replace) == b);
    CHECK(amount(inverted(a, canvas)) == 600 * 500 - 90000);
    CHECK(inverted(inverted(a, canvas), canvas) == a);
    TileGrid now = a;
    for (PlacedTile const& placed : tiles_between(a, b))
        now.put(placed.position, placed.tile);
    CHECK(now == b);
}

TEST_CASE("selection: grows by a disc, and shrinks back", "[paint]")
{
    TileGrid const mask = rectangle_mask({ 100, 100, 200, 150 });
    TileGrid const wide = grown(mask, 10, canvas);
    CHECK(tight_bounds(wide) == Rect { 90, 90, 220, 170 });
    CHECK(at(wide, 91, 91) == 0);          // round corners
    CHECK(at(wide, 95, 95) == 255);
    CHECK(grown(wide, -10, canvas) == mask);
    CHECK(grown(mask, -80, canvas).empty());
    // Not away from the document's edge.
    TileGrid const corner = rectangle_mask({ 0, 0, 100, 100 });
    CHECK(tight_bounds(grown(corner, -10, canvas)) == Rect { 0, 0, 90, 90 });
}

TEST_CASE("selection: feathering softens the edge and keeps the amount", "[paint]")
{
    TileGrid const mask = rectangle_mask({ 200, 150, 200, 200 }), soft = feathered(mask, 16, canvas);
    CHECK(std::abs(amount(soft) - 40000) < 200);
    CHECK(std::abs(at(soft, 200, 250) - 128) < 8);
    CHECK(at(soft, 300, 250) == 255);
    for (int x = 170; x < 230; ++x)
        CHECK(at(soft, x, 250) <= at(soft, x + 1, 250));
    CHECK(at(soft, 160, 250) == 0);
}

TEST_CASE("selection: outlines go round every part and every hole", "[paint]")
{
    Image mask(12, 10, 1);
    auto const put
        = [&](int x, int y, std::uint8_t value) { mask.pixels[static_cast<std::size_t>(y * 12 + x)] = value; };
    for (int y = 1; y < 6; ++y)
        for (int x = 1; x < 6; ++x)
            put(x, y, 255);
    put(3, 3, 0);
    put(6, 6, 255);                        // touches at a corner only
    put(11, 9, 200);
    auto const lines = outlines(mask);
    REQUIRE(lines.size() == 4);
    CHECK(lines[0] == std::vector<Point> { { 1, 1 }, { 6, 1 }, { 6, 6 }, { 1, 6 } });
    double area = 0;
    for (auto const& line : lines)
        for (std::size_t i = 0; i < line.size(); ++i) {
            Point const &a = line[i], &b = line[(i + 1) % line.size()];
            area += (a.x * b.y - b.x * a.y) / 2;
        }
    CHECK(area == 24 + 1 + 1);
}

TEST_CASE("transform: whole moves keep every bit, others what is seen", "[paint]")
{
    std::mt19937 random(1);
    TileGrid grid(4);
    Image picture(90, 70, 4);
    for (std::size_t i = 0; i < picture.pixels.size(); ++i)
        picture.pixels[i] = static_cast<std::uint8_t>(i % 4 == 3 ? 255 : random());
    for (PlacedTile const& placed : tiles_with(grid, picture, 240, 200))
        grid.put(placed.position, placed.tile);
    Rect const limits { -2000, -2000, 4000, 4000 };
    CHECK(picture_of(transformed(grid, { .e = -300, .f = 7 }, limits), { -60, 207, 90, 70 }) == picture);
    // A quarter turn about the picture's corner.
    Image const turned
        = picture_of(transformed(grid, { 0, 1, -1, 0, 240 + 200, 200 - 240 }, limits), { 170, 200, 70, 90 });
    for (int y = 0; y < 70; ++y)
        for (int x = 0; x < 90; ++x)
            for (std::size_t c = 0; c < 4; ++c)
                REQUIRE(turned.pixels[static_cast<std::size_t>(x * 70 + 69 - y) * 4 + c]
                        == picture.pixels[static_cast<std::size_t>(y * 90 + x) * 4 + c]);
    // Smaller: the mean stays, nothing is lost at the edges.
    double before = 0, after = 0;
    for (std::size_t i = 3; i < picture.pixels.size(); i += 4)
        before += picture.pixels[i];
    Image const small = picture_of(transformed(grid, { 0.2, 0, 0, 0.2, 0, 0 }, limits), { 0, 0, 200, 200 });
    for (std::size_t i = 3; i < small.pixels.size(); i += 4)
        after += small.pixels[i];
    CHECK(std::abs(after / (before * 0.04) - 1) < 0.02);
    CHECK(transformed(grid, { 0, 0, 0, 0, 5, 5 }, limits).empty());
}
