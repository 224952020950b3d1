// SPDX-License-Identifier: Apache-2.0
#include "app/gallery/recall.h"

#include "models/api/error.h"

namespace igneous {

GenerationRequest recalled(GenerationRequest const& now, GenerationRequest const& then, Recall what)
{
    GenerationRequest request = now;
    switch (what) {
    case Recall::all:
    case Recall::remix:
        request = then;
        request.init = now.init;
        if (what == Recall::remix)
            request.seed = now.seed;
        break;
    case Recall::seed: request.seed = then.seed; break;
    case Recall::prompts:
        request.prompt = then.prompt;
        request.negative_prompt = then.negative_prompt;
        request.weighting = then.weighting;
        request.styles = then.styles;
        request.loras = then.loras;
        break;
    case Recall::size:
        request.width = then.width;
        request.height = then.height;
        break;
    }
    return request;
}

std::optional<GenerationRequest> request_of(PictureFacts const& facts)
{
    if (facts.recipe.empty())
        return {};
    try {
        return request_from_json(facts.recipe);
    } catch (Error const&) {
        return {};
    }
}

}
