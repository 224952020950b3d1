// SPDX-License-Identifier: Apache-2.0
#include "app/session/layer_origin.h"

namespace igneous {

Offset origin_of(Document const& document, LayerId layer)
{
    Offset at;
    for (; layer != 0; layer = place_of(document, layer).parent) {
        LayerProperties const& has = find_layer(document.layers, layer)->properties;
        at.x += has.x;
        at.y += has.y;
    }
    return at;
}

}
