// SPDX-License-Identifier: Apache-2.0
#include "app/library/sidecars.h"

#include "app/files/file.h"
#include "app/files/places.h"
#include "models/api/error.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace igneous {

namespace {

using Json = nlohmann::json;

constexpr std::uint64_t largest_note = 4u << 20;
constexpr std::size_t longest_text = 4000, most_words = 30;
constexpr std::string_view previews[] = { ".preview.png", ".preview.jpg", ".preview.jpeg", ".preview.webp", ".png",
    ".jpg", ".jpeg", ".webp", ".safetensors.png", ".thumb.jpg" };
constexpr char const* folder_preview = "preview.png";
constexpr std::string_view notes[] = { ".civitai.info", ".metadata.json", ".cm-info.json", ".json", ".txt" };

std::string text_at(Json const& object, char const* key)
{
    auto const at = object.find(key);
    return at != object.end() && at->is_string() ? at->get<std::string>().substr(0, longest_text) : std::string();
}

Json object_at(Json const& object, char const* key)
{
    auto const at = object.find(key);
    return at != object.end() && at->is_object() ? *at : Json::object();
}

/// Descriptions of model sites are HTML: the words of it.
std::string without_tags(std::string_view html)
{
    std::string text;
    bool tag = false;
    for (char c : html) {
        if (c == '<')
            tag = true;
        else if (c == '>')
            tag = false;
        else if (!tag)
            text += c;
    }
    for (auto const& [entity, character] : { std::pair<std::string_view, char>("&amp;", '&'), { "&lt;", '<' },
             { "&gt;", '>' }, { "&quot;", '"' }, { "&#39;", '\'' }, { "&nbsp;", ' ' } }) {
        for (std::size_t at = 0; (at = text.find(entity, at)) != text.npos; ++at)
            text.replace(at, entity.size(), 1, character);
    }
    return text;
}

void set_if_empty(std::string& field, std::string value)
{
    if (field.empty())
        field = std::move(value);
}

void take_words(ModelFacts& facts, Json const& words)
{
    if (!words.is_array())
        return;
    std::vector<std::string> found;
    for (Json const& word : words) {
        if (word.is_string() && !word.get_ref<std::string const&>().empty() && found.size() < most_words)
            found.push_back(word.get<std::string>().substr(0, longest_text));
    }
    if (!found.empty())
        facts.trigger_words = std::move(found);
}

/// The site's answer as its helpers keep it: a model version, with its model inside.
void read_site_note(Json const& note, ModelFacts& facts)
{
    Json const site = note.contains("civitai") && note["civitai"].is_object() ? note["civitai"] : note;
    take_words(facts, site.contains("trainedWords") ? site["trainedWords"] : Json());
    take_words(facts, site.contains("TrainedWords") ? site["TrainedWords"] : Json());
    if (std::string const model = text_at(object_at(site, "model"), "name"); !model.empty()) {
        std::string const version = text_at(site, "name");
        facts.title = version.empty() ? model : model + " " + version;
    }
    set_if_empty(facts.title, text_at(site, "ModelName"));
    set_if_empty(facts.title, text_at(note, "model_name"));
    set_if_empty(facts.author, text_at(object_at(site, "creator"), "username"));
    set_if_empty(facts.description, without_tags(text_at(site, "description")));
    set_if_empty(facts.description, without_tags(text_at(object_at(site, "model"), "description")));
    for (auto const& [object, key] :
        { std::pair<Json const*, char const*>(&site, "baseModel"), { &site, "BaseModel" }, { &note, "base_model" } })
        set_if_empty(facts.base_detail, text_at(*object, key));
}

/// What A1111's "edit metadata" keeps.
void read_user_note(Json const& note, ModelFacts& facts, std::string& words)
{
    if (std::string const activation = text_at(note, "activation text"); !activation.empty())
        facts.trigger_words = { activation };
    set_if_empty(facts.description, text_at(note, "description"));
    set_if_empty(words, text_at(note, "notes"));
    set_if_empty(facts.base_detail, text_at(note, "sd version"));
}

}

std::span<std::string_view const> preview_endings() { return previews; }

std::filesystem::path first_preview(std::filesystem::path const& model)
{
    std::error_code error;
    if (std::filesystem::is_directory(model, error))
        return model / folder_preview;
    return model.parent_path() / path_from_utf8(utf8_name(model.stem()) + std::string(previews[0]));
}

Sidecars find_sidecars(std::string const& model, std::set<std::string, std::less<>> const& names)
{
    std::string const stem = model.substr(0, model.rfind('.'));
    Sidecars found;
    for (std::string_view ending : previews) {
        if (names.contains(stem + std::string(ending))) {
            found.preview = stem + std::string(ending);
            break;
        }
    }
    for (std::string_view ending : notes) {
        if (std::string name = stem + std::string(ending); names.contains(name) && name != model)
            found.notes.push_back(std::move(name));
    }
    return found;
}

void read_sidecars(std::filesystem::path const& folder, Sidecars const& sidecars, ModelFacts& facts, std::string& note)
{
    for (std::string const& name : sidecars.notes) {
        std::string text;
        try {
            auto const bytes = read_file(folder / path_from_utf8(name), largest_note);
            text.assign(reinterpret_cast<char const*>(bytes.data()), bytes.size());
        } catch (Error const&) {
            continue;                      // nobody needs it
        }
        if (name.ends_with(".txt")) {
            set_if_empty(note, text.substr(0, longest_text));
            continue;
        }
        Json const parsed = Json::parse(text, nullptr, false);
        if (!parsed.is_object())
            continue;
        read_site_note(parsed, facts);
        read_user_note(parsed, facts, note);
    }
    if (facts.base == ModelBase::unknown)
        facts.base = base_from_words(facts.base_detail);
}

}
