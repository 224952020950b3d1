// SPDX-License-Identifier: Apache-2.0
#include "app/cli/output_names.h"

#include "app/files/places.h"
#include "app/files/file.h"
#include "models/api/error.h"

namespace igneous {

namespace fs = std::filesystem;

namespace {

void replace_all(std::string& text, std::string_view what, std::string_view with)
{
    for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

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
        auto const format = format_of_name(name);
        require(ending.empty() || format, "--out: pictures are written as .png, .jpg or .webp, got {}", out);
        m_format = format.value_or(PictureFormat::png);
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
    return m_folder / path_from_utf8(picture_name(m_slug, seed, attempt));
}

}
