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

std::string adapter_warning(ModelFacts const& adapter, ModelBase model)
{
    if (!adapter.damage.empty())
        return "The file is damaged: " + adapter.damage;
    if (!is_used(adapter))
        return not_used_yet(adapter);
    if (base_match(adapter.base, model) == BaseMatch::differs)
        return std::format("Made for {}, but the chosen model is {}: its layers do not match. Choose a model of {}, or "
                           "another LoRA.",
            title_of(adapter.base), title_of(model), title_of(adapter.base));
    return {};
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
