// SPDX-License-Identifier: Apache-2.0
#include "app/cli/info.h"

#include "app/cli/commands.h"
#include "app/files/places.h"
#include "models/api/error.h"
#include "models/api/lora.h"

#include <CLI/CLI.hpp>

#include <array>
#include <fstream>
#include <memory>

namespace igneous {

namespace fs = std::filesystem;

namespace {

struct InfoOptions {
    std::string path, model;
    bool tensors = false;
};

bool is_picture(fs::path const& path)
{
    std::array<char, 4> start {};
    std::ifstream(path, std::ios::binary).read(start.data(), start.size());
    constexpr std::array<char, 4> png { '\x89', 'P', 'N', 'G' };
    return start == png || (start[0] == '\xff' && start[1] == '\xd8' && start[2] == '\xff');
}

void run(InfoOptions const& options, Console& console)
{
    fs::path const path = options.path.empty() ? starter_model() : path_from_utf8(options.path);
    std::error_code error;
    if (!fs::exists(path, error))
        fail(ErrorCode::file_missing, "{} is not there; check the path", options.path);
    if (fs::is_directory(path, error))
        show_model(path, console);
    else if (is_picture(path))
        show_picture(path, console);
    else if (auto const lora = options.tensors ? std::nullopt : inspect_lora(path))
        show_lora(*lora, path, path_from_utf8(options.model), console);
    else
        show_tensors(path, options.tensors, console);
}

}

CliCommand add_info(CLI::App& program)
{
    CLI::App& app = *program.add_subcommand("info", "What a model folder, a safetensors file or a picture is");
    auto const options = std::make_shared<InfoOptions>();
    app.add_option("path", options->path, "Folder or file [the starter model]");
    app.add_option("--model", options->model, "Which keys of a LoRA fit this model");
    app.add_flag("--tensors", options->tensors, "Every tensor of a safetensors file");
    return { &app, [options](Console& console) { run(*options, console); } };
}

}
