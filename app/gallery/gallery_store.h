// SPDX-License-Identifier: Apache-2.0
#pragma once

// The gallery: every picture that was made here or brought in, found again by its words, kept in boards, starred,
// noted, thrown away and taken back. Everything lies in gallery.db and the folder `trash` of the data folder; a change
// is there, whole, when its function returns, whenever the program ends. Several processes may use the same gallery at
// once. A GalleryStore belongs to one thread; others open their own.

#include "app/database/database.h"
#include "app/files/places.h"
#include "app/gallery/gallery_picture.h"
#include "models/api/request.h"

#include <memory>
#include <span>

namespace igneous {

enum class GalleryOrder : std::uint8_t { newest, oldest, stars, name, board };     // board: as arranged in it
/// Which pictures a search looks at.
enum class GalleryShelf : std::uint8_t { present, missing, trashed, all };

struct GallerySearch {
    std::string text;                      // search_text.h says what may be typed
    GalleryOrder order = GalleryOrder::newest;
    GalleryShelf shelf = GalleryShelf::present;
};

/// What a search found, as it was then: pictures that go or come later change nothing about it, so that a list can be
/// scrolled while pictures are made. Rows are read by window, with GalleryStore::pictures().
struct GalleryResult {
    std::vector<PictureId> ids;
    std::vector<std::string> remarks;      // what of the search was left out, for the user
    std::span<PictureId const> window(std::size_t offset, std::size_t limit) const;
};

struct Board {
    std::string name;
    std::int64_t pictures = 0;             // without those in the trash
};

/// What happened to a picture that was put into the gallery.
enum class PutResult : std::uint8_t { added, updated, found_again, unchanged };

/// Where pictures come from, to be looked through again when the database was lost.
enum class FolderKind : std::uint8_t {
    imported,                              // everything in it and below
    output,                                // only what this program made, directly in it
};
struct GalleryFolder {
    std::filesystem::path path;
    FolderKind kind = FolderKind::imported;
};

/// Why a picture could not be moved, restored or erased; the others were.
struct PictureFailure {
    PictureId id = 0;
    std::string reason;
};

/// The row of a file as far as an import needs it.
struct GalleryFile {
    PictureId id = 0;
    PictureState state = PictureState::present;
    std::uint64_t size = 0;
    std::int64_t modified = 0;
};

class GalleryStore {
public:
    /// Opens or makes the gallery; one that is damaged is set aside and what can be read brought over. Files that were
    /// on their way to or from the trash when a process ended arrive or go back.
    explicit GalleryStore(std::filesystem::path folder = data_folder());

    /// What happened to a damaged gallery, for the user; empty where nothing did.
    std::string const& notice() const { return m_notice; }
    /// Whether rows were lost that rescan() (importer.h) would find again.
    bool needs_rescan();
    void rescanned();
    /// How often this store has found its database damaged.
    int rescues() const { return m_rescues; }

    GalleryResult search(GallerySearch const& search);
    /// In the order of the ids; those that are gone are left out.
    std::vector<GalleryPicture> pictures(std::span<PictureId const> ids);
    std::optional<GalleryPicture> picture(PictureId id);
    std::optional<GalleryPicture> picture_at(std::filesystem::path const& path);

    /// A picture that was just made: the `index`th of the request's batch. Throws file_missing or file_damaged.
    PictureId add(std::filesystem::path const& path, GenerationRequest const& request, int index);
    /// A file of these facts. One that was missing, or whose file lies elsewhere now, keeps its id, stars and boards.
    PutResult put(std::filesystem::path const& path, PictureFacts const& facts);
    /// Rows of files in the folder and below, by path; trashed ones too where they come from there.
    std::vector<std::pair<std::string, GalleryFile>> known_files(std::filesystem::path const& folder);
    /// Those whose files are not at their places; how many were not known as missing.
    std::size_t set_missing(std::span<PictureId const> ids);
    void set_present(std::span<PictureId const> ids);

    void set_stars(std::span<PictureId const> ids, int stars);
    void set_note(PictureId id, std::string_view note);
    void set_thumbnail(PictureId id, ThumbnailState state, std::string_view reason = {});

    std::vector<Board> boards();
    std::vector<Board> boards_of(PictureId id);
    /// Makes the board where it is new; pictures come behind those in it.
    void add_to_board(std::string_view board, std::span<PictureId const> ids);
    void remove_from_board(std::string_view board, std::span<PictureId const> ids);
    /// The pictures given, in this order, come first in the board.
    void arrange_board(std::string_view board, std::span<PictureId const> ids);
    void arrange_boards(std::span<std::string const> names);
    void rename_board(std::string_view board, std::string_view name);
    /// The board goes, its pictures stay.
    void remove_board(std::string_view board);

    /// Files move to the data folder's trash. A picture whose file is gone already is only marked.
    std::vector<PictureFailure> trash(std::span<PictureId const> ids);
    /// Files go back where they were, under a free name where theirs is taken.
    std::vector<PictureFailure> restore(std::span<PictureId const> ids);
    /// Erases these trashed pictures for good. Others are left alone and named.
    std::vector<PictureFailure> erase(std::span<PictureId const> ids);
    std::filesystem::path trash_folder() const { return m_folder / "trash"; }
    /// Pictures that lie in the trash and have no row: of a lost database. How many there were.
    int adopt_trash();

    std::vector<GalleryFolder> folders();
    void remember_folder(std::filesystem::path const& path, FolderKind kind);
    void forget_folder(std::filesystem::path const& path);

    /// Everything `work` changes, or nothing.
    void transaction(std::function<void()> const& work);
    /// Whether another thread's store or another process has changed the gallery since the last call.
    bool changed_elsewhere() { return database().changed_elsewhere(); }
    std::filesystem::path const& data() const { return m_folder; }

private:
    enum class MoveKind : std::uint8_t { trash, restore, erase };
    struct Move;

    /// Open, also after a rescue that a full disk kept from its end.
    Database& database();
    void open();
    void rescue();
    /// Does it again with a rescued database where the database turns out to be damaged.
    template <class Work>
    auto guarded(Work const& work);
    void write_folder_list();
    /// Folders that the database has lost, which a rescue cut short may have done, from the list beside it.
    void restore_folders();
    std::optional<PictureId> elsewhere(std::filesystem::path const& path, PictureFacts const& facts);
    std::int64_t board_id(std::string_view board);

    std::vector<PictureFailure> move_all(std::span<PictureId const> ids, MoveKind kind);
    void move_some(std::span<PictureId const> ids, MoveKind kind, std::vector<PictureFailure>& failures);
    std::optional<Move> intend(PictureId id, MoveKind kind);
    void carry_out(Move const& move);
    void arrived(Move const& move);
    void finish_moves();
    void finish(Move const& move);

    std::filesystem::path m_folder;
    std::unique_ptr<Database> m_database;
    std::string m_notice;
    int m_rescues = 0;
    bool m_in_transaction = false;
};

template <class Work>
auto GalleryStore::guarded(Work const& work)
{
    try {
        return work();
    } catch (Error const& error) {
        if (error.code() != ErrorCode::file_damaged || m_in_transaction)
            throw;
        rescue();
        return work();
    }
}

}
