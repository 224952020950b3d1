// SPDX-License-Identifier: Apache-2.0
#include "compute/device/cache_file.h"

#include "compute/kernels/shader_library.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <format>
#include <fstream>
#include <random>

namespace igneous {

namespace {

constexpr std::uint64_t magic = 0x315043'53554f45ull;   // "EOUSCP1"
constexpr std::uint64_t most_bytes = 1ull << 30;

/// Before the data in the file.
struct Header {
    std::uint64_t magic = 0, bytes = 0, checksum = 0;
};

/// Of all shaders of this build.
std::uint64_t shader_hash()
{
    static std::uint64_t const hash = [] {
        std::uint64_t h = 0;
        for (ShaderEntry const& entry : all_shaders()) {
            h = hash_bytes(std::as_bytes(std::span(entry.name)), h);
            h = hash_bytes(std::as_bytes(entry.code), h);
        }
        return h;
    }();
    return hash;
}

char const* environment(char const* name)
{
    char const* value = std::getenv(name);
    return value && *value ? value : nullptr;
}

}

std::uint64_t hash_bytes(std::span<std::byte const> bytes, std::uint64_t hash)
{
    for (std::size_t i = 0; i < bytes.size(); i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + i, std::min<std::size_t>(8, bytes.size() - i));
        hash = (hash ^ word) * 0x100000001b3ull;
        hash ^= hash >> 29;
    }
    return hash ^ bytes.size();
}

std::filesystem::path user_cache_folder()
{
#ifdef _WIN32
    if (char const* local = environment("LOCALAPPDATA"))
        return std::filesystem::path(local) / "igneous" / "cache";
#else
    if (char const* cache = environment("XDG_CACHE_HOME"))
        return std::filesystem::path(cache) / "igneous";
    if (char const* home = environment("HOME"))
        return std::filesystem::path(home) / ".cache" / "igneous";
#endif
    return {};
}

CacheFile::CacheFile(PhysicalDevice const& device, std::string const& folder, std::string_view kind)
    : m_prefix(std::format("{}-{}-", kind, device.info.uuid))
{
    std::filesystem::path const place = folder.empty() ? user_cache_folder() : std::filesystem::path(folder);
    if (!place.empty())
        m_path = place / std::format("{}{:08x}-{:016x}.bin", m_prefix, device.properties.driverVersion, shader_hash());
}

std::vector<std::byte> CacheFile::load() const
{
    if (m_path.empty())
        return {};
    std::ifstream file(m_path, std::ios::binary);
    Header header;
    if (!file.read(reinterpret_cast<char*>(&header), sizeof header) || header.magic != magic
        || header.bytes > most_bytes)
        return {};
    std::error_code error;
    if (std::filesystem::file_size(m_path, error) != sizeof header + header.bytes || error)
        return {};
    std::vector<std::byte> data(header.bytes);
    if (!file.read(reinterpret_cast<char*>(data.data()), static_cast<std::streamsize>(data.size())))
        return {};
    if (hash_bytes(data) != header.checksum)
        return {};
    return data;
}

bool CacheFile::exists() const
{
    std::error_code error;
    return !m_path.empty() && std::filesystem::exists(m_path, error);
}

void CacheFile::store(std::span<std::byte const> data) const
{
    if (m_path.empty() || data.size() > most_bytes)
        return;
    std::error_code error;
    std::filesystem::create_directories(m_path.parent_path(), error);
    std::filesystem::path aside = m_path;
    aside += std::format(".{:08x}", std::random_device {}());   // several processes may write at once
    {
        std::ofstream file(aside, std::ios::binary | std::ios::trunc);
        Header const header { magic, data.size(), hash_bytes(data) };
        file.write(reinterpret_cast<char const*>(&header), sizeof header);
        file.write(reinterpret_cast<char const*>(data.data()), static_cast<std::streamsize>(data.size()));
        file.close();
        if (!file) {
            std::filesystem::remove(aside, error);
            return;
        }
    }
    std::filesystem::rename(aside, m_path, error);
    if (error) {
        std::filesystem::remove(aside, error);
        return;
    }
    for (auto const& entry : std::filesystem::directory_iterator(m_path.parent_path(), error)) {
        std::string const name = entry.path().filename().string();
        if (name.starts_with(m_prefix) && name.ends_with(".bin") && entry.path() != m_path)
            std::filesystem::remove(entry.path(), error);
    }
}

}
