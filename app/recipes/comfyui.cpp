// SPDX-License-Identifier: Apache-2.0
// ComfyUI leaves no recipe but the whole graph. From what saves the picture the way goes back to what sampled it, and
// from there to the prompts, the model with its LoRAs and the empty latents; everything on the way that has no
// counterpart is named.
#include "app/recipes/comfyui_graph.h"
#include "app/recipes/reader.h"

#include <algorithm>
#include <deque>
#include <format>
#include <ranges>
#include <set>

namespace igneous {

namespace {

using nlohmann::json;

constexpr std::string_view samplers[] = { "KSampler", "KSamplerAdvanced", "SamplerCustom", "SamplerCustomAdvanced",
    "KSampler (Efficient)", "KSampler Adv. (Efficient)", "KSampler_A1111" };
constexpr std::string_view savers[]
    = { "SaveImage", "PreviewImage", "SaveAnimatedWEBP", "SaveAnimatedPNG", "SaveImageWebsocket", "Image Save" };
constexpr int deepest = 200;                           // links one behind another
constexpr std::size_t longest_prompt = 1u << 20;

bool is_one_of(auto const& list, std::string_view type) { return std::ranges::find(list, type) != std::end(list); }

class Reading {
public:
    explicit Reading(ComfyGraph const& graph)
        : m_graph(graph)
    {}

    std::optional<Recipe> recipe();

private:
    ComfyNode const* nearest_sampler(std::vector<ComfyNode const*> const& from, bool itself) const;
    ComfyNode const* first_pass(ComfyNode const* sampler);
    void read_sampler(ComfyNode const& sampler);
    void read_schedule(ComfyNode const& scheduler);
    void read_model(ComfyNode const* node);
    void read_clip(ComfyNode const* node);
    void read_latents(ComfyNode const* node, double denoise);
    std::string conditioning(ComfyNode const* node, std::string_view side, int depth);
    std::string read_conditioning(ComfyNode const& node, std::string_view side, int depth);
    std::string encoded_text(ComfyNode const& node);

    void note(std::string text)
    {
        if (std::ranges::find(m_recipe.notes, text) == m_recipe.notes.end())
            m_recipe.notes.push_back(std::move(text));
    }
    void note_node(ComfyNode const& node) { note(std::format("the node {} is not carried over", node.type)); }

    std::string text(ComfyNode const& node, std::string_view input) const
    {
        json const& value = m_graph.value(node, input);
        return value.is_string() ? value.get<std::string>() : std::string();
    }
    /// An object of one field, for the readers of fields.
    json field(ComfyNode const& node, std::string_view input) const
    {
        return json { { "x", m_graph.value(node, input) } };
    }
    std::optional<double> number(ComfyNode const& node, std::string_view input) const
    {
        return number_field(field(node, input), "x");
    }
    std::optional<int> count(ComfyNode const& node, std::string_view input) const
    {
        return count_from(integer_field(field(node, input), "x"));
    }
    void read_seed(ComfyNode const& node, std::string_view input)
    {
        if (auto const seed = seed_field(field(node, input), "x"))
            m_recipe.request.seed = *seed;
    }

    ComfyGraph const& m_graph;
    std::map<std::pair<ComfyNode const*, std::string>, std::string> m_conditionings;
    Recipe m_recipe { .program = "ComfyUI" };
};

/// Breadth first, so that of several samplers the last one to run is found.
ComfyNode const* Reading::nearest_sampler(std::vector<ComfyNode const*> const& from, bool itself) const
{
    std::deque<ComfyNode const*> waiting(from.begin(), from.end());
    std::set<ComfyNode const*> seen(from.begin(), from.end());
    while (!waiting.empty() && m_graph.spend()) {
        ComfyNode const* node = waiting.front();
        waiting.pop_front();
        if (is_one_of(samplers, node->type) && (itself || std::ranges::find(from, node) == from.end()))
            return node;
        for (auto const& [name, input] : node->inputs.items())
            if (ComfyNode const* source = m_graph.source(*node, name); source && seen.insert(source).second)
                waiting.push_back(source);
    }
    return nullptr;
}

/// Hires fixes sample again what another sampler made: the recipe is of the first, the others are named.
ComfyNode const* Reading::first_pass(ComfyNode const* sampler)
{
    std::set<ComfyNode const*> seen { sampler };
    for (;;) {
        ComfyNode const* latents = m_graph.source(*sampler, "latent_image");
        ComfyNode const* before = latents ? nearest_sampler({ latents }, true) : nullptr;
        if (!before || !seen.insert(before).second)
            break;
        sampler = before;
    }
    if (seen.size() > 1)
        note(std::format("{} more sampling {} behind the first {} not carried over", seen.size() - 1,
            seen.size() == 2 ? "pass" : "passes", seen.size() == 2 ? "is" : "are"));
    return sampler;
}

void Reading::read_schedule(ComfyNode const& scheduler)
{
    SamplingSettings& s = m_recipe.request.sampling;
    if (scheduler.type == "BasicScheduler")
        set_schedule(m_recipe, text(scheduler, "scheduler"));
    else if (scheduler.type == "KarrasScheduler")
        s.schedule = "karras";
    else if (scheduler.type == "ExponentialScheduler")
        s.schedule = "exponential";
    else
        note_node(scheduler);
    if (scheduler.type != "BasicScheduler" && number(scheduler, "sigma_max"))
        note("the schedule's own limits (sigma_max, sigma_min) are not carried over: the model's are taken");
    s.steps = count(scheduler, "steps").value_or(s.steps);
}

void Reading::read_sampler(ComfyNode const& sampler)
{
    SamplingSettings& s = m_recipe.request.sampling;
    ComfyNode const* guider = m_graph.source(sampler, "guider");
    ComfyNode const& guiding = guider ? *guider : sampler;         // who has model, cfg and prompts
    s.schedule = "normal";
    if (ComfyNode const* chosen = m_graph.source(sampler, "sampler");
        chosen && sampler.type.starts_with("SamplerCustom")) {
        std::string const name = text(*chosen, "sampler_name");
        set_sampler(m_recipe, name.empty() ? chosen->type : name);
    } else {
        set_sampler(m_recipe, text(sampler, "sampler_name"));
    }
    double denoise = number(sampler, "denoise").value_or(1);
    if (ComfyNode const* scheduler = m_graph.source(sampler, "sigmas")) {
        read_schedule(*scheduler);
        denoise = number(*scheduler, "denoise").value_or(1);
    } else if (!text(sampler, "scheduler").empty()) {
        set_schedule(m_recipe, text(sampler, "scheduler"));
    }
    s.steps = count(sampler, "steps").value_or(s.steps);
    s.cfg = number(guiding, "cfg").value_or(guider ? 1.0 : s.cfg);
    for (std::string_view const name : { "seed", "noise_seed" })
        read_seed(sampler, name);
    if (ComfyNode const* noise = m_graph.source(sampler, "noise"))
        read_seed(*noise, "noise_seed");
    if (count(sampler, "start_at_step").value_or(0) > 0 || count(sampler, "end_at_step").value_or(s.steps) < s.steps)
        note("only some of the steps were sampled there (start_at_step, end_at_step): all are taken");

    m_recipe.request.prompt = conditioning(m_graph.source(guiding, "positive"), "positive", 0);
    if (guiding.type == "BasicGuider")
        m_recipe.request.prompt = conditioning(m_graph.source(guiding, "conditioning"), "positive", 0);
    m_recipe.request.negative_prompt = conditioning(m_graph.source(guiding, "negative"), "negative", 0);
    read_model(m_graph.source(guiding, "model"));
    read_latents(m_graph.source(sampler, "latent_image"), denoise);
}

void Reading::read_model(ComfyNode const* node)
{
    std::vector<LoraUse> loras;                                    // the last applied first
    for (int depth = 0; node && depth < deepest; ++depth) {
        if (node->type.starts_with("LoraLoader") || node->type.starts_with("Lora Loader")) {
            LoraUse& lora = loras.emplace_back(LoraUse { .name = text(*node, "lora_name") });
            lora.weight = number(*node, "strength_model").value_or(1);
            if (auto const clip = number(*node, "strength_clip"); clip && *clip != lora.weight)
                lora.text_weight = clip;
        } else if (node->type.starts_with("Power Lora Loader")) {
            for (json const& input : node->inputs)
                if (input.is_object() && object_field(input, "on") == true)
                    loras.push_back({ .name = string_field(input, "lora").value_or(""),
                        .weight = number_field(input, "strength").value_or(1) });
        } else if (std::string name = text(*node, "ckpt_name") + text(*node, "unet_name"); !name.empty()) {
            m_recipe.request.model = file_stem(name);
            break;
        } else {
            note_node(*node);
        }
        ComfyNode const* next = m_graph.source(*node, "model");
        node = next ? next : m_graph.any_source(*node);
    }
    for (LoraUse& lora : loras | std::views::reverse)
        add_lora(m_recipe, std::move(lora));
}

void Reading::read_clip(ComfyNode const* node)
{
    for (int depth = 0; node && depth < deepest; ++depth, node = m_graph.source(*node, "clip")) {
        auto const layer = integer_field(field(*node, "stop_at_clip_layer"), "x");
        if (layer && *layer <= -1 && *layer >= -24)
            m_recipe.request.clip_skip = static_cast<int>(-*layer);
    }
}

void Reading::read_latents(ComfyNode const* node, double denoise)
{
    GenerationRequest& request = m_recipe.request;
    for (int depth = 0; node && depth < deepest; ++depth) {
        if (node->type.starts_with("Empty")) {
            request.width = count(*node, "width").value_or(0);
            request.height = count(*node, "height").value_or(0);
            if (count(*node, "batch_size").value_or(1) > 1)
                note("it may be one of a batch, whose later pictures have other noise there than here");
            if (denoise < 1)
                note(std::format("denoise {} of nothing is not carried over", denoise));
            return;
        }
        if (node->type.starts_with("VAEEncode")) {
            begin_from_picture(m_recipe, denoise, "comfy");
            m_recipe.masked = node->type == "VAEEncodeForInpaint";
            return;
        }
        note_node(*node);
        ComfyNode const* next = m_graph.source(*node, "samples");
        node = next ? next : m_graph.any_source(*node);
    }
}

std::string Reading::encoded_text(ComfyNode const& node)
{
    if (ComfyNode const* clip = m_graph.source(node, "clip"))
        read_clip(clip);
    for (std::string_view const input : { "text", "text_g", "t5xxl", "prompt", "text_positive", "positive" })
        if (std::string found = text(node, input); !found.empty())
            return found;
    return {};
}

/// `side`: which of a node's two conditionings is meant, where it has two. What was read once is known; in a circle it
/// is nothing.
std::string Reading::conditioning(ComfyNode const* node, std::string_view side, int depth)
{
    if (!node || depth > deepest || !m_graph.spend())
        return {};
    auto const [known, is_new] = m_conditionings.try_emplace({ node, std::string(side) });
    if (is_new)
        known->second = read_conditioning(*node, side, depth);
    return known->second;
}

std::string Reading::read_conditioning(ComfyNode const& node, std::string_view side, int depth)
{
    auto const of = [&](std::string_view input) { return conditioning(m_graph.source(node, input), side, depth + 1); };
    auto const joined = [&](std::string_view first, std::string_view second, std::string_view between) {
        std::string one = of(first);
        std::string const other = of(second);
        if (one.empty() || other.empty() || one.size() + other.size() > longest_prompt)
            return one.empty() ? other : one;
        return one + std::string(between) + other;
    };
    if (node.type == "ConditioningConcat") {
        m_recipe.request.weighting = "a1111";      // which knows BREAK; both read texts without weights alike
        return joined("conditioning_to", "conditioning_from", " BREAK ");
    }
    if (node.type == "ConditioningCombine") {
        note("prompts that ConditioningCombine mixed stand one behind the other here");
        return joined("conditioning_1", "conditioning_2", ", ");
    }
    if (node.type == "ConditioningZeroOut")
        return {};
    if (node.type.starts_with("CLIPTextEncode") || m_graph.source(node, "clip"))
        return encoded_text(node);
    note_node(node);
    for (std::string_view const input : { std::string_view("conditioning"), side, std::string_view("conditioning_to") })
        if (m_graph.source(node, input))
            return of(input);
    return encoded_text(node);            // perhaps a text under another name
}

std::optional<Recipe> Reading::recipe()
{
    std::vector<ComfyNode const*> last, all;
    for (auto const& [id, node] : m_graph.nodes()) {
        if (is_one_of(savers, node.type))
            last.push_back(&node);
        if (is_one_of(samplers, node.type))
            all.push_back(&node);
    }
    ComfyNode const* sampler = nearest_sampler(last, true);
    if (!sampler && !all.empty())
        sampler = all.back();
    if (!sampler)
        return {};
    use_comfyui_habits(m_recipe.request);
    read_sampler(*first_pass(sampler));
    return std::move(m_recipe);
}

/// PNG has texts of these names; WebP has "prompt:{...}" in EXIF tags that were meant for cameras.
std::string_view graph_text(Texts texts, std::string_view name)
{
    if (std::string_view const text = text_of(texts, name); !text.empty())
        return text;
    std::string const start = std::string(name) + ":";
    for (PictureText const& text : texts)
        if (text.value.starts_with(start))
            return std::string_view(text.value).substr(start.size());
    return {};
}

}

std::optional<Recipe> read_comfyui(Texts texts)
{
    for (bool const canvas : { false, true }) {
        std::string_view const text = graph_text(texts, canvas ? "workflow" : "prompt");
        json const parsed = parse_python_json(text);
        if (!parsed.is_object())
            continue;
        ComfyGraph const graph = canvas ? ComfyGraph::of_workflow(parsed) : ComfyGraph::of_prompt(parsed);
        if (auto recipe = Reading(graph).recipe()) {
            recipe->raw = std::string(text);
            return recipe;
        }
    }
    return {};
}

}
