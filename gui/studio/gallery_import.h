// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pictures on their way into the gallery, one folder after the other on a thread of its own, with progress and a way to
// stop. What was brought in by then stays.

#include "gui/studio/reader.h"

#include <QObject>

#include <atomic>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <vector>

namespace igneous {

class GalleryStore;
struct ImportReport;

class GalleryImport : public QObject {
    Q_OBJECT

public:
    explicit GalleryImport(std::filesystem::path data_folder, QObject* parent = nullptr);
    ~GalleryImport() override;

    /// The pictures in it and below; it is looked through again when the database is ever lost.
    void add_folder(std::filesystem::path const& folder);
    void add_files(std::vector<std::filesystem::path> files);
    /// Looks through every folder that pictures came from. `lost`: because the database was.
    void rescan(bool lost = false);
    void stop();

Q_SIGNALS:
    void progress(qint64 done, qint64 total);
    /// All that was asked for is done. `summary`: what came of it, for the user.
    void finished(QString const& summary);
    void failed(QString const& why);

private:
    using Work = std::function<QString(GalleryStore&, std::stop_token)>;
    void begin(Work work);
    std::function<void(std::size_t, std::size_t)> teller();

    std::filesystem::path const m_data_folder;
    std::unique_ptr<GalleryStore> m_store; // opened, and used, on the thread
    std::stop_source m_stop;
    std::unique_ptr<Reader> m_thread;
};

}
