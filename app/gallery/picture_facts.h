// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a picture's file tells: its recipe in whichever program's words, its size, and a fingerprint by which it is
// known again elsewhere. Pixels are not read, so that folders of thousands of pictures are read in a minute.

#include "app/gallery/gallery_picture.h"
#include "models/api/request.h"

#include <cstddef>
#include <span>

namespace igneous {

/// Throws file_missing, or file_damaged where it is no picture. A recipe that cannot be read is no recipe.
PictureFacts read_facts(std::filesystem::path const& path);
/// The same where the recipe is known already: of picture `index` of the request's batch.
PictureFacts read_facts(std::filesystem::path const& path, GenerationRequest const& request, int index);

/// The file's own time in nanoseconds since 1970; 0 where it cannot be asked.
std::int64_t modified_time(std::filesystem::path const& path);

/// Of the size, the beginning, the middle and the end: pictures differ in all three.
std::uint64_t fingerprint(std::span<std::byte const> bytes);
/// The same of a file, without reading the rest; nothing where it cannot be read.
std::optional<std::uint64_t> fingerprint(std::filesystem::path const& path);

}
