// SPDX-License-Identifier: Apache-2.0
#pragma once

// Holds this process in: no network, no other programs, and only the files it needs. A model file that breaks the engine
// or a driver then has nothing to take and nowhere to send it. On Linux by Landlock (files, TCP) and seccomp (system
// calls), as far as the kernel has them; elsewhere not yet, and the report says so.

#include "app/protocol/calls.h"

#include <filesystem>
#include <vector>

namespace igneous {

struct ConfinedPlaces {
    std::vector<std::filesystem::path> readable;   // folders with all in them, or files; those that are not there are passed over
    std::vector<std::filesystem::path> writable;   // the same, also to make and remove files in
    std::vector<std::filesystem::path> devices;    // device files and folders of them: read, write, ioctl
    std::vector<std::filesystem::path> listable;   // folders whose names alone may be read
};

/// Holds from now on for the calling thread and those it starts, for good: call it before there are any. Nothing is
/// thrown: what could not be done is in the report.
ConfinementReport confine_process(ConfinedPlaces const& places);

/// What Vulkan drivers and the C library need: their files, the devices, their caches of compiled shaders.
ConfinedPlaces driver_places();
/// Everything that a worker needs: the above, its models with what their links lead to, its jobs, the engine's own cache
/// and what lies beside the program.
ConfinedPlaces worker_places(std::vector<std::filesystem::path> const& model_folders,
    std::filesystem::path const& job_folder, std::filesystem::path const& cache);

/// $XDG_CACHE_HOME or ~/.cache; empty where there is neither.
std::filesystem::path cache_home();

}
