// SPDX-License-Identifier: Apache-2.0
#pragma once

// What can be set, all of it in one table: name, kind, default, what is allowed, the page that shows it, and the
// version that brought it. No secrets are among the settings: the file is plain text.

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace igneous {

using SettingValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>>;

/// A setting by name and by the type of its value.
template<class T>
struct SettingKey {
    std::string_view name;
};

namespace setting {

inline constexpr SettingKey<std::string> device { "engine.device" };                  // empty: the fastest
inline constexpr SettingKey<std::string> precision { "engine.precision" };            // of a new request: "f16", "f32"
inline constexpr SettingKey<std::int64_t> memory_limit {
    "engine.memory_limit_mb"
}; // of device memory; 0: what there is
inline constexpr SettingKey<std::vector<std::string>> model_folders { "folders.models" };
inline constexpr SettingKey<std::vector<std::string>> lora_folders { "folders.loras" };
inline constexpr SettingKey<std::string> output_folder { "folders.output" };          // empty: the program's own
inline constexpr SettingKey<bool> write_recipe { "metadata.recipe" };                 // our JSON in the picture
inline constexpr SettingKey<bool> write_a1111 { "metadata.a1111" }; // the text that every program reads
inline constexpr SettingKey<bool> write_label { "metadata.xmp_label" };               // IPTC: made by a model
inline constexpr SettingKey<bool> remember_prompts { "privacy.remember_prompts" };
inline constexpr SettingKey<double> previews_per_second { "previews.per_second" };    // 0: none
inline constexpr SettingKey<std::string> language { "appearance.language" };          // "system", or as "en", "de"
inline constexpr SettingKey<std::string> theme { "appearance.theme" };                // "system", "dark", "light"
inline constexpr SettingKey<std::int64_t> font_size { "appearance.font_size_pt" };    // 0: the system's
inline constexpr SettingKey<std::vector<std::string>> layouts { "window.layouts" };   // "Painting=<base64>" each
inline constexpr SettingKey<bool> welcomed { "window.welcomed" };                     // the first-run page was shown
inline constexpr SettingKey<std::int64_t> autosave_minutes {
    "session.autosave_minutes"
}; // into documents' own files; 0: never
inline constexpr SettingKey<std::int64_t> undo_memory { "session.undo_memory_mb" };
inline constexpr SettingKey<std::string> queue_at_start { "queue.at_start" };         // "go_on", "paused"
inline constexpr SettingKey<bool> queue_retry { "queue.retry_safely" };               // once, with a safer plan
inline constexpr SettingKey<bool> queue_notify { "queue.notify" };                    // when a long job ends
inline constexpr SettingKey<std::int64_t> queue_keep_days { "queue.keep_finished_days" };
inline constexpr SettingKey<std::string> key_preset { "keys.preset" };                // "igneous", "krita", "photoshop"
inline constexpr SettingKey<std::vector<std::string>> own_keys { "keys.own" };        // "canvas.brush=B; Shift+B" each

// Of the canvas. Colours are "#rrggbb", shares 0 to 1.
inline constexpr SettingKey<double> brush_size { "brush.size" };                      // across, in pixels
inline constexpr SettingKey<double> brush_hardness { "brush.hardness" };
inline constexpr SettingKey<double> brush_opacity { "brush.opacity" };
inline constexpr SettingKey<double> brush_flow { "brush.flow" };
inline constexpr SettingKey<double> brush_spacing { "brush.spacing" };                // of the size
inline constexpr SettingKey<bool> brush_pressure { "brush.pressure" };                // whether a pen's counts at all
inline constexpr SettingKey<bool> brush_pressure_size { "brush.pressure_size" };
inline constexpr SettingKey<bool> brush_pressure_opacity { "brush.pressure_opacity" };
inline constexpr SettingKey<double> brush_pressure_curve { "brush.pressure_curve" };  // exponent: above 1 is softer
inline constexpr SettingKey<std::string> brush_colour { "brush.colour" };
inline constexpr SettingKey<std::string> second_colour { "brush.second_colour" };     // what X swaps it with
inline constexpr SettingKey<std::int64_t> fill_tolerance { "fill.tolerance" };
inline constexpr SettingKey<bool> fill_connected { "fill.connected" };
inline constexpr SettingKey<std::string> mask_colour { "mask.colour" };
inline constexpr SettingKey<double> mask_opacity { "mask.opacity" };
inline constexpr SettingKey<double> task_context { "task.context" };                  // around a mask, of its longer side
inline constexpr SettingKey<double> task_feather { "task.feather" };                  // of what is painted, in pixels

}

struct SettingInfo {
    std::string_view name, page;
    SettingValue default_value;            // its type is the setting's
    double lowest = 0, highest = 0;        // of numbers
    std::vector<std::string_view> choices = {};    // of texts; empty: any text
    int since = 1;                         // version of the settings
};

/// Brings the values of one version to the next: renames, changes units. What it throws loses the old values.
using SettingsMigration = void (*)(nlohmann::json& values);

struct SettingsSchema {
    std::span<SettingInfo const> settings;
    std::span<SettingsMigration const> migrations;     // number i: from version i + 1 to i + 2

    int version() const { return static_cast<int>(migrations.size()) + 1; }
    /// Null for a name that is not in it.
    SettingInfo const* find(std::string_view name) const;
};

/// Igneous's own.
SettingsSchema const& igneous_settings();

/// Why the value is not one of this setting's, as a sentence; nothing when it is.
std::optional<std::string> objection_to(SettingInfo const& info, SettingValue const& value);

nlohmann::json to_json(SettingValue const& value);
/// Nothing where the setting's type does not fit, or objection_to() would have something to say.
std::optional<SettingValue> setting_from(SettingInfo const& info, nlohmann::json const& in);

}
