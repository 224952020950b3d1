// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where a layer lies in its document, with all the groups around it.

#include "app/session/document.h"

namespace igneous {

struct Offset {
    int x = 0, y = 0;
    bool operator==(Offset const&) const = default;
};

/// Of the layer's pixel (0, 0), or of what lies in a group; 0: of the document itself. The layer must be there.
Offset origin_of(Document const& document, LayerId layer);

}
