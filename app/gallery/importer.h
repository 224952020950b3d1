// SPDX-License-Identifier: Apache-2.0
#pragma once

// Brings folders of pictures into the gallery and keeps it true to them: what is new is added, what changed is read
// again, what went is marked missing and known again when it comes back, here or elsewhere. Files that nothing happened
// to are only looked at, so that a second look at 100,000 takes seconds. What is damaged is named and stops nothing.

#include "app/gallery/gallery_store.h"

#include <functional>
#include <stop_token>

namespace igneous {

struct ImportProgress {
    std::size_t done = 0, total = 0;       // files
    std::filesystem::path const& current;
};

struct UnreadablePicture {
    std::filesystem::path path;
    std::string reason;
};

struct ImportReport {
    std::size_t added = 0, updated = 0, found_again = 0, unchanged = 0, missing = 0;
    std::vector<UnreadablePicture> unreadable;
    std::vector<std::filesystem::path> gone;       // folders that are not there: their pictures are missing, not lost
    bool cancelled = false;                // what was done by then stays

    std::size_t in_gallery() const { return added + updated + found_again + unchanged; }
};

using ImportObserver = std::function<void(ImportProgress const&)>;

/// The PNG, JPEG and WebP files of a folder and all below it, without hidden folders; it is remembered for rescan().
/// Throws file_missing where neither the folder is there nor anything of it is known, invalid_argument for a file.
ImportReport import_folder(GalleryStore& store, std::filesystem::path const& folder,
    ImportObserver const& observer = {}, std::stop_token stop = {});

/// All folders that pictures came from, and the trash: what a lost database is put together from.
ImportReport rescan(GalleryStore& store, ImportObserver const& observer = {}, std::stop_token stop = {});

}
