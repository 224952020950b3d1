// SPDX-License-Identifier: Apache-2.0
#pragma once

// The model library: which folders are watched, which models lie in them, and everything known about each, with the
// user's own notes, favourites and corrections. What the user wrote outlives the file: a model that is moved, renamed
// or on a disk that is away comes back with it. One store belongs to one thread; others, and other processes, open
// their own on the same database.

#include "app/database/database.h"
#include "app/library/model_facts.h"
#include "app/library/model_walk.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace igneous {

enum class FileState {
    here,
    away,                // its folder is not there: an unplugged disk
    gone,                // its folder is there without it
    unwatched,           // its folder is no longer watched
    no_model,            // looked at, and of another program; kept so that it is not read again
};
std::string_view name_of(FileState state);

struct WatchedFolder {
    std::int64_t id = 0;
    std::filesystem::path path;
    std::string program;                   // whose it is; empty: the user's own
    bool away = false;
    std::int64_t models = 0;
};

/// What the user says; what is absent stays as it is.
struct UserMarks {
    std::optional<std::string> note;
    std::optional<bool> favourite;
    std::optional<ModelType> type;         // corrections; unknown takes one back
    std::optional<ModelBase> base;
};

struct LibraryEntry {
    std::int64_t id = 0;
    std::filesystem::path path;
    FileState state = FileState::here;
    std::uint64_t size = 0;
    ModelFacts facts; // type and base as the user corrected them; metadata, description, licence and
                      // warnings only from entry()
    bool type_corrected = false, base_corrected = false;
    std::filesystem::path preview; // empty: none
    std::filesystem::path better_folder; // where it should rather lie; empty: it lies well
    std::string sha256, auto_v3; // lower-case hex; empty until hashed
    std::string note;
    bool favourite = false;

    /// As recipes name models: the first ten digits.
    std::string auto_v2() const { return sha256.substr(0, 10); }
};

enum class LibraryFilter { everything, favourites, duplicates, damaged, misplaced, incomplete, missing };
enum class LibraryOrder { name, newest, largest };

struct LibraryQuery {
    std::string text; // every word (of twelve) must occur in name, title, trigger words, note...
    std::optional<ModelType> type;
    std::optional<ModelBase> base;
    LibraryFilter filter = LibraryFilter::everything;
    LibraryOrder order = LibraryOrder::name;
    std::int64_t offset = 0, limit = -1; // -1: all
};

struct LibraryPage {
    std::vector<LibraryEntry> entries;
    std::int64_t total = 0; // without offset and limit
};

/// A file as the store knows it, to be compared with the disk.
struct KnownModel {
    std::int64_t id = 0;
    FileStamp stamp;
    std::int64_t fingerprint = 0;
    FileState state = FileState::here;
};

/// A file that was looked at.
struct RecognisedFile {
    std::string path; // UTF-8, as the store keeps it
    FileStamp stamp;
    std::int64_t fingerprint = 0;
    bool is_model = true;
    ModelFacts facts;
    std::string preview, better_folder, first_note; // first_note: from A1111's file, where the user has none here
    std::optional<std::int64_t> moved_from; // the row that it was before
};

struct HashJob {
    std::int64_t id = 0;
    std::filesystem::path path;
    FileStamp stamp;
    bool tensors_too = false; // AutoV3, which is about LoRAs
};

class LibraryStore {
public:
    /// data_folder()/library.db where no file is given. A damaged database is set aside; see rescue().
    explicit LibraryStore(std::filesystem::path const& file = {});
    Rescue const& rescue() const { return m_rescue; }
    std::filesystem::path const& file() const { return m_database->file(); }

    /// The watched folder that holds `folder` already, else a new one. Throws file_missing where it is no folder.
    WatchedFolder add_folder(std::filesystem::path const& folder, std::string const& program = {});
    /// False where it is not watched. The files stay known: added again, the folder has its notes and hashes.
    bool remove_folder(std::filesystem::path const& folder);
    std::vector<WatchedFolder> folders();

    LibraryPage find(LibraryQuery const& query);
    /// Which they are, in their order, without offset and limit; the rows come by window, with entries().
    std::vector<std::int64_t> ids(LibraryQuery const& query);
    /// In the order of the ids; those that are gone are left out.
    std::vector<LibraryEntry> entries(std::span<std::int64_t const> ids);
    /// With everything that is known. Nothing for an unknown id.
    std::optional<LibraryEntry> entry(std::int64_t id);
    std::optional<LibraryEntry> entry(std::filesystem::path const& path);
    /// Models with this SHA-256, AutoV2 (10 digits) or AutoV3 (12), in any case.
    std::vector<LibraryEntry> with_hash(std::string hash);
    void mark(std::int64_t id, UserMarks const& marks);
    /// Forgets models that are gone, with their notes; those that are away stay.
    std::int64_t forget_gone();
    /// Whether another store has changed anything since the last call.
    bool changed_elsewhere() { return m_database->changed_elsewhere(); }

    // For scanning and hashing.
    std::map<std::string, KnownModel, std::less<>> known_models();
    void save(std::span<RecognisedFile const> files);
    void set_state(std::span<std::int64_t const> ids, FileState state);
    void set_away(std::int64_t folder, bool away);
    /// Of `first` where they need it, else the smallest.
    std::optional<HashJob> next_to_hash(std::span<std::int64_t const> first, std::span<std::int64_t const> skip);
    /// Ignored where the file has changed since the job was given.
    void save_hashes(HashJob const& job, std::string const& sha256, std::string const& tensors);
    struct ToHash {
        std::int64_t files = 0, bytes = 0;
    };
    ToHash left_to_hash();

private:
    void refresh_words(std::int64_t id);

    Rescue m_rescue;
    std::unique_ptr<Database> m_database;
};

/// How paths are compared and kept: absolute, without dots, links followed up to the folder itself.
std::filesystem::path kept_path(std::filesystem::path const& path);
/// Whether `path` is `folder` or lies below it.
bool lies_below(std::string_view path, std::string_view folder);

}
