// SPDX-License-Identifier: Apache-2.0
#include "app/library/other_programs.h"

#include "app/files/places.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>

namespace igneous {

namespace fs = std::filesystem;

namespace {

bool is_folder(fs::path const& path)
{
    std::error_code error;
    return fs::is_directory(path, error);
}

bool is_file(fs::path const& path)
{
    std::error_code error;
    return fs::is_regular_file(path, error);
}

std::string trimmed(std::string_view text)
{
    std::size_t const first = text.find_first_not_of(" \t\r\n"), last = text.find_last_not_of(" \t\r\n");
    return first == text.npos ? std::string() : std::string(text.substr(first, last - first + 1));
}

std::string unquoted(std::string text)
{
    text = trimmed(text);
    if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
        return text.substr(1, text.size() - 2);
    return text;
}

/// extra_model_paths.yaml, as far as it is used: sections with base_path and "kind: folder", or "kind: |" and a folder
/// a line. Only folders that are there count.
std::vector<fs::path> extra_model_folders(fs::path const& yaml)
{
    std::vector<fs::path> folders;
    std::ifstream file(yaml);
    fs::path base;
    std::string line;
    constexpr int most_lines = 2000;
    auto const add = [&](std::string const& text) {
        if (text.empty() || text == "true" || text == "false")
            return;
        fs::path const folder = base / path_from_utf8(text);
        if (folder.is_absolute() && is_folder(folder))
            folders.push_back(folder);
    };
    for (int i = 0; i < most_lines && std::getline(file, line); ++i) {
        if (std::size_t const comment = line.find('#');
            comment != line.npos && (comment == 0 || std::isspace(static_cast<unsigned char>(line[comment - 1]))))
            line.resize(comment);
        std::string const text = trimmed(line);
        if (text.empty())
            continue;
        if (!std::isspace(static_cast<unsigned char>(line[0]))) {
            base.clear();                  // a new section
            continue;
        }
        std::size_t const colon = text.find(':');
        bool const pair = colon != text.npos && (colon + 1 == text.size() || text[colon + 1] == ' ');
        std::string const value = unquoted(pair ? text.substr(colon + 1) : text);
        if (pair && text.starts_with("base_path:")) {
            std::string home = value;
            char const* user = std::getenv("HOME");
            if (home.starts_with("~/") && user)
                home.replace(0, 1, user);
            base = path_from_utf8(home);
            if (base.is_relative())
                base = yaml.parent_path() / base;
        } else if (value != "|") {
            add(value);
        }
    }
    return folders;
}

bool lies_in(fs::path const& path, fs::path const& folder)
{
    auto const [at, rest] = std::ranges::mismatch(folder, path);
    return at == folder.end();
}

}

std::vector<ProgramFolder> program_folders(fs::path const& folder)
{
    std::vector<ProgramFolder> found;
    fs::path const models = folder / "models";
    if (is_file(folder / "databases" / "invokeai.db") || is_file(folder / "invokeai.yaml")) {
        if (is_folder(models))
            found.push_back({ "InvokeAI", models });
    } else if (is_folder(models / "Stable-diffusion")) {
        found.push_back({ "AUTOMATIC1111", models });
        if (is_folder(folder / "embeddings"))
            found.push_back({ "AUTOMATIC1111", folder / "embeddings" });
    } else if (is_folder(models / "checkpoints") && (is_folder(models / "loras") || is_folder(models / "vae"))) {
        found.push_back({ "ComfyUI", models });
        for (fs::path const& extra : extra_model_folders(folder / "extra_model_paths.yaml")) {
            if (std::ranges::none_of(found, [&](ProgramFolder const& known) { return lies_in(extra, known.folder); }))
                found.push_back({ "ComfyUI", extra });
        }
    }
    return found;
}

std::vector<ProgramFolder> find_programs(fs::path const& home)
{
    constexpr int most_looked_at = 2000;
    std::vector<ProgramFolder> found;
    int looked_at = 0;
    auto const look = [&](fs::path const& folder) {
        for (ProgramFolder& program : program_folders(folder)) {
            if (std::ranges::none_of(found, [&](ProgramFolder const& known) { return known.folder == program.folder; }))
                found.push_back(std::move(program));
        }
    };
    look(home);
    for (char const* place : { "", "Documents", "Downloads", "AI", "ai", "apps", "Apps", "Applications", "git", "src",
             "projects", "Programs" }) {
        std::error_code error;
        fs::path const parent = *place ? home / place : home;
        for (fs::directory_iterator at(parent, fs::directory_options::skip_permission_denied, error), end;
            !error && at != end; at.increment(error)) {
            std::error_code unknown;
            if (++looked_at > most_looked_at)
                return found;
            if (at->is_directory(unknown))
                look(at->path());
        }
    }
    return found;
}

std::optional<ModelType> type_of_folder_name(std::string const& name)
{
    std::string plain;
    for (char c : name) {
        if (std::isalnum(static_cast<unsigned char>(c)))
            plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    constexpr std::pair<std::string_view, ModelType> rows[] = { { "checkpoints", ModelType::checkpoint },
        { "stablediffusion", ModelType::checkpoint }, { "main", ModelType::checkpoint }, { "loras", ModelType::lora },
        { "lora", ModelType::lora }, { "lycoris", ModelType::lora }, { "vae", ModelType::vae },
        { "vaeapprox", ModelType::vae }, { "controlnet", ModelType::controlnet },
        { "embeddings", ModelType::embedding }, { "textualinversion", ModelType::embedding },
        { "upscalemodels", ModelType::upscaler }, { "esrgan", ModelType::upscaler },
        { "realesrgan", ModelType::upscaler }, { "textencoders", ModelType::text_encoder },
        { "textencoder", ModelType::text_encoder }, { "clip", ModelType::text_encoder },
        { "clipvision", ModelType::image_encoder }, { "unet", ModelType::diffusion_model },
        { "diffusionmodels", ModelType::diffusion_model }, { "hypernetworks", ModelType::hypernetwork },
        { "ipadapter", ModelType::ip_adapter }, { "t2iadapter", ModelType::t2i_adapter } };
    for (auto const& [row, type] : rows) {
        if (plain == row)
            return type;
    }
    return std::nullopt;
}

fs::path better_folder(fs::path const& root, fs::path const& file, ModelType type)
{
    if (type == ModelType::unknown)
        return {};
    for (fs::path folder = file.parent_path(); lies_in(folder, root); folder = folder.parent_path()) {
        std::optional<ModelType> const meant = type_of_folder_name(utf8_name(folder.filename()));
        if (!meant) {
            if (folder == folder.root_path())
                break;
            continue;
        }
        // Folders that programs fill with several kinds.
        bool const adapters
            = *meant == ModelType::controlnet
              && (type == ModelType::t2i_adapter || type == ModelType::ip_adapter || type == ModelType::lora);
        bool const forge = utf8_name(folder.filename()) == "Stable-diffusion" && type == ModelType::diffusion_model;
        if (*meant == type || adapters || forge)
            return {};
        std::error_code error;
        for (fs::directory_iterator at(folder.parent_path(), error), end; !error && at != end; at.increment(error)) {
            std::error_code unknown;
            if (type_of_folder_name(utf8_name(at->path().filename())) == type && at->is_directory(unknown))
                return at->path();
        }
        return {};
    }
    return {};
}

}
