// SPDX-License-Identifier: Apache-2.0
#include "gui/theme/icons.h"
#include "gui/theme/theme.h"

#include <QDir>
#include <QPixmap>
#include <catch2/catch_test_macros.hpp>

using namespace igneous;

TEST_CASE("theme: text can be read and controls can be seen", "[gui]")
{
    for (Colours const& c : { dark_colours(), light_colours() }) {
        for (QColor const& ground : { c.ground, c.panel, c.raised }) {
            CHECK(contrast(c.text, ground) >= 7);
            CHECK(contrast(c.faint, ground) >= 4.5);
            CHECK(contrast(c.danger, ground) >= 4.5);
            CHECK(contrast(c.caution, ground) >= 4.5);
            CHECK(contrast(c.good, ground) >= 4.5);
            CHECK(contrast(c.accent, ground) >= 3);
            CHECK(contrast(c.outline, ground) >= 3);
        }
        CHECK(contrast(c.text, c.hover) >= 4.5);
        CHECK(contrast(c.on_accent, c.accent) >= 4.5);
        // Around the picture nothing may tint it.
        CHECK(c.canvas.saturation() == 0);
    }
    CHECK(contrast(QColor(0, 0, 0), QColor(255, 255, 255)) > 20.9);
}

TEST_CASE("theme: every icon draws something", "[gui]")
{
    QStringList const names = QDir(QStringLiteral(":/icons")).entryList();
    REQUIRE(names.size() > 30);
    for (QString const& name : names) {
        INFO(name.toStdString());
        QImage const image = icon(name.chopped(4)).pixmap(QSize(24, 24)).toImage();
        bool drawn = false;
        for (int y = 0; y < image.height() && !drawn; ++y)
            for (int x = 0; x < image.width(); ++x)
                drawn = drawn || qAlpha(image.pixel(x, y)) > 0;
        CHECK(drawn);
    }
}

TEST_CASE("theme: one star, two stars")
{
    auto const words = [](int n) { return QCoreApplication::translate("any", "%Ln star(s)", nullptr, n); };
    CHECK(words(1) == QStringLiteral("1 star"));
    CHECK(words(5) == QStringLiteral("5 stars"));
    CHECK(QCoreApplication::translate("any", "a file(s)") == QStringLiteral("a file(s)"));
}
