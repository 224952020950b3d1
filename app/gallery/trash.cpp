// SPDX-License-Identifier: Apache-2.0
// Pictures go to the trash and come back in three steps, so that a process may end anywhere: a row in `moves` says what
// is to happen; the file moves; the picture's row says where it is now and the row in `moves` goes. The last two steps
// happen under the database's write lock: nobody else takes a move that is under way for one that was left behind.
#include "app/files/file.h"
#include "app/gallery/gallery_store.h"
#include "app/gallery/picture_facts.h"

#include <algorithm>
#include <chrono>
#include <set>

namespace igneous {

namespace fs = std::filesystem;

struct GalleryStore::Move {
    PictureId id = 0;
    MoveKind kind = MoveKind::trash;
    fs::path source, target;
    bool marked_only = false; // the file was gone when the picture was thrown away
};

namespace {

bool is_there(fs::path const& path)
{
    std::error_code ignored;
    return fs::exists(fs::symlink_status(path, ignored));
}

/// Whether both names are the same file, or one is a whole copy of the other.
bool same_file(fs::path const& one, fs::path const& other)
{
    std::error_code error;
    if (fs::equivalent(one, other, error))
        return true;
    auto const left = fingerprint(one), right = fingerprint(other);
    return left && left == right;
}

/// "lake (2).png"
fs::path numbered(fs::path const& path, int number)
{
    fs::path name = path.stem();
    name += std::format(" ({})", number);
    name += path.extension();
    return path.parent_path() / name;
}

/// Whether its file was gone when it was thrown away.
bool is_marked_only(GalleryPicture const& picture)
{
    return picture.state == PictureState::trashed && picture.path == picture.original;
}

void remove_quietly(fs::path const& path)
{
    std::error_code ignored;
    fs::remove(path, ignored);
}

}

std::vector<PictureFailure> GalleryStore::trash(std::span<PictureId const> ids)
{
    return move_all(ids, MoveKind::trash);
}
std::vector<PictureFailure> GalleryStore::restore(std::span<PictureId const> ids)
{
    return move_all(ids, MoveKind::restore);
}
std::vector<PictureFailure> GalleryStore::erase(std::span<PictureId const> ids)
{
    return move_all(ids, MoveKind::erase);
}

std::vector<PictureFailure> GalleryStore::move_all(std::span<PictureId const> ids, MoveKind kind)
{
    constexpr std::size_t at_once = 64; // while they move, other processes wait
    std::set<PictureId> const each(ids.begin(), ids.end());
    std::vector<PictureId> const all(each.begin(), each.end());
    std::vector<PictureFailure> failures;
    for (std::size_t first = 0; first < all.size(); first += at_once)
        move_some(std::span(all).subspan(first, std::min(at_once, all.size() - first)), kind, failures);
    return failures;
}

void GalleryStore::move_some(std::span<PictureId const> ids, MoveKind kind, std::vector<PictureFailure>& failures)
{
    std::vector<PictureFailure> failed;
    std::vector<Move> moves;
    transaction([&] {
        failed.clear();
        moves.clear();
        for (PictureId const id : ids) {
            try {
                if (auto move = intend(id, kind))
                    moves.push_back(std::move(*move));
            } catch (Error const& error) {
                if (error.code() != ErrorCode::invalid_argument)
                    throw;
                failed.push_back({ id, error.what() });
            }
        }
    });
    try {
        transaction([&] {
            for (Move const& move : moves) {
                try {
                    carry_out(move);
                    arrived(move);
                } catch (Error const& error) {
                    if (error.code() != ErrorCode::invalid_argument)
                        throw; // not this file's: the database's
                    database().run("DELETE FROM moves WHERE picture = ?1", move.id);
                    failed.push_back({ move.id, error.what() });
                }
            }
        });
    } catch (Error const&) {
        try {
            finish_moves();
        } catch (Error const&) { // the next start does
        }
        throw;
    }
    failures.insert(failures.end(), failed.begin(), failed.end());
}

std::optional<GalleryStore::Move> GalleryStore::intend(PictureId id, MoveKind kind)
{
    auto row = picture(id);
    require(row.has_value(), "there is no picture {} in the gallery", id);
    Statement left_behind = database().prepare("SELECT kind, target FROM moves WHERE picture = ?1");
    if (left_behind.bind(id).step()) {
        finish({ id, static_cast<MoveKind>(left_behind.integer(0)), row->path, path_from_utf8(left_behind.text(1)),
            is_marked_only(*row) });
        row = picture(id);
        require(row.has_value(), "picture {} was just erased by another program", id);
    }
    bool const trashed = row->state == PictureState::trashed;
    Move move { id, kind, row->path, {}, is_marked_only(*row) };
    auto const taken = [&](fs::path const& path) {
        return is_there(path)
               || database().prepare("SELECT 1 FROM pictures WHERE path = ?1").bind(utf8_name(path)).step();
    };
    switch (kind) {
    case MoveKind::trash:
        if (trashed)
            return {};
        if (!is_there(row->path)) {
            move.marked_only = true;
            arrived(move);
            return {};
        }
        move.target = trash_folder() / std::to_string(id) / row->path.filename();
        for (int number = 2; taken(move.target); ++number)
            move.target = trash_folder() / std::format("{}-{}", id, number) / row->path.filename();
        break;
    case MoveKind::restore:
        if (!trashed)
            return {};
        if (move.marked_only) {
            arrived(move);
            return {};
        }
        require(is_there(row->path), "the file of picture {} is gone from the trash: {} is not there", id,
            utf8_name(row->path));
        if (row->original.empty()) {
            row->original = m_folder / "restored" / row->path.filename();
            remember_folder(m_folder / "restored", FolderKind::imported);
        }
        move.target = row->original;
        for (int number = 2; taken(move.target); ++number)
            move.target = numbered(row->original, number);
        break;
    case MoveKind::erase:
        require(trashed, "picture {} is not in the trash; only what is there can be erased", id);
        break;
    }
    database().run("INSERT INTO moves VALUES (?1, ?2, ?3)", id, static_cast<int>(kind), utf8_name(move.target));
    return move;
}

void GalleryStore::carry_out(Move const& move)
{
    Statement intent = database().prepare("SELECT 1 FROM moves WHERE picture = ?1 AND kind = ?2 AND target = ?3");
    if (!intent.bind(move.id, static_cast<int>(move.kind), utf8_name(move.target)).step())
        fail(ErrorCode::invalid_argument, "picture {} was taken back by another program that just started; try again",
            move.id);
    std::error_code error;
    if (move.kind == MoveKind::erase) {
        if (!move.marked_only)
            fs::remove(move.source, error);
        if (error)
            fail(ErrorCode::invalid_argument, "{} cannot be erased: {}", utf8_name(move.source), error.message());
        return;
    }
    fs::create_directories(move.target.parent_path(), error); // what is wrong with it, moving says
    try {
        if (move_file(move.source, move.target))
            return;
    } catch (Error const& reason) {
        fail(ErrorCode::invalid_argument, "{}", reason.what());
    }
    fail(ErrorCode::invalid_argument, "{} was taken by another program just now; try again", utf8_name(move.target));
}

void GalleryStore::arrived(Move const& move)
{
    std::int64_t const now
        = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
              .count();
    std::string const place = utf8_name(move.marked_only ? move.source : move.target);
    fs::path const trash_place = move.source.parent_path();
    switch (move.kind) {
    case MoveKind::trash:
        database().run("UPDATE pictures SET state = 2, original = path, path = ?2, trashed = ?3 WHERE id = ?1", move.id,
            place, now);
        break;
    case MoveKind::restore: {
        bool const back = is_there(path_from_utf8(place));
        std::string const name = utf8_name(path_from_utf8(place).filename());
        database().run(R"(UPDATE pictures SET state = ?2, path = ?3, name = ?4, original = '', trashed = 0,
            modified = ?5 WHERE id = ?1)",
            move.id, back ? 0 : 1, place, name, modified_time(path_from_utf8(place)));
        database().run("UPDATE texts SET name = ?2 WHERE picture = ?1", move.id, name);
        break;
    }
    case MoveKind::erase: database().run("DELETE FROM pictures WHERE id = ?1", move.id); break;
    }
    database().run("DELETE FROM moves WHERE picture = ?1", move.id);
    if (!move.marked_only && move.kind != MoveKind::trash)
        remove_quietly(trash_place); // only where it is empty
}

void GalleryStore::finish_moves()
{
    if (!database().prepare("SELECT 1 FROM moves").step())
        return;
    transaction([&] {
        std::vector<Move> left;
        Statement rows = database().prepare(
            "SELECT id, kind, path, target, state = 2 AND path = original FROM moves JOIN pictures ON id = picture");
        while (rows.step())
            left.push_back({ rows.integer(0), static_cast<MoveKind>(rows.integer(1)), path_from_utf8(rows.text(2)),
                path_from_utf8(rows.text(3)), rows.integer(4) != 0 });
        for (Move const& move : left)
            finish(move);
    });
}

void GalleryStore::finish(Move const& move)
{
    if (move.kind == MoveKind::erase) { // began when the user said so
        if (!move.marked_only)
            remove_quietly(move.source);
        if (move.marked_only || !is_there(move.source))
            return arrived(move);
        database().run("DELETE FROM moves WHERE picture = ?1", move.id);
        return;
    }
    remove_unfinished(move.target);
    bool came = is_there(move.target);
    if (came && is_there(move.source)) {
        // Both names: of one file on its way, or of another file that came to a name outside of the trash.
        bool const same = same_file(move.source, move.target);
        if (same)
            remove_quietly(move.source);
        came = same || move.kind == MoveKind::trash;
    }
    if (came)
        arrived(move);
    else
        database().run("DELETE FROM moves WHERE picture = ?1", move.id);
}

int GalleryStore::adopt_trash()
{
    int adopted = 0;
    std::error_code error, ignored;
    for (fs::directory_iterator folder(trash_folder(), error), none; !error && folder != none;
        folder.increment(error)) {
        for (fs::directory_iterator file(folder->path(), ignored), end; !ignored && file != end;
            file.increment(ignored)) {
            if (!file->is_regular_file(ignored) || picture_at(file->path()))
                continue;
            try {
                PictureFacts const facts = read_facts(file->path());
                transaction([&] {
                    put(file->path(), facts);
                    database().run("UPDATE pictures SET state = 2, trashed = ?2 WHERE path = ?1",
                        utf8_name(file->path()), facts.made);
                });
                ++adopted;
            } catch (Error const& unreadable) {
                if (unreadable.code() != ErrorCode::file_damaged && unreadable.code() != ErrorCode::file_missing)
                    throw;
            }
        }
    }
    return adopted;
}

}
