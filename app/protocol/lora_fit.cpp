// SPDX-License-Identifier: Apache-2.0
#include "app/protocol/lora_fit.h"

#include "app/protocol/fields.h"

#include <array>

namespace igneous {

namespace {

struct Reason {
    char const* name;
    LoraMisfits LoraFit::* misfits;
};

constexpr std::array reasons { Reason { "no_such_layer", &LoraFit::no_such_layer },
    Reason { "wrong_shape", &LoraFit::wrong_shape }, Reason { "not_understood", &LoraFit::not_understood } };

}

Json lora_fit_json(LoraFit const& fit)
{
    Json json { { "keys", fit.keys }, { "matched", fit.matched }, { "refusal", fit.refusal } };
    for (auto const& [name, misfits] : reasons)
        json[name] = { { "count", (fit.*misfits).count }, { "examples", (fit.*misfits).examples } };
    return json;
}

LoraFit read_lora_fit(Json const& json)
{
    LoraFit fit;
    Fields const fields(json, "inspect");
    for (char const* name : { "keys", "matched" })
        fields.must_have(name);
    fields.read("keys", fit.keys);
    fields.read("matched", fit.matched);
    fields.read("refusal", fit.refusal);
    for (auto const& [name, misfits] : reasons)
        if (Json const* found = fields.object(name)) {
            Fields const one(*found, std::string("inspect: ") + name);
            one.read("count", (fit.*misfits).count);
            one.read("examples", (fit.*misfits).examples);
        }
    return fit;
}

}
