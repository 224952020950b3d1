// SPDX-License-Identifier: Apache-2.0
#pragma once

// Documents and layers as JSON, without their pixels: the journal and .igneous files keep those each in their own way.
// Fields that this version does not know are kept and written again. What is read throws file_damaged where it is not
// what it should be.

#include "app/session/document.h"

#include <nlohmann/json.hpp>

namespace igneous {

/// Keeps the pixels of a layer (0: the selection) and says where, or reads them from there.
using WritePixels = std::function<nlohmann::json(TileGrid const& pixels, LayerId layer)>;
using ReadPixels = std::function<void(nlohmann::json const& where, TileGrid& pixels, LayerId layer)>;

nlohmann::json json_of(DocumentProperties const& properties);
DocumentProperties document_properties_from(nlohmann::json const& in);
nlohmann::json json_of(LayerProperties const& properties);
LayerProperties layer_properties_from(nlohmann::json const& in);

/// With everything that is in it, groups included. A layer in it that cannot be read is left out where `notes` is
/// given, with a sentence there that says so; else that is a failure.
nlohmann::json json_of(Layer const& layer, WritePixels const& write);
Layer layer_from(nlohmann::json const& in, ReadPixels const& read, std::vector<std::string>* notes = nullptr,
    std::size_t depth = 0);

/// Without its file; `notes` as above.
nlohmann::json json_of(Document const& document, WritePixels const& write);
Document document_from(nlohmann::json const& in, ReadPixels const& read, std::vector<std::string>* notes = nullptr);

// Fields, where they are there and mean what is asked for; else `file_damaged` that names them.
std::int64_t integer_field(nlohmann::json const& in, char const* name, std::int64_t lowest, std::int64_t highest);
std::uint64_t id_field(nlohmann::json const& in, char const* name);
std::string text_field(nlohmann::json const& in, char const* name);
nlohmann::json const& field(nlohmann::json const& in, char const* name);
nlohmann::json const& list_field(nlohmann::json const& in, char const* name);

/// One line; bytes that are no UTF-8 are replaced.
std::string json_text(nlohmann::json const& json);
/// Throws file_damaged unless it is an object. `who` is what messages call it.
nlohmann::json json_object(std::string_view text, std::string_view who);

}
