// SPDX-License-Identifier: Apache-2.0
// The boards of the gallery: collections by name, a picture in as many as one likes.
#include "app/gallery/gallery_store.h"
#include "app/picture/text_encoding.h"

#include <algorithm>

namespace igneous {

namespace {

/// The name as it is kept: without space around it.
std::string board_name(std::string_view name)
{
    constexpr std::size_t longest_name = 200;
    auto const is_control = [](char c) { return static_cast<unsigned char>(c) < ' '; };
    std::size_t const first = name.find_first_not_of(' '), last = name.find_last_not_of(' ');
    std::string_view const trimmed = first == name.npos ? std::string_view() : name.substr(first, last - first + 1);
    require(!trimmed.empty() && trimmed.size() <= longest_name && is_utf8(trimmed)
                && std::ranges::none_of(trimmed, is_control),
        "a board's name has from 1 to {} bytes of text on one line", longest_name);
    return std::string(trimmed);
}

constexpr std::string_view board_columns = R"(SELECT name, (SELECT count(*) FROM board_pictures JOIN pictures
    ON id = picture WHERE board = boards.id AND state <> 2) FROM boards )";

std::vector<Board> read_boards(Statement& rows)
{
    std::vector<Board> boards;
    while (rows.step())
        boards.push_back({ rows.text(0), rows.integer(1) });
    return boards;
}

}

std::vector<Board> GalleryStore::boards()
{
    return guarded([&] {
        Statement rows = database().prepare(std::string(board_columns) + "ORDER BY position, id");
        return read_boards(rows);
    });
}

std::vector<Board> GalleryStore::boards_of(PictureId id)
{
    return guarded([&] {
        Statement rows = database().prepare(std::string(board_columns)
                                            + "WHERE id IN (SELECT board FROM board_pictures WHERE picture = ?1) "
                                              "ORDER BY position, id");
        return read_boards(rows.bind(id));
    });
}

std::int64_t GalleryStore::board_id(std::string_view board)
{
    Statement row = database().prepare("SELECT id FROM boards WHERE name = ?1");
    if (!row.bind(board_name(board)).step())
        fail(ErrorCode::invalid_argument, "there is no board {}; igneous gallery board list names them", board);
    return row.integer(0);
}

void GalleryStore::add_to_board(std::string_view board, std::span<PictureId const> ids)
{
    transaction([&] {
        database().run(R"(INSERT INTO boards (name, position)
            VALUES (?1, (SELECT coalesce(max(position), 0) + 1 FROM boards)) ON CONFLICT (name) DO NOTHING)",
            board_name(board));
        std::int64_t const to = board_id(board);
        for (PictureId const id : ids)
            database().run(R"(INSERT OR IGNORE INTO board_pictures SELECT ?1, id,
                (SELECT coalesce(max(position), 0) + 1 FROM board_pictures WHERE board = ?1)
                FROM pictures WHERE id = ?2)",
                to, id);
    });
}

void GalleryStore::remove_from_board(std::string_view board, std::span<PictureId const> ids)
{
    transaction([&] {
        std::int64_t const from = board_id(board);
        for (PictureId const id : ids)
            database().run("DELETE FROM board_pictures WHERE board = ?1 AND picture = ?2", from, id);
    });
}

void GalleryStore::arrange_board(std::string_view board, std::span<PictureId const> ids)
{
    transaction([&] {
        std::int64_t const in = board_id(board);
        database().run("UPDATE board_pictures SET position = position + ?2 WHERE board = ?1", in, ids.size());
        std::int64_t position = 0;
        for (PictureId const id : ids)
            database().run(
                "UPDATE board_pictures SET position = ?3 WHERE board = ?1 AND picture = ?2", in, id, ++position);
    });
}

void GalleryStore::arrange_boards(std::span<std::string const> names)
{
    transaction([&] {
        database().run("UPDATE boards SET position = position + ?1", names.size());
        std::int64_t position = 0;
        for (std::string const& name : names)
            database().run("UPDATE boards SET position = ?2 WHERE id = ?1", board_id(name), ++position);
    });
}

void GalleryStore::rename_board(std::string_view board, std::string_view name)
{
    transaction([&] {
        std::int64_t const id = board_id(board);
        Statement taken = database().prepare("SELECT 1 FROM boards WHERE name = ?1 AND id <> ?2");
        require(!taken.bind(board_name(name), id).step(), "there is a board {} already; choose another name", name);
        database().run("UPDATE boards SET name = ?2 WHERE id = ?1", id, board_name(name));
    });
}

void GalleryStore::remove_board(std::string_view board)
{
    transaction([&] { database().run("DELETE FROM boards WHERE id = ?1", board_id(board)); });
}

}
