// SPDX-License-Identifier: Apache-2.0
// Uses a gallery until it is killed: gallery_user DATA SEED CHANGES. Pictures whose prompt has "keep" in it are thrown
// away and taken back, the others may be erased too.
#include "tests/app/gallery/gallery_files.h"

#include <random>

using namespace igneous;

int main(int, char** arguments)
{
    std::mt19937 random(static_cast<std::uint32_t>(std::stoul(arguments[2])));
    GalleryStore store(arguments[1]);
    for (int left = std::stoi(arguments[3]); left > 0; --left) {
        std::vector<PictureId> some;
        for (PictureId const id : store.search({ .text = "", .shelf = GalleryShelf::all }).ids)
            if (random() % 3 == 0)
                some.push_back(id);
        switch (random() % 6) {
        case 0:
        case 1: store.trash(some); break;
        case 2:
        case 3: store.restore(some); break;
        case 4:
            if (auto const goes = store.search({ .text = "-keep", .shelf = GalleryShelf::trashed }).ids; !goes.empty())
                store.erase(std::span(goes).first(1));
            break;
        default: store.set_stars(some, static_cast<int>(random() % 6));
        }
    }
}
