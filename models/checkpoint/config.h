// SPDX-License-Identifier: Apache-2.0
#pragma once

// config.json of a model folder, with typed getters. Every message names the file and the key, says what is there and
// what was expected. A key that is absent or null takes the fallback, as in diffusers.

#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace igneous {

class Config {
public:
    /// Throws file_missing or file_damaged.
    static Config read(std::filesystem::path const& path);
    /// `file` is what messages call it. Throws file_damaged unless `text` is a JSON object.
    static Config parse(std::string_view text, std::string file);

    std::string const& file() const { return m_file; }
    bool has(std::string_view key) const;   // there, and not null
    std::vector<std::string> keys() const;

    /// Values; without a fallback the key must be there. Throw file_damaged for another type, unsupported_model for a
    /// number outside [least, most].
    int integer(std::string_view key, std::optional<int> fallback = {}, int least = 0, int most = 1 << 24) const;
    double number(std::string_view key, std::optional<double> fallback = {}) const;
    bool flag(std::string_view key, std::optional<bool> fallback = {}) const;
    std::string text(std::string_view key, std::optional<std::string> fallback = {}) const;
    std::vector<int> integers(
        std::string_view key, std::optional<std::vector<int>> fallback = {}, int least = 1, int most = 1 << 24) const;
    std::vector<double> numbers(std::string_view key) const;                // empty where absent
    std::vector<std::string> texts(std::string_view key, std::optional<std::vector<std::string>> fallback = {}) const;

    /// One number for all of `count` blocks, or a list of `count` numbers.
    std::vector<int> per_block(std::string_view key, std::size_t count, int fallback) const;
    std::vector<bool> flag_per_block(std::string_view key, std::size_t count, bool fallback) const;

    /// Throws unsupported_model unless the key is absent, null or one of `supported` (JSON texts: "false", "\"silu\"",
    /// "1.0").
    void only(std::string_view key, std::initializer_list<std::string_view> supported) const;
    /// Throws unsupported_model: "<file>: <key> is <value>, supported: <supported>".
    [[noreturn]] void refuse(std::string_view key, std::string_view supported) const;

private:
    struct Data;
    Config(std::shared_ptr<Data const> data, std::string file)
        : m_data(std::move(data))
        , m_file(std::move(file))
    {
    }
    [[noreturn]] void wrong_type(std::string_view key, std::string_view expected) const;
    std::shared_ptr<Data const> m_data;
    std::string m_file;
};

}
