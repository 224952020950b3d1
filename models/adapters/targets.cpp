// SPDX-License-Identifier: Apache-2.0
#include "models/adapters/targets.h"

#include "models/adapters/lora_keys.h"

#include <charconv>
#include <optional>
#include <vector>

namespace igneous {

namespace {

/// "resnets_1_conv1" of "down_blocks_0_resnets_1_conv1" and the number in between; nothing for another beginning.
struct Numbered {
    int number = 0;
    std::string_view rest;
};

std::optional<Numbered> numbered(std::string_view text, std::string_view word)
{
    if (!text.starts_with(word))
        return std::nullopt;
    text.remove_prefix(word.size());
    Numbered out;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), out.number);
    if (error != std::errc() || (end != text.data() + text.size() && *end != '_'))
        return std::nullopt;
    out.rest = text.substr(static_cast<std::size_t>(end - text.data()));
    if (!out.rest.empty())
        out.rest.remove_prefix(1);
    return out;
}

std::string resnet_layer(std::string_view layer)
{
    if (layer == "conv1")
        return "in_layers_2";
    if (layer == "conv2")
        return "out_layers_3";
    if (layer == "time_emb_proj")
        return "emb_layers_1";
    return "skip_connection";   // conv_shortcut
}

/// The UNet's blocks as the original Stable Diffusion numbers them, which follows from how many there are a level.
class OriginalNames {
public:
    explicit OriginalNames(std::map<std::string, Weight, std::less<>> const& weights)
    {
        for (auto const& [module, weight] : weights) {
            std::string_view const path = path_of(module);
            if (auto const down = numbered(path, "down_blocks_"))
                count(m_down, *down, "downsamplers_");
            else if (auto const up = numbered(path, "up_blocks_"))
                count(m_up, *up, "upsamplers_");
        }
    }

    /// "unet_input_blocks_1_1_proj_in" for "unet_down_blocks_0_attentions_0_proj_in"; empty for what is not the UNet's.
    std::string of(std::string_view module) const
    {
        std::string_view const path = path_of(module);
        std::string const name = path.empty() ? "" : original(path);
        return name.empty() ? name : "unet_" + name;
    }

private:
    struct Level {
        int resnets = 0;
        bool attends = false, resamples = false;
    };

    static std::string_view path_of(std::string_view module)
    {
        return module.starts_with("unet_") ? module.substr(5) : std::string_view {};
    }

    static void count(std::vector<Level>& levels, Numbered const& block, std::string_view sampler)
    {
        auto const at = static_cast<std::size_t>(block.number);
        if (at >= 64)
            return;
        levels.resize(std::max(levels.size(), at + 1));
        if (auto const resnet = numbered(block.rest, "resnets_"))
            levels[at].resnets = std::max(levels[at].resnets, resnet->number + 1);
        levels[at].attends |= block.rest.starts_with("attentions_");
        levels[at].resamples |= block.rest.starts_with(sampler);
    }

    std::string original(std::string_view path) const
    {
        if (path == "conv_in")
            return "input_blocks_0_0";
        if (path == "conv_out")
            return "out_2";
        if (auto const time = numbered(path, "time_embedding_linear_"))
            return time->number == 1 ? "time_embed_0" : "time_embed_2";
        if (path.starts_with("mid_block_")) {
            path.remove_prefix(std::string_view("mid_block_").size());
            if (auto const resnet = numbered(path, "resnets_"))
                return std::format("middle_block_{}_{}", 2 * resnet->number, resnet_layer(resnet->rest));
            auto const attention = numbered(path, "attentions_");
            return attention ? std::format("middle_block_1_{}", attention->rest) : "";
        }
        if (auto const down = numbered(path, "down_blocks_"))
            return in_level(m_down, *down, "input_blocks", 1);
        if (auto const up = numbered(path, "up_blocks_"))
            return in_level(m_up, *up, "output_blocks", 0);
        return "";
    }

    /// `first`: number of the first level's first block. A downsampler is a block of its own, an upsampler lies in the
    /// level's last.
    static std::string in_level(
        std::vector<Level> const& levels, Numbered const& block, std::string_view blocks, int first)
    {
        bool const down = blocks == "input_blocks";
        auto const at = static_cast<std::size_t>(block.number);
        if (at >= levels.size())
            return "";
        for (std::size_t i = 0; i < at; ++i)
            first += levels[i].resnets + (down && levels[i].resamples ? 1 : 0);
        if (auto const resnet = numbered(block.rest, "resnets_"))
            return std::format("{}_{}_0_{}", blocks, first + resnet->number, resnet_layer(resnet->rest));
        if (auto const attention = numbered(block.rest, "attentions_"))
            return std::format("{}_{}_1_{}", blocks, first + attention->number, attention->rest);
        if (down)
            return std::format("{}_{}_0_op", blocks, first + levels[at].resnets);
        return std::format("{}_{}_{}_conv", blocks, first + levels[at].resnets - 1, levels[at].attends ? 2 : 1);
    }

    std::vector<Level> m_down, m_up;
};

}

AdapterTargets::AdapterTargets(std::initializer_list<Graph const*> graphs)
{
    for (Graph const* graph : graphs)
        for (Node const& node : graph->nodes()) {
            if (!node.op || (node.op->name() != "linear" && node.op->name() != "conv2d"))
                continue;
            for (NodeId input : node.inputs) {
                Weight const& weight = graph->nodes()[input].weight;
                if (weight && weight->shape.rank() >= 2) // not a bias
                    m_weights.emplace(lora_module(weight->name), weight);
            }
        }
    OriginalNames const names(m_weights);
    std::map<std::string, Weight, std::less<>> others;
    for (auto const& [module, weight] : m_weights) {
        if (module.ends_with("attn2_to_k"))
            m_context_width = static_cast<int>(weight->shape[1]);
        if (std::string name = names.of(module); !name.empty())
            others.emplace(std::move(name), weight);
    }
    m_weights.merge(others);
}

Weight AdapterTargets::find(std::string_view module) const
{
    auto const at = m_weights.find(module);
    return at == m_weights.end() ? nullptr : at->second;
}

}
