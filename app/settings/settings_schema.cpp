// SPDX-License-Identifier: Apache-2.0
#include "app/settings/settings_schema.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <format>
#include <limits>

namespace igneous {

using nlohmann::json;

namespace {

constexpr std::size_t longest_text = 65536, longest_list = 10'000;
using List = std::vector<std::string>;

std::vector<SettingInfo> const& all_settings()
{
    using namespace setting;
    static std::vector<SettingInfo> const all = {
        { device.name, "engine", "" },
        { .name = precision.name, .page = "engine", .default_value = "f16", .choices = { "f16", "f32" } },
        { memory_limit.name, "engine", std::int64_t { 0 }, 0, 1 << 20 },
        { model_folders.name, "folders", List() },
        { lora_folders.name, "folders", List() },
        { output_folder.name, "folders", "" },
        { write_recipe.name, "privacy", true },
        { write_a1111.name, "privacy", true },
        { write_label.name, "privacy", true },
        { remember_prompts.name, "privacy", true },
        { previews_per_second.name, "generate", 2.0, 0, 5 },
        { .name = theme.name,
            .page = "appearance",
            .default_value = "system",
            .choices = { "system", "dark", "light" } },
        { font_size.name, "appearance", std::int64_t { 0 }, 0, 32 },
        { language.name, "appearance", "system" },
        { layouts.name, "window", List() },
        { welcomed.name, "window", false },
        { autosave_minutes.name, "session", std::int64_t { 0 }, 0, 120 },
        { undo_memory.name, "session", std::int64_t { 1024 }, 64, 65536 },
        { .name = queue_at_start.name, .page = "queue", .default_value = "go_on", .choices = { "go_on", "paused" } },
        { queue_retry.name, "queue", true },
        { queue_notify.name, "queue", true },
        { queue_keep_days.name, "queue", std::int64_t { 30 }, 0, 3650 },
        { .name = key_preset.name,
            .page = "keys",
            .default_value = "igneous",
            .choices = { "igneous", "krita", "photoshop" } },
        { own_keys.name, "keys", List() },
        { brush_size.name, "canvas", 24.0, 1, 2048 },
        { brush_hardness.name, "canvas", 0.8, 0, 1 },
        { brush_opacity.name, "canvas", 1.0, 0.01, 1 },
        { brush_flow.name, "canvas", 1.0, 0.01, 1 },
        { brush_spacing.name, "pen", 0.1, 0.02, 2 },
        { brush_pressure.name, "pen", true },
        { brush_pressure_size.name, "pen", true },
        { brush_pressure_opacity.name, "pen", false },
        { brush_pressure_curve.name, "pen", 1.0, 0.25, 4 },
        { brush_colour.name, "canvas", "#000000" },
        { second_colour.name, "canvas", "#ffffff" },
        { fill_tolerance.name, "canvas", std::int64_t { 24 }, 0, 255 },
        { fill_connected.name, "canvas", true },
        { mask_colour.name, "canvas", "#ff2d87" },
        { mask_opacity.name, "canvas", 0.5, 0.1, 1 },
        { task_context.name, "canvas", 0.5, 0, 3 },
        { task_feather.name, "canvas", 12.0, 0, 256 },
    };
    return all;
}

std::optional<std::string> objection_to_number(SettingInfo const& info, double value)
{
    if (value >= info.lowest && value <= info.highest)
        return std::nullopt;
    return std::format("{} is a number from {} to {}, got {}", info.name, info.lowest, info.highest, value);
}

std::optional<std::string> objection_to_text(SettingInfo const& info, std::string const& text)
{
    if (text.size() > longest_text)
        return std::format("{} has at most {} letters, got {}", info.name, longest_text, text.size());
    if (info.choices.empty() || std::ranges::find(info.choices, text) != info.choices.end())
        return std::nullopt;
    std::string all;
    for (std::string_view choice : info.choices)
        all += (all.empty() ? "" : ", ") + std::string(choice);
    return std::format("{} is one of {}, got {}", info.name, all, text);
}

/// The value as JSON holds it, whatever the setting allows.
std::optional<SettingValue> of_same_type(SettingValue const& example, json const& in)
{
    if (std::holds_alternative<bool>(example))
        return in.is_boolean() ? std::optional<SettingValue>(in.get<bool>()) : std::nullopt;
    if (std::holds_alternative<std::int64_t>(example)) {
        bool const too_large = in.is_number_unsigned()
            && in.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        return in.is_number_integer() && !too_large ? std::optional<SettingValue>(in.get<std::int64_t>())
                                                    : std::nullopt;
    }
    if (std::holds_alternative<double>(example))
        return in.is_number() ? std::optional<SettingValue>(in.get<double>()) : std::nullopt;
    if (std::holds_alternative<std::string>(example))
        return in.is_string() ? std::optional<SettingValue>(in.get<std::string>()) : std::nullopt;
    if (!in.is_array() || !std::ranges::all_of(in, [](json const& entry) { return entry.is_string(); }))
        return std::nullopt;
    return in.get<List>();
}

}

SettingInfo const* SettingsSchema::find(std::string_view name) const
{
    auto const found = std::ranges::find(settings, name, &SettingInfo::name);
    return found == settings.end() ? nullptr : &*found;
}

SettingsSchema const& igneous_settings()
{
    static SettingsSchema const schema { all_settings(), {} };
    return schema;
}

std::optional<std::string> objection_to(SettingInfo const& info, SettingValue const& value)
{
    if (value.index() != info.default_value.index())
        return std::format("{} has another type", info.name);
    if (auto const* whole = std::get_if<std::int64_t>(&value))
        return objection_to_number(info, static_cast<double>(*whole));
    if (auto const* number = std::get_if<double>(&value))
        return objection_to_number(info, *number);
    if (auto const* text = std::get_if<std::string>(&value))
        return objection_to_text(info, *text);
    if (auto const* list = std::get_if<List>(&value)) {
        if (list->size() > longest_list)
            return std::format("{} has at most {} entries, got {}", info.name, longest_list, list->size());
        for (std::string const& entry : *list)
            if (auto objection = objection_to_text(info, entry))
                return objection;
    }
    return std::nullopt;
}

json to_json(SettingValue const& value)
{
    return std::visit([](auto const& one) { return json(one); }, value);
}

std::optional<SettingValue> setting_from(SettingInfo const& info, json const& in)
{
    auto value = of_same_type(info.default_value, in);
    return value && !objection_to(info, *value) ? value : std::nullopt;
}

}
