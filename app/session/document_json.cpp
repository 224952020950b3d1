// SPDX-License-Identifier: Apache-2.0
#include "app/session/document_json.h"

#include "app/settings/shallow_json.h"
#include "models/api/error.h"

#include <algorithm>
#include <limits>

namespace igneous {

using nlohmann::json;

namespace {

constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t least = std::numeric_limits<std::int32_t>::min();

constexpr std::string_view document_fields[] = { "id", "name", "width", "height", "frame", "selection", "layers",
    "active_layer", "file" };
constexpr std::string_view layer_fields[] = { "id", "kind", "name", "opacity", "blend", "visible", "locked", "x", "y",
    "pixels", "layers" };

std::string unknown_fields(json const& in, auto const& known)
{
    json rest = json::object();
    for (auto const& [name, value] : in.items())
        if (std::ranges::find(known, name) == std::end(known))
            rest[name] = value;
    return rest.empty() ? std::string() : json_text(rest);
}

/// What an earlier reading kept; nothing where it is no object.
json kept_fields(std::string const& unknown)
{
    json kept = parse_shallow_json(unknown);
    return kept.is_object() ? kept : json::object();
}

int small_field(json const& in, char const* name) { return static_cast<int>(integer_field(in, name, least, most)); }

bool switch_field(json const& in, char const* name)
{
    json const& value = field(in, name);
    if (!value.is_boolean())
        fail(ErrorCode::file_damaged, "document: field {} should be true or false but is {}", name, value.type_name());
    return value.get<bool>();
}

double number_field(json const& in, char const* name)
{
    json const& value = field(in, name);
    if (!value.is_number())
        fail(ErrorCode::file_damaged, "document: field {} should be a number but is {}", name, value.type_name());
    return value.get<double>();
}

template<class Enum>
Enum named_field(json const& in, char const* name, std::string_view (*name_of)(Enum), Enum last)
{
    std::string const text = text_field(in, name);
    for (int i = 0; i <= static_cast<int>(last); ++i)
        if (name_of(static_cast<Enum>(i)) == text)
            return static_cast<Enum>(i);
    fail(ErrorCode::file_damaged, "document: {} is no {} that is known; a newer Igneous may know it", text, name);
}

std::vector<Layer> layers_from(
    json const& in, ReadPixels const& read, std::vector<std::string>* notes, std::size_t depth)
{
    std::vector<Layer> layers;
    for (json const& layer : in) {
        try {
            layers.push_back(layer_from(layer, read, notes, depth));
        } catch (Error const& error) {
            if (!notes || error.code() != ErrorCode::file_damaged)
                throw;
            notes->push_back(std::format("a layer was left out: {}", error.what()));
        }
    }
    return layers;
}

/// require_sound() speaks of what somebody asked for; here it is what a file holds.
void require_sound_file(auto const& what)
{
    try {
        require_sound(what);
    } catch (Error const& error) {
        fail(ErrorCode::file_damaged, "{}", error.what());
    }
}

}

std::int64_t integer_field(json const& in, char const* name, std::int64_t lowest, std::int64_t highest)
{
    json const& value = field(in, name);
    bool const fits = value.is_number_unsigned()
        ? highest >= 0 && value.get<std::uint64_t>() <= static_cast<std::uint64_t>(highest)
        : value.is_number_integer() && value.get<std::int64_t>() <= highest;
    if (!fits || value.get<std::int64_t>() < lowest)
        fail(ErrorCode::file_damaged, "document: field {} should be a whole number from {} to {} but is {}", name,
            lowest, highest, json_text(value).substr(0, 40));
    return value.get<std::int64_t>();
}

std::string text_field(json const& in, char const* name)
{
    json const& value = field(in, name);
    if (!value.is_string())
        fail(ErrorCode::file_damaged, "document: field {} should be text but is {}", name, value.type_name());
    return value.get<std::string>();
}

std::uint64_t id_field(json const& in, char const* name)
{
    json const& value = field(in, name);
    if (!value.is_number_unsigned())
        fail(ErrorCode::file_damaged, "document: field {} should be an id but is {}", name,
            json_text(value).substr(0, 40));
    return value.get<std::uint64_t>();
}

json const& field(json const& in, char const* name)
{
    auto const found = in.is_object() ? in.find(name) : in.end();
    if (found == in.end())
        fail(ErrorCode::file_damaged, "document: field {} is missing", name);
    return *found;
}

json const& list_field(json const& in, char const* name)
{
    json const& value = field(in, name);
    if (!value.is_array())
        fail(ErrorCode::file_damaged, "document: field {} should be a list but is {}", name, value.type_name());
    return value;
}

std::string json_text(json const& in) { return in.dump(-1, ' ', false, json::error_handler_t::replace); }

json json_object(std::string_view text, std::string_view who)
{
    json parsed = parse_shallow_json(text);
    if (!parsed.is_object())
        fail(ErrorCode::file_damaged, "{}: expected a JSON object, got {}", who,
            parsed.is_discarded() ? "text that is no JSON" : parsed.type_name());
    return parsed;
}

json json_of(DocumentProperties const& properties)
{
    json out = kept_fields(properties.unknown);
    auto const& [x, y, width, height] = properties.frame;
    out.update({ { "name", properties.name }, { "width", properties.width }, { "height", properties.height },
        { "frame", { x, y, width, height } } });
    return out;
}

DocumentProperties document_properties_from(json const& in)
{
    DocumentProperties properties;
    properties.name = text_field(in, "name");
    properties.width = small_field(in, "width");
    properties.height = small_field(in, "height");
    json const& frame = list_field(in, "frame");
    if (frame.size() != 4 || !std::ranges::all_of(frame, [](json const& side) { return side.is_number_integer(); }))
        fail(ErrorCode::file_damaged, "document: field frame should be four whole numbers");
    int sides[4];
    for (std::size_t i = 0; i < 4; ++i)
        sides[i] = small_field({ { "frame", frame[i] } }, "frame");
    properties.frame = { sides[0], sides[1], sides[2], sides[3] };
    properties.unknown = unknown_fields(in, document_fields);
    require_sound_file(properties);
    return properties;
}

json json_of(LayerProperties const& properties)
{
    json out = kept_fields(properties.unknown);
    out.update({ { "name", properties.name }, { "opacity", properties.opacity },
        { "blend", blend_mode_name(properties.blend) }, { "visible", properties.visible },
        { "locked", properties.locked }, { "x", properties.x }, { "y", properties.y } });
    return out;
}

LayerProperties layer_properties_from(json const& in)
{
    LayerProperties properties;
    properties.name = text_field(in, "name");
    properties.opacity = number_field(in, "opacity");
    properties.blend = named_field(in, "blend", blend_mode_name, BlendMode::add);
    properties.visible = switch_field(in, "visible");
    properties.locked = switch_field(in, "locked");
    properties.x = small_field(in, "x");
    properties.y = small_field(in, "y");
    properties.unknown = unknown_fields(in, layer_fields);
    require_sound_file(properties);
    return properties;
}

json json_of(Layer const& layer, WritePixels const& write)
{
    json out = json_of(layer.properties);
    out["id"] = layer.id;
    out["kind"] = layer_kind_name(layer.kind);
    if (layer.kind == LayerKind::group) {
        json& children = out["layers"] = json::array();
        for (Layer const& child : layer.children)
            children.push_back(json_of(child, write));
    } else {
        out["pixels"] = write(layer.pixels, layer.id);
    }
    return out;
}

Layer layer_from(json const& in, ReadPixels const& read, std::vector<std::string>* notes, std::size_t depth)
{
    if (depth > deepest_layer)
        fail(ErrorCode::file_damaged, "document: groups lie more than {} deep in one another", deepest_layer);
    Layer layer = make_layer(id_field(in, "id"), named_field(in, "kind", layer_kind_name, LayerKind::reference), {});
    layer.properties = layer_properties_from(in);
    if (layer.kind == LayerKind::group)
        layer.children = layers_from(list_field(in, "layers"), read, notes, depth + 1);
    else
        read(field(in, "pixels"), layer.pixels, layer.id);
    return layer;
}

json json_of(Document const& document, WritePixels const& write)
{
    json out = json_of(document.properties);
    out["id"] = document.id;
    out["active_layer"] = document.active_layer;
    out["selection"] = write(document.selection, 0);
    json& layers = out["layers"] = json::array();
    for (Layer const& layer : document.layers)
        layers.push_back(json_of(layer, write));
    return out;
}

Document document_from(json const& in, ReadPixels const& read, std::vector<std::string>* notes)
{
    Document document { .id = id_field(in, "id"), .properties = document_properties_from(in) };
    document.active_layer = id_field(in, "active_layer");
    read(field(in, "selection"), document.selection, 0);
    document.layers = layers_from(list_field(in, "layers"), read, notes, 0);
    require_sound_file(document);
    return document;
}

}
