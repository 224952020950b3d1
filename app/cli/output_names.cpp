// SPDX-License-Identifier: Apache-2.0
#include "app/cli/output_names.h"

#include "app/files/places.h"
#include "app/files/file.h"
#include "models/api/error.h"

namespace igneous {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t longest_slug = 48;

void replace_all(std::string& text, std::string_view what, std::string_view with)
{
    for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

}

std::string slug(std::string_view prompt)
{
    std::string out;
    for (char const c : prompt) {
        bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter)
            out += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
        else if (!out.empty() && out.back() != '-')
            out += '-';
        if (out.size() > longest_slug) {   // cut between words where there are any
            std::size_t const word = out.rfind('-', longest_slug);
            out.resize(word == out.npos ? longest_slug : word);
            break;
        }
    }
    while (out.ends_with('-'))
        out.pop_back();
    return out;
}

OutputNames::OutputNames(std::string const& out, std::string_view prompt, int batch)
    : m_slug(slug(prompt))
{
    fs::path const path = path_from_utf8(out);
    std::error_code error;
    if (out.empty() || fs::is_directory(path, error) || out.ends_with('/')) {
        m_folder = path;
    } else {
        m_chosen = true;
        m_folder = path.parent_path();
        fs::path const name = path.filename();
        std::string ending = utf8_name(name.extension());
        require(
            ending.empty() || ending == ".png" || ending == ".PNG", "--out: pictures are written as .png, got {}", out);
        if (ending.empty())
            ending = ".png";
        m_pattern = utf8_name(name.stem()) + (batch > 1 && out.find("{index}") == out.npos ? "-{index}" : "") + ending;
    }
    require_writable_folder(m_folder);
}

fs::path OutputNames::name(int index, std::uint64_t seed, int attempt) const
{
    if (m_chosen) {
        std::string name = m_pattern;
        replace_all(name, "{index}", std::to_string(index));
        replace_all(name, "{seed}", std::to_string(seed));
        return m_folder / path_from_utf8(name);
    }
    std::string name = m_slug.empty() ? std::to_string(seed) : m_slug;
    if (attempt > 0)
        name += "-" + std::to_string(attempt + 1);
    return m_folder / path_from_utf8(name + ".png");
}

}
