// SPDX-License-Identifier: Apache-2.0
#pragma once

// Keeps the library up to date while the program runs: looks through the watched folders at the start, whenever
// something changes in them and, since systems watch only so many folders, every few minutes; hashes in the background
// with idle priority when nothing else is to be done. All of it on a thread of its own; the signals come on the thread
// that the watcher lives on, where the lists are read again with a LibraryStore of one's own.

#include "app/library/library_hash.h"
#include "app/library/library_scan.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QThread>
#include <QTimer>

#include <atomic>
#include <chrono>
#include <mutex>

namespace igneous {

class LibraryWatcher : public QObject {
    Q_OBJECT

public:
    struct Options {
        std::chrono::milliseconds settle { 500 };              // quiet time after a change before it is looked at
        std::chrono::milliseconds rescan { 300'000 };          // where the system says nothing
        bool hash = true;
    };

    /// `database`: as LibraryStore takes it. Scans at once.
    LibraryWatcher(std::filesystem::path database, Options options, QObject* parent = nullptr);
    explicit LibraryWatcher(std::filesystem::path database = {}, QObject* parent = nullptr)
        : LibraryWatcher(std::move(database), Options(), parent)
    {}
    /// Stops what is going on; what was done is kept.
    ~LibraryWatcher() override;

    /// Soon; several calls are one. Also after folders were added or removed.
    void rescan();
    /// These are hashed before the others: the models in view.
    void hash_first(std::vector<std::int64_t> models);
    /// Paused hashing stops within a block of the file and begins with it again.
    void pause_hashing();
    void resume_hashing();
    bool busy() const { return m_busy; }

Q_SIGNALS:
    /// Something in the library is not what it was: lists are to be read again.
    void changed();
    void scanning(qint64 read, qint64 to_read);
    void scanned(qint64 models);
    /// Bytes of a file; `files_left` counts it.
    void hashing(QString const& file, qint64 done, qint64 size, qint64 files_left);
    /// A sentence for the user: the database was damaged, or cannot be written.
    void failed(QString const& message);

private:
    void start();
    void work(std::stop_token stop);
    void watch(std::vector<std::filesystem::path> const& folders);
    void stop_work();

    std::filesystem::path m_database;
    Options m_options;
    QFileSystemWatcher m_files;
    QTimer m_settle, m_rescan;
    std::unique_ptr<QThread> m_thread;
    std::stop_source m_stop, m_stop_hashing;
    std::mutex m_mutex;                    // guards m_first and m_stop_hashing
    std::vector<std::int64_t> m_first;
    std::atomic<bool> m_busy = false, m_again = false, m_hashing_paused = false;
};

}
