// SPDX-License-Identifier: Apache-2.0
// What a model painted, brought back: bit-identical outside, no seam at the border.
#include "app/inpaint/compose.h"
#include "app/inpaint/seam.h"
#include "tests/app/inpaint/pictures.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <chrono>

using namespace igneous;
using namespace igneous::test;

TEST_CASE("inpaint compose: a colour shift is gone, outside every bit is as it was", "[inpaint]")
{
    auto const [width, height] = GENERATE(std::pair { 256, 256 }, std::pair { 203, 131 });
    int const texture = GENERATE(0, 4, 12);
    Image const before = landscape(width, height, texture);
    // Another texture over the same large shapes, in shifted colours.
    Image const painted = shifted(landscape(width, height, texture, 9), 18, -12, 25);
    for (Image const& mask : { disc_mask(width, height, 100, 66, 50), rectangle_mask(width, height, { 0, 0, 90, 70 }),
             rectangle_mask(width, height, { 40, 20, 9, 100 }) }) {
        Image const pasted = hard_paste(before, painted, mask);
        Image const blended = laid_over(before, composed(before, painted, mask));
        Image const matched = laid_over(before, composed(before, painted, mask, { .feather = 0 }));
        double const clean = seam_score(before, mask), bad = seam_score(pasted, mask), good = seam_score(blended, mask),
                     colours_only = seam_score(matched, mask);
        CAPTURE(width, texture, clean, bad, colours_only, good);
        CHECK(change_outside(before, blended, mask) == 0);
        CHECK(change_outside(before, matched, mask) == 0);
        CHECK(clean < 1.15);
        CHECK(bad > (texture == 0 ? 6 : texture == 4 ? 3 : 1.5));
        CHECK(good < clean + 0.15);
        CHECK(colours_only < clean + 0.4);
        // Not only at the border: the shift is gone from all of the mask.
        Image const unshifted = landscape(width, height, texture, 9);
        CHECK(mean_difference(painted, unshifted, mask) > 15);
        CHECK(mean_difference(matched, unshifted, mask) < 3 + texture / 2.0);
    }
}

TEST_CASE("inpaint compose: what the model drew stays", "[inpaint]")
{
    Image const before = landscape(128, 128, 3);
    Image painted = shifted(before, 10, 10, 10);
    for (int y = 54; y < 74; ++y)
        for (int x = 54; x < 74; ++x)
            painted.pixels[(static_cast<std::size_t>(y) * 128 + static_cast<std::size_t>(x)) * 3] = 250;
    Image const mask = disc_mask(128, 128, 64, 64, 40);
    Image const out = laid_over(before, composed(before, painted, mask));
    CHECK(out.pixels[(64 * 128 + 64) * 3] > 225);
    CHECK(std::abs(out.pixels[(64 * 128 + 90) * 3] - before.pixels[(64 * 128 + 90) * 3]) <= 6);
}

TEST_CASE("inpaint compose: the layer holds the mask and nothing else", "[inpaint]")
{
    Image const before = landscape(100, 80, 3), painted = shifted(before, 30, 0, 0);
    Image const mask = rectangle_mask(100, 80, { 30, 20, 40, 40 });
    Image const layer = composed(before, painted, mask, { .feather = 8 });
    REQUIRE(layer.channels == 4);
    for (std::size_t i = 0; i < mask.pixels.size(); ++i)
        if (mask.pixels[i] == 0)
            REQUIRE(std::all_of(&layer.pixels[i * 4], &layer.pixels[i * 4] + 4, [](int value) { return value == 0; }));
    auto const alpha = [&](int x, int y) {
        return static_cast<int>(
            layer.pixels[(static_cast<std::size_t>(y) * 100 + static_cast<std::size_t>(x)) * 4 + 3]);
    };
    CHECK(alpha(50, 40) == 255);
    CHECK(alpha(30, 40) > 0);
    CHECK(alpha(30, 40) < 30);
    for (int x = 30; x < 40; ++x)
        CHECK(alpha(x + 1, 40) >= alpha(x, 40));
    // A mask half set is half there.
    Image const half = composed(before, painted, rectangle_mask(100, 80, { 30, 20, 40, 40 }, 128), { .feather = 8 });
    CHECK(half.pixels[(40 * 100 + 50) * 4 + 3] == 128);
}

TEST_CASE("inpaint compose: edges of the picture, empty and whole masks, transparent ground", "[inpaint]")
{
    Image const before = landscape(61, 43, 2), painted = shifted(before, 40, 40, 40);
    Image const none(61, 43, 1), all = rectangle_mask(61, 43, { 0, 0, 61, 43 });
    Image const nothing = composed(before, painted, none);
    CHECK(std::ranges::all_of(nothing.pixels, [](int value) { return value == 0; }));
    CHECK(seam_score(before, none) == 1);
    CHECK(laid_over(before, composed(before, painted, all)) == painted);       // nothing to match, nothing to fade to
    CHECK(seam_score(painted, all) == 1);
    // At the picture's edge the layer is opaque, towards the rest it fades.
    Image const left = composed(before, painted, rectangle_mask(61, 43, { 0, 0, 30, 43 }));
    CHECK(left.pixels[(20 * 61 + 0) * 4 + 3] == 255);
    CHECK(left.pixels[(20 * 61 + 29) * 4 + 3] < 60);
    // Over transparent ground there is nothing to fade to.
    Image holed = with_alpha(before);
    for (int y = 0; y < 43; ++y)
        for (int x = 0; x < 30; ++x)
            holed.pixels[(static_cast<std::size_t>(y) * 61 + static_cast<std::size_t>(x)) * 4 + 3] = 0;
    Image const over = composed(holed, painted, rectangle_mask(61, 43, { 0, 0, 38, 43 }));
    CHECK(over.pixels[(20 * 61 + 29) * 4 + 3] == 255);
    CHECK(over.pixels[(20 * 61 + 37) * 4 + 3] < 80);
    Image const laid = laid_over(holed, over);
    for (std::size_t i = 0; i < 61 * 43; ++i)
        REQUIRE(laid.pixels[i * 4 + 3] == 255);
    CHECK(change_outside(holed, laid, rectangle_mask(61, 43, { 0, 0, 38, 43 })) == 0);
}

TEST_CASE("inpaint compose: another size comes back to the document's", "[inpaint]")
{
    Image const before = landscape(301, 200, 0), mask = disc_mask(301, 200, 150, 100, 60);
    Image const painted = shifted(resize(before, 128, 88), 15, 15, -15);
    Image const out = laid_over(before, composed(before, painted, mask));
    CHECK(change_outside(before, out, mask) == 0);
    CHECK(mean_difference(before, out, mask) < 2);
    CHECK(seam_score(out, mask) < 1.2);
}

TEST_CASE("inpaint compose: time for a large frame", "[.bench]")
{
    Image const before = landscape(2048, 2048, 4), mask = disc_mask(2048, 2048, 1000, 1000, 800);
    auto const begin = std::chrono::steady_clock::now();
    Image const layer = composed(before, resize(before, 512, 512), mask);
    WARN("2048 x 2048: " << std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() << " s");
    CHECK(layer.width == 2048);
}
