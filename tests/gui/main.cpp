// SPDX-License-Identifier: Apache-2.0
// Catch2 inside a QApplication that needs no screen.
#include "gui/theme/theme.h"
#include "gui/widgets/english_plurals.h"

#include <QApplication>
#include <QDir>
#include <catch2/catch_session.hpp>

// The platform without a screen says of every window that it has no size hints; that would bury what a test says.
static QtMessageHandler usual_handler;

static void say(QtMsgType type, QMessageLogContext const& context, QString const& text)
{
    if (text != QLatin1String("This plugin does not support propagateSizeHints()"))
        usual_handler(type, context, text);
}

int main(int count, char** arguments)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    usual_handler = qInstallMessageHandler(say);
    QApplication application(count, arguments);
    QDir().mkpath(QStringLiteral(IGNEOUS_BINARY_DIR "/screenshots"));
    igneous::EnglishPlurals english;
    QApplication::installTranslator(&english);
    igneous::apply_theme(application, QStringLiteral("dark"));
    return Catch::Session().run(count, arguments);
}
