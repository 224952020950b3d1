// SPDX-License-Identifier: Apache-2.0
#include "app/library/recognise.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace igneous {

namespace {

using Json = nlohmann::json;

constexpr std::size_t longest_text = 4000, most_words = 30;

/// The first of the keys that says anything.
std::string first_of(ModelHeader const& header, std::initializer_list<std::string_view> keys)
{
    for (std::string_view key : keys) {
        auto const at = header.metadata.find(key);
        if (at != header.metadata.end() && !at->second.empty() && at->second != "None" && at->second != "null")
            return at->second.substr(0, longest_text);
    }
    return {};
}

std::string trimmed(std::string_view text)
{
    std::size_t const first = text.find_first_not_of(" \t\r\n"), last = text.find_last_not_of(" \t\r\n");
    return first == text.npos ? std::string() : std::string(text.substr(first, last - first + 1));
}

/// kohya writes how often each word stood in a caption, by folder. A word that nearly every caption has is a trigger.
std::vector<std::string> words_of_captions(std::string const& text)
{
    constexpr std::size_t largest = 4u << 20;
    if (text.empty() || text.size() > largest)
        return {};
    Json const folders = Json::parse(text, nullptr, false);
    std::map<std::string, std::uint64_t> counts;
    std::uint64_t most = 0;
    if (folders.is_object()) {
        for (Json const& words : folders) {
            if (!words.is_object())
                continue;
            for (auto const& [word, count] : words.items()) {
                if (count.is_number_unsigned() && word.size() < 100)
                    most = std::max(
                        most, counts[trimmed(word)] += std::min<std::uint64_t>(count.get<std::uint64_t>(), 1u << 30));
            }
        }
    }
    std::vector<std::pair<std::uint64_t, std::string>> rows;
    for (auto const& [word, count] : counts) {
        if (!word.empty() && count * 4 >= most * 3)
            rows.emplace_back(count, word);
    }
    std::ranges::sort(rows, [](auto const& a, auto const& b) { return a.first > b.first; });
    std::vector<std::string> words;
    for (auto& [count, word] : rows) {
        if (words.size() < most_words)
            words.push_back(std::move(word));
    }
    return words;
}

}

void read_metadata(ModelHeader const& header, ModelFacts& facts)
{
    facts.title = first_of(header, { "modelspec.title", "ss_output_name", "general.name", "name" });
    facts.author = first_of(header, { "modelspec.author", "general.author" });
    facts.licence = first_of(header, { "modelspec.license", "general.license", "license" });
    facts.description = first_of(header, { "modelspec.description", "ss_training_comment", "general.description" });
    if (std::string const phrase = first_of(header, { "modelspec.trigger_phrase" }); !phrase.empty())
        facts.trigger_words = { trimmed(phrase) };
    else if (auto const captions = header.metadata.find("ss_tag_frequency"); captions != header.metadata.end())
        facts.trigger_words = words_of_captions(captions->second);
    facts.tensor_hash = first_of(header, { "sshs_model_hash" });
    if (facts.tensor_hash.size() != 64 || facts.tensor_hash.find_first_not_of("0123456789abcdef") != std::string::npos)
        facts.tensor_hash.clear();

    std::string const prediction = first_of(header, { "modelspec.prediction_type" });
    if (prediction == "v" || prediction == "epsilon")
        facts.prediction = prediction;
    else if (first_of(header, { "ss_v_parameterization" }) == "True")
        facts.prediction = "v";

    if (facts.base == ModelBase::unknown) {
        for (char const* key : { "ss_base_model_version", "modelspec.architecture", "general.architecture",
                 "ss_sd_model_name", "sd_checkpoint_name" }) {
            facts.base = base_from_words(first_of(header, { key }));
            if (facts.base != ModelBase::unknown)
                break;
        }
    }
    for (auto const& [key, value] : header.metadata) {
        constexpr std::size_t most_texts = 200;
        bool const bulky = key == "ss_tag_frequency" || key == "modelspec.thumbnail" || value.size() > longest_text;
        if (!bulky && facts.metadata.size() < most_texts)
            facts.metadata[key.substr(0, 200)] = value;
    }
}

}
