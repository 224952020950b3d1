// SPDX-License-Identifier: Apache-2.0
// A text under every name that a program keeps its recipe in: a recipe with sane numbers that can be written, or none.
#include "app/picture/xmp.h"
#include "app/recipes/recipe.h"
#include "app/recipes/write_recipe.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    using igneous::PictureText;
    std::string const text(reinterpret_cast<char const*>(data), size);
    igneous::XmpProperty const properties[] = { { "xmp:CreatorTool", "Draw Things" }, { "exif:UserComment", text } };
    std::vector<std::vector<PictureText>> const pictures {
        { { "parameters", text } },
        { { "igneous", text } },
        { { "prompt", text } },
        { { "workflow", text } },
        { { "invokeai_metadata", text } },
        { { "sd-metadata", text } },
        { { "Dream", text } },
        { { "Comment", text }, { "Software", "NovelAI" } },
        { { "parameters", text }, { "fooocus_scheme", "fooocus" } },
        { { "XML:com.adobe.xmp", text } },
        { { "XML:com.adobe.xmp", igneous::xmp_packet(properties) } },
    };
    for (auto const& texts : pictures) {
        auto const recipe = igneous::read_recipe(texts);
        if (!recipe)
            continue;
        igneous::GenerationRequest const& request = recipe->request;
        if (request.width < 0 || request.height < 0 || request.batch < 1 || recipe->index < 0
            || recipe->index >= request.batch || request.clip_skip < 0 || request.sampling.steps < 0
            || recipe->program.empty())
            std::abort();
        igneous::diff_requests(request, alone(*recipe));
        if (!igneous::read_recipe(igneous::recipe_texts(request, recipe->index)))
            std::abort();   // what was read can be written, and what we write can be read
    }
    return 0;
}
