// SPDX-License-Identifier: Apache-2.0
#pragma once

// Finds the models below a folder without opening any: single files by their endings, folders in the layout of
// diffusers as one model each, and what lies beside them. Links are followed once; what cannot be read is passed over.

#include "app/library/sidecars.h"

#include <compare>
#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace igneous {

/// Tells whether a file is still the one that was read.
struct FileStamp {
    std::uint64_t size = 0;
    std::int64_t modified = 0;             // nanoseconds
    std::int64_t key = 0;                  // of device and inode; 0 where the system has none
    std::int64_t beside = 0;               // of the notes beside it; of a model folder, of all that lies in it
    bool operator==(FileStamp const&) const = default;
};

struct WalkedModel {
    std::string path;                      // UTF-8
    FileStamp stamp;
    Sidecars sidecars;
    bool folder = false;
};

struct ModelWalk {
    bool there = false;                    // the folder could be read
    std::vector<WalkedModel> models;
    std::vector<std::filesystem::path> folders;   // all that were walked: to be watched
};

ModelWalk walk_models(std::filesystem::path const& root, std::stop_token stop = {});

/// The stamp of one file as walk_models gives it, without what lies beside; size 0 and no time where it is not there.
FileStamp stamp_of(std::filesystem::path const& file);

}
