// SPDX-License-Identifier: Apache-2.0
#include "app/gallery/importer.h"

#include "app/gallery/picture_facts.h"
#include "app/picture/picture.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace igneous {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t written_at_once = 64;

bool is_hidden(fs::path const& path) { return utf8_name(path.filename()).starts_with('.'); }

/// A look through one folder.
class Look {
public:
    Look(GalleryStore& store, GalleryFolder folder, ImportReport& report)
        : m_store(store)
        , m_folder(std::move(folder))
        , m_report(report)
    {
        for (auto& [path, file] : m_store.known_files(m_folder.path))
            m_known.emplace(std::move(path), file);
    }

    bool knows_files() const { return !m_known.empty(); }

    void run(ImportObserver const& observer, std::stop_token const& stop)
    {
        std::error_code error;
        if (!fs::is_directory(m_folder.path, error))
            m_report.gone.push_back(m_folder.path);
        std::vector<fs::path> const files = find_files(stop);
        for (std::size_t done = 0; done < files.size() && !stop.stop_requested(); ++done) {
            if (observer)
                observer({ done, files.size(), files[done] });
            look_at(files[done]);
            if (m_read.size() == written_at_once)
                write();
        }
        write();
        m_report.cancelled = stop.stop_requested();
        if (!m_report.cancelled)
            mark_missing();
    }

private:
    struct Read {
        fs::path path;
        PictureFacts facts;
    };

    bool skips(fs::path const& folder) const
    {
        return m_folder.kind == FolderKind::output || is_hidden(folder) || folder == m_store.trash_folder()
               || folder == m_store.data() / "thumbnails";
    }

    std::vector<fs::path> find_files(std::stop_token const& stop) const
    {
        std::vector<fs::path> files;
        std::error_code error, ignored;
        fs::recursive_directory_iterator entry(m_folder.path, fs::directory_options::skip_permission_denied, error),
            end;
        for (; !error && entry != end && !stop.stop_requested(); entry.increment(error)) {
            if (entry->is_directory(ignored)) {
                if (skips(entry->path()))
                    entry.disable_recursion_pending();
            } else if (format_of_name(entry->path()) && !is_hidden(entry->path()) && entry->is_regular_file(ignored)) {
                files.push_back(entry->path());
            }
        }
        return files;
    }

    void look_at(fs::path const& path)
    {
        std::error_code error;
        auto const known = m_known.find(utf8_name(path));
        if (known != m_known.end() && known->second.size == fs::file_size(path, error) && !error
            && known->second.modified == modified_time(path) && known->second.state != PictureState::trashed) {
            if (known->second.state == PictureState::missing) {
                m_back.push_back(known->second.id);
                ++m_report.found_again;
            } else {
                ++m_report.unchanged;
            }
            return;
        }
        try {
            PictureFacts facts = read_facts(path);
            if (m_folder.kind == FolderKind::imported || facts.program == "Igneous")
                m_read.push_back({ path, std::move(facts) });
        } catch (Error const& reason) {
            m_report.unreadable.push_back({ path, reason.what() });
        } catch (std::bad_alloc const&) {
            m_report.unreadable.push_back({ path, utf8_name(path) + " needs more memory than there is" });
        }
    }

    void write()
    {
        std::vector<PutResult> results;
        m_store.transaction([&] {
            results.clear();
            for (Read const& read : m_read)
                results.push_back(m_store.put(read.path, read.facts));
            m_store.set_present(m_back);
        });
        for (PutResult const result : results) {
            std::size_t* const counts[]
                = { &m_report.added, &m_report.updated, &m_report.found_again, &m_report.unchanged };
            ++*counts[static_cast<std::size_t>(result)];
        }
        m_read.clear();
        m_back.clear();
    }

    void mark_missing()
    {
        std::vector<PictureId> missing;
        for (auto const& [path, file] : m_known) {
            if (file.state != PictureState::present)
                continue;
            std::error_code error;
            if (fs::status(path_from_utf8(path), error).type() == fs::file_type::not_found)
                missing.push_back(file.id);
        }
        m_report.missing += m_store.set_missing(missing);
    }

    GalleryStore& m_store;
    GalleryFolder m_folder;
    ImportReport& m_report;
    std::unordered_map<std::string, GalleryFile> m_known;
    std::vector<Read> m_read;
    std::vector<PictureId> m_back;
};

}

ImportReport import_folder(
    GalleryStore& store, fs::path const& folder, ImportObserver const& observer, std::stop_token stop)
{
    std::error_code error;
    fs::path place = fs::weakly_canonical(folder, error);
    if (error)
        fail(ErrorCode::file_missing, "{} cannot be looked at: {}", utf8_name(folder), error.message());
    if (!place.has_filename())             // written with a slash behind it
        place = place.parent_path();
    ImportReport report;
    Look look(store, { place, FolderKind::imported }, report);
    if (!fs::exists(place, error) && !look.knows_files())
        fail(ErrorCode::file_missing, "{} is not there; check the path", utf8_name(folder));
    require(!fs::exists(place, error) || fs::is_directory(place, error), "{} is a file; give the folder that it is in",
        utf8_name(folder));
    store.remember_folder(place, FolderKind::imported);
    look.run(observer, stop);
    return report;
}

ImportReport rescan(GalleryStore& store, ImportObserver const& observer, std::stop_token stop)
{
    ImportReport report;
    int rescues = 0;
    do { // again where rows were lost on the way
        rescues = store.rescues();
        report = {};
        for (GalleryFolder const& folder : store.folders())
            if (!report.cancelled)
                Look(store, folder, report).run(observer, stop);
    } while (rescues != store.rescues() && !report.cancelled);
    if (!report.cancelled) {
        report.added += static_cast<std::size_t>(store.adopt_trash());
        store.rescanned();
    }
    return report;
}

}
