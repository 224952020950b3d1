// SPDX-License-Identifier: Apache-2.0
#include "app/recipes/comfyui_graph.h"

#include <algorithm>
#include <array>

namespace igneous {

namespace {

using nlohmann::json;

json const none;

constexpr std::string_view bypassed_type = "(bypassed)";

/// The widgets of nodes, in the canvas' order; "" is a widget that is no input ("control after generate").
struct Widgets {
    std::string_view type;
    std::array<std::string_view, 10> names;
};

constexpr Widgets widgets[] = {
    { "KSampler", { "seed", "", "steps", "cfg", "sampler_name", "scheduler", "denoise" } },
    { "KSamplerAdvanced", { "add_noise", "noise_seed", "", "steps", "cfg", "sampler_name", "scheduler", "start_at_step",
                              "end_at_step", "return_with_leftover_noise" } },
    { "SamplerCustom", { "add_noise", "noise_seed", "", "cfg" } },
    { "KSamplerSelect", { "sampler_name" } },
    { "BasicScheduler", { "scheduler", "steps", "denoise" } },
    { "KarrasScheduler", { "steps", "sigma_max", "sigma_min", "rho" } },
    { "ExponentialScheduler", { "steps", "sigma_max", "sigma_min" } },
    { "RandomNoise", { "noise_seed", "" } },
    { "CFGGuider", { "cfg" } },
    { "CLIPTextEncode", { "text" } },
    { "CheckpointLoaderSimple", { "ckpt_name" } },
    { "LoraLoader", { "lora_name", "strength_model", "strength_clip" } },
    { "LoraLoaderModelOnly", { "lora_name", "strength_model" } },
    { "CLIPSetLastLayer", { "stop_at_clip_layer" } },
    { "EmptyLatentImage", { "width", "height", "batch_size" } },
    { "PrimitiveNode", { "value" } },
    { "LoadImage", { "image" } },
};

// Where nodes that only hold a value keep it.
constexpr std::string_view value_names[]
    = { "value", "int", "float", "number", "seed", "noise_seed", "text", "string", "Value", "Text", "String" };

std::string id_of(json const& id)
{
    if (id.is_string())
        return id.get<std::string>();
    return id.is_number_integer() ? id.dump() : "";
}

bool is_link(json const& value)
{
    return value.is_array() && value.size() == 2 && (value[0].is_string() || value[0].is_number_integer())
           && value[1].is_number_integer();
}

/// Id of a link -> the link as prompts have it.
std::map<std::string, json> links_of(json const& workflow)
{
    std::map<std::string, json> links;
    json const& list = object_field(workflow, "links");
    for (json const& link : list.is_array() ? list : json::array()) {
        if (link.is_array() && link.size() >= 3)
            links[id_of(link[0])] = json::array({ id_of(link[1]), link[2] });
        else if (link.is_object())
            links[id_of(object_field(link, "id"))]
                = json::array({ id_of(object_field(link, "origin_id")), object_field(link, "origin_slot") });
    }
    return links;
}

void name_widgets(ComfyNode& node, json const& values)
{
    if (values.is_object()) {
        for (auto const& [name, value] : values.items())
            node.inputs.emplace(name, value);
        return;
    }
    auto const known = std::ranges::find(widgets, node.type, &Widgets::type);
    if (!values.is_array() || known == std::end(widgets))
        return;
    for (std::size_t i = 0; i < std::min(values.size(), known->names.size()); ++i)
        if (!known->names[i].empty())
            node.inputs.emplace(std::string(known->names[i]), values[i]);      // unless a link gives it
}

}

ComfyGraph ComfyGraph::of_prompt(json const& prompt)
{
    ComfyGraph graph;
    if (!prompt.is_object())
        return graph;
    for (auto const& [id, node] : prompt.items()) {
        auto const type = string_field(node, "class_type");
        json const& inputs = object_field(node, "inputs");
        if (type && inputs.is_object())
            graph.m_nodes[id] = { id, *type, inputs };
    }
    return graph;
}

ComfyGraph ComfyGraph::of_workflow(json const& workflow)
{
    constexpr int muted = 2, bypassed = 4;
    ComfyGraph graph;
    auto const links = links_of(workflow);
    json const& list = object_field(workflow, "nodes");
    for (json const& entry : list.is_array() ? list : json::array()) {
        ComfyNode node { .id = id_of(object_field(entry, "id")), .type = string_field(entry, "type").value_or("") };
        auto const mode = integer_field(entry, "mode").value_or(0);
        if (node.id.empty() || mode == muted)
            continue;
        json const& inputs = object_field(entry, "inputs");
        for (json const& input : inputs.is_array() ? inputs : json::array()) {
            auto const link = links.find(id_of(object_field(input, "link")));
            if (link != links.end())
                node.inputs[string_field(input, "name").value_or("")] = link->second;
        }
        name_widgets(node, object_field(entry, "widgets_values"));
        if (mode == bypassed)
            node.type = bypassed_type;
        graph.m_nodes[node.id] = std::move(node);
    }
    return graph;
}

ComfyNode const* ComfyGraph::linked(json const& link) const
{
    if (!is_link(link))
        return nullptr;
    auto const found = m_nodes.find(id_of(link[0]));
    return found == m_nodes.end() ? nullptr : &found->second;
}

ComfyNode const* ComfyGraph::skip_reroutes(ComfyNode const* node) const
{
    while (node && (node->type == bypassed_type || node->type.starts_with("Reroute"))) {
        ComfyNode const* next = nullptr;
        for (json const& input : node->inputs)
            if (!next)
                next = linked(input);
        node = spend() ? next : nullptr;
    }
    return node;
}

ComfyNode const* ComfyGraph::source(ComfyNode const& node, std::string_view input) const
{
    return spend() ? skip_reroutes(linked(object_field(node.inputs, input))) : nullptr;
}

ComfyNode const* ComfyGraph::any_source(ComfyNode const& node) const
{
    for (json const& input : node.inputs)
        if (ComfyNode const* found = spend() ? skip_reroutes(linked(input)) : nullptr)
            return found;
    return nullptr;
}

json const& ComfyGraph::value(ComfyNode const& node, std::string_view input) const
{
    constexpr int most_givers = 50;
    json const* value = &object_field(node.inputs, input);
    for (int i = 0; i < most_givers && is_link(*value) && spend(); ++i) {
        ComfyNode const* giver = skip_reroutes(linked(*value));
        if (!giver)
            return none;
        json const* given = &none;
        for (std::string_view const name : value_names)
            if (given->is_null())
                given = &object_field(giver->inputs, name);
        value = given;
    }
    return is_link(*value) ? none : *value;
}

}
