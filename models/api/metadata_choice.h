// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace igneous {

/// What is written into a finished picture about how it was made.
struct MetadataChoice {
    bool recipe = true;                    // our JSON, which holds everything
    bool a1111 = true;                     // the text that every program reads
    bool label = true;                     // IPTC: made by a model
    bool operator==(MetadataChoice const&) const = default;
};

}
