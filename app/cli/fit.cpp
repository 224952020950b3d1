// SPDX-License-Identifier: Apache-2.0
#include "app/cli/fit.h"

#include <format>

namespace igneous {

SafetyMeasures measures_that_fit(Generator& generator, GenerationRequest const& request)
{
    for (std::optional<SafetyMeasures> measures = SafetyMeasures {}; measures; measures = more_frugal(*measures))
        if (generator.plan(request, *measures).fits())
            return *measures;
    return {};
}

std::string text_of(SafetyMeasures const& measures, GenerationPlan const& plan)
{
    return std::format("this does not fit the device as it is; it is made with one part of the model there at a time{}{}, "
                       "which is slower",
        plan.streamed_bytes > 0 ? ", its weights brought piece by piece while it runs" : "",
        measures.tiled ? " and decoded in tiles" : "");
}

}
