// SPDX-License-Identifier: Apache-2.0
#include "models/adapters/lora_match.h"

#include <algorithm>
#include <format>
#include <set>

namespace igneous {

namespace {

/// Shapes that differ only in extents of 1 at the end are one.
bool same_but_for_ones(Shape const& a, Shape const& b)
{
    for (std::size_t i = 0; i < std::max(a.rank(), b.rank()); ++i)
        if ((i < a.rank() ? a[static_cast<int>(i)] : 1) != (i < b.rank() ? b[static_cast<int>(i)] : 1))
            return false;
    return true;
}

/// "key is [4, 48], expected [4, 32]" of the first half that does not fit; empty where both do.
std::string difference(LoraModule const& module, WeightSource const& target)
{
    std::int64_t const rank = module.down->shape[0];
    Shape const down = target.shape.with(0, rank), up { target.shape[0], rank };
    if (!same_but_for_ones(module.down->shape, down))
        return std::format("{} is {}, expected {}", module.down_key, module.down->shape, down);
    if (!same_but_for_ones(module.up->shape, up))
        return std::format("{} is {}, expected {}", module.up_key, module.up->shape, up);
    return {};
}

std::vector<std::string> keys_of(LoraModule const& module)
{
    std::vector<std::string> keys { module.down_key, module.up_key };
    if (!module.alpha_key.empty())
        keys.push_back(module.alpha_key);
    return keys;
}

void add(LoraMisfits& misfits, std::size_t count, std::vector<std::string> const& examples)
{
    misfits.count += static_cast<int>(count);
    for (std::string const& example : examples)
        if (misfits.examples.size() < LoraMisfits::most_examples)
            misfits.examples.push_back(example);
}

/// The first reason stays.
void refuse(LoraFit& fit, std::string reason)
{
    if (fit.refusal.empty())
        fit.refusal = std::move(reason);
}

}

LoraMatch match(LoraFile const& file, AdapterTargets const& targets)
{
    LoraMatch out;
    LoraFit& fit = out.fit;
    if (file.context_width && targets.context_width() && file.context_width != targets.context_width())
        refuse(fit, std::format("it is a LoRA for {}, but this model is {}; take one that was made for it",
                        base_of_width(file.context_width), base_of_width(targets.context_width())));
    add(fit.not_understood, file.unknown_keys.size(), file.unknown_keys);
    fit.keys = static_cast<int>(file.unknown_keys.size());
    std::set<WeightSource const*> touched;
    for (LoraModule const& module : file.modules) {
        std::vector<std::string> const keys = keys_of(module);
        fit.keys += static_cast<int>(keys.size());
        Weight const target = targets.find(module.module);
        if (!target) {
            add(fit.no_such_layer, keys.size(), keys);
            continue;
        }
        if (std::string const differs = difference(module, *target); !differs.empty()) {
            add(fit.wrong_shape, keys.size(), { differs });
            refuse(fit, std::format("{} for {} {}; it was made for another model, take one that was made for this",
                            differs, target->name, target->shape));
            continue;
        }
        if (!touched.insert(target.get()).second)
            refuse(
                fit, std::format("{} and another of its keys are both for {}; the file holds the layer twice, make or "
                                 "download it again",
                         module.down_key, target->name));
        fit.matched += static_cast<int>(keys.size());
        out.layers.push_back({ &module, target });
    }
    if (out.layers.empty())
        refuse(fit, std::format("none of its layers is in this model, such as {}; it was made for another kind of "
                                "model, take one that was made for this",
                        file.modules.empty() ? "" : file.modules.front().down_key));
    return out;
}

}
