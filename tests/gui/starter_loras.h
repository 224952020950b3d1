// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace igneous::test {

/// LoRAs for the starter model: "neon_copy" fits, "partly" in part (3 of 6 keys), "larger" has another shape, "for_sd1"
/// was made for another base.
void write_starter_loras(std::filesystem::path const& folder);

}
