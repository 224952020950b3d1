// SPDX-License-Identifier: Apache-2.0
#include "tests/app/library/model_files.h"

#include "tests/app/process.h"

#include <fstream>
#include <nlohmann/json.hpp>

namespace igneous::test {

namespace fs = std::filesystem;

namespace {

template<class T>
std::string bytes_of(T value)
{
    std::string bytes;
    for (std::size_t i = 0; i < sizeof(T); ++i)
        bytes += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
    return bytes;
}

std::uint64_t elements(TensorRow const& tensor)
{
    std::uint64_t count = 1;
    for (std::int64_t extent : tensor.shape)
        count *= static_cast<std::uint64_t>(extent);
    return count;
}

std::string pickled_text(std::string const& text)
{
    return "X" + bytes_of(static_cast<std::uint32_t>(text.size())) + text;
}

std::string pickled_number(std::int64_t value) { return "J" + bytes_of(static_cast<std::int32_t>(value)); }

}

std::string safetensors_bytes(std::string const& json, std::size_t data)
{
    return bytes_of<std::uint64_t>(json.size()) + json + std::string(data, '\0');
}

void write_sparse_safetensors(
    fs::path const& file, std::vector<TensorRow> const& tensors, std::map<std::string, std::string> const& metadata)
{
    nlohmann::ordered_json header;
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    std::uint64_t at = 0;
    for (TensorRow const& tensor : tensors) {
        std::uint64_t const width = tensor.type == "F32" || tensor.type == "I32" ? 4
                                    : tensor.type == "I64"                       ? 8
                                    : tensor.type.starts_with("F8")              ? 1
                                                                                 : 2;
        std::uint64_t const bytes = elements(tensor) * width;
        header[tensor.name]
            = { { "dtype", tensor.type }, { "shape", tensor.shape }, { "data_offsets", { at, at + bytes } } };
        at += bytes;
    }
    fs::create_directories(file.parent_path());
    std::string const start = safetensors_bytes(header.dump());
    write_text(file, start);
    fs::resize_file(file, start.size() + at);
}

namespace {

/// As pickle.dump({name: tensor}, protocol=2) writes it.
std::string pickle_of(std::vector<TensorRow> const& tensors)
{
    std::string pickle = "\x80\x02}(";
    int key = 0;
    for (TensorRow const& tensor : tensors) {
        std::string const storage = tensor.type == "F16"    ? "HalfStorage"
                                    : tensor.type == "BF16" ? "BFloat16Storage"
                                                            : "FloatStorage";
        pickle += pickled_text(tensor.name) + "ctorch._utils\n_rebuild_tensor_v2\n((" + pickled_text("storage")
                  + "ctorch\n" + storage + "\n" + pickled_text(std::to_string(key++)) + pickled_text("cpu")
                  + pickled_number(static_cast<std::int64_t>(elements(tensor))) + "tQ" + pickled_number(0) + "(";
        for (std::int64_t extent : tensor.shape)
            pickle += pickled_number(extent);
        pickle += "t(t\x89"
                  "ccollections\nOrderedDict\n)RtR";
    }
    return pickle + "u.";
}

}

std::string old_torch(std::string const& pickle)
{
    return std::string("\x80\x02\x8a\x0al\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15) + "\x80\x02M\xe9\x03."
           + "\x80\x02}." + pickle;
}

std::string old_torch(std::vector<TensorRow> const& tensors) { return old_torch(pickle_of(tensors)); }

std::string torch_zip(std::vector<TensorRow> const& tensors)
{
    std::string const pickle = pickle_of(tensors);
    std::string const name = "archive/data.pkl";
    auto const fields = [&] {              // method, time, date, CRC, sizes, name
        return bytes_of<std::uint16_t>(0) + std::string(8, '\0') + bytes_of(static_cast<std::uint32_t>(pickle.size()))
               + bytes_of(static_cast<std::uint32_t>(pickle.size())) + bytes_of(static_cast<std::uint16_t>(name.size()))
               + bytes_of<std::uint16_t>(0);
    };
    std::string zip = "PK\3\4" + std::string(4, '\0') + fields() + name + pickle;
    std::size_t const at = zip.size();
    std::string const directory
        = "PK\1\2" + std::string(6, '\0') + fields() + std::string(10, '\0') + bytes_of<std::uint32_t>(0) + name;
    zip += directory + "PK\5\6" + std::string(4, '\0') + bytes_of<std::uint16_t>(1) + bytes_of<std::uint16_t>(1)
           + bytes_of(static_cast<std::uint32_t>(directory.size())) + bytes_of(static_cast<std::uint32_t>(at))
           + bytes_of<std::uint16_t>(0);
    return zip;
}

std::string gguf_bytes(std::string const& architecture, std::vector<TensorRow> const& tensors)
{
    auto const text = [](std::string const& value) { return bytes_of<std::uint64_t>(value.size()) + value; };
    std::string out
        = "GGUF" + bytes_of<std::uint32_t>(3) + bytes_of<std::uint64_t>(tensors.size()) + bytes_of<std::uint64_t>(2);
    out += text("general.architecture") + bytes_of<std::uint32_t>(8) + text(architecture);
    out += text("tokens") + bytes_of<std::uint32_t>(9) + bytes_of<std::uint32_t>(8) + bytes_of<std::uint64_t>(2)
           + text("a") + text("b");
    std::uint64_t at = 0;
    for (TensorRow const& tensor : tensors) {
        bool const quantized = tensor.type == "Q8_0";
        out += text(tensor.name) + bytes_of(static_cast<std::uint32_t>(tensor.shape.size()));
        for (std::size_t i = tensor.shape.size(); i-- > 0;)
            out += bytes_of(static_cast<std::uint64_t>(tensor.shape[i]));
        out += bytes_of<std::uint32_t>(quantized ? 8 : 0) + bytes_of(at);
        at += quantized ? elements(tensor) / 32 * 34 : elements(tensor) * 4;
    }
    out.resize((out.size() + 31) / 32 * 32);
    return out + std::string(at, '\0');
}

void write_small_lora(fs::path const& file, int number, std::map<std::string, std::string> metadata)
{
    metadata.emplace("number", std::to_string(number));
    std::string const layer = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k";
    write_sparse_safetensors(file,
        { { layer + ".alpha", "F16", {} }, { layer + ".lora_down.weight", "F16", { 4, 768 } },
            { layer + ".lora_up.weight", "F16", { 320, 4 } } },
        metadata);
}

}
