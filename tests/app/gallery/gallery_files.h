// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pictures and rows for the tests of the gallery.

#include "app/gallery/gallery_store.h"

namespace igneous::test {

GenerationRequest request_of(std::string prompt, std::uint64_t seed);

/// A small PNG, JPEG or WebP by its name; the seed makes its pixels its own. The folder is made.
void write_picture(std::filesystem::path const& path, GenerationRequest const& request, int side = 16);

/// A row for a picture without a file.
PictureId put_row(GalleryStore& store, std::string const& name, PictureFacts facts);

/// The picture files below a folder, sorted.
std::vector<std::filesystem::path> files_below(std::filesystem::path const& folder);

/// Names of the files found, in order.
std::vector<std::string> found(GalleryStore& store, std::string const& text, GalleryOrder order = GalleryOrder::newest,
    GalleryShelf shelf = GalleryShelf::present);

}
