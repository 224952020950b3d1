// SPDX-License-Identifier: Apache-2.0
#include "app/session/commands.h"

#include "models/api/error.h"

namespace igneous {

namespace {

Command one_change(std::string name, Change change, std::string merge_key = {})
{
    Command command { .name = std::move(name), .merge_key = std::move(merge_key) };
    command.changes.push_back(std::move(change));
    return command;
}

Layer const& layer_in(Document const& document, LayerId id)
{
    Layer const* const found = find_layer(document.layers, id);
    require(found, "session: {} has no layer {}", document.properties.name, id);
    return *found;
}

}

Command edit_request(Workspace const& workspace, std::string name, std::function<void(GenerationRequest&)> const& edit,
    std::string merge_key)
{
    GenerationRequest request = workspace.request;
    edit(request);
    return one_change(std::move(name), SetRequest { std::move(request) }, std::move(merge_key));
}

Command set_prompt(Workspace const& workspace, std::string prompt)
{
    return edit_request(
        workspace, "Prompt", [&](GenerationRequest& request) { request.prompt = std::move(prompt); }, "prompt");
}

Command set_negative_prompt(Workspace const& workspace, std::string prompt)
{
    return edit_request(
        workspace, "Negative prompt", [&](GenerationRequest& request) { request.negative_prompt = std::move(prompt); },
        "negative prompt");
}

Command set_init_pictures(std::shared_ptr<Image const> image, std::shared_ptr<Image const> mask)
{
    return one_change("Start picture", SetInitPictures { std::move(image), std::move(mask) });
}

Command add_document(Workspace const& workspace, Document document)
{
    std::string name = "Open " + document.properties.name;
    return one_change(std::move(name), AddDocument { workspace.documents.size(), std::move(document) });
}

Command remove_document(Document const& document)
{
    return one_change("Close " + document.properties.name, RemoveDocument { document.id });
}

Command set_document_size(Document const& document, int width, int height)
{
    DocumentProperties properties = document.properties;
    properties.width = width;
    properties.height = height;
    return one_change("Canvas size", SetDocumentProperties { document.id, std::move(properties) });
}

Command set_frame(Document const& document, Rect const& frame)
{
    DocumentProperties properties = document.properties;
    properties.frame = frame;
    return one_change("Frame", SetDocumentProperties { document.id, std::move(properties) }, "frame");
}

Command add_layer(Document const& document, Layer layer, LayerId parent, std::size_t index)
{
    return one_change("Add layer", InsertLayer { document.id, parent, index, std::move(layer) });
}

Command remove_layer(Document const& document, LayerId layer)
{
    return one_change("Delete layer", RemoveLayer { document.id, layer });
}

Command move_layer(Document const& document, LayerId layer, LayerId parent, std::size_t index)
{
    return one_change("Move layer", MoveLayer { document.id, layer, parent, index });
}

Command edit_layer(Document const& document, LayerId layer, std::string name,
    std::function<void(LayerProperties&)> const& edit, std::string merge_key)
{
    LayerProperties properties = layer_in(document, layer).properties;
    edit(properties);
    return one_change(
        std::move(name), SetLayerProperties { document.id, layer, std::move(properties) }, std::move(merge_key));
}

Command paint(
    Document const& document, LayerId layer, std::vector<PlacedTile> tiles, std::string name, std::string merge_key)
{
    return one_change(std::move(name), PutTiles { document.id, layer, std::move(tiles) }, std::move(merge_key));
}

Command outside(std::string name, std::function<void()> run, std::function<void()> revert)
{
    return {
        .name = std::move(name), .changes = {}, .merge_key = {}, .run = std::move(run), .revert = std::move(revert)
    };
}

}
