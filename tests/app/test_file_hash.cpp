// SPDX-License-Identifier: Apache-2.0
#include "app/files/file_hash.h"
#include "app/recipes/request_hashes.h"
#include "models/api/error.h"
#include "models/api/model_file.h"

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <unistd.h>

using namespace igneous;
namespace fs = std::filesystem;

namespace {

struct Folder {
    fs::path path = fs::temp_directory_path() / ("igneous-hash-" + std::to_string(::getpid()));
    Folder() { fs::create_directories(path); }
    ~Folder() { fs::remove_all(path); }
    fs::path write(char const* name, std::string const& text) const
    {
        fs::create_directories((path / name).parent_path());
        std::ofstream(path / name, std::ios::binary) << text;
        return path / name;
    }
};

// FIPS 180-4's examples.
constexpr char const* of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr char const* of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr char const* of_million_a = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

}

TEST_CASE("hash: a file's SHA-256")
{
    Folder const folder;
    CHECK(sha256_of(folder.write("abc", "abc")) == of_abc);
    CHECK(sha256_of(folder.write("nothing", "")) == of_nothing);
    CHECK(sha256_of(folder.write("a", std::string(1'000'000, 'a'))) == of_million_a);
    CHECK_THROWS_AS(sha256_of(folder.path / "gone"), Error);
    std::stop_source stop;
    stop.request_stop();
    CHECK(sha256_of(folder.path / "a", stop.get_token()).empty());
}

TEST_CASE("hash: what was computed is remembered until the file changes")
{
    Folder const folder;
    fs::path const file = folder.write("model", "abc"), book = folder.path / "cache/hashes";
    CHECK(HashBook(book).hash_of(file) == of_abc);
    REQUIRE(fs::exists(book));
    auto const changed = fs::last_write_time(file);
    folder.write("model", "xyz");                      // of the same size and, below, of the same time: taken for the old one
    fs::last_write_time(file, changed);
    CHECK(HashBook(book).hash_of(file) == of_abc);
    fs::last_write_time(file, changed + std::chrono::seconds(2));
    CHECK(HashBook(book).hash_of(file) != of_abc);
    folder.write("model", "abcd");
    std::string const longer = HashBook(book).hash_of(file);
    CHECK(longer != of_abc);
    std::ofstream(book) << "nonsense\n\xff 3 4\n" << std::string(64, 'z');
    CHECK(HashBook(book).hash_of(file) == longer);

    HashBook one(book), other(book);                   // two processes lose nothing of one another
    (void)one.hash_of(folder.write("one", "1"));
    (void)other.hash_of(folder.write("other", "2"));
    std::ifstream in(book);
    std::string const text(std::istreambuf_iterator<char>(in), {});
    CHECK(text.contains("/one\n"));
    CHECK(text.contains("/other\n"));
}

TEST_CASE("hash: a request's files get theirs, and what is not there none")
{
    Folder const folder;
    GenerationRequest request;
    folder.write("sd/unet/diffusion_pytorch_model.safetensors", "abc");
    request.model = (folder.path / "sd").string();
    request.loras.push_back({ .name = "ink", .file = folder.write("ink.safetensors", "").string() });
    request.loras.push_back({ .name = "gone", .file = (folder.path / "gone.safetensors").string() });
    HashBook book;
    RequestHashes hashes(request, book);
    GenerationRequest const filled = hashes.filled(request);
    CHECK(filled.model_hash == of_abc);
    CHECK(filled.loras[0].hash == of_nothing);
    CHECK(filled.loras[1].hash.empty());
    CHECK(filled.loras[1].name == "gone");

    CHECK(hashes.differences(request).empty());        // it asks for none in particular
    request.model_hash = std::string(of_abc).substr(0, 10);
    request.loras[0].hash = "0123456789";
    auto const sentences = hashes.differences(request);
    REQUIRE(sentences.size() == 1);
    CHECK(sentences[0].starts_with("ink is another file"));
}

TEST_CASE("hash: the file that names a model")
{
    Folder const folder;
    fs::path const single = folder.write("one.safetensors", "x");
    CHECK(main_file_of(single) == single);
    fs::path const weights = folder.write("half/unet/diffusion_pytorch_model.fp16.safetensors", "x");
    CHECK(main_file_of(folder.path / "half") == weights);
    folder.write("split/unet/diffusion_pytorch_model-00001-of-00002.safetensors", "x");
    CHECK(main_file_of(folder.path / "split").empty());
    CHECK(main_file_of(folder.path / "gone").empty());
}
