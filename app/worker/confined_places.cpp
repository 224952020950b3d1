// SPDX-License-Identifier: Apache-2.0
#include "app/worker/confinement.h"

#include "app/files/places.h"
#include "app/protocol/allowed_folders.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <ranges>
#include <string_view>

namespace igneous {

namespace fs = std::filesystem;

namespace {

fs::path named_by(char const* variable)
{
    char const* value = std::getenv(variable);
    return value && *value ? fs::path(value) : fs::path();
}

/// The loader and the drivers find their files by these; each is a list of files or folders.
constexpr char const* path_variables[] = { "VK_DRIVER_FILES", "VK_ADD_DRIVER_FILES", "VK_ICD_FILENAMES", "VK_LAYER_PATH",
    "VK_ADD_LAYER_PATH", "LD_LIBRARY_PATH", "LIBGL_DRIVERS_PATH", "XDG_DATA_DIRS", "XDG_CONFIG_DIRS" };

/// Libraries, wherever distributions keep them (/nix, /gnu, /app, /snap too); of /proc only this process and the machine,
/// of /etc only what drivers and the loader read.
constexpr char const* system_places[] = { "/usr", "/lib", "/lib64", "/lib32", "/opt", "/nix/store", "/gnu/store", "/app",
    "/snap", "/run/opengl-driver", "/run/opengl-driver-32", "/run/current-system", "/sys", "/proc/self", "/proc/bus",
    "/proc/cpuinfo", "/proc/devices", "/proc/driver", "/proc/filesystems", "/proc/meminfo", "/proc/modules", "/proc/stat",
    "/proc/sys", "/proc/version", "/etc/vulkan", "/etc/glvnd", "/etc/drirc", "/etc/nvidia", "/etc/OpenCL", "/etc/amd",
    "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/passwd",
    "/etc/nsswitch.conf", "/etc/alternatives" };

/// What a GPU is reached by, and what every program may ask. Not all of /dev: keyboards, cameras and disks lie there too.
constexpr char const* device_places[] = { "/dev/dri", "/dev/kfd", "/dev/dxg", "/dev/mali0", "/dev/udmabuf", "/dev/dma_heap",
    "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/nvidia-caps" };

/// Caches of compiled shaders, below the user's cache folder.
constexpr char const* driver_caches[] = { "mesa_shader_cache", "mesa_shader_cache_db", "mesa_shader_cache_sf", "nvidia",
    "radv_builtin_shaders64", "AMD" };

}

fs::path cache_home()
{
    if (fs::path const cache = named_by("XDG_CACHE_HOME"); cache.is_absolute())
        return cache;
    fs::path const home = named_by("HOME");
    return home.empty() ? fs::path() : home / ".cache";
}

ConfinedPlaces driver_places()
{
    ConfinedPlaces places;
    places.readable.assign(std::begin(system_places), std::end(system_places));
    for (char const* variable : path_variables)
        for (auto const part : std::views::split(named_by(variable).string(), ':'))
            if (fs::path const path = std::string_view(part); path.is_absolute() && path != "/")
                places.readable.push_back(path);
    places.devices.assign(std::begin(device_places), std::end(device_places));
    std::error_code error;
    for (auto const& entry : fs::directory_iterator("/dev", error))
        if (entry.path().filename().string().starts_with("nvidia"))
            places.devices.push_back(entry.path());
    places.listable = { "/dev" };
    places.writable = { "/dev/shm" };

    fs::path const home = named_by("HOME"), cache = cache_home();
    if (!home.empty())
        for (char const* place : { ".config/vulkan", ".local/share/vulkan", ".drirc" })
            places.readable.push_back(home / place);
    if (!cache.empty()) {
        for (char const* mesa : { "mesa_shader_cache", "mesa_shader_cache_db" })   // which one depends on its version
            fs::create_directories(cache / mesa, error);
        for (char const* name : driver_caches)
            places.writable.push_back(cache / name);
    }
    for (fs::path const& given : { named_by("MESA_SHADER_CACHE_DIR"), named_by("__GL_SHADER_DISK_CACHE_PATH"),
             home.empty() ? fs::path() : home / ".nv" })
        if (given.is_absolute())
            places.writable.push_back(given);
    return places;
}

ConfinedPlaces worker_places(std::vector<fs::path> const& model_folders, fs::path const& job_folder, fs::path const& cache)
{
    ConfinedPlaces places = driver_places();
    std::ranges::copy(AllowedFolders(model_folders).with_links(), std::back_inserter(places.readable));
    std::error_code error;
    for (fs::path const& path : { clip_vocabulary(), fs::read_symlink("/proc/self/exe", error).parent_path() })
        if (!path.empty())
            places.readable.push_back(path);
    for (fs::path const& path : { job_folder, cache })
        if (!path.empty())
            places.writable.push_back(path);
    return places;
}

}
