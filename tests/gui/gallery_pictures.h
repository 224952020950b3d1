// SPDX-License-Identifier: Apache-2.0
#pragma once

// A gallery and a library to look at: colourful pictures with recipes, models with previews.

#include "app/gallery/gallery_store.h"
#include "gui/window/workbench.h"

#include <vector>

namespace igneous::test {

/// Sky, sun and hills in the seed's colours.
Image scene(int width, int height, std::uint64_t seed);
/// Pictures 1 to `count` with prompts, seeds and recipes of their own, in a folder of their own; their ids.
std::vector<PictureId> fill_gallery(std::filesystem::path const& data, int count);
/// LoRAs of two bases with previews and trigger words, an upscaler, a damaged file; the folder.
std::filesystem::path make_models(std::filesystem::path const& folder);
/// Has the window look at what was put into the gallery behind its back.
void look_again(Workbench& workbench);

}
