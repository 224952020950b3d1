// SPDX-License-Identifier: Apache-2.0
#include "app/cli/console.h"
#include "app/cli/info.h"
#include "app/files/places.h"
#include "app/worker/model_report.h"
#include "models/api/lora.h"

#include <nlohmann/json.hpp>

#include <format>

namespace igneous {

namespace {

std::string list(std::vector<std::string> const& words, std::size_t most)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(words.size(), most); ++i)
        text += (i ? ", " : "") + words[i];
    return words.size() > most ? text + ", ..." : text;
}

std::string rank_text(LoraInfo const& lora)
{
    std::string text = lora.lowest_rank == lora.highest_rank
                           ? std::format("rank {}", lora.lowest_rank)
                           : std::format("ranks {} to {}", lora.lowest_rank, lora.highest_rank);
    return lora.alpha ? text + std::format(", alpha {}", *lora.alpha) : text + ", alpha as the rank";
}

void print_fit(LoraFit const& fit, std::filesystem::path const& model, Console& console)
{
    console.print(std::format("{} of {} keys fit {}", fit.matched, fit.keys, utf8_name(model)));
    for (auto const& [words, misfits] : { std::pair("of layers that it does not have", &fit.no_such_layer),
             { "of layers that have other shapes", &fit.wrong_shape }, { "not understood", &fit.not_understood } })
        if (misfits->count > 0)
            console.print(
                std::format("{} ({}): {}", words, misfits->count, list(misfits->examples, misfits->examples.size())));
    if (!fit.refusal.empty())
        console.print("it cannot be used with this model: " + fit.refusal);
}

}

void show_lora(
    LoraInfo const& lora, std::filesystem::path const& path, std::filesystem::path const& model, Console& console)
{
    auto const fit = model.empty() ? std::nullopt : std::optional(match_lora(model, path));
    nlohmann::ordered_json layers = nlohmann::ordered_json::object();
    std::string parts;
    for (auto const& [part, count] : lora.layers) {
        layers[part] = count;
        parts += std::format("{}{} layers of {}", parts.empty() ? "" : ", ", count, part);
    }
    nlohmann::ordered_json object
        = { { "path", utf8_name(path) }, { "kind", lora.kind }, { "runnable", lora.runnable }, { "title", lora.title },
              { "naming", lora.naming }, { "base_model", lora.base_model }, { "context_width", lora.context_width },
              { "lowest_rank", lora.lowest_rank }, { "highest_rank", lora.highest_rank } };
    object["alpha"] = lora.alpha ? nlohmann::ordered_json(*lora.alpha) : nlohmann::ordered_json();
    object["layers"] = layers;
    object["trigger_words"] = lora.trigger_words;
    object["unknown_keys"] = lora.unknown_keys;
    if (fit) {
        object["fit"] = to_json(*fit);
        object["fit"]["model"] = utf8_name(model);
    }
    console.object({ { "lora", object } });

    std::string head = lora.kind;
    if (!lora.base_model.empty())
        head += " for " + lora.base_model;
    if (!lora.title.empty())
        head += ": " + lora.title;
    console.print(head);
    if (!lora.runnable)
        console.print("adapters of this kind are not run yet");
    console.print(std::format("{}; {}; names as {} writes them", parts, rank_text(lora), lora.naming));
    if (lora.context_width)
        console.print(std::format("made for text of {} channels", lora.context_width));
    if (!lora.trigger_words.empty())
        console.print("trained on: " + list(lora.trigger_words, 20));
    if (!lora.unknown_keys.empty())
        console.print(
            std::format("{} keys belong to no LoRA: {}", lora.unknown_keys.size(), list(lora.unknown_keys, 20)));
    if (fit)
        print_fit(*fit, model, console);
}

}
