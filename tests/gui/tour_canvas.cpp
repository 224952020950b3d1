// SPDX-License-Identifier: Apache-2.0
// The canvas with a picture on it, a mask, a selection and layers.
#include "app/picture/picture.h"
#include "gui/actions/actions.h"
#include "gui/canvas/canvas_view.h"
#include "gui/canvas/picture_view.h"
#include "gui/canvas/pixel_work.h"
#include "gui/layers/layers_panel.h"
#include "gui/studio/images.h"
#include "gui/theme/theme.h"
#include "gui/window/canvas_work.h"
#include "gui/window/main_window.h"
#include "tests/gui/screenshots.h"
#include "tests/gui/studio_fixture.h"

#include <QApplication>
#include <catch2/catch_test_macros.hpp>

using namespace igneous;
using test::take;

TEST_CASE("tour: the canvas in both themes", "[gui][tour]")
{
    for (QString const& theme : { QStringLiteral("dark"), QStringLiteral("light") }) {
        apply_theme(*qobject_cast<QApplication*>(QApplication::instance()), theme);
        test::StudioFixture studio;
        MainWindow& window = studio->window();
        auto const settle = [&] {
            REQUIRE(test::wait_for([&] { return !studio->canvas().pixels().busy(); }));
            QApplication::processEvents();
        };
        auto const run = [&](char const* action) {
            studio->actions().find(QString::fromLatin1(action))->trigger();
            settle();
        };
        QImage painting(768, 512, QImage::Format_RGB32);
        for (int y = 0; y < painting.height(); ++y)
            for (int x = 0; x < painting.width(); ++x) {
                double const hill = 300 + 60 * std::sin(x / 90.) + 25 * std::sin(x / 31.);
                int const light = static_cast<int>(40. * y / painting.height());
                painting.setPixelColor(x, y,
                    y < hill ? QColor(120 + light * 2, 160 + light, 215 - light) : QColor(70 + light, 110 - light, 60));
            }
        window.view().show_picture(painting);
        run("file.edit_picture");
        CanvasView& view = *window.findChild<CanvasView*>();
        auto const draw = [&](QList<QPointF> const& points, Qt::KeyboardModifiers modifiers = {}) {
            for (qsizetype i = 0; i <= points.size(); ++i) {
                QPointF const at = view.view().to_widget().map(points[std::min(i, points.size() - 1)]);
                bool const last = i == points.size();
                QMouseEvent event(i == 0 ? QEvent::MouseButtonPress
                                  : last ? QEvent::MouseButtonRelease
                                         : QEvent::MouseMove,
                    at, view.mapToGlobal(at), Qt::LeftButton, last ? Qt::NoButton : Qt::LeftButton, modifiers);
                QApplication::sendEvent(&view, &event);
            }
            settle();
        };
        run("layer.add");
        Document const& document = *view.document();
        studio->session().push(edit_layer(document, document.active_layer, "Opacity", [](LayerProperties& has) {
            has.opacity = 0.8;
            has.blend = BlendMode::soft_light;
        }));
        draw({ { 80, 120 }, { 200, 60 }, { 330, 150 }, { 480, 70 } });
        run("canvas.mask");
        for (int i = 0; i < 5; ++i)
            draw({ { 500., 240. + i * 20 }, { 560, 230. + i * 20 }, { 640, 250. + i * 20 } });
        QTest::qWait(200);
        take(window, theme + QStringLiteral("-canvas-1-mask"));
        run("canvas.lasso");
        draw({ { 120, 300 }, { 200, 260 }, { 320, 300 }, { 340, 420 }, { 180, 440 }, { 100, 380 } });
        run("canvas.frame");
        draw({ { 400, 100 }, { 500, 200 }, { 720, 420 } });
        QTest::qWait(200);
        take(window, theme + QStringLiteral("-canvas-2-frame"));
        LayerId const painted = document.active_layer;
        run("layer.group");
        studio->session().set_active_layer(document.id, painted);
        run("select.none");
        run("canvas.transform");
        draw({ { 480, 70 }, { 520, 100 } });
        QTest::qWait(200);
        take(window, theme + QStringLiteral("-canvas-4-transform"));
        QTest::keyClick(&view, Qt::Key_Escape);
        run("canvas.rectangle");
        draw({ { 180, 40 }, { 260, 100 }, { 380, 180 } });
        run("canvas.move");
        draw({ { 280, 100 }, { 300, 200 }, { 310, 300 } });
        window.findChild<LayersPanel*>()->choose({ document.layers.front().id, painted });
        view.show_doing(QStringLiteral("Filling…"));
        QTest::qWait(300);
        take(window, theme + QStringLiteral("-canvas-5-selection"));
        view.show_doing({});
        run("select.none");
        run("canvas.brush");
        view.rotate_by(-20);
        QTest::qWait(200);
        take(window, theme + QStringLiteral("-canvas-3-brush"));
    }
    apply_theme(*qobject_cast<QApplication*>(QApplication::instance()), QStringLiteral("dark"));
}
