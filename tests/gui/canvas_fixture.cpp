// SPDX-License-Identifier: Apache-2.0
#include "tests/gui/canvas_fixture.h"

#include "app/paint/compositing.h"

#include <QApplication>
#include <QPointingDevice>
#include <QTabletEvent>
#include <QTest>
#include <catch2/catch_test_macros.hpp>

namespace igneous::test {

Canvas::Canvas(int width, int height, std::filesystem::path const& folder)
    : settings(std::make_unique<Settings>(m_folder.path() / "settings.json"))
    , options(std::make_unique<CanvasOptions>(*settings))
    , session(std::make_unique<Session>((folder.empty() ? m_folder.path() : folder) / "session"))
    , work(std::make_unique<PixelWork>(*session))
    , view(*session, *options)
    , tools({ *session, *options, view, *work })
{
    auto const note = [this](QString const& why) { refused.append(why); };
    QObject::connect(&tools, &CanvasTools::refused, &tools, note);
    QObject::connect(work.get(), &PixelWork::refused, &tools, note);
    QObject::connect(work.get(), &PixelWork::doing_changed, &view, &CanvasView::show_doing);
    view.resize(800, 600);
    if (width > 0) {
        Document document;
        document.id = session->new_id();
        document.properties.width = width;
        document.properties.height = height;
        document.layers.push_back(make_layer(session->new_id(), LayerKind::paint, "Layer"));
        document.active_layer = document.layers.front().id;
        DocumentId const id = document.id;
        session->push(add_document(session->workspace(), std::move(document)));
        session->set_active_document(id);
    }
    view.show();
    options->set(setting::brush_size, 20.);
    options->set(setting::brush_hardness, 1.);
    options->set_colour(setting::brush_colour, QColor(200, 10, 20));
}

Image Canvas::seen() const
{
    return flatten(document(), { 0, 0, document().properties.width, document().properties.height });
}

QColor Canvas::at(int x, int y) const
{
    Image const pixel = flatten(document(), { x, y, 1, 1 });
    return { pixel.pixels[0], pixel.pixels[1], pixel.pixels[2], pixel.pixels[3] };
}

void Canvas::mouse(QEvent::Type type, QPointF const& at, Qt::MouseButton button, Qt::KeyboardModifiers modifiers)
{
    QPointF const place = view.view().to_widget().map(at);
    bool const moves = type == QEvent::MouseMove;
    QMouseEvent event(type, place, view.mapToGlobal(place), moves ? Qt::NoButton : button,
        type == QEvent::MouseButtonRelease ? Qt::NoButton : button, modifiers);
    QApplication::sendEvent(&view, &event);
}

void Canvas::draw(QList<QPointF> const& points, Qt::KeyboardModifiers modifiers)
{
    mouse(QEvent::MouseButtonPress, points.front(), Qt::LeftButton, modifiers);
    for (QPointF const& point : points.sliced(1))
        mouse(QEvent::MouseMove, point, Qt::LeftButton, modifiers);
    mouse(QEvent::MouseButtonRelease, points.back(), Qt::LeftButton, modifiers);
    settle();
}

void Canvas::pen(QEvent::Type type, QPointF const& at, double pressure, bool eraser, Qt::MouseButton button)
{
    static QPointingDevice const tip(QStringLiteral("tip"), 101, QInputDevice::DeviceType::Stylus,
        QPointingDevice::PointerType::Pen, QInputDevice::Capability::Pressure | QInputDevice::Capability::Position, 1,
        2);
    static QPointingDevice const end(QStringLiteral("end"), 102, QInputDevice::DeviceType::Stylus,
        QPointingDevice::PointerType::Eraser, QInputDevice::Capability::Pressure | QInputDevice::Capability::Position,
        1, 2);
    QPointF const place = view.view().to_widget().map(at);
    QTabletEvent event(type, eraser ? &end : &tip, place, view.mapToGlobal(place), pressure, 0, 0, 0, 0, 0, {},
        type == QEvent::TabletMove ? Qt::NoButton : button, type == QEvent::TabletRelease ? Qt::NoButton : button);
    QApplication::sendEvent(&view, &event);
}

void Canvas::key(int key, Qt::KeyboardModifiers modifiers)
{
    QTest::keyClick(&view, static_cast<Qt::Key>(key), modifiers);
}

void Canvas::settle()
{
    REQUIRE(QTest::qWaitFor([this] { return !work->busy(); }, 60'000));
    QApplication::processEvents();
}

Layer plain_layer(LayerId id, int width, int height, QColor const& colour)
{
    Layer layer = make_layer(id, LayerKind::paint, "Background");
    TileBytes bytes(layer.pixels.tile_bytes());
    for (std::size_t i = 0; i < bytes.size(); i += 4) {
        bytes[i] = static_cast<std::uint8_t>(colour.red());
        bytes[i + 1] = static_cast<std::uint8_t>(colour.green());
        bytes[i + 2] = static_cast<std::uint8_t>(colour.blue());
        bytes[i + 3] = 255;
    }
    Tile const tile = make_tile(std::move(bytes));
    for (int y = 0; y * tile_side < height; ++y)
        for (int x = 0; x * tile_side < width; ++x)
            layer.pixels.put({ x, y }, tile);
    return layer;
}

}
