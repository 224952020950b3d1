// SPDX-License-Identifier: Apache-2.0
#include "app/paint/compositing.h"

#include "app/paint/blend.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace igneous {

namespace {

constexpr std::array<float, 256> fractions = [] {
    std::array<float, 256> all {};
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = static_cast<float>(i) / 255.f;
    return all;
}();

std::uint32_t byte_of(float fraction)
{
    return static_cast<std::uint32_t>(std::clamp(fraction, 0.f, 1.f) * 255 + 0.5f);
}

/// Pixels of one row: the first at (x, y), each `step` to the right of the one before.
struct Row {
    int x = 0, y = 0, count = 0, step = 1;
};

/// Calls work(first, count, pixel) for each stretch of the row that lies in one tile that is there; `pixel` points to
/// the tile's byte for the first.
void for_each_stretch(TileGrid const& grid, Row const& row, auto const& work)
{
    if (grid.empty())
        return;
    int const channels = grid.channels(), ty = row.y >> 8;
    for (int i = 0; i < row.count;) {
        int const x = row.x + i * row.step, tx = x >> 8;
        int const end = std::min(row.count, i + ((tx + 1) * tile_side - x + row.step - 1) / row.step);
        auto const found = grid.tiles().find({ tx, ty });
        if (found != grid.tiles().end())
            work(i, end - i,
                found->second->data()
                    + (static_cast<std::size_t>(row.y & 255) * tile_side + static_cast<std::size_t>(x & 255))
                          * static_cast<std::size_t>(channels));
        i = end;
    }
}

/// What blend_row() does for normal layers, straight from their bytes: most layers are, and most of their pixels are
/// empty or opaque.
void put_over(std::uint8_t const* pixel, std::size_t jump, float opacity, int count, float* row)
{
    float const* const fraction = fractions.data();
    for (int i = 0; i < count; ++i, pixel += jump, row += 4) {
        if (pixel[3] == 0)
            continue;
        float const a = fraction[pixel[3]] * opacity, keep = 1 - a;
        row[0] = fraction[pixel[0]] * a + row[0] * keep;
        row[1] = fraction[pixel[1]] * a + row[1] * keep;
        row[2] = fraction[pixel[2]] * a + row[2] * keep;
        row[3] = a + row[3] * keep;
    }
}

bool is_left_out(Layer const& layer, Composing const& how) { return layer.id == how.without && !how.instead; }

TileGrid const& shown_pixels(Layer const& layer, Composing const& how)
{
    return layer.id == how.without && how.instead ? *how.instead : layer.pixels;
}

/// Composes rows of a document, top layer last.
class Composer {
public:
    Composer(Document const& document, Composing const& how, int count)
        : m_document(document)
        , m_how(how)
        , m_source(static_cast<std::size_t>(count))
    {}

    /// Premultiplied, four floats a pixel.
    void compose(Row const& row, std::vector<float>& out)
    {
        out.assign(static_cast<std::size_t>(row.count) * 4, 0.f);
        add_layers(m_document.layers, row, out, 0);
    }

private:
    void add_layers(std::vector<Layer> const& layers, Row const& row, std::vector<float>& out, std::size_t depth)
    {
        for (Layer const& layer : layers) {
            LayerProperties const& has = layer.properties;
            bool const shows
                = layer.kind != LayerKind::mask && (layer.kind != LayerKind::reference || m_how.references);
            if (!shows || !has.visible || has.opacity <= 0 || is_left_out(layer, m_how))
                continue;
            Row const inside { row.x - has.x, row.y - has.y, row.count, row.step };
            if (layer.kind == LayerKind::group)
                add_group(layer, inside, out, depth);
            else
                add_pixels(layer, inside, out);
        }
    }

    void add_group(Layer const& group, Row const& row, std::vector<float>& out, std::size_t depth)
    {
        if (m_groups.size() <= depth)
            m_groups.resize(depth + 1);
        std::vector<float> inside = std::move(m_groups[depth]);
        inside.assign(out.size(), 0.f);
        add_layers(group.children, row, inside, depth + 1);
        float const opacity = static_cast<float>(group.properties.opacity);
        for (int i = 0; i < row.count; ++i) {
            float const* pixel = inside.data() + i * 4;
            float const a = pixel[3], scale = a > 0 ? 1 / a : 0;
            m_source[static_cast<std::size_t>(i)]
                = { pixel[0] * scale, pixel[1] * scale, pixel[2] * scale, a * opacity };
        }
        blend_row(group.properties.blend, m_source.data(), out.data(), row.count);
        m_groups[depth] = std::move(inside);
    }

    void add_pixels(Layer const& layer, Row const& row, std::vector<float>& out)
    {
        float const opacity = static_cast<float>(layer.properties.opacity);
        BlendMode const mode = layer.properties.blend;
        auto const jump = static_cast<std::size_t>(row.step) * 4;
        float const* const fraction = fractions.data();
        for_each_stretch(shown_pixels(layer, m_how), row, [&](int first, int count, std::uint8_t const* pixel) {
            if (mode == BlendMode::normal)
                return put_over(pixel, jump, opacity, count, out.data() + first * 4);
            bool anything = false;
            Rgba* source = m_source.data();
            for (int i = 0; i < count; ++i, pixel += jump) {
                anything |= pixel[3] != 0;
                source[i]
                    = { fraction[pixel[0]], fraction[pixel[1]], fraction[pixel[2]], fraction[pixel[3]] * opacity };
            }
            if (anything)
                blend_row(mode, m_source.data(), out.data() + first * 4, count);
        });
    }

    Document const& m_document;
    Composing m_how;
    std::vector<Rgba> m_source;
    std::vector<std::vector<float>> m_groups;          // a row for each depth
};

void add_mask(TileGrid const& grid, Row const& row, double opacity, std::uint8_t* out)
{
    for_each_stretch(grid, row, [&](int first, int count, std::uint8_t const* pixel) {
        for (int i = 0; i < count; ++i, pixel += row.step) {
            auto const value
                = opacity >= 1 ? *pixel : static_cast<std::uint8_t>(static_cast<float>(*pixel) * opacity + 0.5);
            out[first + i] = std::max(out[first + i], value);
        }
    });
}

void add_masks(std::vector<Layer> const& layers, Row const& row, Composing const& how, std::uint8_t* out)
{
    for (Layer const& layer : layers) {
        LayerProperties const& has = layer.properties;
        if (!has.visible || is_left_out(layer, how))
            continue;
        Row const inside { row.x - has.x, row.y - has.y, row.count, row.step };
        if (layer.kind == LayerKind::mask)
            add_mask(shown_pixels(layer, how), inside, has.opacity, out);
        add_masks(layer.children, inside, how, out);
    }
}

/// Calls work(number, row) for the rows of the area.
void for_each_row(Rect const& area, int step, auto const& work)
{
    Row row { area.x + step / 2, 0, area.width / step, step };
    for (int i = 0; i < area.height / step; ++i) {
        row.y = area.y + step / 2 + i * step;
        work(static_cast<std::size_t>(i), row);
    }
}

}

Image flatten(Document const& document, Rect const& area)
{
    Image image(area.width, area.height, 4);
    Composer composer(document, {}, area.width);
    std::vector<float> pixels;
    std::uint8_t* out = image.pixels.data();
    for_each_row(area, 1, [&](std::size_t, Row const& row) {
        composer.compose(row, pixels);
        for (std::size_t i = 0; i < pixels.size(); i += 4, out += 4) {
            float const a = pixels[i + 3];
            out[3] = static_cast<std::uint8_t>(byte_of(a));
            for (std::size_t c = 0; c < 3; ++c)
                out[c] = out[3] ? static_cast<std::uint8_t>(byte_of(pixels[i + c] / a)) : 0;
        }
    });
    return image;
}

void compose(Document const& document, Rect const& area, Composing const& how, std::span<std::uint32_t> out)
{
    Composer composer(document, how, area.width / how.step);
    std::vector<float> pixels;
    std::uint32_t* to = out.data();
    for_each_row(area, how.step, [&](std::size_t, Row const& row) {
        composer.compose(row, pixels);
        float const* p = pixels.data();
        for (int i = 0; i < row.count; ++i, p += 4)
            *to++ = p[3] <= 0 ? 0 : byte_of(p[3]) << 24 | byte_of(p[0]) << 16 | byte_of(p[1]) << 8 | byte_of(p[2]);
    });
}

void compose_mask(Document const& document, Rect const& area, Composing const& how, std::span<std::uint8_t> out)
{
    std::ranges::fill(out, std::uint8_t { 0 });
    for_each_row(area, how.step, [&](std::size_t number, Row const& row) {
        add_masks(document.layers, row, how, out.data() + number * static_cast<std::size_t>(row.count));
    });
}

Image mask_of(Document const& document, Rect const& area)
{
    Image image(area.width, area.height, 1);
    compose_mask(document, area, {}, image.pixels);
    for_each_row(area, 1, [&](std::size_t number, Row const& row) {
        add_mask(document.selection, row, 1, image.pixels.data() + number * static_cast<std::size_t>(row.count));
    });
    return image;
}

}
