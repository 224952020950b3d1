// SPDX-License-Identifier: Apache-2.0
#include "app/files/picture_names.h"

namespace igneous {

constexpr std::size_t longest_slug = 48;

std::string slug(std::string_view prompt)
{
    std::string out;
    for (std::size_t i = 0; i < prompt.size(); ++i) {
        char const c = prompt[i];
        if (prompt.substr(i).starts_with("<lora:") && prompt.find('>', i) != prompt.npos) {
            i = prompt.find('>', i);
            continue;
        }
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

std::string picture_name(std::string_view slug, std::uint64_t seed, int attempt)
{
    std::string name = slug.empty() ? std::to_string(seed) : std::string(slug);
    if (attempt > 0)
        name += "-" + std::to_string(attempt + 1);
    return name + ".png";
}

}
