// SPDX-License-Identifier: Apache-2.0
// Layers over one another, against the formulas of the W3C's "Compositing and Blending" written out plainly in double.
#include "app/paint/compositing.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <random>

using namespace igneous;

namespace {

using Three = std::array<double, 3>;

double lum(Three const& c) { return 0.3 * c[0] + 0.59 * c[1] + 0.11 * c[2]; }
double sat(Three const& c) { return std::ranges::max(c) - std::ranges::min(c); }

Three set_lum(Three c, double l)
{
    double const d = l - lum(c);
    for (double& v : c)
        v += d;
    double const n = std::ranges::min(c), x = std::ranges::max(c), m = lum(c);
    for (double& v : c) {
        if (n < 0)
            v = m + (v - m) * m / (m - n);
        if (x > 1)
            v = m + (v - m) * (1 - m) / (x - m);
    }
    return c;
}

/// Written as the specification has it: sorted, the middle one moved in proportion.
Three set_sat(Three c, double s)
{
    std::array<std::size_t, 3> order { 0, 1, 2 };
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return c[i]; });
    double &low = c[order[0]], &middle = c[order[1]], &high = c[order[2]];
    if (high > low) {
        middle = (middle - low) * s / (high - low);
        high = s;
    } else {
        middle = high = 0;
    }
    low = 0;
    return c;
}

double channel(BlendMode mode, double b, double s)
{
    switch (mode) {
    case BlendMode::multiply: return b * s;
    case BlendMode::screen: return 1 - (1 - b) * (1 - s);
    case BlendMode::overlay: return channel(BlendMode::hard_light, s, b);
    case BlendMode::darken: return std::min(b, s);
    case BlendMode::lighten: return std::max(b, s);
    case BlendMode::color_dodge: return b == 0 ? 0 : s == 1 ? 1 : std::min(1., b / (1 - s));
    case BlendMode::color_burn: return b == 1 ? 1 : s == 0 ? 0 : 1 - std::min(1., (1 - b) / s);
    case BlendMode::hard_light: return s <= 0.5 ? 2 * b * s : 1 - (1 - b) * (1 - (2 * s - 1));
    case BlendMode::soft_light:
        return s <= 0.5 ? b - (1 - 2 * s) * b * (1 - b)
                        : b + (2 * s - 1) * ((b <= 0.25 ? ((16 * b - 12) * b + 4) * b : std::sqrt(b)) - b);
    case BlendMode::difference: return std::abs(b - s);
    case BlendMode::exclusion: return b + s - 2 * b * s;
    default: return s;
    }
}

Three mixed(BlendMode mode, Three const& b, Three const& s)
{
    switch (mode) {
    case BlendMode::hue: return set_lum(set_sat(s, sat(b)), lum(b));
    case BlendMode::saturation: return set_lum(set_sat(b, sat(s)), lum(b));
    case BlendMode::color: return set_lum(s, lum(b));
    case BlendMode::luminosity: return set_lum(b, lum(s));
    default: return { channel(mode, b[0], s[0]), channel(mode, b[1], s[1]), channel(mode, b[2], s[2]) };
    }
}

/// Straight RGBA in 0..1.
std::array<double, 4> over(BlendMode mode, std::array<double, 4> const& b, std::array<double, 4> const& s)
{
    std::array<double, 4> out {};
    double const as = s[3], ab = b[3];
    Three const mix = mixed(mode, { b[0], b[1], b[2] }, { s[0], s[1], s[2] });
    out[3] = mode == BlendMode::add ? std::min(1., as + ab) : as + ab * (1 - as);
    for (std::size_t c = 0; c < 3; ++c) {
        double const premultiplied = mode == BlendMode::add
                                         ? std::min(1., as * s[c] + ab * b[c])
                                         : as * ((1 - ab) * s[c] + ab * mix[c]) + (1 - as) * ab * b[c];
        out[c] = out[3] > 0 ? std::min(1., premultiplied / out[3]) : 0;
    }
    return out;
}

Image noise(int width, int height, unsigned seed, bool opaque = false)
{
    std::mt19937 random(seed);
    Image image(width, height, 4);
    for (std::size_t i = 0; i < image.pixels.size(); ++i) {
        // Ends of the range and equal channels often: that is where formulas break.
        auto const draw = random() % 6;
        image.pixels[i] = static_cast<std::uint8_t>(draw == 0 ? 0 : draw == 1 ? 255 : random());
        if (opaque && i % 4 == 3)
            image.pixels[i] = 255;
    }
    return image;
}

Layer layer_of(LayerId id, Image const& image, int x = 0, int y = 0)
{
    Layer layer = make_layer(id, LayerKind::paint, "Layer");
    for (PlacedTile const& placed : tiles_with(layer.pixels, image, x, y))
        layer.pixels.put(placed.position, placed.tile);
    return layer;
}

Document document_of(std::vector<Layer> layers)
{
    Document document;
    document.id = 1;
    document.layers = std::move(layers);
    return document;
}

std::array<double, 4> pixel(Image const& image, int x, int y)
{
    std::array<double, 4> out {};
    for (std::size_t c = 0; c < 4; ++c)
        out[c] = image.pixels[(static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width)
                                  + static_cast<std::size_t>(x))
                                  * 4
                              + c]
                 / 255.;
    return out;
}

}

TEST_CASE("compositing: one opaque layer comes out bit for bit", "[paint]")
{
    Image const picture = noise(300, 200, 1, true);
    Document const document = document_of({ layer_of(1, picture, -20, 30) });
    CHECK(flatten(document, { -20, 30, 300, 200 }) == picture);
    // Straight colours survive where anything is seen of them.
    Image const glass = noise(64, 64, 2);
    Image const out = flatten(document_of({ layer_of(1, glass) }), { 0, 0, 64, 64 });
    for (std::size_t i = 0; i < glass.pixels.size(); i += 4)
        for (std::size_t c = 0; c < 4; ++c)
            REQUIRE(out.pixels[i + c] == (glass.pixels[i + 3] ? glass.pixels[i + c] : 0));
}

TEST_CASE("compositing: every blend mode is the specification's", "[paint]")
{
    Image const below = noise(80, 60, 3), above = noise(80, 60, 4);
    for (int mode = 0; mode <= static_cast<int>(BlendMode::add); ++mode) {
        Layer top = layer_of(2, above);
        top.properties.blend = static_cast<BlendMode>(mode);
        top.properties.opacity = 0.7;
        Image const out = flatten(document_of({ layer_of(1, below), top }), { 0, 0, 80, 60 });
        double worst = 0;
        for (int y = 0; y < 60; ++y)
            for (int x = 0; x < 80; ++x) {
                auto source = pixel(above, x, y);
                source[3] *= 0.7;
                auto const want = over(top.properties.blend, pixel(below, x, y), source), got = pixel(out, x, y);
                worst = std::max(worst, std::abs(want[3] - got[3]));
                for (std::size_t c = 0; c < 3 && want[3] * 255 >= 1; ++c)
                    worst = std::max(worst, std::abs(want[c] - got[c]));
            }
        INFO(blend_mode_name(top.properties.blend));
        CHECK(worst < 0.51 / 255);
    }
}

TEST_CASE("compositing: a group is one layer, where it lies", "[paint]")
{
    Image const below = noise(40, 40, 5, true), one = noise(40, 40, 6), two = noise(40, 40, 7);
    Layer upper = layer_of(3, two);
    upper.properties.blend = BlendMode::multiply;
    Layer group = make_layer(4, LayerKind::group, "Group");
    group.children = { layer_of(2, one), upper };
    group.properties.opacity = 0.5;
    group.properties.blend = BlendMode::screen;
    group.properties.x = 3;
    Image const out = flatten(document_of({ layer_of(1, below), group }), { 3, 0, 37, 40 });
    double worst = 0;
    for (int y = 0; y < 40; ++y)
        for (int x = 0; x < 37; ++x) {
            auto inside = over(BlendMode::multiply, pixel(one, x, y), pixel(two, x, y));
            inside[3] *= 0.5;
            auto const want = over(BlendMode::screen, pixel(below, x + 3, y), inside), got = pixel(out, x, y);
            for (std::size_t c = 0; c < 4; ++c)
                worst = std::max(worst, std::abs(want[c] - got[c]));
        }
    CHECK(worst < 0.51 / 255);
}

TEST_CASE("compositing: what is hidden, a mask or a reference is in no picture", "[paint]")
{
    Layer hidden = layer_of(1, noise(20, 20, 8, true));
    hidden.properties.visible = false;
    Layer reference = layer_of(2, noise(20, 20, 9, true));
    reference.kind = LayerKind::reference;
    Layer mask = make_layer(3, LayerKind::mask, "Mask");
    mask.pixels.put({ 0, 0 }, make_tile(TileBytes(mask.pixels.tile_bytes(), 255)));
    Document const document = document_of({ hidden, reference, mask });
    CHECK(flatten(document, { 0, 0, 20, 20 }) == Image(20, 20, 4));
    std::vector<std::uint32_t> seen(400);
    compose(document, { 0, 0, 20, 20 }, { .references = true }, seen);
    CHECK(std::ranges::all_of(seen, [](std::uint32_t pixel) { return pixel >> 24 == 255; }));
    compose(document, { 0, 0, 20, 20 }, { .references = true, .without = 2 }, seen);
    CHECK(std::ranges::all_of(seen, [](std::uint32_t pixel) { return pixel == 0; }));
}

TEST_CASE("compositing: a coarser picture is made of the picture's pixels", "[paint]")
{
    Image const picture = noise(512, 512, 10, true);
    Document const document = document_of({ layer_of(1, picture) });
    std::vector<std::uint32_t> coarse(64 * 64);
    compose(document, { 0, 0, 512, 512 }, { .step = 8 }, coarse);
    for (std::size_t y = 0; y < 64; ++y)
        for (std::size_t x = 0; x < 64; ++x) {
            std::uint8_t const* p = picture.pixels.data() + ((y * 8 + 4) * 512 + x * 8 + 4) * 4;
            REQUIRE(coarse[y * 64 + x] == (0xff000000u | p[0] << 16 | p[1] << 8 | p[2]));
        }
}

TEST_CASE("compositing: masks and selection are united", "[paint]")
{
    Document document = document_of({});
    Layer mask = make_layer(1, LayerKind::mask, "Inpaint mask");
    Image spot(10, 10, 1);
    std::ranges::fill(spot.pixels, 200);
    for (PlacedTile const& placed : tiles_with(mask.pixels, spot, 0, 0))
        mask.pixels.put(placed.position, placed.tile);
    mask.properties.x = 5;
    Layer off = mask;
    off.id = 2;
    off.properties.x = 100;
    off.properties.visible = false;
    document.layers = { mask, off };
    Image half(4, 4, 1);
    std::ranges::fill(half.pixels, 255);
    for (PlacedTile const& placed : tiles_with(document.selection, half, 12, 8))
        document.selection.put(placed.position, placed.tile);
    Image const out = mask_of(document, { 0, 0, 200, 20 });
    auto const at = [&](std::size_t x, std::size_t y) { return int { out.pixels[y * 200 + x] }; };
    CHECK(at(4, 0) == 0);
    CHECK(at(5, 0) == 200);
    CHECK(at(14, 9) == 255);
    CHECK(at(14, 7) == 200);
    CHECK(at(15, 10) == 255);
    CHECK(at(15, 12) == 0);
    CHECK(at(105, 5) == 0);
}
