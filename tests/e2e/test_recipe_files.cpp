// SPDX-License-Identifier: Apache-2.0
// A picture's recipe and the model library: the files it was made with are found again.
#include "tests/e2e/starter.h"

#include <catch2/catch_test_macros.hpp>

using namespace igneous;
using namespace igneous::test;

TEST_CASE("--recipe: the library knows where the files lie, and what was renamed is found by its hash", "[e2e]")
{
    auto const starter = require_starter();
    TemporaryFolder const folder;
    namespace fs = std::filesystem;
    ProcessOptions const own { .environment = { "IGNEOUS_DATA=" + (folder / "data").string() } };
    fs::create_directories(folder / "models/loras");
    copy_model(folder / "models/painter");
    fs::path const lora = folder / "models/loras/mine.safetensors", renamed = folder / "models/loras/other.safetensors";
    fs::copy_file(starter.parent_path() / "starter-lora/neon.safetensors", lora);
    std::string const a = (folder / "a.png").string(), b = (folder / "b.png").string();
    auto const run = [&](std::vector<std::string> const& arguments) {
        auto const result = run_igneous(arguments, own);
        INFO(result.out + result.err);
        REQUIRE(result.exit_code == 0);
        return result;
    };
    run(short_run(a, { "--model", (folder / "models/painter").string(), "--lora", lora.string() + ":0.8" }));
    auto const request = object(run_igneous({ "recipe", "read", a, "--json" }), "recipe")["request"];
    CHECK(request["model_hash"].get<std::string>().size() == 64);
    CHECK(request["loras"][0]["hash"].get<std::string>().size() == 64);
    CHECK(run_igneous({ "recipe", "read", "--a1111", a }).out.contains("Lora hashes: \"mine: "));
    CHECK(run_igneous({ "generate", "--recipe", a, "--out", b }, own).exit_code == 2);   // nobody knows where painter is

    run({ "library", "scan", (folder / "models").string(), "--hash" });
    fs::rename(lora, renamed);
    run({ "library", "scan", "--hash" });
    CHECK(run({ "generate", "--recipe", a, "--out", b }).err.find("may differ") == std::string::npos);
    CHECK(read_text(a) == read_text(b));

    fs::copy_file(starter.parent_path() / "starter-lora/neon.safetensors", lora);
    {
        std::string bytes = read_text(lora);                   // another file of that name: one weight differs
        bytes[bytes.size() - 2] = static_cast<char>(bytes[bytes.size() - 2] ^ 1);
        write_text(lora, bytes);
    }
    fs::remove(renamed);
    run({ "library", "scan", "--hash" });
    CHECK(run({ "generate", "--recipe", a, "--out", b }).err.find("may differ") != std::string::npos);
}
