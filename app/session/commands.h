// SPDX-License-Identifier: Apache-2.0
#pragma once

// The commands of a workspace, under the names that the history panel shows. They are made from the workspace as it is
// now and pushed at once (Session::push).

#include "app/session/undo_stack.h"

namespace igneous {

/// A change of the request, whatever it is. Commands with the same merge_key that follow one another become one.
Command edit_request(Workspace const& workspace, std::string name, std::function<void(GenerationRequest&)> const& edit,
    std::string merge_key = {});
Command set_prompt(Workspace const& workspace, std::string prompt);
Command set_negative_prompt(Workspace const& workspace, std::string prompt);
Command set_init_pictures(std::shared_ptr<Image const> image, std::shared_ptr<Image const> mask);

/// Behind those that are open.
Command add_document(Workspace const& workspace, Document document);
Command remove_document(Document const& document);
Command set_document_size(Document const& document, int width, int height);
Command set_frame(Document const& document, Rect const& frame);

Command add_layer(Document const& document, Layer layer, LayerId parent, std::size_t index);
/// With all that is in it.
Command remove_layer(Document const& document, LayerId layer);
Command move_layer(Document const& document, LayerId layer, LayerId parent, std::size_t index);
/// Name, opacity, blend mode, place...: `edit` changes a copy of what the layer has.
Command edit_layer(Document const& document, LayerId layer, std::string name,
    std::function<void(LayerProperties&)> const& edit, std::string merge_key = {});

/// Tiles that take the place of others; `layer` 0 is the selection. All pieces of one stroke have one merge_key.
Command paint(Document const& document, LayerId layer, std::vector<PlacedTile> tiles, std::string name,
    std::string merge_key = {});

/// What lies outside of the workspace: queue, gallery, library.
Command outside(std::string name, std::function<void()> run, std::function<void()> revert);

}
