// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the readers of the programs' recipes share. Each lies in a file of its own and is a row of the table in
// recipes.cpp: it says whether the texts are its program's, and what they mean.

#include "app/recipes/recipe.h"

#include <nlohmann/json.hpp>

#include <string_view>

namespace igneous {

using Texts = std::span<PictureText const>;

std::optional<Recipe> read_igneous(Texts texts);
std::optional<Recipe> read_swarmui(Texts texts);
std::optional<Recipe> read_fooocus(Texts texts);
std::optional<Recipe> read_invokeai(Texts texts);
std::optional<Recipe> read_novelai(Texts texts);
std::optional<Recipe> read_draw_things(Texts texts);
std::optional<Recipe> read_comfyui(Texts texts);
std::optional<Recipe> read_a1111(Texts texts);

/// The text of that name, or "".
std::string_view text_of(Texts texts, std::string_view key);

/// JSON that is nested no deeper and is no longer than recipes are; discarded where the text is something else.
nlohmann::json parse_json(std::string_view text);
/// As above, and with the NaN and Infinity that Python writes read as null.
nlohmann::json parse_python_json(std::string_view text);

/// Fields of an object, where they are there and mean what is asked for. Numbers may stand in strings.
std::optional<std::string> string_field(nlohmann::json const& object, std::string_view name);
std::optional<double> number_field(nlohmann::json const& object, std::string_view name);
std::optional<std::int64_t> integer_field(nlohmann::json const& object, std::string_view name);
std::optional<std::uint64_t> seed_field(nlohmann::json const& object, std::string_view name);
nlohmann::json const& object_field(nlohmann::json const& object, std::string_view name);   // null where there is none

/// The whole text as a number; nothing where it is none, or not finite.
std::optional<double> number_from(std::string_view text);
std::optional<std::int64_t> integer_from(std::string_view text);
std::optional<std::uint64_t> seed_from_text(std::string_view text);

/// Takes over what is known by that name; else says so in a note.
void set_sampler(Recipe& recipe, std::string_view name);
void set_schedule(Recipe& recipe, std::string_view name);

/// What ComfyUI does by default, and with it those that are built on it.
void use_comfyui_habits(GenerationRequest& request);

/// The picture began from another one, which is not in it.
void begin_from_picture(Recipe& recipe, double strength, std::string_view steps_mode);

/// <lora:name:0.8> and <lyco:name:0.8> in the prompt, beside those that are there already; other <...:...> that
/// programs know become notes.
void take_loras_of_prompt(Recipe& recipe);
/// The first of a name counts; a later one may only bring its hash.
void add_lora(Recipe& recipe, LoraUse lora);

/// `"key: value" is not carried over`
void note_lost(Recipe& recipe, std::string_view key, std::string_view value);

/// Lower-case hexadecimal of 8 to 64 digits, or "".
std::string clean_hash(std::string_view text);

std::string_view trimmed(std::string_view text);
std::string lower_case(std::string_view text);     // ASCII

/// A number as an int where it fits one, for sizes and counts: 0 to a million.
std::optional<int> count_from(std::optional<std::int64_t> number);

/// A model's name as programs write it (folder\name.safetensors), without folders and without the endings of files.
std::string file_stem(std::string_view name);

}
