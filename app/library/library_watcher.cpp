// SPDX-License-Identifier: Apache-2.0
#include "app/library/library_watcher.h"

#include "app/files/places.h"
#include "models/api/error.h"

namespace igneous {

namespace {

// Systems give a user some thousand watches for all programs; beyond this the slow rescan finds what changes.
constexpr std::size_t most_watched = 1000;

QString qstring(std::string const& text) { return QString::fromStdString(text); }
QString qstring(std::filesystem::path const& path) { return qstring(utf8_name(path)); }

}

LibraryWatcher::LibraryWatcher(std::filesystem::path database, Options options, QObject* parent)
    : QObject(parent)
    , m_database(std::move(database))
    , m_options(options)
{
    m_settle.setSingleShot(true);
    m_settle.setInterval(m_options.settle);
    m_rescan.setInterval(m_options.rescan);
    connect(&m_settle, &QTimer::timeout, this, &LibraryWatcher::start);
    connect(&m_rescan, &QTimer::timeout, this, &LibraryWatcher::start);
    connect(&m_files, &QFileSystemWatcher::directoryChanged, this, &LibraryWatcher::rescan);
    m_rescan.start();
    start();
}

LibraryWatcher::~LibraryWatcher() { stop_work(); }

void LibraryWatcher::stop_work()
{
    m_stop.request_stop();
    {
        std::scoped_lock const lock(m_mutex);
        m_stop_hashing.request_stop();
    }
    if (m_thread)
        m_thread->wait();
    m_thread.reset();
}

void LibraryWatcher::rescan()
{
    m_settle.start();                      // again and again while a download writes: once, when it is quiet
}

void LibraryWatcher::hash_first(std::vector<std::int64_t> models)
{
    std::scoped_lock const lock(m_mutex);
    m_first = std::move(models);
}

void LibraryWatcher::pause_hashing()
{
    m_hashing_paused = true;
    std::scoped_lock const lock(m_mutex);
    m_stop_hashing.request_stop();
}

void LibraryWatcher::resume_hashing()
{
    m_hashing_paused = false;
    start();
}

void LibraryWatcher::start()
{
    if (m_busy) {
        m_again = true;
        std::scoped_lock const lock(m_mutex);
        m_stop_hashing.request_stop();     // looking comes before hashing
        return;
    }
    if (m_thread)
        m_thread->wait();
    m_busy = true;
    m_again = false;
    m_stop = {};
    {
        std::scoped_lock const lock(m_mutex);
        m_stop_hashing = {};
    }
    m_thread.reset(QThread::create([this, stop = m_stop.get_token()] { work(stop); }));
    connect(m_thread.get(), &QThread::finished, this, [this] {
        m_busy = false;
        if (m_again)
            start();
    });
    m_thread->start();
}

/// On the thread.
void LibraryWatcher::work(std::stop_token stop)
{
    try {
        LibraryStore store(m_database);
        if (!store.rescue().reason.empty())
            Q_EMIT failed(qstring(store.rescue().reason));
        ScanOptions options { .folders = {}, .stop = stop, .progress = {} };
        options.progress = [this](ScanProgress progress) {
            Q_EMIT scanning(progress.read, progress.to_read);
            Q_EMIT changed();
        };
        ScanReport const report = scan_library(store, options);
        if (stop.stop_requested())
            return;
        QMetaObject::invokeMethod(this, [this, folders = report.folders] { watch(folders); });
        if (report.any_change())
            Q_EMIT changed();
        Q_EMIT scanned(report.models);
        if (!m_options.hash || m_hashing_paused)
            return;
        QThread::currentThread()->setPriority(QThread::IdlePriority);  // for the rest of this thread
        HashOptions hash;
        {
            std::scoped_lock const lock(m_mutex);
            hash.stop = m_stop_hashing.get_token();
        }
        hash.first = [this] {
            std::scoped_lock const lock(m_mutex);
            return m_first;
        };
        auto last = std::chrono::steady_clock::now();
        hash.progress = [&](HashProgress const& progress) {
            constexpr std::chrono::milliseconds often_enough { 200 };
            if (auto const now = std::chrono::steady_clock::now();
                now - last >= often_enough || progress.done == progress.size) {
                last = now;
                Q_EMIT hashing(qstring(progress.file), static_cast<qint64>(progress.done),
                    static_cast<qint64>(progress.size), progress.left.files);
            }
        };
        if (hash_library(store, hash) > 0)
            Q_EMIT changed();
    } catch (Error const& error) {
        Q_EMIT failed(qstring(std::string(error.what())));
    }
}

void LibraryWatcher::watch(std::vector<std::filesystem::path> const& folders)
{
    QStringList wanted;
    for (std::filesystem::path const& folder : folders) {
        if (static_cast<std::size_t>(wanted.size()) < most_watched)
            wanted.push_back(qstring(folder));
    }
    QStringList const watched = m_files.directories();
    QStringList stale, fresh;
    for (QString const& folder : watched) {
        if (!wanted.contains(folder))
            stale.push_back(folder);
    }
    for (QString const& folder : wanted) {
        if (!watched.contains(folder))
            fresh.push_back(folder);
    }
    if (!stale.isEmpty())
        m_files.removePaths(stale);
    if (!fresh.isEmpty())
        m_files.addPaths(fresh);
    if (!fresh.isEmpty() && !watched.isEmpty())
        rescan();                          // what came into a new folder before it was watched
}

}
