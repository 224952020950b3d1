// SPDX-License-Identifier: Apache-2.0
#include "app/library/model_walk.h"

#include "app/files/places.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <set>

#ifndef _WIN32
#include <sys/stat.h>
#endif

namespace igneous {

namespace fs = std::filesystem;

namespace {

constexpr int deepest = 24;
constexpr char separators[] = { '/', static_cast<char>(fs::path::preferred_separator), 0 };

bool ends_with_any(std::string_view name, std::initializer_list<std::string_view> endings)
{
    return std::ranges::any_of(endings, [&](std::string_view ending) {
        return name.size() > ending.size()
               && std::ranges::equal(name.substr(name.size() - ending.size()), ending, {},
                   [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
    });
}

bool is_model_name(std::string_view name)
{
    return ends_with_any(name, { ".safetensors", ".sft", ".gguf", ".ckpt", ".pt", ".pth", ".bin" });
}

bool may_be_sidecar(std::string_view name)
{
    return ends_with_any(name, { ".png", ".jpg", ".jpeg", ".webp", ".info", ".json", ".txt" });
}

/// FNV-1a: shows that something changed.
struct Mixer {
    std::uint64_t value = 14695981039346656037u;
    void add(std::string_view text)
    {
        for (char c : text)
            value = (value ^ static_cast<unsigned char>(c)) * 1099511628211u;
    }
    void add(FileStamp const& stamp)
    {
        for (std::uint64_t part : { stamp.size, static_cast<std::uint64_t>(stamp.modified) })
            value = (value ^ part) * 1099511628211u;
    }
    std::int64_t result() const { return static_cast<std::int64_t>(value); }
};

class Walker {
public:
    Walker(ModelWalk& out, std::stop_token stop)
        : m_out(out)
        , m_stop(std::move(stop))
    {}

    void walk(fs::path const& folder, int depth)
    {
        if (depth > deepest || m_stop.stop_requested() || !m_seen.insert(stamp_of(folder).key).second)
            return;
        std::error_code error;
        fs::directory_iterator at(folder, error);
        if (error)
            return;
        m_out.folders.push_back(folder);
        std::vector<std::pair<std::string, std::string>> models;   // path and name
        std::set<std::string, std::less<>> beside;
        std::vector<fs::path> below;
        for (fs::directory_iterator end; !error && at != end; at.increment(error)) {
            std::string path = utf8_name(at->path());
            std::string name
                = path.substr(path.find_last_of(separators) + 1);   // fs::path::filename() takes ten times as long
            if (name.starts_with('.') || name.empty())
                continue;
            std::error_code unknown;
            if (is_model_name(name) && !at->is_directory(unknown))
                models.emplace_back(std::move(path), std::move(name));
            else if (at->is_directory(unknown))
                below.push_back(at->path());
            else if (may_be_sidecar(name))
                beside.insert(std::move(name));
        }
        if (beside.contains("model_index.json")) {
            add_folder(folder);
            return;
        }
        for (auto& [path, name] : models)
            add_file(folder, std::move(path), name, beside);
        for (fs::path const& child : below)
            walk(child, depth + 1);
    }

private:
    void add_file(fs::path const& folder, std::string path, std::string const& name,
        std::set<std::string, std::less<>> const& beside)
    {
        WalkedModel model { .path = std::move(path), .stamp = {}, .sidecars = {} };
        model.stamp = stamp_of(path_from_utf8(model.path));
        if (model.stamp.modified == 0)
            return;                        // gone by now, or a link to nothing
        if (!beside.empty()) {
            model.sidecars = find_sidecars(name, beside);
            Mixer mixer;
            mixer.add(model.sidecars.preview);
            for (std::string const& note : model.sidecars.notes) {
                mixer.add(note);
                mixer.add(stamp_of(folder / path_from_utf8(note)));
            }
            model.stamp.beside = mixer.result();
        }
        m_out.models.push_back(std::move(model));
    }

    void add_folder(fs::path const& folder)
    {
        WalkedModel model { .path = utf8_name(folder), .stamp = stamp_of(folder), .sidecars = {}, .folder = true };
        model.stamp.size = 0;
        std::vector<std::pair<std::string, FileStamp>> files;
        std::error_code error;
        constexpr int folder_depth = 3;
        for (fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error), end;
            !error && at != end; at.increment(error)) {
            std::error_code unknown;
            if (at.depth() >= folder_depth)
                at.disable_recursion_pending();
            if (!at->is_regular_file(unknown))
                continue;
            std::string const name = utf8_name(at->path());
            FileStamp const stamp = stamp_of(at->path());
            if (is_model_name(name))
                model.stamp.size += stamp.size;
            files.emplace_back(name, stamp);
        }
        std::ranges::sort(files, {}, &std::pair<std::string, FileStamp>::first);
        Mixer mixer;
        for (auto const& [name, stamp] : files) {
            mixer.add(name);
            mixer.add(stamp);
        }
        model.stamp.beside = mixer.result();
        if (fs::path const preview = first_preview(folder); fs::exists(preview, error))
            model.sidecars.preview = utf8_name(preview.lexically_relative(folder.parent_path()));
        m_out.models.push_back(std::move(model));
    }

    ModelWalk& m_out;
    std::stop_token m_stop;
    std::set<std::int64_t> m_seen;         // folders by device and inode: links may lead in circles
};

}

FileStamp stamp_of(fs::path const& file)
{
    FileStamp stamp;
#ifndef _WIN32
    struct stat facts {};
    if (::stat(file.c_str(), &facts) != 0)
        return stamp;
#ifdef __APPLE__
    timespec const& time = facts.st_mtimespec;
#else
    timespec const& time = facts.st_mtim;
#endif
    stamp.size = static_cast<std::uint64_t>(facts.st_size);
    stamp.modified = static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
    constexpr std::uint64_t spread = 0x9e3779b97f4a7c15;
    stamp.key = static_cast<std::int64_t>((static_cast<std::uint64_t>(facts.st_dev) + 1) * spread ^ facts.st_ino);
#else
    std::error_code error;
    auto const time = fs::last_write_time(file, error);
    if (error)
        return stamp;
    stamp.modified = std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
    stamp.size = fs::is_regular_file(file, error) ? fs::file_size(file, error) : 0;
    stamp.key = static_cast<std::int64_t>(std::hash<std::string>()(utf8_name(fs::weakly_canonical(file, error))));
#endif
    if (stamp.modified == 0)
        stamp.modified = 1;                // 0 means: not there
    return stamp;
}

ModelWalk walk_models(fs::path const& root, std::stop_token stop)
{
    ModelWalk out;
    Walker(out, std::move(stop)).walk(root, 0);
    out.there = !out.folders.empty();
    return out;
}

}
