// SPDX-License-Identifier: Apache-2.0
#include "app/files/places.h"

#include "models/api/error.h"

#include <cstdlib>

namespace igneous {

namespace fs = std::filesystem;

namespace {

fs::path executable_folder()
{
    std::error_code error;
    fs::path const self = fs::read_symlink("/proc/self/exe", error);
    return error ? fs::path() : self.parent_path();
}

/// $variable, else ../share/igneous/<name> beside the program, else `built`: the first that is there.
fs::path find_place(char const* variable, char const* name, fs::path const& built)
{
    if (char const* given = std::getenv(variable); given && *given)
        return path_from_utf8(given);
    std::error_code error;
    if (fs::path const folder = executable_folder(); !folder.empty()) {
        fs::path const installed = folder.parent_path() / "share" / "igneous" / name;
        if (fs::exists(installed, error))
            return installed;
    }
    return fs::exists(built, error) ? built : fs::path();
}

}

fs::path starter_model()
{
    fs::path const found = find_place("IGNEOUS_STARTER", "starter", IGNEOUS_SOURCE_STARTER);
    if (found.empty())
        fail(
            ErrorCode::file_missing, "the starter model is not beside the program; give a model's folder with --model");
    return found;
}

fs::path starter_loras()
{
    fs::path const model = find_place("IGNEOUS_STARTER", "starter", IGNEOUS_SOURCE_STARTER);
    fs::path const beside = fs::path(model).lexically_normal().parent_path() / "starter-lora";
    std::error_code error;
    return !model.empty() && fs::is_directory(beside, error) ? beside : fs::path();
}

fs::path clip_vocabulary()
{
    return find_place("IGNEOUS_CLIP_VOCABULARY", "clip/bpe_simple_vocab_16e6.txt", IGNEOUS_BUILT_CLIP_VOCABULARY);
}

fs::path data_folder()
{
    auto const named = [](char const* variable) {
        char const* value = std::getenv(variable);
        return value && *value ? path_from_utf8(value) : fs::path();
    };
    if (fs::path const given = named("IGNEOUS_DATA"); !given.empty())
        return given;
#if defined(_WIN32)
    if (fs::path const local = named("LOCALAPPDATA"); !local.empty())
        return local / "igneous";
#elif defined(__APPLE__)
    if (fs::path const home = named("HOME"); !home.empty())
        return home / "Library" / "Application Support" / "igneous";
#else
    if (fs::path const data = named("XDG_DATA_HOME"); data.is_absolute())
        return data / "igneous";
    if (fs::path const home = named("HOME"); !home.empty())
        return home / ".local" / "share" / "igneous";
#endif
    fail(ErrorCode::file_missing, "there is no home folder to keep anything in; set IGNEOUS_DATA to a folder");
}

std::string utf8_name(fs::path const& path)
{
    auto const text = path.u8string();
    return { text.begin(), text.end() };
}

fs::path path_from_utf8(std::string const& text) { return fs::path(std::u8string(text.begin(), text.end())); }

}
