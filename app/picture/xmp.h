// SPDX-License-Identifier: Apache-2.0
#pragma once

// XMP packets: the XML that cameras, editors and stock agencies keep in pictures. Only plain properties are written,
// and only their text is read: enough for labels and for the recipes that programs hide in them.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace igneous {

/// The key under which a packet lies among a picture's texts: PNG's own.
constexpr std::string_view xmp_key = "XML:com.adobe.xmp";

struct XmpProperty {
    std::string name;                      // with its usual prefix: "exif:UserComment"
    std::string value;
    bool operator==(XmpProperty const&) const = default;
};

/// A packet with these properties. Their prefixes must be xmp, exif, Iptc4xmpExt or igneous.
std::string xmp_packet(std::span<XmpProperty const> properties);

/// The properties that have a text, in order: attributes, elements, and the first item of a list. Whatever the text is,
/// there is an answer: what is no XMP has no properties.
std::vector<XmpProperty> xmp_properties(std::string_view packet);

}
