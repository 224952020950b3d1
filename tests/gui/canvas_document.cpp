// SPDX-License-Identifier: Apache-2.0
#include "tests/gui/canvas_document.h"

#include "gui/canvas/canvas_view.h"
#include "gui/widgets/notice_bar.h"
#include "gui/window/main_window.h"

#include <QLabel>

#include <cmath>
#include <random>

namespace igneous::test {

namespace {

Image landscape(int width, int height)
{
    Image image(width, height, 4);
    std::minstd_rand random(3);
    std::size_t i = 0;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            double const hill = height * (0.6 + 0.1 * std::sin(x * 9.0 / width));
            double const t = static_cast<double>(y) / height;
            bool const sky = y < hill;
            double const colour[]
                = { sky ? 90 + 100 * t : 70 + 30 * t, sky ? 140 + 70 * t : 120 - 40 * t, sky ? 210 + 30 * t : 60.0 };
            for (double const value : colour)
                image.pixels[i++] = static_cast<std::uint8_t>(value + static_cast<double>(random() % 7));
            image.pixels[i++] = 255;
        }
    return image;
}

Image filled(int width, int height, int channels)
{
    Image image(width, height, channels);
    std::ranges::fill(image.pixels, std::uint8_t { 255 });
    return image;
}

bool differs(Image const& before, Image const& after, Image const& mask, bool inside)
{
    for (std::size_t i = 0; i < before.pixels.size(); ++i)
        if ((mask.pixels[i / 4] > 0) == inside && before.pixels[i] != after.pixels[i])
            return true;
    return false;
}

}

void open_landscape(Session& session, int width, int height)
{
    Document document;
    document.id = session.new_id();
    document.properties.name = "Landscape";
    document.properties.width = width;
    document.properties.height = height;
    Layer layer = make_layer(session.new_id(), LayerKind::paint, "Ground");
    for (PlacedTile& placed : tiles_with(layer.pixels, landscape(width, height), 0, 0))
        layer.pixels.put(placed.position, std::move(placed.tile));
    document.active_layer = layer.id;
    document.layers.push_back(std::move(layer));
    DocumentId const id = document.id;
    session.push(add_document(session.workspace(), std::move(document)));
    session.set_active_document(id);
}

void paint_mask(Session& session, Rect const& area)
{
    Layer const* found = nullptr;
    for (Layer const& layer : active(session).layers)
        if (layer.kind == LayerKind::mask)
            found = &layer;
    if (!found) {
        Layer mask = make_layer(session.new_id(), LayerKind::mask, "Inpaint mask");
        for (PlacedTile& placed : tiles_with(mask.pixels, filled(area.width, area.height, 1), area.x, area.y))
            mask.pixels.put(placed.position, std::move(placed.tile));
        session.push(add_layer(active(session), std::move(mask), 0, active(session).layers.size()));
        return;
    }
    session.push(paint(active(session), found->id,
        tiles_with(found->pixels, filled(area.width, area.height, 1), area.x, area.y), "Mask"));
}

void paint_square(Session& session, Rect const& area)
{
    Layer const& ground = active(session).layers.front();
    session.push(paint(active(session), ground.id,
        tiles_with(ground.pixels, filled(area.width, area.height, 4), area.x, area.y), "Square"));
}

Document const& active(Session const& session)
{
    return *find_document(session.workspace(), session.workspace().active_document);
}

Rect whole(Session const& session)
{
    return { 0, 0, active(session).properties.width, active(session).properties.height };
}

std::array<std::uint8_t, 4> pixel(Image const& rgba, int x, int y)
{
    std::array<std::uint8_t, 4> out {};
    std::copy_n(
        &rgba.pixels[(static_cast<std::size_t>(y) * static_cast<std::size_t>(rgba.width) + static_cast<std::size_t>(x))
                     * 4],
        4, out.begin());
    return out;
}

bool differs_inside(Image const& before, Image const& after, Image const& mask)
{
    return differs(before, after, mask, true);
}
bool differs_outside(Image const& before, Image const& after, Image const& mask)
{
    return differs(before, after, mask, false);
}

CanvasView& canvas_of(Workbench& workbench) { return *workbench.window().findChild<CanvasView*>(); }

QString notice_of(Workbench& workbench)
{
    NoticeBar& bar = workbench.window().notices();
    QString text;
    for (auto const* label : bar.findChildren<QLabel*>())
        text += label->text();
    return bar.isVisible() ? text : QString();
}

}
