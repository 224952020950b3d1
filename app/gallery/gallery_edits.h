// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a user does to the pictures of the gallery, each with the way back. Both functions are called on the store's
// thread, in turns; they say which files could not be moved.

#include "app/gallery/gallery_store.h"

namespace igneous {

struct GalleryEdit {
    using Function = std::function<std::vector<PictureFailure>(GalleryStore&)>;
    std::string name;                      // for the history
    Function run, revert;
};

using PictureIds = std::vector<PictureId>;

GalleryEdit star_pictures(PictureIds ids, int stars);
GalleryEdit note_picture(PictureId id, std::string note);
GalleryEdit trash_pictures(PictureIds ids);
GalleryEdit restore_pictures(PictureIds ids);
/// The board is made where it is new. Without pictures: an empty board.
GalleryEdit add_to_board(std::string board, PictureIds ids);
GalleryEdit take_from_board(std::string board, PictureIds ids);
GalleryEdit rename_board(std::string board, std::string name);
GalleryEdit delete_board(std::string board);

}
