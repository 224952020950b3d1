// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/starter.h"

#include <catch2/catch_test_macros.hpp>

#include <sstream>

namespace igneous::test {

namespace fs = std::filesystem;

fs::path require_starter()
{
    static fs::path const starter = fs::path(IGNEOUS_SOURCE_DIR) / "resources" / "starter";
    if (!fs::exists(starter / "unet" / "diffusion_pytorch_model.safetensors"))
        SKIP("resources/starter has no model");
    static ProcessResult const devices = run_igneous({ "devices" });
    if (devices.exit_code == 4)
        SKIP(devices.err);
    REQUIRE(devices.exit_code == 0);
    return starter;
}

std::vector<std::string> short_run(std::string const& out, std::vector<std::string> const& more)
{
    std::vector<std::string> all { "generate", "--prompt", "a lake at sunset", "--steps", "4", "--width", "64",
        "--height", "64", "--seed", "5", "--out", out };
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

void copy_model(fs::path const& to) { fs::copy(require_starter(), to, fs::copy_options::recursive); }

std::vector<nlohmann::json> objects(ProcessResult const& result)
{
    std::vector<nlohmann::json> all;
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) {
        INFO(line);
        auto const parsed = nlohmann::json::parse(line, nullptr, false);
        REQUIRE(parsed.is_object());
        all.push_back(parsed);
    }
    return all;
}

nlohmann::json object(ProcessResult const& result, std::string const& key)
{
    for (auto const& one : objects(result))
        if (one.contains(key))
            return one[key];
    INFO(result.out + result.err);
    FAIL("no object " << key);
    return {};
}

}
