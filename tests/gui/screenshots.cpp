// SPDX-License-Identifier: Apache-2.0
#include "tests/gui/screenshots.h"

#include <QApplication>
#include <QDir>
#include <QPixmap>
#include <QWidget>
#include <catch2/catch_test_macros.hpp>

namespace igneous::test {

void take(QWidget& widget, QString const& name)
{
    QDir const folder(QStringLiteral(IGNEOUS_BINARY_DIR "/screenshots"));
    folder.mkpath(QStringLiteral("."));
    QApplication::processEvents();
    for (int scale : { 1, 2 }) {
        QPixmap shot(widget.size() * scale);
        shot.setDevicePixelRatio(scale);
        widget.render(&shot);
        CHECK(shot.save(folder.filePath(QStringLiteral("%1@%2x.png").arg(name).arg(scale))));
    }
}

}
