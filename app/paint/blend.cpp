// SPDX-License-Identifier: Apache-2.0
#include "app/paint/blend.h"

#include <algorithm>
#include <cmath>

namespace igneous {

namespace {

float screen(float b, float s) { return b + s - b * s; }
float hard_light(float b, float s) { return s <= 0.5f ? b * 2 * s : screen(b, 2 * s - 1); }

float color_dodge(float b, float s)
{
    if (b == 0)
        return 0;
    return s >= 1 ? 1 : std::min(1.f, b / (1 - s));
}

float color_burn(float b, float s)
{
    if (b >= 1)
        return 1;
    return s <= 0 ? 0 : 1 - std::min(1.f, (1 - b) / s);
}

float soft_light(float b, float s)
{
    if (s <= 0.5f)
        return b - (1 - 2 * s) * b * (1 - b);
    float const d = b <= 0.25f ? ((16 * b - 12) * b + 4) * b : std::sqrt(b);
    return b + (2 * s - 1) * (d - b);
}

struct Colour {
    float r, g, b;
};

float lum(Colour const& c) { return 0.3f * c.r + 0.59f * c.g + 0.11f * c.b; }
float sat(Colour const& c) { return std::max({ c.r, c.g, c.b }) - std::min({ c.r, c.g, c.b }); }

Colour clip_color(Colour c)
{
    float const l = lum(c), n = std::min({ c.r, c.g, c.b }), x = std::max({ c.r, c.g, c.b });
    auto const pull
        = [&](float factor) { c = { l + (c.r - l) * factor, l + (c.g - l) * factor, l + (c.b - l) * factor }; };
    if (n < 0)
        pull(l / (l - n));
    if (x > 1)
        pull((1 - l) / (x - l));
    return c;
}

Colour set_lum(Colour const& c, float l)
{
    float const d = l - lum(c);
    return clip_color({ c.r + d, c.g + d, c.b + d });
}

Colour set_sat(Colour const& c, float s)
{
    float const least = std::min({ c.r, c.g, c.b }), span = sat(c);
    if (span <= 0)
        return { 0, 0, 0 };
    float const factor = s / span;
    return { (c.r - least) * factor, (c.g - least) * factor, (c.b - least) * factor };
}

/// Source over with the colour that `mix(backdrop, source)` says.
void over(Rgba const* source, float* row, int count, auto const& mix)
{
    for (int i = 0; i < count; ++i, row += 4) {
        Rgba const& s = source[i];
        if (s.a <= 0)
            continue;
        float const ab = row[3], keep = 1 - s.a;
        Colour const backdrop = ab > 0 ? Colour { row[0] / ab, row[1] / ab, row[2] / ab } : Colour { 0, 0, 0 };
        Colour const mixed = mix(backdrop, Colour { s.r, s.g, s.b });
        row[0] = s.a * ((1 - ab) * s.r + ab * mixed.r) + keep * row[0];
        row[1] = s.a * ((1 - ab) * s.g + ab * mixed.g) + keep * row[1];
        row[2] = s.a * ((1 - ab) * s.b + ab * mixed.b) + keep * row[2];
        row[3] = s.a + ab * keep;
    }
}

void separable(Rgba const* source, float* row, int count, auto const& mix)
{
    over(source, row, count,
        [&](Colour const& b, Colour const& s) { return Colour { mix(b.r, s.r), mix(b.g, s.g), mix(b.b, s.b) }; });
}

void normal(Rgba const* source, float* row, int count)
{
    for (int i = 0; i < count; ++i, row += 4) {
        Rgba const& s = source[i];
        float const keep = 1 - s.a;
        row[0] = s.r * s.a + row[0] * keep;
        row[1] = s.g * s.a + row[1] * keep;
        row[2] = s.b * s.a + row[2] * keep;
        row[3] = s.a + row[3] * keep;
    }
}

void add(Rgba const* source, float* row, int count)
{
    for (int i = 0; i < count; ++i, row += 4) {
        Rgba const& s = source[i];
        row[0] = std::min(1.f, row[0] + s.r * s.a);
        row[1] = std::min(1.f, row[1] + s.g * s.a);
        row[2] = std::min(1.f, row[2] + s.b * s.a);
        row[3] = std::min(1.f, row[3] + s.a);
    }
}

}

void blend_row(BlendMode mode, Rgba const* source, float* row, int count)
{
    switch (mode) {
    case BlendMode::normal: return normal(source, row, count);
    case BlendMode::add: return add(source, row, count);
    case BlendMode::multiply: return separable(source, row, count, [](float b, float s) { return b * s; });
    case BlendMode::screen: return separable(source, row, count, screen);
    case BlendMode::overlay: return separable(source, row, count, [](float b, float s) { return hard_light(s, b); });
    case BlendMode::darken: return separable(source, row, count, [](float b, float s) { return std::min(b, s); });
    case BlendMode::lighten: return separable(source, row, count, [](float b, float s) { return std::max(b, s); });
    case BlendMode::color_dodge: return separable(source, row, count, color_dodge);
    case BlendMode::color_burn: return separable(source, row, count, color_burn);
    case BlendMode::hard_light: return separable(source, row, count, hard_light);
    case BlendMode::soft_light: return separable(source, row, count, soft_light);
    case BlendMode::difference: return separable(source, row, count, [](float b, float s) { return std::abs(b - s); });
    case BlendMode::exclusion: return separable(source, row, count, [](float b, float s) { return b + s - 2 * b * s; });
    case BlendMode::hue:
        return over(
            source, row, count, [](Colour const& b, Colour const& s) { return set_lum(set_sat(s, sat(b)), lum(b)); });
    case BlendMode::saturation:
        return over(
            source, row, count, [](Colour const& b, Colour const& s) { return set_lum(set_sat(b, sat(s)), lum(b)); });
    case BlendMode::color:
        return over(source, row, count, [](Colour const& b, Colour const& s) { return set_lum(s, lum(b)); });
    case BlendMode::luminosity:
        return over(source, row, count, [](Colour const& b, Colour const& s) { return set_lum(b, lum(s)); });
    }
}

}
