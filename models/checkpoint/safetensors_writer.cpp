// SPDX-License-Identifier: Apache-2.0
#include "models/api/error.h"
#include "models/checkpoint/safetensors.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <random>

namespace igneous {

namespace {

std::string_view text_of(DType dtype)
{
    switch (dtype) {
    case DType::f32: return "F32";
    case DType::f16: return "F16";
    case DType::bf16: return "BF16";
    case DType::f64: return "F64";
    case DType::i64: return "I64";
    case DType::i32: return "I32";
    case DType::u8: return "U8";
    }
    return "F32";
}

/// A file under another name until commit(); gone if that never comes.
class AsideFile {
public:
    explicit AsideFile(std::filesystem::path target)
        : m_target(std::move(target))
        , m_aside(m_target)
    {
        m_aside += std::format(".{:08x}.part", std::random_device {}());
        m_file = std::fopen(m_aside.string().c_str(), "wb");
        if (!m_file)
            give_up();
    }
    ~AsideFile()
    {
        if (m_file)
            std::fclose(m_file);
        std::error_code ignored;
        if (!m_committed)
            std::filesystem::remove(m_aside, ignored);
    }
    AsideFile(AsideFile const&) = delete;
    AsideFile& operator=(AsideFile const&) = delete;

    void write(std::span<std::byte const> bytes)
    {
        if (!bytes.empty() && std::fwrite(bytes.data(), 1, bytes.size(), m_file) != bytes.size())
            give_up();
    }
    void commit()
    {
        if (std::fclose(std::exchange(m_file, nullptr)) != 0)
            give_up();
        std::error_code error;
        std::filesystem::rename(m_aside, m_target, error);
        if (error)
            fail(ErrorCode::disk_full, "{} cannot be written: {}", m_target.string(), error.message());
        m_committed = true;
    }

private:
    [[noreturn]] void give_up()
    {
        fail(ErrorCode::disk_full, "{} cannot be written: {}", m_target.string(), std::strerror(errno));
    }
    std::filesystem::path m_target, m_aside;
    std::FILE* m_file = nullptr;
    bool m_committed = false;
};

}

void write_safetensors(std::filesystem::path const& path, NamedTensors const& tensors,
    std::map<std::string, std::string> const& metadata)
{
    // Wide types first, so that every tensor is aligned to its own type.
    std::vector<std::pair<std::string, HostTensor const*>> order;
    for (auto const& [name, tensor] : tensors)
        order.emplace_back(name, &tensor);
    std::ranges::stable_sort(order, std::greater {}, [](auto const& entry) { return size_of(entry.second->dtype); });

    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    std::uint64_t at = 0;
    for (auto const& [name, tensor] : order) {
        std::uint64_t const end = at + tensor->bytes.size();
        auto const extents = tensor->shape.extents();
        header[name] = { { "dtype", text_of(tensor->dtype) },
            { "shape", std::vector<std::int64_t>(extents.begin(), extents.end()) }, { "data_offsets", { at, end } } };
        at = end;
    }
    std::string text = header.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    text.resize((text.size() + 7) / 8 * 8, ' ');
    std::byte length[8];
    for (std::size_t i = 0; i < 8; ++i)
        length[i] = static_cast<std::byte>(text.size() >> (8 * i));

    AsideFile file(path);
    file.write(length);
    file.write(std::as_bytes(std::span(text)));
    for (auto const& [name, tensor] : order)
        file.write(tensor->bytes);
    file.commit();
}

}
