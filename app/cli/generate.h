// SPDX-License-Identifier: Apache-2.0
#pragma once

// `igneous generate` behind its options: runs a request and writes its pictures.

#include "models/api/generator.h"

#include <optional>
#include <stop_token>
#include <string>

namespace igneous {

class Console;

struct GenerateJob {
    GenerationRequest request;
    GenerationExtras extras;
    std::string out;                       // as --out
    std::optional<int> quality;            // of JPEG and WebP; absent: JPEG 95, WebP as it is
    std::optional<int> only;               // the one picture of the batch that is written; absent: all
};

/// Throws Error; nothing half-written is left then.
void generate_pictures(Generator& generator, GenerateJob const& job, Console& console, std::stop_token stop = {});

}
