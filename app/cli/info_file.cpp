// SPDX-License-Identifier: Apache-2.0
#include "app/cli/console.h"
#include "app/cli/info.h"
#include "app/files/places.h"
#include "app/picture/picture.h"
#include "models/checkpoint/safetensors.h"

#include <nlohmann/json.hpp>

#include <map>

namespace igneous {

namespace {

using Json = nlohmann::ordered_json;

struct Sum {
    std::uint64_t tensors = 0, parameters = 0, bytes = 0;
    std::map<std::string, std::uint64_t> dtypes;       // bytes of each

    void add(SafetensorsEntry const& entry)
    {
        ++tensors;
        parameters += static_cast<std::uint64_t>(entry.shape.elements());
        bytes += entry.bytes.size();
        dtypes[entry.dtype_text] += entry.bytes.size();
    }
    std::string dtypes_text() const
    {
        std::string text;
        for (auto const& [name, count] : dtypes)
            text += (text.empty() ? "" : ", ") + name;
        return text;
    }
    Json json() const
    {
        return { { "tensors", tensors }, { "parameters", parameters }, { "bytes", bytes }, { "dtypes", dtypes } };
    }
};

/// "model.diffusion_model" of "model.diffusion_model.input_blocks.0.0.weight": names that share it are one line.
std::string group_of(std::string const& name)
{
    std::size_t const first = name.find('.');
    std::size_t const second = first == name.npos ? name.npos : name.find('.', first + 1);
    return second == name.npos ? name.substr(0, first) : name.substr(0, second);
}

}

void show_tensors(std::filesystem::path const& path, bool all, Console& console)
{
    SafetensorsFile const file = SafetensorsFile::open(path);
    Sum total;
    std::map<std::string, Sum> groups;
    std::vector<std::vector<std::string>> rows;
    Json list = Json::array();
    for (SafetensorsEntry const& entry : file.entries()) {
        total.add(entry);
        groups[group_of(entry.name)].add(entry);
        if (!all)
            continue;
        rows.push_back({ entry.name, entry.dtype_text, entry.shape.text(), size_text(entry.bytes.size()) });
        list.push_back({ { "name", entry.name }, { "dtype", entry.dtype_text },
            { "shape", std::vector<std::int64_t>(entry.shape.extents().begin(), entry.shape.extents().end()) } });
    }
    Json object = { { "path", utf8_name(path) }, { "kind", "safetensors" } };
    object.update(total.json());
    object["metadata"] = file.metadata();
    if (all)
        object["tensor_list"] = list;
    console.object({ { "file", object } });

    console.print(std::format("safetensors file: {} tensors, {} parameters, {} ({})", total.tensors,
        count_text(total.parameters), size_text(total.bytes), total.dtypes_text()));
    for (auto const& [key, value] : file.metadata())
        console.print(std::format("{}: {}", key, value));
    if (all) {
        console.print(table({ "tensor", "type", "shape", ">size" }, rows));
        return;
    }
    for (auto const& [name, sum] : groups)
        rows.push_back(
            { name, std::to_string(sum.tensors), count_text(sum.parameters), size_text(sum.bytes), sum.dtypes_text() });
    console.print(table({ "names", ">tensors", ">parameters", ">size", "types" }, rows));
}

void show_picture(std::filesystem::path const& path, Console& console)
{
    Image const image = read_picture(path);
    std::vector<PictureText> const texts = read_picture_texts(path);
    Json found = Json::object();
    for (PictureText const& text : texts) {
        Json const parsed =
            text.key == "igneous" ? Json::parse(text.value, nullptr, false) : Json(Json::value_t::discarded);
        found[text.key] = parsed.is_discarded() ? Json(text.value) : parsed;
    }
    console.object({ { "picture", { { "path", utf8_name(path) }, { "width", image.width }, { "height", image.height },
        { "channels", image.channels }, { "texts", found } } } });
    console.print(std::format("picture: {}x{}, {} channels", image.width, image.height, image.channels));
    for (PictureText const& text : texts)
        console.print(std::format("\n{}:\n{}", text.key, text.value));
    if (texts.empty())
        console.print("no recipe in it");
}

}
