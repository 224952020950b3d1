// SPDX-License-Identifier: Apache-2.0
#include "app/recipes/write_recipe.h"

#include "app/files/places.h"
#include "app/picture/xmp.h"

#include <nlohmann/json.hpp>

namespace igneous {

namespace {

// https://cv.iptc.org/newscodes/digitalsourcetype/
constexpr std::string_view made_by_model = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";
constexpr std::string_view made_from_picture
    = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";

}

std::string model_name(std::string const& model)
{
    std::filesystem::path path = path_from_utf8(model).lexically_normal();
    if (!path.has_filename())
        path = path.parent_path();
    return utf8_name(path.filename());
}

GenerationRequest placeless(GenerationRequest request)
{
    request.model = model_name(request.model);
    if (!request.vae.empty())
        request.vae = model_name(request.vae);
    for (LoraUse& lora : request.loras)
        lora.file.clear();
    return request;
}

std::vector<PictureText> recipe_texts(
    GenerationRequest const& request, int index, MetadataChoice const& choice)
{
    GenerationRequest const named = placeless(request);
    auto json = nlohmann::ordered_json::parse(to_json(named));
    json["index"] = index;
    XmpProperty const label[] = {
        { "Iptc4xmpExt:DigitalSourceType", std::string(request.init ? made_from_picture : made_by_model) },
        { "xmp:CreatorTool", "Igneous" },
    };
    std::vector<PictureText> texts;
    if (choice.a1111)
        texts.push_back({ "parameters", a1111_parameters(named, named.model, index) });
    if (choice.recipe)
        texts.push_back({ std::string(recipe_key), json.dump(), TextChunk::international });
    if (choice.label)
        texts.push_back({ std::string(xmp_key), xmp_packet(label), TextChunk::international });
    return texts;
}

}
