// SPDX-License-Identifier: Apache-2.0
#pragma once

// Commands for several layers at once, each one step to undo. Layers that lie in another of those given go with it.

#include "app/session/undo_stack.h"

namespace igneous {

/// Those of `layers` that are there and lie in none of the others, the lowest first.
std::vector<LayerId> outermost(Document const& document, std::vector<LayerId> const& layers);

Command remove_layers(Document const& document, std::vector<LayerId> const& layers);
/// Into a group (0: into none), in their order: the lowest comes to stand above `index` of the layers there that do not
/// move. All are seen where they were. No changes where one would come into itself.
Command move_layers(
    Document const& document, std::vector<LayerId> const& layers, LayerId parent, std::size_t index);
/// Each above the next one of its group (`by` 1) or below it (-1); those at the end stay.
Command step_layers(Document const& document, std::vector<LayerId> const& layers, int by);
/// Into `group`, an empty one, which comes to where the uppermost of them is.
Command group_layers(Document const& document, std::vector<LayerId> const& layers, Layer group);
/// A copy of each above it. `make_own` gives a copy its ids, with those in it, and its name.
Command duplicate_layers(
    Document const& document, std::vector<LayerId> const& layers, std::function<void(Layer&)> const& make_own);
/// As edit_layer(), of each.
Command edit_layers(Document const& document, std::vector<LayerId> const& layers, std::string name,
    std::function<void(LayerProperties&)> const& edit, std::string merge_key = {});

}
