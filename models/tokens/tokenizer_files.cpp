// SPDX-License-Identifier: Apache-2.0
#include "models/tokens/tokenizer_files.h"

#include "models/api/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>

namespace igneous {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view default_bos = "<|startoftext|>", default_eos = "<|endoftext|>";
constexpr std::int32_t highest_id = 1 << 24;

static std::string read_text(fs::path const& path)
{
    std::error_code ignored;
    std::ifstream file(path, std::ios::binary);
    if (!file || fs::is_directory(path, ignored))
        fail(ErrorCode::file_missing, "tokenizer: {} cannot be opened", path.string());
    std::string text { std::istreambuf_iterator<char>(file), {} };
    if (file.bad())
        fail(ErrorCode::file_damaged, "tokenizer: {} cannot be read to its end", path.string());
    return text;
}

static json read_json(fs::path const& path)
{
    try {
        json object = json::parse(read_text(path));
        if (object.is_object())
            return object;
    } catch (json::exception const& error) {
        fail(ErrorCode::file_damaged, "tokenizer: {} is not JSON: {}", path.string(), error.what());
    }
    fail(ErrorCode::file_damaged, "tokenizer: {} must hold an object", path.string());
}

static Vocabulary read_vocabulary(json const& entries, fs::path const& path)
{
    Vocabulary vocabulary;
    vocabulary.reserve(entries.size());
    for (auto const& [symbol, id] : entries.items()) {
        if (!id.is_number_integer() || id < 0 || id >= highest_id)
            fail(ErrorCode::file_damaged, "tokenizer: {} gives {} the id {}, expected 0..{}", path.string(), symbol,
                id.dump(), highest_id - 1);
        vocabulary.emplace(symbol, id.get<std::int32_t>());
    }
    return vocabulary;
}

static std::pair<std::string, std::string> split_merge(std::string_view line, fs::path const& path)
{
    size_t const space = line.find(' ');
    if (space == 0 || space == line.npos || space + 1 == line.size() || line.find(' ', space + 1) != line.npos)
        fail(ErrorCode::file_damaged, "tokenizer: {} holds \"{}\" where a merge of two symbols should be",
            path.string(), line);
    return { std::string(line.substr(0, space)), std::string(line.substr(space + 1)) };
}

/// Lines of "left right". A first line that begins with # or "bpe_simple_vocab" is a comment.
static Merges read_merges(fs::path const& path, size_t most = static_cast<size_t>(-1))
{
    std::string const text = read_text(path);
    Merges merges;
    for (size_t begin = 0; begin < text.size() && merges.size() < most;) {
        size_t const end = std::min(text.find('\n', begin), text.size());
        std::string_view line(text.data() + begin, end - begin);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        bool const comment = begin == 0 && (line.starts_with("#") || line.starts_with("\"bpe_simple_vocab"));
        if (!line.empty() && !comment)
            merges.push_back(split_merge(line, path));
        begin = end + 1;
    }
    return merges;
}

/// The text of a token in a configuration: a string, or an object whose "content" is one.
static std::optional<std::string> token_text(json const& config, char const* name)
{
    auto const found = config.find(name);
    if (found == config.end())
        return {};
    if (found->is_string())
        return found->get<std::string>();
    if (found->is_object() && found->contains("content") && (*found)["content"].is_string())
        return (*found)["content"].get<std::string>();
    return {};
}

static void add_special(TokenizerFiles& files, std::string const& text, std::int32_t id)
{
    if (!text.empty() && std::ranges::find(files.special, text, &SpecialToken::text) == files.special.end())
        files.special.push_back({ text, id });
}

/// Adds a token that was made after the vocabulary was.
static void add_added(TokenizerFiles& files, std::string const& text, std::int64_t id, fs::path const& where)
{
    if (id < 0 || id >= highest_id)
        fail(ErrorCode::file_damaged, "tokenizer: {} gives \"{}\" the id {}, expected 0..{}", where.string(), text, id,
            highest_id - 1);
    files.vocabulary.emplace(text, static_cast<std::int32_t>(id));
    add_special(files, text, files.vocabulary.at(text));
}

/// The "added_tokens_decoder" of tokenizer_config.json: { "49406": { "content": "<|startoftext|>", ... }, ... }
static void read_added(TokenizerFiles& files, json const& config, fs::path const& where)
{
    auto const added = config.find("added_tokens_decoder");
    if (added == config.end() || !added->is_object())
        return;
    for (auto const& [key, token] : added->items()) {
        std::int64_t id = -1;
        std::from_chars(key.data(), key.data() + key.size(), id);
        if (auto const text = token.is_object() ? token_text(token, "content") : std::nullopt)
            add_added(files, *text, id, where);
    }
}

/// Fills bos, eos, pad, unknown and max_length from what `configs` say, later ones first.
static void read_special(TokenizerFiles& files, std::vector<json> const& configs, fs::path const& where)
{
    for (auto const& config : configs)
        read_added(files, config, where);
    auto const resolve = [&](char const* name, std::string_view by_default) {
        std::string text(by_default);
        for (auto const& config : configs)
            text = token_text(config, name).value_or(text);
        auto const found = files.vocabulary.find(text);
        if (found == files.vocabulary.end())
            fail(ErrorCode::file_damaged, "tokenizer: {} has no {} \"{}\" in its vocabulary", where.string(), name,
                text);
        add_special(files, text, found->second);
        return found->second;
    };
    files.bos = resolve("bos_token", default_bos);
    files.eos = resolve("eos_token", default_eos);
    files.unknown = resolve("unk_token", default_eos);
    files.pad = resolve("pad_token", default_eos);
    for (auto const& config : configs) {
        auto const length = config.find("model_max_length");     // transformers writes 1e30 for "no limit"
        if (length != config.end() && length->is_number() && *length >= 3 && *length <= 100000)
            files.max_length = length->get<int>();
    }
}

/// tokenizer.json: everything in one file.
static void read_tokenizer_json(TokenizerFiles& files, fs::path const& path)
{
    json const whole = read_json(path);
    try {
        json const& model = whole.at("model");
        files.vocabulary = read_vocabulary(model.at("vocab"), path);
        for (auto const& merge : model.at("merges"))
            files.merges.push_back(merge.is_string()
                                       ? split_merge(merge.get<std::string>(), path)
                                       : std::pair { merge.at(0).get<std::string>(), merge.at(1).get<std::string>() });
        for (auto const& token : whole.value("added_tokens", json::array()))
            add_added(files, token.at("content").get<std::string>(), token.at("id").get<std::int64_t>(), path);
    } catch (json::exception const& error) {
        fail(ErrorCode::file_damaged, "tokenizer: {} is no BPE tokenizer: {}", path.string(), error.what());
    }
}

TokenizerFiles read_tokenizer_folder(fs::path const& given)
{
    std::error_code ignored;
    auto const is_file = [&](fs::path const& path) { return fs::is_regular_file(path, ignored); };
    auto const holds_one = [&](fs::path const& folder) {
        return is_file(folder / "vocab.json") || is_file(folder / "merges.txt") || is_file(folder / "tokenizer.json");
    };
    fs::path const folder = !holds_one(given) && holds_one(given / "tokenizer") ? given / "tokenizer" : given;
    if (!holds_one(folder))
        fail(ErrorCode::file_missing, "tokenizer: {} holds neither vocab.json and merges.txt nor tokenizer.json",
            folder.string());

    TokenizerFiles files;
    if (is_file(folder / "vocab.json") || is_file(folder / "merges.txt")) {
        files.vocabulary = read_vocabulary(read_json(folder / "vocab.json"), folder / "vocab.json");
        files.merges = read_merges(folder / "merges.txt");
    } else {
        read_tokenizer_json(files, folder / "tokenizer.json");
    }
    if (is_file(folder / "added_tokens.json"))
        for (auto const& [text, id] :
            read_vocabulary(read_json(folder / "added_tokens.json"), folder / "added_tokens.json"))
            add_added(files, text, id, folder / "added_tokens.json");
    std::vector<json> configs;
    for (auto const* name : { "special_tokens_map.json", "tokenizer_config.json" })
        if (is_file(folder / name))
            configs.push_back(read_json(folder / name));
    read_special(files, configs, folder);
    return files;
}

TokenizerFiles read_published_merges(fs::path const& path)
{
    constexpr size_t merge_count = 49152 - 256 - 2;
    TokenizerFiles files;
    files.merges = read_merges(path, merge_count);
    if (files.merges.size() != merge_count)
        fail(ErrorCode::file_damaged, "tokenizer: {} holds {} merges, expected {}", path.string(), files.merges.size(),
            merge_count);
    std::int32_t next = 0;
    auto const add = [&](std::string symbol) { files.vocabulary.emplace(std::move(symbol), next++); };
    // Printable bytes come first, then the others, in the order of their spellings.
    std::vector<std::string> bytes(byte_spellings().begin(), byte_spellings().end());
    std::ranges::stable_sort(bytes, {}, [](std::string const& s) { return static_cast<unsigned char>(s[0]) >= 0xc4; });
    for (auto const& spelling : bytes)
        add(spelling);
    for (auto const& spelling : bytes)
        add(spelling + "</w>");
    for (auto const& [left, right] : files.merges)
        add(left + right);
    add(std::string(default_bos));
    add(std::string(default_eos));
    read_special(files, {}, path);
    return files;
}

}
