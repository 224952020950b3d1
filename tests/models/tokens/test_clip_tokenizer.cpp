// SPDX-License-Identifier: Apache-2.0
// Token ids against transformers' CLIPTokenizer, with CLIP's own vocabulary where it is at hand and a small one
// everywhere.
#include "models/api/error.h"
#include "models/tokens/clip_tokenizer.h"

#include <nlohmann/json.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

using namespace igneous;
namespace fs = std::filesystem;

static fs::path const golden = fs::path(IGNEOUS_SOURCE_DIR) / "tests/golden/tokens";
static fs::path const clip_folder = fs::path(IGNEOUS_SOURCE_DIR) / "../shared/reference/tokenizers/clip";

static std::string from_hex(std::string const& hex)
{
    std::string bytes;
    for (size_t i = 0; i < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return bytes;
}

static void check_golden(ClipTokenizer const& tokenizer, fs::path const& file)
{
    auto const expected = nlohmann::json::parse(std::ifstream(file));
    CHECK(tokenizer.bos() == expected["special"]["bos_token_id"]);
    CHECK(tokenizer.eos() == expected["special"]["eos_token_id"]);
    CHECK(tokenizer.pad() == expected["special"]["pad_token_id"]);
    CHECK(tokenizer.max_length() == expected["special"]["model_max_length"]);
    int rows = 0;
    for (auto const& row : expected["rows"]) {
        INFO("text (hexadecimal UTF-8): " << row[0].get<std::string>());
        CHECK(tokenizer.encode(from_hex(row[0])) == row[1].get<std::vector<std::int32_t>>());
        ++rows;
    }
    CHECK(rows > 200);
}

/// A folder that goes away with the test.
struct Scratch {
    Scratch()
        : path(fs::temp_directory_path() /
               ("igneous_tokens_" + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count())))
    {
        fs::create_directories(path);
    }
    Scratch(Scratch const&) = delete;
    Scratch& operator=(Scratch const&) = delete;
    ~Scratch() { fs::remove_all(path); }
    void write(char const* name, std::string const& text) const
    {
        std::ofstream(path / name, std::ios::binary) << text;
    }
    fs::path path;
};

static ErrorCode load_error(fs::path const& folder)
{
    try {
        ClipTokenizer::load(folder);
    } catch (Error const& error) {
        INFO(error.what());
        CHECK(std::string(error.what()).starts_with("tokenizer: "));
        return error.code();
    }
    FAIL("loading must fail");
    return ErrorCode::internal;
}

TEST_CASE("tokens: ids are transformers' over multilingual and hostile text, small vocabulary", "[tokens]")
{
    check_golden(ClipTokenizer::load(golden / "small"), golden / "small.json");
}

TEST_CASE("tokens: ids are transformers' over multilingual and hostile text, CLIP's vocabulary", "[tokens]")
{
    if (!fs::exists(clip_folder))
        SKIP("CLIP's vocabulary is not at " << clip_folder);
    check_golden(ClipTokenizer::load(clip_folder), golden / "clip.json");
}

TEST_CASE("tokens: a</w> is 320, cat</w> 2368, cute</w> 2242, BOS 49406, EOS 49407", "[tokens]")
{
    if (!fs::exists(clip_folder))
        SKIP("CLIP's vocabulary is not at " << clip_folder);
    auto const tokenizer = ClipTokenizer::load(clip_folder);
    CHECK(tokenizer.encode("a cute cat") == std::vector { 320, 2242, 2368 });
    CHECK(tokenizer.bos() == 49406);
    CHECK(tokenizer.eos() == 49407);
    CHECK(tokenizer.pad() == 49407);
    CHECK(tokenizer.comma() == 267);
    CHECK(tokenizer.vocabulary_size() == 49408);
}

TEST_CASE("tokens: the published list of merges gives the same ids", "[tokens]")
{
    fs::path const packaged = fs::path(IGNEOUS_BINARY_DIR) / "share/igneous/clip/bpe_simple_vocab_16e6.txt";
    if (!fs::exists(packaged))
        SKIP("CLIP's packaged vocabulary is not at " << packaged);
    check_golden(ClipTokenizer::load_published(packaged), golden / "clip.json");
}

TEST_CASE("tokens: a model folder, its tokenizer folder and tokenizer.json load alike", "[tokens]")
{
    Scratch const model;
    fs::copy(golden / "small", model.path / "tokenizer");
    auto const tokenizer = ClipTokenizer::load(model.path);
    auto const ids = tokenizer.encode("a snowy mountain lake at sunset");
    CHECK(!ids.empty());
    CHECK(ClipTokenizer::load(model.path / "tokenizer").encode("a snowy mountain lake at sunset") == ids);

    nlohmann::json whole;
    whole["model"]["vocab"] = nlohmann::json::parse(std::ifstream(golden / "small/vocab.json"));
    whole["model"]["merges"] = nlohmann::json::array();
    std::ifstream merges(golden / "small/merges.txt");
    std::string line;
    std::getline(merges, line);
    while (std::getline(merges, line)) {
        bool const as_pair = whole["model"]["merges"].size() % 2 == 0;       // both spellings are in use
        auto const pair = nlohmann::json { line.substr(0, line.find(' ')), line.substr(line.find(' ') + 1) };
        whole["model"]["merges"].push_back(as_pair ? pair : nlohmann::json(line));
    }
    whole["added_tokens"] = { { { "id", 9999 }, { "content", "<new>" } } };
    Scratch const single;
    single.write("tokenizer.json", whole.dump());
    auto const from_json = ClipTokenizer::load(single.path);
    CHECK(from_json.encode("a snowy mountain lake at sunset") == ids);
    CHECK(from_json.encode("<new>") == std::vector { 9999 });
    CHECK(from_json.vocabulary_size() == 10000);
}

TEST_CASE("tokens: missing and damaged files are named errors", "[tokens]")
{
    CHECK(load_error("/nonexistent/folder") == ErrorCode::file_missing);
    Scratch const folder;
    CHECK(load_error(folder.path) == ErrorCode::file_missing);
    fs::copy(golden / "small/vocab.json", folder.path / "vocab.json");
    CHECK(load_error(folder.path) == ErrorCode::file_missing);               // merges.txt
    for (auto const* merges : { "a", "a b c\n", "a  b\n", "nonesuch b\n", "\xff\xfe\n" }) {
        INFO(merges);
        folder.write("merges.txt", merges);
        CHECK(load_error(folder.path) == ErrorCode::file_damaged);
    }
    folder.write("merges.txt", "");
    CHECK_NOTHROW(ClipTokenizer::load(folder.path));
    for (auto const* vocabulary : { "", "[]", "{\"a\":-1}", "{\"a\":1.5}", "{\"a\":\"b\"}", "{\"a\":99999999999}",
             "{\"a\":1", "{}", "{\"a\":0}" }) {
        INFO(vocabulary);
        folder.write("vocab.json", vocabulary);
        CHECK(load_error(folder.path) == ErrorCode::file_damaged);
    }
    fs::remove(folder.path / "vocab.json");
    fs::remove(folder.path / "merges.txt");
    for (auto const* whole : { "{}", "{\"model\":3}", "{\"model\":{\"vocab\":{},\"merges\":[3]}}",
             "{\"model\":{\"vocab\":[],\"merges\":[]}}" }) {
        INFO(whole);
        folder.write("tokenizer.json", whole);
        CHECK(load_error(folder.path) == ErrorCode::file_damaged);
    }
}

TEST_CASE("tokens: a megabyte of anything is encoded in linear time", "[tokens]")
{
    auto const tokenizer = ClipTokenizer::load(golden / "small");
    auto const repeat = [](std::string_view piece, size_t count) {
        std::string text;
        for (size_t i = 0; i < count; ++i)
            text += piece;
        return text;
    };
    auto const begin = std::chrono::steady_clock::now();
    CHECK(tokenizer.encode(repeat("a", 1'000'000)).size() == 1'000'000);
    CHECK(tokenizer.encode(repeat("cat ", 250'000)).size() >= 250'000);
    CHECK(tokenizer.encode(repeat("\xcc\x81\xcc\xa7", 250'000)).size() == 1'000'000);    // marks out of canonical order
    CHECK(tokenizer.encode(repeat(" ", 1'000'000)).empty());
    CHECK(tokenizer.encode(repeat("\xf0", 1'000'000)).size() == 3'000'000);
    CHECK(tokenizer.encode(repeat("<|", 500'000)).size() == 1'000'000);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(60)); // seconds, where quadratic is hours
}
