// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is open in a workspace: documents with their layers, and the request that is being edited. Plain values without
// looks: they copy (pixels are shared), compare by content, and change only through app/session/change.h.

#include "app/session/tiles.h"
#include "models/api/request.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace igneous {

using LayerId = std::uint64_t;             // unique in its document; 0: none
using DocumentId = std::uint64_t;          // unique in its workspace; 0: none

enum class LayerKind : std::uint8_t {
    paint,
    group,                                 // has layers in it and no pixels
    mask,                                  // one channel; 255: paint here
    reference,                             // shown, never sent nor flattened
};

enum class BlendMode : std::uint8_t {      // as the W3C's compositing names them, and plus-lighter as "add"
    normal, multiply, screen, overlay, darken, lighten, color_dodge, color_burn, hard_light, soft_light, difference,
    exclusion, hue, saturation, color, luminosity, add,
};

std::string_view layer_kind_name(LayerKind kind);
std::string_view blend_mode_name(BlendMode mode);

struct LayerProperties {
    std::string name;
    double opacity = 1;                    // 0 to 1
    BlendMode blend = BlendMode::normal;
    bool visible = true, locked = false;
    int x = 0, y = 0;                      // where its pixel (0, 0) lies in the layer around it
    std::string unknown;                   // JSON object: what a newer version keeps here
    bool operator==(LayerProperties const&) const = default;
};

struct Layer {
    LayerId id = 0;
    LayerKind kind = LayerKind::paint;
    LayerProperties properties;
    TileGrid pixels;
    std::vector<Layer> children;           // of a group, lowest first
    bool operator==(Layer const&) const = default;
};

/// An empty layer with as many channels as its kind has.
Layer make_layer(LayerId id, LayerKind kind, std::string name);

struct DocumentProperties {
    std::string name;
    int width = 1024, height = 1024;
    Rect frame;                            // what is generated; empty: all
    std::string unknown;                   // as of a layer
    bool operator==(DocumentProperties const&) const = default;
};

struct Document {
    DocumentId id = 0;
    DocumentProperties properties;
    std::string file;                      // where it was last saved, UTF-8; empty: nowhere yet
    std::vector<Layer> layers;             // lowest first
    TileGrid selection { 1 };
    LayerId active_layer = 0;              // 0: none
    bool operator==(Document const&) const = default;
};

struct PromptEntry {
    std::string prompt, negative_prompt;
    bool operator==(PromptEntry const&) const = default;
};

/// The pictures of a request lie beside it, so that a letter typed in the prompt keeps or writes none of them.
struct Workspace {
    GenerationRequest request;             // its init has no pictures
    std::shared_ptr<Image const> init_image, init_mask;
    std::vector<PromptEntry> prompt_history;   // newest first
    std::vector<Document> documents;
    DocumentId active_document = 0;        // may name one that is gone, as above

    Workspace();
    bool operator==(Workspace const& other) const;
};

constexpr int largest_document_side = 65536;
constexpr std::size_t most_layers = 10'000, deepest_layer = 32, most_documents = 1'000, most_prompts = 200;

/// Null when it is not there.
Document* find_document(Workspace& workspace, DocumentId id);
Document const* find_document(Workspace const& workspace, DocumentId id);
Layer* find_layer(std::vector<Layer>& layers, LayerId id);
Layer const* find_layer(std::vector<Layer> const& layers, LayerId id);

/// Where a layer is: in which group (0: in none), at which place, lowest first.
struct LayerPlace {
    LayerId parent = 0;
    std::size_t index = 0;
};
/// The layer must be there.
LayerPlace place_of(Document const& document, LayerId id);

/// A layer's pixels, those of its children too, in pixels of the document. Empty when it is not there.
Rect bounds_of(Document const& document, LayerId id);

/// Every layer, groups before what is in them.
void for_each_layer(std::vector<Layer> const& layers, std::function<void(Layer const&)> const& visit);

/// Throws invalid_argument, with what is wrong, for what no document may hold: sides, numbers, layers in layers that
/// are no groups, ids that are there twice.
void require_sound(DocumentProperties const& properties);
void require_sound(LayerProperties const& properties);
void require_sound(Document const& document);

/// The request with its pictures, for the queue.
GenerationRequest request_to_run(Workspace const& workspace);

}
