// SPDX-License-Identifier: Apache-2.0
#include "app/files/file_hash.h"

#include "app/files/file.h"
#include "app/files/places.h"
#include "models/api/error.h"

#include <openssl/evp.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <vector>

namespace igneous {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t block_size = 1u << 20;
constexpr std::uint64_t longest_book = 64u << 20;

[[noreturn]] void no_room() { fail(ErrorCode::internal, "the hash of a file: OpenSSL gives no SHA-256"); }

}

std::string sha256_of(fs::path const& file, std::stop_token stop)
{
    std::ifstream in(file, std::ios::binary);
    if (!in)
        fail(ErrorCode::file_missing, "{} cannot be read; check that it is there and may be read", utf8_name(file));
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> const state(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    if (!state || EVP_DigestInit_ex(state.get(), EVP_sha256(), nullptr) != 1)
        no_room();
    std::vector<char> block(block_size);
    do {
        if (stop.stop_requested())
            return {};
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        if (EVP_DigestUpdate(state.get(), block.data(), static_cast<std::size_t>(in.gcount())) != 1)
            no_room();
    } while (in);
    if (!in.eof())
        fail(ErrorCode::file_damaged, "{} cannot be read to its end; its disk may be failing", utf8_name(file));
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (EVP_DigestFinal_ex(state.get(), digest, &length) != 1)
        no_room();
    std::string hex;
    for (unsigned i = 0; i < length; ++i)
        hex += std::format("{:02x}", digest[i]);
    return hex;
}

HashBook::HashBook(fs::path kept)
    : m_kept(std::move(kept))
    , m_entries(read())
{
}

/// One line a file: hash, size, time, path.
HashBook::Entries HashBook::read() const
{
    Entries entries;
    if (m_kept.empty())
        return entries;
    try {
        auto const bytes = read_file(m_kept, longest_book);
        std::istringstream lines(std::string(reinterpret_cast<char const*>(bytes.data()), bytes.size()));
        for (std::string line; std::getline(lines, line);) {
            std::istringstream words(line);
            Entry entry;
            std::string name;
            if (words >> entry.hash >> entry.size >> entry.changed && words.get() == ' ' && std::getline(words, name)
                && entry.hash.size() == 64)
                entries[name] = entry;
        }
    } catch (Error const&) {               // none yet, or damaged: hashes are computed anew
    }
    return entries;
}

void HashBook::keep(std::string const& name, Entry const& entry)
{
    m_entries[name] = entry;
    if (m_kept.empty() || name.contains('\n'))
        return;
    for (auto& [other, known] : read())    // what other processes found meanwhile
        m_entries.try_emplace(other, known);
    std::string text;
    for (auto const& [file, known] : m_entries)
        if (!file.contains('\n'))
            text += std::format("{} {} {} {}\n", known.hash, known.size, known.changed, file);
    try {
        std::error_code error;
        fs::create_directories(m_kept.parent_path(), error);
        write_file(m_kept, std::as_bytes(std::span(text)));
    } catch (Error const&) {               // a full disk: computed again next time
    }
}

std::string HashBook::hash_of(fs::path const& file, std::stop_token stop)
{
    std::error_code error;
    fs::path const whole = fs::absolute(file, error).lexically_normal();
    std::string const name = utf8_name(whole);
    Entry entry { fs::file_size(whole, error), fs::last_write_time(whole, error).time_since_epoch().count(), {} };
    {
        std::lock_guard const lock(m_mutex);
        auto const known = m_entries.find(name);
        if (known != m_entries.end() && known->second.size == entry.size && known->second.changed == entry.changed)
            return known->second.hash;
    }
    entry.hash = sha256_of(whole, std::move(stop));
    if (!entry.hash.empty()) {
        std::lock_guard const lock(m_mutex);
        keep(name, entry);
    }
    return entry.hash;
}

}
