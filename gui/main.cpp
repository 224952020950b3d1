// SPDX-License-Identifier: Apache-2.0
// igneous-studio: the window, and the worker process that it starts.
#include "app/files/places.h"
#include "app/jobs/worker_engine.h"
#include "app/settings/settings.h"
#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/english_plurals.h"
#include "gui/window/main_window.h"
#include "gui/window/workbench.h"

#include <QApplication>
#include <QLocale>
#include <QMessageBox>

int main(int count, char** arguments)
{
    using namespace igneous;
    QApplication application(count, arguments);
    QApplication::setApplicationName(QStringLiteral("Igneous"));
    QApplication::setApplicationDisplayName(QStringLiteral("Igneous Studio"));
    EnglishPlurals english;
    QApplication::installTranslator(&english);
    QApplication::setDesktopFileName(QStringLiteral("igneous-studio"));
    application.setWindowIcon(icon(QStringLiteral("igneous")));
    try {
        std::filesystem::path const data = data_folder();
        WorkerEngineOptions engine;
        engine.program = path_from_utf8(QApplication::applicationDirPath().toStdString()) / "igneous";
        engine.job_folder = data / "jobs";
        auto settings = std::make_unique<Settings>(data / "settings.json");
        apply_font_size(application, static_cast<int>(settings->get(setting::font_size)));
        apply_theme(application, QString::fromStdString(settings->get(setting::theme)));
        if (std::string const language = settings->get(setting::language); language != "system")
            QLocale::setDefault(QLocale(QString::fromStdString(language)));
        StudioOptions options { .data_folder = data,
            .make_engine = [engine] { return std::make_unique<WorkerEngine>(engine); },
            .program = engine.program };
        Workbench workbench(std::move(options), starter_model(), std::move(settings));
        workbench.show();
        return QApplication::exec();
    } catch (std::exception const& error) {
        QMessageBox::critical(nullptr, QStringLiteral("Igneous Studio"), QString::fromUtf8(error.what()));
        return 1;
    }
}
