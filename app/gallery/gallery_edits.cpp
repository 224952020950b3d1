// SPDX-License-Identifier: Apache-2.0
#include "app/gallery/gallery_edits.h"

#include "app/gallery/search_text.h"

#include <algorithm>
#include <format>
#include <map>
#include <memory>

namespace igneous {

namespace {

std::string counted(std::string_view doing, std::size_t pictures)
{
    return pictures == 1 ? std::format("{} picture", doing) : std::format("{} {} pictures", doing, pictures);
}

/// For edits that move no files.
template<class Work>
GalleryEdit::Function quiet(Work work)
{
    return [work = std::move(work)](GalleryStore& store) {
        work(store);
        return std::vector<PictureFailure> {};
    };
}

struct BoardBefore {
    std::vector<std::string> names;        // of all boards, in their order
    PictureIds pictures;                   // of the one, in their order
    bool existed = false;
};

BoardBefore look_at(GalleryStore& store, std::string const& board)
{
    BoardBefore before;
    for (Board const& one : store.boards()) {
        before.names.push_back(one.name);
        before.existed = before.existed || one.name == board;
    }
    GallerySearch const search { board_search(board), GalleryOrder::board, GalleryShelf::all };
    if (before.existed)
        for (PictureId const id : store.search(search).ids)
            if (std::ranges::contains(store.boards_of(id), board, &Board::name))
                before.pictures.push_back(id);
    return before;
}

void put_back(GalleryStore& store, std::string const& board, BoardBefore const& before)
{
    store.transaction([&] {
        store.add_to_board(board, before.pictures);
        store.arrange_board(board, before.pictures);
        store.arrange_boards(before.names);
    });
}

/// The ids of `moved` without those that could not be.
PictureIds without(PictureIds const& moved, std::vector<PictureFailure> const& failures)
{
    PictureIds done = moved;
    for (PictureFailure const& failure : failures)
        std::erase(done, failure.id);
    return done;
}

}

GalleryEdit star_pictures(PictureIds ids, int stars)
{
    auto before = std::make_shared<std::map<int, PictureIds>>();
    std::string name = stars == 0 ? counted("Take stars from", ids.size()) : counted("Star", ids.size());
    return { std::move(name), quiet([before, ids = std::move(ids), stars](GalleryStore& store) {
                before->clear();
                for (GalleryPicture const& picture : store.pictures(ids))
                    (*before)[picture.stars].push_back(picture.id);
                store.set_stars(ids, stars);
            }),
        quiet([before](GalleryStore& store) {
            store.transaction([&] {
                for (auto const& [old, pictures] : *before)
                    store.set_stars(pictures, old);
            });
        }) };
}

GalleryEdit note_picture(PictureId id, std::string note)
{
    auto before = std::make_shared<std::string>();
    return { "Note on a picture", quiet([before, id, note = std::move(note)](GalleryStore& store) {
                if (auto const picture = store.picture(id))
                    *before = picture->note;
                store.set_note(id, note);
            }),
        quiet([before, id](GalleryStore& store) { store.set_note(id, *before); }) };
}

GalleryEdit trash_pictures(PictureIds ids)
{
    auto moved = std::make_shared<PictureIds>();
    std::string name = counted("Trash", ids.size());
    return { std::move(name),
        [moved, ids = std::move(ids)](GalleryStore& store) {
            auto failures = store.trash(ids);
            *moved = without(ids, failures);
            return failures;
        },
        [moved](GalleryStore& store) { return store.restore(*moved); } };
}

GalleryEdit restore_pictures(PictureIds ids)
{
    auto moved = std::make_shared<PictureIds>();
    std::string name = counted("Restore", ids.size());
    return { std::move(name),
        [moved, ids = std::move(ids)](GalleryStore& store) {
            auto failures = store.restore(ids);
            *moved = without(ids, failures);
            return failures;
        },
        [moved](GalleryStore& store) { return store.trash(*moved); } };
}

GalleryEdit add_to_board(std::string board, PictureIds ids)
{
    auto before = std::make_shared<BoardBefore>();
    std::string name = ids.empty() ? std::format("New board {}", board) : std::format("Add to board {}", board);
    return { std::move(name), quiet([=](GalleryStore& store) {
                *before = look_at(store, board);
                store.add_to_board(board, ids);
            }),
        quiet([=](GalleryStore& store) {
            if (!before->existed)
                return store.remove_board(board);
            PictureIds added = ids;
            std::erase_if(added, [&](PictureId id) { return std::ranges::contains(before->pictures, id); });
            store.remove_from_board(board, added);
        }) };
}

GalleryEdit take_from_board(std::string board, PictureIds ids)
{
    auto before = std::make_shared<BoardBefore>();
    std::string name = std::format("Take from board {}", board);
    return { std::move(name), quiet([=](GalleryStore& store) {
                *before = look_at(store, board);
                store.remove_from_board(board, ids);
            }),
        quiet([=](GalleryStore& store) { put_back(store, board, *before); }) };
}

GalleryEdit rename_board(std::string board, std::string name)
{
    std::string title = std::format("Rename board {}", board);
    return { std::move(title), quiet([=](GalleryStore& store) { store.rename_board(board, name); }),
        quiet([=](GalleryStore& store) { store.rename_board(name, board); }) };
}

GalleryEdit delete_board(std::string board)
{
    auto before = std::make_shared<BoardBefore>();
    std::string name = std::format("Delete board {}", board);
    return { std::move(name), quiet([=](GalleryStore& store) {
                *before = look_at(store, board);
                store.remove_board(board);
            }),
        quiet([=](GalleryStore& store) { put_back(store, board, *before); }) };
}

}
