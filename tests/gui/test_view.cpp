// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/view_transform.h"

#include <catch2/catch_test_macros.hpp>

#include <cmath>

using namespace igneous;

namespace {

bool near(QPointF const& a, QPointF const& b) { return std::hypot(a.x() - b.x(), a.y() - b.y()) < 1e-6; }

}

TEST_CASE("view: fit shows the whole picture in the middle", "[gui]")
{
    ViewTransform view;
    view.fit(QSizeF(2000, 1000), QSizeF(800, 800));
    QRectF const shown = view.to_widget().mapRect(QRectF(0, 0, 2000, 1000));
    CHECK(near(shown.center(), QPointF(400, 400)));
    CHECK(shown.width() < 800);
    CHECK(shown.width() > 700);
    view.fit(QSizeF(16, 16), QSizeF(800, 800));
    CHECK(view.zoom() == 4);
}

TEST_CASE("view: what lies under the pointer stays there", "[gui]")
{
    ViewTransform view;
    view.fit(QSizeF(640, 480), QSizeF(800, 600));
    QPointF const pointer(123, 456);
    auto const under = [&] { return view.to_widget().inverted().map(pointer); };
    QPointF const before = under();
    view.zoom_by(3, pointer);
    CHECK(near(under(), before));
    view.rotate_to(35, pointer);
    CHECK(near(under(), before));
    view.mirror(pointer);
    CHECK(near(under(), before));
    CHECK(view.mirrored());
    view.set_zoom(1e9, pointer);
    CHECK(view.zoom() <= 64);
}
