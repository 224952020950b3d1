// SPDX-License-Identifier: Apache-2.0
#include "app/picture/hidden_texts.h"

#include "app/picture/exif.h"
#include "app/picture/xmp.h"
#include "models/api/error.h"

#include <algorithm>

namespace igneous {

namespace {

constexpr std::string_view our_prefix = "igneous:";

bool is_xml_name(std::string_view name)
{
    auto const letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !name.empty() && letter(name.front())
           && std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

}

HiddenTexts hide_texts(std::span<PictureText const> texts)
{
    std::vector<XmpProperty> properties;
    for (PictureText const& text : texts) {
        if (text.key == xmp_key) {
            auto const found = xmp_properties(text.value);
            properties.insert(properties.begin(), found.begin(), found.end());
        } else if (!has_exif_tag(text.key)) {
            require(is_xml_name(text.key), "a text called \"{}\" cannot be kept in a JPEG or WebP file", text.key);
            properties.push_back({ std::string(our_prefix) + text.key, text.value });
        }
    }
    return { exif_of(texts), properties.empty() ? std::string() : xmp_packet(properties) };
}

std::vector<PictureText> find_texts(HiddenTexts const& hidden)
{
    std::vector<PictureText> texts = exif_texts(hidden.exif);
    for (XmpProperty& property : xmp_properties(hidden.xmp))
        if (property.name.starts_with(our_prefix))
            texts.push_back(
                { property.name.substr(our_prefix.size()), std::move(property.value), TextChunk::international });
    if (!hidden.xmp.empty())
        texts.push_back({ std::string(xmp_key), hidden.xmp, TextChunk::international });
    return texts;
}

}
