// SPDX-License-Identifier: Apache-2.0
#include "gui/studio/gallery_import.h"

#include "app/gallery/importer.h"
#include "app/gallery/picture_facts.h"

#include <QElapsedTimer>
#include <QLocale>

namespace igneous {

namespace {

QString summary_of(ImportReport const& report)
{
    auto const number = [](std::size_t count) { return QLocale().toString(static_cast<qulonglong>(count)); };
    QStringList parts { GalleryImport::tr("%1 new").arg(number(report.added)) };
    auto const also = [&](std::size_t count, QString const& text) {
        if (count > 0)
            parts.append(text.arg(number(count)));
    };
    also(report.updated, GalleryImport::tr("%1 changed"));
    also(report.found_again, GalleryImport::tr("%1 found again"));
    also(report.unchanged, GalleryImport::tr("%1 known"));
    also(report.missing, GalleryImport::tr("%1 missing"));
    also(report.unreadable.size(), GalleryImport::tr("%1 unreadable"));
    also(report.gone.size(), GalleryImport::tr("%1 folders are not there"));
    QString text = parts.join(QStringLiteral(", "));
    if (!report.unreadable.empty())
        text += QStringLiteral("\n") + QString::fromStdString(utf8_name(report.unreadable.front().path))
                + QStringLiteral(": ") + QString::fromStdString(report.unreadable.front().reason);
    return report.cancelled ? GalleryImport::tr("Stopped: %1").arg(text) : text;
}

}

GalleryImport::GalleryImport(std::filesystem::path data_folder, QObject* parent)
    : QObject(parent)
    , m_data_folder(std::move(data_folder))
    , m_thread(std::make_unique<Reader>(QStringLiteral("import")))
{}

GalleryImport::~GalleryImport()
{
    stop();
    m_thread.reset();
}

void GalleryImport::stop() { m_stop.request_stop(); }

/// Not more often than people can read.
std::function<void(std::size_t, std::size_t)> GalleryImport::teller()
{
    auto last = std::make_shared<QElapsedTimer>();
    return [this, last](std::size_t done, std::size_t total) {
        if (last->isValid() && last->elapsed() < 50 && done < total)
            return;
        last->start();
        Q_EMIT progress(static_cast<qint64>(done), static_cast<qint64>(total));
    };
}

void GalleryImport::begin(Work work)
{
    if (m_stop.stop_requested())
        m_stop = {};
    m_thread->post([this, work = std::move(work), stop = m_stop.get_token()] {
        try {
            if (!m_store)
                m_store = std::make_unique<GalleryStore>(m_data_folder);
            Q_EMIT finished(work(*m_store, stop));
        } catch (std::exception const& error) {
            Q_EMIT failed(QString::fromUtf8(error.what()));
        }
    });
}

void GalleryImport::add_folder(std::filesystem::path const& folder)
{
    begin([folder, tell = teller()](GalleryStore& store, std::stop_token stop) {
        return summary_of(import_folder(
            store, folder, [&](ImportProgress const& now) { tell(now.done, now.total); }, stop));
    });
}

void GalleryImport::add_files(std::vector<std::filesystem::path> files)
{
    begin([files = std::move(files), tell = teller()](GalleryStore& store, std::stop_token stop) {
        ImportReport report;
        for (std::size_t i = 0; i < files.size() && !stop.stop_requested(); ++i) {
            tell(i, files.size());
            try {
                ++(store.put(files[i], read_facts(files[i])) == PutResult::added ? report.added : report.unchanged);
            } catch (Error const& error) {
                report.unreadable.push_back({ files[i], error.what() });
            }
        }
        return summary_of(report);
    });
}

void GalleryImport::rescan(bool lost)
{
    begin([lost, tell = teller()](GalleryStore& store, std::stop_token stop) {
        auto const report = igneous::rescan(
            store, [&](ImportProgress const& now) { tell(now.done, now.total); }, stop);
        QString const text = summary_of(report);
        return lost ? tr("The gallery was put together again from its pictures: %1").arg(text) : text;
    });
}

}
