// SPDX-License-Identifier: Apache-2.0
// The tree against docs/architecture.md: who includes whom, licence lines, file sizes, paths that documents name.
#include "tests/architecture/include_rules.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <format>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;
using namespace igneous::architecture;

namespace {

fs::path const root = IGNEOUS_SOURCE_DIR;

std::string read(fs::path const& path)
{
    std::ifstream in(path, std::ios::binary);
    return { std::istreambuf_iterator<char>(in), {} };
}

/// The files that git would keep: no build folder, nothing hidden.
std::vector<std::string> source_files(std::vector<std::string> const& endings)
{
    std::vector<std::string> files;
    for (auto it = fs::recursive_directory_iterator(root); it != fs::recursive_directory_iterator(); ++it) {
        std::string const name = it->path().filename().string();
        if (it->is_directory()) {
            bool const build = it.depth() == 0 && (name.starts_with("build") || name == "shared");
            if (build || name.starts_with(".") || name.starts_with("__"))
                it.disable_recursion_pending();
            continue;
        }
        if (std::ranges::any_of(endings, [&](std::string const& ending) { return name.ends_with(ending); }))
            files.push_back(fs::relative(it->path(), root).generic_string());
    }
    std::ranges::sort(files);
    return files;
}

std::string report(std::vector<std::string> const& lines)
{
    std::string text;
    for (std::string const& line : lines)
        text += line + "\n";
    return text;
}

bool is_refused(std::string_view path, std::string_view include)
{
    return !check_includes(path, std::format("#pragma once\n#include {}\n", include)).empty();
}

}

TEST_CASE("the include rules say what the architecture says", "[architecture]")
{
    CHECK(is_refused("gui/window/main.cpp", "\"compute/graph/graph.h\""));
    CHECK(is_refused("gui/window/main.cpp", "\"models/text/clip.h\""));
    CHECK(is_refused("gui/window/main.cpp", "\"app/cli/generate.h\""));
    CHECK_FALSE(is_refused("gui/window/main.cpp", "\"app/session/session.h\""));
    CHECK_FALSE(is_refused("gui/window/main.cpp", "\"models/api/request.h\""));
    CHECK_FALSE(is_refused("gui/window/main.cpp", "<QWidget>"));

    CHECK(is_refused("app/cli/main.cpp", "<QString>"));
    CHECK(is_refused("app/worker/worker.cpp", "\"app/cli/main.h\""));
    CHECK(is_refused("app/jobs/queue.cpp", "\"models/pipeline/text_to_image.h\""));
    CHECK(is_refused("app/jobs/queue.cpp", "\"app/worker/worker.h\""));
    CHECK(is_refused("app/picture/png.cpp", "\"models/pipeline/text_to_image.h\""));
    CHECK_FALSE(is_refused("app/cli/main.cpp", "\"models/pipeline/text_to_image.h\""));
    CHECK_FALSE(is_refused("app/jobs/queue.cpp", "\"app/settings/settings.h\""));

    CHECK(is_refused("models/api/request.h", "<nlohmann/json.hpp>"));
    CHECK(is_refused("models/api/request.h", "\"compute/tensor/shape.h\""));
    CHECK_FALSE(is_refused("models/api/request.cpp", "<nlohmann/json.hpp>"));
    CHECK(is_refused("models/api/request.cpp", "<QString>"));
    CHECK(is_refused("models/text/clip.cpp", "\"models/vae/autoencoder_kl.h\""));
    CHECK(is_refused("models/text/clip.cpp", "\"app/picture/png.h\""));
    CHECK(is_refused("models/text/clip.cpp", "<vulkan/vulkan.h>"));
    CHECK(is_refused("models/text/clip.cpp", "<QtCore/QString>"));
    CHECK(is_refused("models/layers/linear.h", "\"models/text/clip.h\""));
    CHECK(is_refused("models/checkpoint/safetensors.h", "\"models/layers/linear.h\""));
    CHECK(is_refused("models/families/sd1/parts.cpp", "\"models/families/flux/parts.h\""));
    CHECK(is_refused("models/families/sd1/parts.cpp", "\"models/pipeline/text_to_image.h\""));
    CHECK_FALSE(is_refused("models/families/sd1/parts.cpp", "\"models/families/family.h\""));
    CHECK_FALSE(is_refused("models/families/sd1/parts.cpp", "\"models/denoisers/unet.h\""));
    CHECK_FALSE(is_refused("models/text/clip.cpp", "\"models/layers/linear.h\""));

    CHECK(is_refused("compute/graph/graph.h", "\"models/api/request.h\""));
    CHECK(is_refused("compute/kernels/norm/group_norm.cpp", "<volk.h>"));
    CHECK(is_refused("compute/graph/graph.h", "\"../tensor/shape.h\""));
    CHECK_FALSE(is_refused("compute/device/device.cpp", "<volk.h>"));
    CHECK_FALSE(is_refused("compute/memory/buffer.cpp", "<vk_mem_alloc.h>"));
    CHECK_FALSE(is_refused("compute/kernels/norm/group_norm.cpp", "\"shaders/norm/group_norm.params.h\""));
    CHECK_FALSE(check_includes("compute/graph/program.cpp", "    vkCreateBuffer(device, &info);\n").empty());
}

TEST_CASE("paths in documents are found, patterns and code are not", "[architecture]")
{
    std::string const text = "See `models/api/request.h` and `models/families/<name>`.\n```\n`compute/nothing`\n```\n"
                             "`./run.sh`, `config.json`, `norm/group_norm`\n";
    auto found = named_paths(text, { "models", "compute" });
    REQUIRE(found.size() == 2);
    CHECK(found[0].what == "models/api/request.h");
    CHECK(found[0].line == 1);
    CHECK(found[1].what == "run.sh");
}

TEST_CASE("every #include keeps to the architecture", "[architecture]")
{
    std::vector<std::string> offences;
    for (std::string const& file : source_files({ ".h", ".cpp", ".inc" })) {
        for (Offence const& offence : check_includes(file, read(root / file)))
            offences.push_back(std::format("{}:{}: {}", file, offence.line, offence.what));
    }
    INFO(report(offences));
    CHECK(offences.empty());
}

TEST_CASE("every included project header exists", "[architecture]")
{
    std::vector<std::string> offences;
    for (std::string const& file : source_files({ ".h", ".cpp" })) {
        std::istringstream lines(read(root / file));
        std::string line;
        for (int number = 1; std::getline(lines, line); ++number) {
            constexpr std::string_view include = "#include \"";
            std::size_t const end = line.rfind('"');
            if (!line.starts_with(include) || end < include.size())
                continue;
            std::string const name = line.substr(include.size(), end - include.size());
            if (!fs::exists(root / name))
                offences.push_back(std::format("{}:{}: {} does not exist", file, number, name));
        }
    }
    INFO(report(offences));
    CHECK(offences.empty());
}

TEST_CASE("every source states its licence", "[architecture]")
{
    std::vector<std::string> offences;
    for (std::string const& file :
        source_files({ ".h", ".cpp", ".comp", ".glsl", ".cmake", "CMakeLists.txt", ".sh", ".py" })) {
        if (read(root / file).substr(0, 200).find("SPDX-License-Identifier: Apache-2.0") == std::string::npos)
            offences.push_back(std::format("{}:1: no SPDX-License-Identifier line", file));
    }
    INFO(report(offences));
    CHECK(offences.empty());
}

TEST_CASE("no source is longer than a thousand lines", "[architecture]")
{
    std::vector<std::string> offences;
    for (std::string const& file : source_files({ ".h", ".cpp", ".comp", ".glsl", ".cmake", ".sh", ".py" })) {
        std::string const text = read(root / file);
        if (auto lines = std::ranges::count(text, '\n'); lines > 1000)
            offences.push_back(std::format("{}:{}: split this file", file, lines));
    }
    INFO(report(offences));
    CHECK(offences.empty());
}

TEST_CASE("every path that a document names exists", "[architecture]")
{
    std::vector<std::string> const folders = { "app", "cmake", "compute", "docs", "gui", "installer", "models",
        "resources", "shaders", "tests", "tools", "translations", ".ci" };
    std::vector<std::string> offences;
    for (std::string const& file : source_files({ ".md" })) {
        for (Offence const& path : named_paths(read(root / file), folders)) {
            if (!fs::exists(root / path.what))
                offences.push_back(std::format("{}:{}: {} does not exist", file, path.line, path.what));
        }
    }
    INFO(report(offences));
    CHECK(offences.empty());
}
