// SPDX-License-Identifier: Apache-2.0
#pragma once

// A result becomes a layer.

#include "gui/tasks/candidates.h"

namespace igneous {

class Session;

/// On top of what can be seen, as one step of the history called `name`. A result that reaches beyond the document
/// makes it larger; what is in it keeps its place in the picture. Nothing where the document is gone.
void accept_candidate(Session& session, Candidate const& candidate, QString const& name);

}
