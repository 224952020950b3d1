// SPDX-License-Identifier: Apache-2.0
#include "models/api/error.h"
#include "models/api/lora.h"
#include "models/prompt/lora_tags.h"

#include <algorithm>
#include <map>

namespace igneous {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t most_files = 100000;
constexpr std::size_t most_suggestions = 5;

std::string text_of(fs::path const& path)
{
    std::u8string const text = path.generic_u8string();
    return { text.begin(), text.end() };
}

std::string lower(std::string text)
{
    for (char& c : text)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
}

/// How many letters must be changed, added or taken away to make one word of the other.
std::size_t edits(std::string const& a, std::string const& b)
{
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t corner = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t const changed = corner + (a[i - 1] == b[j - 1] ? 0 : 1);
            corner = row[j];
            row[j] = std::min({ changed, row[j] + 1, row[j - 1] + 1 });
        }
    }
    return row.back();
}

/// The LoRA files in and below some folders, by name.
class Shelf {
public:
    explicit Shelf(std::span<fs::path const> folders)
        : m_folders(folders)
    {}

    /// `name` is the file's, without its ending; folders may stand before it: "styles/ink".
    fs::path find(std::string const& name)
    {
        look();
        std::vector<fs::path> matches = named(name, name.contains('/') ? m_by_path : m_by_name);
        if (matches.empty())
            fail(ErrorCode::file_missing, "LoRA {}: there is no {}.safetensors in {}{}", name, name, places(),
                nearest(name));
        if (matches.size() > 1)
            fail(ErrorCode::invalid_argument,
                "LoRA {}: {} and {} have that name; write the folder before it, as in <lora:folder/{}>", name,
                text_of(matches[0]), text_of(matches[1]), name);
        return matches.front();
    }

private:
    using Files = std::multimap<std::string, fs::path>;

    void look()
    {
        if (m_looked)
            return;
        m_looked = true;
        std::size_t seen = 0;
        for (fs::path const& folder : m_folders) {
            std::error_code error;
            fs::recursive_directory_iterator at(folder,
                fs::directory_options::skip_permission_denied | fs::directory_options::follow_directory_symlink, error);
            for (; !error && at != fs::recursive_directory_iterator() && seen < most_files;
                 at.increment(error), ++seen) {
                if (at.depth() > 16)
                    at.disable_recursion_pending();            // a link that leads back up
                if (lower(text_of(at->path().extension())) != ".safetensors")
                    continue;
                m_by_name.emplace(text_of(at->path().stem()), at->path());
                fs::path inside = at->path().lexically_relative(folder);
                m_by_path.emplace(text_of(inside.replace_extension()), at->path());
            }
        }
    }

    /// With the case as typed; where none has it so, whatever the case.
    static std::vector<fs::path> named(std::string const& name, Files const& files)
    {
        std::vector<fs::path> exact, other;
        for (auto const& [key, path] : files) {
            if (key == name)
                exact.push_back(path);
            else if (lower(key) == lower(name))
                other.push_back(path);
        }
        std::vector<fs::path>& found = exact.empty() ? other : exact;
        std::ranges::sort(found);
        found.erase(std::ranges::unique(found).begin(), found.end());   // a folder may be named twice
        return found;
    }

    std::string places() const
    {
        std::string text;
        for (fs::path const& folder : m_folders)
            text += (text.empty() ? "" : ", ") + text_of(folder);
        return text.empty() ? "any folder, as none was given" : text;
    }

    std::string nearest(std::string const& name) const
    {
        std::multimap<std::size_t, std::string> by_distance;
        for (auto at = m_by_name.begin(); at != m_by_name.end(); at = m_by_name.upper_bound(at->first)) {
            std::string const a = lower(at->first), b = lower(name);
            bool const inside = a.contains(b) || b.contains(a);
            by_distance.emplace(inside ? 0 : edits(a.substr(0, 100), b.substr(0, 100)), at->first);
        }
        std::string text;
        std::size_t count = 0;
        for (auto const& [distance, near] : by_distance)
            if (count++ < most_suggestions)
                text += (text.empty() ? "; the nearest names are " : ", ") + near;
        return text;
    }

    std::span<fs::path const> m_folders;
    Files m_by_name, m_by_path;
    bool m_looked = false;
};

}

void resolve_loras(GenerationRequest& request, std::span<fs::path const> folders)
{
    std::vector<bool> taken(request.loras.size());
    for (LoraTag const& tag : read_lora_tags(request.prompt)) {
        require(tag.problem.empty(), "{}", tag.problem);
        std::size_t at = 0;
        while (at < taken.size() && (taken[at] || request.loras[at].name != tag.name))
            ++at;
        if (at == taken.size()) {
            taken.push_back(true);
            request.loras.push_back({ .name = tag.name });
        }
        taken[at] = true;
        request.loras[at].weight = tag.weight;
        request.loras[at].text_weight = tag.text_weight;
    }
    Shelf shelf(folders);
    for (LoraUse& lora : request.loras)
        if (lora.file.empty())
            lora.file = text_of(shelf.find(lora.name));
}

}
