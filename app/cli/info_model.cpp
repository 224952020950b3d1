// SPDX-License-Identifier: Apache-2.0
#include "app/cli/console.h"
#include "app/cli/info.h"
#include "app/worker/model_report.h"

#include <nlohmann/json.hpp>

namespace igneous {

void show_model(std::filesystem::path const& folder, Console& console)
{
    ModelReport const facts = report_model(folder);
    console.object({ { "model", to_json(facts) } });

    std::vector<ModelPart> all = facts.parts;
    all.push_back(facts.together);
    std::vector<std::vector<std::string>> rows;
    for (ModelPart const& part : all)
        rows.push_back({ part.name, part.class_name, std::to_string(part.tensors), count_text(part.parameters),
            size_text(part.bytes), part.types });
    console.print("model: Stable Diffusion (diffusers folder)");
    console.print(table({ "part", "class", ">tensors", ">parameters", ">size", "types" }, rows));
    for (Facts const* group : { &facts.shapes, &facts.tokenizer, &facts.noise })
        for (std::string const& line : group->lines)
            console.print(line);
}

}
