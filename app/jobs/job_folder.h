// SPDX-License-Identifier: Apache-2.0
#pragma once

// Files that pass between the queue and the worker in a job's folder.

#include "models/api/image.h"

#include <filesystem>

namespace igneous {

constexpr char const* worker_init_file = "init.pam";
constexpr char const* worker_mask_file = "mask.pam";

/// Throws Error(disk_full).
void write_pixels(std::filesystem::path const& path, Image const& image);

/// Removes what is no picture: what the job started from, and what a worker that was killed had no time to remove.
void remove_leftovers(std::filesystem::path const& folder);

}
