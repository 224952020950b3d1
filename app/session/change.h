// SPDX-License-Identifier: Apache-2.0
#pragma once

// Everything that can happen to a workspace. A change is a value that says what comes out, not how it was drawn or
// typed: undo keeps the changes that lead back, the journal writes those that happened, and applying either gives the
// same workspace to the last byte.

#include "app/session/document.h"

#include <span>
#include <variant>

namespace igneous {

struct SetRequest {
    GenerationRequest request;             // kept as JSON would keep it; pictures in it are not looked at
};
struct SetInitPictures {
    std::shared_ptr<Image const> image, mask;  // null: none
};
struct SetPromptHistory {
    std::vector<PromptEntry> entries;
};
struct AddDocument {
    std::size_t index = 0;
    Document document;
};
struct RemoveDocument {
    DocumentId document = 0;
};
struct SetActiveDocument {
    DocumentId document = 0;
};
struct SetDocumentProperties {
    DocumentId document = 0;
    DocumentProperties properties;
};
struct SetDocumentFile {
    DocumentId document = 0;
    std::string file;
};
struct SetActiveLayer {
    DocumentId document = 0;
    LayerId layer = 0;
};
struct InsertLayer {
    DocumentId document = 0;
    LayerId parent = 0;                    // 0: in no group
    std::size_t index = 0;
    Layer layer;
    LayerId active = 0;                    // what becomes active with it; 0: nothing
};
/// With all that is in it. Where the active layer goes, the one below is active, or what there is.
struct RemoveLayer {
    DocumentId document = 0;
    LayerId layer = 0;
};
struct MoveLayer {
    DocumentId document = 0;
    LayerId layer = 0, parent = 0;
    std::size_t index = 0;                 // among the others of the parent, the layer itself not counted
};
struct SetLayerProperties {
    DocumentId document = 0;
    LayerId layer = 0;
    LayerProperties properties;
};
struct PutTiles {
    DocumentId document = 0;
    LayerId layer = 0;                     // 0: the selection
    std::vector<PlacedTile> tiles;
};

using Change = std::variant<SetRequest, SetInitPictures, SetPromptHistory, AddDocument, RemoveDocument,
    SetActiveDocument, SetDocumentProperties, SetDocumentFile, SetActiveLayer, InsertLayer, RemoveLayer, MoveLayer,
    SetLayerProperties, PutTiles>;

/// What the change is about; 0 when it is no document.
DocumentId document_of(Change const& change);

/// What has to be shown anew.
struct DocumentEffect {
    DocumentId document = 0;
    Rect dirty;                            // in its pixels
    bool layers = false, properties = false, selection = false, active_layer = false;
};
struct Effect {
    bool request = false, prompt_history = false, documents = false;   // the list of documents, or which is active
    std::vector<DocumentEffect> in;
};

/// Applies one after the other, or none: when one cannot be (invalid_argument), those before it are taken back. Gives
/// the changes that lead back, in the order in which to apply them.
std::vector<Change> apply(Workspace& workspace, std::span<Change const> changes, Effect& effect);

/// Makes `first` what `first` and then `second` do together, where one change can say so; false, and nothing done,
/// where not.
bool combine(Change& first, Change const& second);

/// Bytes that the change keeps in memory, about.
std::size_t memory_of(Change const& change);

/// Changes that make the workspace out of an empty one, none of them much larger than `piece` bytes of pixels.
std::vector<Change> changes_that_make(Workspace const& workspace, std::size_t piece);

/// The request without its pictures, as JSON keeps it. Throws invalid_argument for numbers that are none.
GenerationRequest kept_form(GenerationRequest request);

}
