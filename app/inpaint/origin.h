// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where a job of the queue comes from, so that its pictures find back to the canvas, also after a restart.

#include "app/inpaint/task.h"
#include "app/session/document.h"

#include <string>

namespace igneous {

struct CanvasOrigin {
    DocumentId document = 0;
    Rect area;                             // of the document, that the pictures fill
    Task task = Task::generate;
    double feather = 12;                   // as ComposeOptions
    bool live = false;                     // made while one paints: kept by nobody
    bool operator==(CanvasOrigin const&) const = default;
};

/// One line of JSON, and back. Nothing for text that is none of ours.
std::string to_text(CanvasOrigin const& origin);
std::optional<CanvasOrigin> origin_from(std::string_view text);

}
