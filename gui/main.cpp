// SPDX-License-Identifier: Apache-2.0
// igneous-studio: the window.
#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/window/main_window.h"

#include <QApplication>

int main(int count, char** arguments)
{
    QApplication application(count, arguments);
    QApplication::setApplicationName(QStringLiteral("Igneous"));
    QApplication::setApplicationDisplayName(QStringLiteral("Igneous Studio"));
    igneous::apply_theme(application, QStringLiteral("dark"));
    application.setWindowIcon(igneous::icon(QStringLiteral("igneous")));
    igneous::MainWindow window;
    window.show();
    return QApplication::exec();
}
