// SPDX-License-Identifier: Apache-2.0
#pragma once

// Somebody who paints, types and moves layers about without sense, the same way for the same seed.

#include "app/session/undo_stack.h"
#include "tests/support/random.h"

namespace igneous::test {

/// A command that the workspace accepts. It keeps the workspace small: a few documents, layers and tiles.
Command random_command(Workspace const& workspace, Random& random);

Tile random_tile(Random& random, int channels);

/// Applies without undo, as the journal's reader does.
void apply_changes(Workspace& workspace, std::vector<Change> const& changes);

}
