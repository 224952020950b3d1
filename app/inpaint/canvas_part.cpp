// SPDX-License-Identifier: Apache-2.0
#include "app/inpaint/canvas_part.h"

#include "app/paint/compositing.h"

#include <algorithm>

namespace igneous {

namespace {

Rect area_of_document(Document const& document)
{
    return { 0, 0, document.properties.width, document.properties.height };
}

bool any_layer(Document const& document, LayerKind kind)
{
    bool found = false;
    for_each_layer(document.layers, [&](Layer const& layer) {
        found = found || (layer.kind == kind && layer.properties.visible && !layer.pixels.empty());
    });
    return found;
}

/// Whole tiles, cut to the document.
Rect tiles_of_mask(Document const& document)
{
    Rect around = document.selection.bounds();
    for_each_layer(document.layers, [&](Layer const& layer) {
        if (layer.kind == LayerKind::mask && layer.properties.visible)
            around = united(around, bounds_of(document, layer.id));
    });
    return intersected(around, area_of_document(document));
}

FrameWish wish_for(Document const& document, Rect const& mask, Task task, double padding, int best_side)
{
    return { .task = task,
        .document_width = document.properties.width,
        .document_height = document.properties.height,
        .frame = document.properties.frame,
        .mask = mask,
        .padding = padding,
        .best_side = best_side };
}

/// What lies beyond the document is not there.
void clear_outside(Image& picture, Rect const& area, Rect const& inside)
{
    auto const channels = static_cast<std::size_t>(picture.channels);
    for (int y = 0; y < area.height; ++y)
        for (int x = 0; x < area.width; ++x)
            if (!contains(inside, { area.x + x, area.y + y, 1, 1 }))
                std::fill_n(&picture.pixels[(static_cast<std::size_t>(y) * static_cast<std::size_t>(area.width)
                                                + static_cast<std::size_t>(x))
                                            * channels],
                    channels, std::uint8_t { 0 });
}

}

Rect bounds_in(Image const& mask)
{
    int left = mask.width, right = 0, top = mask.height, bottom = 0;
    for (int y = 0; y < mask.height; ++y) {
        auto const row = mask.pixels.begin() + static_cast<std::ptrdiff_t>(y) * mask.width, end = row + mask.width;
        auto const set = [](std::uint8_t value) { return value > 0; };
        auto const first = std::find_if(row, end, set);
        if (first == end)
            continue;
        auto const last = std::find_if(std::reverse_iterator(end), std::reverse_iterator(row), set).base();
        left = std::min(left, static_cast<int>(first - row));
        right = std::max(right, static_cast<int>(last - row));
        top = std::min(top, y);
        bottom = y + 1;
    }
    return right > left ? Rect { left, top, right - left, bottom - top } : Rect {};
}

Rect mask_bounds(Document const& document)
{
    Rect const around = tiles_of_mask(document);
    Rect bounds;
    // A row of tiles at a time: masks may be as large as documents.
    for (int y = around.y; y < around.y + around.height; y += tile_side) {
        Rect const band { around.x, y, around.width, std::min(tile_side, around.y + around.height - y) };
        Rect const found = bounds_in(mask_of(document, band));
        if (!found.empty())
            bounds = united(bounds, moved(found, band.x, band.y));
    }
    return bounds;
}

bool has_mask(Document const& document) { return !document.selection.empty() || any_layer(document, LayerKind::mask); }
bool has_picture(Document const& document) { return any_layer(document, LayerKind::paint); }

ModelFrame likely_frame(Document const& document, Task task, double padding, int best_side)
{
    return model_frame(wish_for(document, tiles_of_mask(document), task, padding, best_side));
}

CanvasPart canvas_part(Document const& document, Task task, double padding, int best_side)
{
    CanvasPart part { model_frame(wish_for(document, mask_bounds(document), task, padding, best_side)), {}, {} };
    Rect const& area = part.frame.area;
    part.picture = flatten(document, area);
    part.mask = mask_of(document, area);
    if (Rect const inside = area_of_document(document); !contains(inside, area)) {
        clear_outside(part.picture, area, inside);
        clear_outside(part.mask, area, inside);
    }
    return part;
}

}
