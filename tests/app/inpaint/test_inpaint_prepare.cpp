// SPDX-License-Identifier: Apache-2.0
// From a part of a document to a request.
#include "app/inpaint/canvas_part.h"
#include "app/inpaint/compose.h"
#include "app/inpaint/prepare.h"
#include "models/api/error.h"
#include "tests/app/inpaint/pictures.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <ranges>

using namespace igneous;
using namespace igneous::test;

namespace {

CanvasPart part(int width, int height, Rect const& masked)
{
    return { { { 10, 20, width, height }, 128, 128 }, with_alpha(landscape(width, height, 3)),
        rectangle_mask(width, height, masked) };
}

GenerationRequest base(double strength)
{
    GenerationRequest request;
    request.prompt = "a boat";
    request.init = InitImage();
    request.init->strength = strength;
    return request;
}

}

TEST_CASE("inpaint prepare: the request has the model's size, the mask and the task's beginning", "[inpaint]")
{
    auto const out = prepared(Task::fill, base(1), part(300, 200, { 100, 50, 60, 60 }));
    REQUIRE(out.request.init);
    CHECK(out.request.prompt == "a boat");
    CHECK(out.request.width == 128);
    CHECK(out.request.height == 128);
    CHECK(out.request.init->strength == 1);
    CHECK(out.request.init->image.channels == 3);
    CHECK(out.request.init->image.width == 128);
    REQUIRE(out.request.init->mask);
    CHECK(std::ranges::count(out.request.init->mask->pixels, std::uint8_t { 255 }) > 0);
    CHECK(out.mask == rectangle_mask(300, 200, { 100, 50, 60, 60 }));
    CHECK(out.before.channels == 4);
    CHECK_THROWS_AS(prepared(Task::fill, base(1), part(300, 200, {})), Error);
}

TEST_CASE("inpaint prepare: generate, refine, add and replace background", "[inpaint]")
{
    auto const generated = prepared(Task::generate, base(0.5), part(96, 96, {}));
    CHECK_FALSE(generated.request.init);
    CHECK(std::ranges::all_of(generated.mask.pixels, [](int value) { return value == 255; }));

    auto const refined = prepared(Task::refine, base(0.4), part(96, 96, {}));
    REQUIRE(refined.request.init);
    CHECK_FALSE(refined.request.init->mask);
    CHECK(refined.request.init->strength == 0.4);
    CHECK(prepared(Task::refine, base(0.4), part(96, 96, { 1, 1, 20, 20 })).request.init->mask);
    CHECK(prepared(Task::refine, GenerationRequest(), part(96, 96, {})).request.init->strength < 1);
    CHECK(prepared(Task::add, base(1), part(96, 96, { 1, 1, 20, 20 })).request.init->strength < 1);

    auto const background = prepared(Task::replace_background, base(1), part(96, 96, { 30, 30, 20, 20 }));
    CHECK(background.mask.pixels[0] == 255);
    CHECK(background.mask.pixels[40 * 96 + 40] == 0);
    CHECK(background.request.init->mask->pixels[0] == 255);
}

TEST_CASE("inpaint prepare: Expand paints what is empty and a strip to fade over", "[inpaint]")
{
    CanvasPart expand = part(200, 100, {});
    for (int y = 0; y < 100; ++y)
        for (int x = 120; x < 200; ++x)
            std::fill_n(&expand.picture.pixels[(static_cast<std::size_t>(y) * 200 + static_cast<std::size_t>(x)) * 4],
                4, std::uint8_t { 0 });
    Image const picture = expand.picture;
    auto const out = prepared(Task::expand, base(1), std::move(expand));
    CHECK(out.mask.pixels[50 * 200 + 199] == 255);
    CHECK(out.mask.pixels[50 * 200 + 106] == 255);
    CHECK(out.mask.pixels[50 * 200 + 100] == 0);
    CHECK(out.request.init->image.pixels[(64 * 128 + 127) * 3] > 60);          // continued, not black
    Image const laid = laid_over(picture, composed(out.before, out.request.init->image, out.mask));
    CHECK(change_outside(picture, laid, out.mask) == 0);
    CHECK(std::ranges::all_of(std::views::iota(std::size_t { 0 }, std::size_t { 200 * 100 }),
        [&](std::size_t i) { return laid.pixels[i * 4 + 3] == 255; }));
}

TEST_CASE("inpaint: a part of a document", "[inpaint]")
{
    Document document;
    document.id = 1;
    document.properties = { .name = "test", .width = 600, .height = 400, .frame = {}, .unknown = {} };
    Layer ground = make_layer(1, LayerKind::paint, "ground"), mask = make_layer(2, LayerKind::mask, "mask");
    for (PlacedTile& tile :
        tiles_with(ground.pixels, with_alpha(landscape(900, 400, 2)), 0, 0))   // wider than the document
        ground.pixels.put(tile.position, std::move(tile.tile));
    CHECK_FALSE(has_picture(document));
    document.layers = { ground, mask };
    CHECK(has_picture(document));
    CHECK_FALSE(has_mask(document));
    CHECK(mask_bounds(document) == Rect {});
    CHECK_THROWS_AS(canvas_part(document, Task::fill, 0.5, 128), Error);
    CHECK(canvas_part(document, Task::generate, 0.5, 128).frame.area == Rect { 0, 0, 600, 400 });

    for (PlacedTile& tile : tiles_with(mask.pixels, rectangle_mask(60, 30, { 0, 0, 60, 30 }), 250, 240))
        mask.pixels.put(tile.position, std::move(tile.tile));
    document.layers = { ground, mask };
    CHECK(has_mask(document));
    CHECK(mask_bounds(document) == Rect { 250, 240, 60, 30 });
    CanvasPart const filled = canvas_part(document, Task::fill, 0.5, 128);
    CHECK(contains(filled.frame.area, { 250, 240, 60, 30 }));
    CHECK(filled.picture.width == filled.frame.area.width);
    CHECK(std::ranges::count(filled.mask.pixels, std::uint8_t { 255 }) == 60 * 30);

    document.properties.frame = { 500, 0, 200, 400 };
    CanvasPart const expanded = canvas_part(document, Task::expand, 0.5, 128);
    CHECK(expanded.frame.area == document.properties.frame);
    CHECK(expanded.picture.pixels[(50 * 200 + 99) * 4 + 3] == 255);
    CHECK(expanded.picture.pixels[(50 * 200 + 100) * 4 + 3] == 0); // the layer has pixels there, the document ends
}
