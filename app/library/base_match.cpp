// SPDX-License-Identifier: Apache-2.0
#include "app/library/base_match.h"

#include <algorithm>
#include <format>

namespace igneous {

namespace {

/// Bases whose networks have the same layers, so that one's adapters go with the other.
int family_of(ModelBase base)
{
    using enum ModelBase;
    switch (base) {
    case sd1:
    case sd1_inpaint:
    case sd1_edit: return 1;
    case sd2:
    case sd2_inpaint:
    case sd2_depth: return 2;
    case sdxl:
    case sdxl_inpaint:
    case sdxl_edit:
    case playground25: return 3;
    case sd35_medium: return 4;
    case sd35_large: return 5;
    case flux1:
    case flux1_dev:
    case flux1_schnell:
    case flux1_fill:
    case flux1_control: return 6;
    default: return 100 + static_cast<int>(base);
    }
}

bool widths_differ(ChosenModel const& model, LoraInfo const* info)
{
    return info && info->context_width > 0 && model.context_width > 0 && info->context_width != model.context_width;
}

bool runs_variant(std::string const& variant)
{
    constexpr std::string_view known[] = { "", "LoRA", "LoCon" };
    return std::ranges::find(known, variant) != std::end(known);
}

}

BaseMatch base_match(ModelBase adapter, ModelBase model)
{
    using enum ModelBase;
    if (adapter == unknown || model == unknown || adapter == several || model == several)
        return BaseMatch::unsure;
    return family_of(adapter) == family_of(model) ? BaseMatch::fits : BaseMatch::differs;
}

bool is_used(ModelFacts const& facts)
{
    switch (facts.type) {
    case ModelType::checkpoint:
    case ModelType::vae: return true;
    case ModelType::lora: return runs_variant(facts.variant);
    default: return false;
    }
}

int context_width_of(ModelBase base)
{
    switch (family_of(base)) {
    case 1: return 768;
    case 2: return 1024;
    case 3: return 2048;
    default: return 0;
    }
}

std::string adapter_warning(ModelFacts const& adapter, ChosenModel const& model, LoraInfo const* info)
{
    if (!adapter.damage.empty())
        return "The file is damaged: " + adapter.damage;
    if (!is_used(adapter))
        return not_used_yet(adapter);
    if (widths_differ(model, info)) {
        bool const named = context_width_of(adapter.base) == info->context_width;        // small ones borrow a name
        return std::format("Made for {}: its layers take text of width {}, those of the chosen model {}. They do not "
                           "match; choose the model that it was made for, or another LoRA.",
            named ? title_of(adapter.base) : "another model", info->context_width, model.context_width);
    }
    if (base_match(adapter.base, model.base) == BaseMatch::differs)
        return std::format("Made for {}, but the chosen model is {}: its layers do not match. Choose a model of {}, or "
                           "another LoRA.",
            title_of(adapter.base), title_of(model.base), title_of(adapter.base));
    if (info && !info->unknown_keys.empty() && info->layers.empty())
        return "None of its keys are understood, so it would change nothing. It may be of a kind that is not used yet.";
    return {};
}

bool surely_fits(ModelFacts const& adapter, ChosenModel const& model, LoraInfo const* info)
{
    bool const same_width = info && info->context_width > 0 && info->context_width == model.context_width;
    return adapter_warning(adapter, model, info).empty()
           && (base_match(adapter.base, model.base) == BaseMatch::fits || same_width);
}

std::string not_used_yet(ModelFacts const& facts)
{
    auto const known = [](std::string_view what, std::string_view does) {
        return std::format("{}: {}. It is recognised here, but not used yet.", what, does);
    };
    if (facts.type == ModelType::lora && !runs_variant(facts.variant))
        return known(facts.variant, "a relative of LoRA that changes the weights in another way");
    switch (facts.type) {
    case ModelType::embedding: return known("Textual inversion", "a new word for prompts");
    case ModelType::controlnet: return known("ControlNet", "guides the picture by lines, depth or a pose");
    case ModelType::t2i_adapter: return known("T2I-Adapter", "guides the picture by lines, depth or a pose");
    case ModelType::ip_adapter: return known("IP-Adapter", "guides the picture by another picture");
    case ModelType::upscaler: return known("Upscaler", "makes finished pictures larger");
    case ModelType::hypernetwork: return known("Hypernetwork", "an older kind of style adapter");
    case ModelType::text_encoder: return known("Text encoder", "a part that some models need beside them");
    case ModelType::image_encoder: return known("Image encoder", "a part that picture-guided adapters need");
    case ModelType::diffusion_model:
        return known("Denoiser alone", "a model without its VAE and text encoder, which lie in files of their own");
    default: return {};
    }
}

}
