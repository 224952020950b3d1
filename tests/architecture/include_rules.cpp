// SPDX-License-Identifier: Apache-2.0
#include "tests/architecture/include_rules.h"

#include <algorithm>
#include <format>
#include <regex>
#include <sstream>

namespace igneous::architecture {

namespace {

enum class Foreign { std_only, no_qt_no_vulkan, vulkan, qt };

/// Files under `folder` may include what is or lies under one of `may_include` (and what lies under `folder` itself).
struct Rule {
    std::string_view folder;
    std::vector<std::string_view> may_include;
    Foreign foreign = Foreign::no_qt_no_vulkan;
};

/// Panels see what is common to all of them and never each other; gui/window puts them together.
Rule panel(std::string_view folder)
{
    return { folder, { "app", "models/api", "gui/theme", "gui/widgets", "gui/actions", "gui/studio" }, Foreign::qt };
}

// The longest matching folder counts.
std::vector<Rule> const& rules()
{
    static std::vector<Rule> const all = {
        { "shaders", {} },
        { "compute", { "shaders" } },
        { "compute/device", { "compute", "shaders" }, Foreign::vulkan },
        { "compute/memory", { "compute", "shaders" }, Foreign::vulkan },

        { "models/api", { "compute/tensor/error.h" }, Foreign::std_only },   // the program's one exception type
        { "models/checkpoint", { "models/api", "compute" } },
        { "models/layers", { "models/api", "models/checkpoint", "compute" } },
        { "models/prompt", { "models/api", "compute" } },
        { "models/tokens", { "models/api", "compute" } },
        { "models/sampling", { "models/api", "compute" } },
        { "models/text", { "models/api", "models/layers", "models/checkpoint", "compute" } },
        { "models/denoisers", { "models/api", "models/layers", "models/checkpoint", "compute" } },
        { "models/vae", { "models/api", "models/layers", "models/checkpoint", "compute" } },
        { "models/adapters", { "models/api", "models/layers", "models/checkpoint", "compute" } },
        { "models/families",
            { "models/api", "models/text", "models/denoisers", "models/vae", "models/adapters", "models/layers",
                "models/checkpoint", "compute" } },
        { "models/pipeline", { "models", "compute" } },

        { "app", { "models/api" }, Foreign::qt },
        { "app/files", { "models/api" } },
        { "app/picture", { "app/files", "models/api" } },
        { "app/recipes", { "app/picture", "app/files", "models/api" } },
        { "app/protocol", { "app/files", "models/api" } },
        { "app/paint", { "app/session/document.h", "app/session/tiles.h", "models/api" } },
        { "app/inpaint", { "app/paint", "app/session/document.h", "app/session/tiles.h", "models/api" } },
        { "app/cli", { "app/files", "app/picture", "app/recipes", "app/worker", "models", "compute" } },
        { "app/cli/service", { "app", "app/cli", "models", "compute" }, Foreign::qt },
        { "app/worker", { "app/files", "app/picture", "app/recipes", "app/protocol", "models", "compute" } },
        { "gui", { "app", "models/api" }, Foreign::qt },
        panel("gui/generate"),
        panel("gui/canvas"),
        panel("gui/layers"),
        panel("gui/tasks"),
        panel("gui/queue"),
        panel("gui/gallery"),
        panel("gui/viewer"),
        panel("gui/library"),
        panel("gui/settings"),
        panel("gui/history"),
        panel("gui/welcome"),
    };
    return all;
}

// What a wider rule would let through: includable only where a rule names them.
constexpr std::string_view never_included[] = { "app/cli", "app/worker" };

bool lies_under(std::string_view path, std::string_view folder)
{
    return path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/';
}

Rule const* rule_for(std::string_view path)
{
    Rule const* best = nullptr;
    for (Rule const& rule : rules()) {
        if (lies_under(path, rule.folder) && (!best || rule.folder.size() > best->folder.size()))
            best = &rule;
    }
    return best;
}

bool is_project_path(std::string_view included)
{
    return std::ranges::any_of(
        std::vector<std::string_view> { "shaders", "compute", "models", "app", "gui", "tests", "tools" },
        [&](std::string_view folder) { return lies_under(included, folder); });
}

/// models/families/sd1/unet.cpp -> models/families/sd1; a file directly in models/families belongs to every family.
std::string_view family_of(std::string_view path)
{
    constexpr std::string_view families = "models/families/";
    if (!path.starts_with(families))
        return {};
    size_t slash = path.find('/', families.size());
    return slash == path.npos ? std::string_view {} : path.substr(0, slash);
}

bool is_vulkan_header(std::string_view header)
{
    return header.starts_with("vulkan/") || header.starts_with("vk_video/") || header.ends_with("volk.h")
        || header.ends_with("volk.c") || header.ends_with("vk_mem_alloc.h");
}

bool is_qt_header(std::string_view header)
{
    return (header.size() > 1 && header[0] == 'Q' && header[1] >= 'A' && header[1] <= 'Z') || header.starts_with("Qt")
        || header.starts_with("qt");
}

bool is_std_header(std::string_view header) { return header.find_first_of("./") == header.npos && !is_qt_header(header); }

std::string objection(Rule const& rule, std::string_view path, std::string_view included)
{
    if (is_project_path(included)) {
        if (lies_under(included, rule.folder)) {
            std::string_view mine = family_of(path), theirs = family_of(included);
            if (!mine.empty() && !theirs.empty() && mine != theirs)
                return std::format("{} must not include its sibling {}", mine, included);
            if (std::ranges::none_of(never_included, [&](auto f) { return lies_under(included, f) && rule.folder != f; }))
                return {};
        }
        bool const allowed = std::ranges::any_of(rule.may_include, [&](auto f) {
            bool const hidden = std::ranges::any_of(
                never_included, [&](auto never) { return f != never && lies_under(included, never); });
            return included == f || (lies_under(included, f) && !hidden);
        });
        return allowed ? std::string {} : std::format("{} must not include {}", rule.folder, included);
    }
    if (rule.foreign == Foreign::std_only && path.ends_with(".h") && !is_std_header(included))
        return std::format("the headers of {} are plain std C++ but {} is included", rule.folder, included);
    if (rule.foreign != Foreign::vulkan && is_vulkan_header(included))
        return std::format("{} must not include the Vulkan header {} (only compute/device and compute/memory do)",
            rule.folder, included);
    if (rule.foreign != Foreign::qt && is_qt_header(included))
        return std::format("{} must not include the Qt header {}", rule.folder, included);
    return {};
}

}

std::vector<Offence> check_includes(std::string_view path, std::string_view text)
{
    Rule const* rule = rule_for(path);
    if (!rule)
        return {};
    static std::regex const include(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
    static std::regex const creation(R"(\b(vk(Create|Allocate)[A-Z]\w*|vmaCreate\w*)\s*\()");
    std::string const folder(path.substr(0, path.rfind('/')));
    std::vector<Offence> offences;
    std::istringstream lines { std::string(text) };
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        std::smatch match;
        if (std::regex_search(line, match, include)) {
            std::string included = match[1];
            if (included.starts_with("../") || included.starts_with("./")) {
                offences.push_back({ number, std::format("includes are written from the root: {}", included) });
                continue;
            }
            if (std::string what = objection(*rule, path, included); !what.empty())
                offences.push_back({ number, what });
        } else if (rule->foreign != Foreign::vulkan && std::regex_search(line, match, creation)) {
            offences.push_back({ number,
                std::format("{} must not create Vulkan objects: {}", rule->folder, std::string(match[1])) });
        }
    }
    return offences;
}

std::vector<Offence> named_paths(std::string_view markdown, std::vector<std::string> const& top_folders)
{
    static std::regex const quoted(R"(`([^`]+)`)");
    static std::regex const plain_path(R"(\.?[A-Za-z0-9_][A-Za-z0-9_.+-]*(/[A-Za-z0-9_.+-]+)*/?)");
    std::vector<Offence> found;
    std::istringstream lines { std::string(markdown) };
    std::string line;
    bool in_code = false;
    for (int number = 1; std::getline(lines, line); ++number) {
        if (line.starts_with("```") || line.starts_with("~~~")) {
            in_code = !in_code;
            continue;
        }
        if (in_code)
            continue;
        for (std::sregex_iterator at(line.begin(), line.end(), quoted), end; at != end; ++at) {
            std::string name = (*at)[1];
            if (name.starts_with("./"))
                name.erase(0, 2);
            if (!std::regex_match(name, plain_path))
                continue;
            bool const in_tree = std::ranges::any_of(
                top_folders, [&](std::string const& folder) { return name == folder + "/" || lies_under(name, folder); });
            bool const at_root = name.find('/') == name.npos && (name.ends_with(".sh") || name == "CMakePresets.json");
            if (in_tree || at_root)
                found.push_back({ number, name });
        }
    }
    return found;
}

}
