// SPDX-License-Identifier: Apache-2.0
#pragma once

// A picture of the gallery: what its file tells, and what its owner has added. Times are milliseconds since 1970.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace igneous {

using PictureId = std::int64_t;            // never given twice

/// What a picture's file tells about it.
struct PictureFacts {
    std::uint64_t size = 0;                // bytes
    std::int64_t modified = 0;             // the file's own time, in nanoseconds
    std::uint64_t fingerprint = 0;         // of the size and some of the bytes: the same file elsewhere has the same
    int width = 0, height = 0;
    std::int64_t made = 0;
    std::optional<std::uint64_t> seed;     // of this picture, not of its batch
    std::optional<int> steps;
    std::optional<double> cfg;
    std::string model, model_hash, sampler, prompt, negative_prompt;
    std::vector<std::string> loras;        // names
    std::string program;                   // "Igneous", "A1111", "ComfyUI"...; empty where there is no recipe
    std::string recipe;                    // the request that makes this one picture, as JSON
    bool operator==(PictureFacts const&) const = default;
};

// The numbers of both are stored: new ones come behind.
enum class PictureState : std::uint8_t { present, missing, trashed };
enum class ThumbnailState : std::uint8_t { unknown, made, damaged, missing };

struct GalleryPicture {
    PictureId id = 0;
    std::filesystem::path path;            // of a trashed picture: in the trash
    PictureState state = PictureState::present;
    std::filesystem::path original;        // where a trashed picture goes back to; empty where nobody knows
    std::int64_t trashed = 0, added = 0;
    int stars = 0;                         // 0 to 5
    std::string note;
    ThumbnailState thumbnail = ThumbnailState::unknown;
    std::string thumbnail_reason;          // why there is none
    PictureFacts facts;
};

/// "present", "missing", "trashed"
char const* state_name(PictureState state);

}
