// SPDX-License-Identifier: Apache-2.0
#include "app/library/library_scan.h"

#include "app/files/places.h"
#include "app/library/model_folder.h"
#include "app/library/other_programs.h"
#include "app/library/recognise.h"
#include "models/api/error.h"

#include <algorithm>
#include <atomic>
#include <format>
#include <thread>

namespace igneous {

namespace fs = std::filesystem;

namespace {

using Known = std::map<std::string, KnownModel, std::less<>>;

/// A model on the disk whose row is missing or says something else.
struct ToRead {
    WalkedModel model;
    fs::path root;
};

RecognisedFile read_model(ToRead const& task)
{
    fs::path const path = path_from_utf8(task.model.path);
    RecognisedFile file { .path = task.model.path, .stamp = task.model.stamp, .facts = {} };
    std::string const name = utf8_name(path.filename());
    if (task.model.folder) {
        file.facts = recognise_folder(path).facts;
        file.fingerprint = task.model.stamp.beside;
    } else {
        file.fingerprint = fingerprint_of(path, task.model.stamp.size);
        if (auto facts = recognise_file(path))
            file.facts = std::move(*facts);
        else
            file.is_model = false;
        read_sidecars(path.parent_path(), task.model.sidecars, file.facts, file.first_note);
        for (std::string& shard : missing_shards(path.parent_path(), name))
            file.facts.missing_parts.push_back(std::move(shard));
    }
    file.preview = task.model.sidecars.preview;
    file.better_folder = utf8_name(better_folder(task.root, path, file.facts.type));
    return file;
}

/// On a thread nothing may be thrown: what no check foresaw (no memory, say) is told as damage.
RecognisedFile read_or_explain(ToRead const& task)
{
    try {
        return read_model(task);
    } catch (std::exception const& error) {
        RecognisedFile file { .path = task.model.path, .stamp = task.model.stamp, .facts = {} };
        file.facts.damage = std::format("cannot be read: {}", error.what());
        return file;
    }
}

/// `work` for each index, by a few threads: the disk is asked for several files at once.
void in_parallel(std::size_t count, std::stop_token const& stop, auto const& work)
{
    std::atomic<std::size_t> next = 0;
    auto const run = [&] {
        for (std::size_t i; !stop.stop_requested() && (i = next++) < count;)
            work(i);
    };
    std::vector<std::jthread> threads;
    std::size_t const wanted = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 2, 8);
    for (std::size_t i = 1; i < std::min(wanted, count); ++i)
        threads.emplace_back(run);
    run();
}

class Scan {
public:
    Scan(LibraryStore& store, ScanOptions const& options)
        : m_store(store)
        , m_options(options)
        , m_known(store.known_models())
    {}

    ScanReport run()
    {
        std::vector<std::string> here, away;                   // watched folders
        for (WatchedFolder const& folder : m_store.folders()) {
            if (!asked_for(folder.path))
                continue;
            bool const there = walk(folder);
            (there ? here : away).push_back(utf8_name(folder.path));
            m_store.set_away(folder.id, !there);
        }
        if (m_options.stop.stop_requested())
            return m_report;               // half a walk says nothing about what is gone
        settle_absent(here, away);
        read_all();
        return m_report;
    }

private:
    bool asked_for(fs::path const& folder) const
    {
        return m_options.folders.empty() || std::ranges::any_of(m_options.folders, [&](fs::path const& asked) {
            return lies_below(utf8_name(kept_path(asked)), utf8_name(folder));
        });
    }

    /// False where the folder is away, or went while it was walked. The mount point of a disk that is away is there, and
    /// empty.
    bool walk(WatchedFolder const& folder)
    {
        ModelWalk found = walk_models(folder.path, m_options.stop);
        std::error_code error;
        bool const there = found.there && fs::is_directory(folder.path, error);
        if (!there || (found.models.empty() && folder.models > 0 && fs::is_empty(folder.path, error)))
            return false;
        m_report.folders.insert(m_report.folders.end(), found.folders.begin(), found.folders.end());
        for (WalkedModel& model : found.models) {
            if (!m_seen.insert(model.path).second)
                continue;                  // below two watched folders
            auto const known = m_known.find(model.path);
            if (known != m_known.end() && known->second.stamp == model.stamp) {
                m_report.models += known->second.state != FileState::no_model;
                if (known->second.state != FileState::here && known->second.state != FileState::no_model)
                    m_back.push_back(known->second.id);
                continue;
            }
            m_to_read.push_back({ std::move(model), folder.path });
        }
        return true;
    }

    void settle_absent(std::vector<std::string> const& here, std::vector<std::string> const& away)
    {
        auto const below = [](std::string const& path, std::vector<std::string> const& folders) {
            return std::ranges::any_of(folders, [&](std::string const& folder) { return lies_below(path, folder); });
        };
        std::vector<std::int64_t> gone, unplugged;
        for (auto& [path, file] : m_known) {
            if (m_seen.contains(path) || file.state == FileState::unwatched)
                continue;
            bool const is_gone = below(path, here);
            if (is_gone)
                m_absent.emplace(std::pair(file.stamp.size, file.fingerprint), &file);
            if (file.state == FileState::no_model)
                continue;
            if (is_gone && file.state != FileState::gone)
                gone.push_back(file.id);
            else if (!is_gone && below(path, away) && file.state == FileState::here)
                unplugged.push_back(file.id);
        }
        m_store.set_state(gone, FileState::gone);
        m_store.set_state(unplugged, FileState::away);
        m_store.set_state(m_back, FileState::here);
        m_report.gone = static_cast<std::int64_t>(gone.size());
        m_report.away = static_cast<std::int64_t>(unplugged.size());
        m_report.changed = static_cast<std::int64_t>(m_back.size());
    }

    /// The row of a file that lay elsewhere until now: same size, same fingerprint, and best the same inode or name.
    void match_move(RecognisedFile& file)
    {
        if (file.fingerprint == 0)
            return; // it could not be read
        auto const [begin, end] = m_absent.equal_range({ file.stamp.size, file.fingerprint });
        auto best = end;
        int best_likeness = -1;
        for (auto at = begin; at != end; ++at) {
            KnownModel const& old = *at->second;
            int const likeness
                = (old.stamp.key == file.stamp.key ? 2 : 0) + (old.stamp.modified == file.stamp.modified ? 1 : 0);
            if (likeness > best_likeness) {
                best = at;
                best_likeness = likeness;
            }
        }
        if (best == end)
            return;
        file.moved_from = best->second->id;
        m_report.gone -= best->second->state != FileState::gone; // was counted in this scan
        m_absent.erase(best);
        ++m_report.moved;
        --m_report.added;
    }

    void read_all()
    {
        constexpr std::size_t batch = 500; // a transaction each: a kill loses no more
        auto const to_read = static_cast<std::int64_t>(m_to_read.size());
        for (std::size_t begin = 0; begin < m_to_read.size() && !m_options.stop.stop_requested(); begin += batch) {
            std::size_t const count = std::min(batch, m_to_read.size() - begin);
            std::vector<RecognisedFile> files(count);
            in_parallel(
                count, m_options.stop, [&](std::size_t i) { files[i] = read_or_explain(m_to_read[begin + i]); });
            std::erase_if(files, [](RecognisedFile const& file) { return file.path.empty(); }); // stopped before them
            for (std::size_t i = 0; i < files.size(); ++i) {
                RecognisedFile& file = files[i];
                auto const known = m_known.find(file.path);
                m_report.models += file.is_model;
                if (known != m_known.end()) {
                    m_report.changed += file.is_model;
                } else if (file.is_model) {
                    ++m_report.added;
                    match_move(file);
                }
            }
            m_store.save(files);
            if (m_options.progress)
                m_options.progress({ static_cast<std::int64_t>(begin + count), to_read });
        }
    }

    LibraryStore& m_store;
    ScanOptions const& m_options;
    Known m_known;
    std::set<std::string, std::less<>> m_seen;
    std::vector<ToRead> m_to_read;
    std::vector<std::int64_t> m_back; // were away, gone or unwatched, and are here as they were
    std::multimap<std::pair<std::uint64_t, std::int64_t>, KnownModel const*> m_absent;
    ScanReport m_report;
};

}

std::int64_t fingerprint_of(fs::path const& file, std::uint64_t size)
{
    constexpr std::uint64_t piece = 4096;
    std::uint64_t value = 14695981039346656037u; // FNV-1a: it only has to tell models apart
    auto const mix = [&](std::string const& bytes) {
        for (char c : bytes)
            value = (value ^ static_cast<unsigned char>(c)) * 1099511628211u;
    };
    try {
        HeaderReader reader(file);
        std::uint64_t const have = std::min(size, reader.size());
        mix(std::to_string(size));
        for (std::uint64_t at : { std::uint64_t(0), have / 2, have - std::min(have, piece) })
            mix(reader.read(at, std::min(piece, have - at)));
    } catch (Error const&) {
        return 0; // it cannot be read; recognising it says why
    }
    return static_cast<std::int64_t>(value);
}

ScanReport scan_library(LibraryStore& store, ScanOptions const& options) { return Scan(store, options).run(); }

}
