// SPDX-License-Identifier: Apache-2.0
// XMP is ISO 16684-1: RDF in XML, between two processing instructions that let programs find it in any file.
#include "app/picture/xmp.h"
#include "app/picture/text_encoding.h"
#include "models/api/error.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace igneous {

namespace {

struct Namespace {
    std::string_view prefix, address;
};

constexpr Namespace namespaces[] = {
    { "Iptc4xmpExt", "http://iptc.org/std/Iptc4xmpExt/2008-02-29/" },
    { "exif", "http://ns.adobe.com/exif/1.0/" },
    { "igneous", "urn:igneous:xmp:1.0/" },
    { "xmp", "http://ns.adobe.com/xap/1.0/" },
};

constexpr std::size_t most_properties = 1000;

std::string_view prefix_of(std::string_view name) { return name.substr(0, std::min(name.find(':'), name.size())); }

/// XML 1.0 has no way to write most control characters: they are left out.
std::string escaped(std::string_view text)
{
    std::string out;
    for (char const c : valid_utf8(text)) {
        if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '&')
            out += "&amp;";
        else if (c == '\r')
            out += "&#13;";                // a reader would make it a line feed
        else if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t')
            out += c;
    }
    return out;
}

/// The character that stands for "&name;"; nothing for names that XML does not define.
std::optional<std::string> entity(std::string_view name)
{
    constexpr std::pair<std::string_view, std::string_view> named[]
        = { { "lt", "<" }, { "gt", ">" }, { "amp", "&" }, { "quot", "\"" }, { "apos", "'" } };
    for (auto const& [known, text] : named)
        if (name == known)
            return std::string(text);
    if (!name.starts_with('#'))
        return {};
    bool const hexadecimal = name.starts_with("#x");
    name.remove_prefix(hexadecimal ? 2 : 1);
    std::uint32_t code = 0;
    auto const [end, error] = std::from_chars(name.data(), name.data() + name.size(), code, hexadecimal ? 16 : 10);
    if (error != std::errc() || end != name.data() + name.size())
        return {};
    return utf8_character(code);
}

std::string unescaped(std::string_view text)
{
    constexpr std::size_t longest_entity = 12;
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '&') {
            std::size_t const end = text.substr(at, longest_entity).find(';');
            if (auto const character = end == text.npos ? std::nullopt : entity(text.substr(at + 1, end - 1))) {
                out += *character;
                at += end + 1;
                continue;
            }
        }
        out += text[at++];
    }
    return valid_utf8(out);
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// One pass over the tags, without a tree: the text behind a tag belongs to the innermost element that is no list.
class Scanner {
public:
    explicit Scanner(std::string_view packet)
        : m_rest(packet)
    {}

    std::vector<XmpProperty> properties()
    {
        while (m_properties.size() < most_properties && next_tag()) {}
        return std::move(m_properties);
    }

private:
    static bool is_structure(std::string_view name)
    {
        return name.starts_with("rdf:") || name.starts_with("x:") || name.starts_with("xml");
    }

    void add(std::string_view name, std::string_view value)
    {
        bool const blank = std::ranges::all_of(value, is_space);
        if (name.find(':') == name.npos || is_structure(name) || blank)
            return;
        m_properties.push_back({ std::string(name), unescaped(value) });
    }

    bool next_tag()
    {
        std::size_t const open = m_rest.find('<');
        if (open == m_rest.npos)
            return false;
        std::string_view const text = m_rest.substr(0, open);
        m_rest.remove_prefix(open);
        if (m_rest.starts_with("<!--"))
            return skip_to("-->");
        if (m_rest.starts_with("<?"))
            return skip_to("?>");
        if (m_rest.starts_with("<![CDATA["))
            return skip_to("]]>");         // nobody writes it in XMP
        if (m_rest.starts_with("</")) {
            if (!m_element.empty())
                add(m_element, text);
            std::size_t const close = m_rest.find('>');
            if (close != m_rest.npos && !m_rest.substr(2, close - 2).starts_with("rdf:"))
                m_element = {};
            else if (std::ranges::any_of(text, [](char c) { return !is_space(c); }))
                m_element = {};            // the first item of a list is the property's
            return skip_to(">");
        }
        return start_tag();
    }

    bool skip_to(std::string_view end)
    {
        std::size_t const at = m_rest.find(end);
        m_rest.remove_prefix(at == m_rest.npos ? m_rest.size() : at + end.size());
        return !m_rest.empty();
    }

    bool start_tag()
    {
        m_rest.remove_prefix(1);
        std::string_view const name = take_name();
        if (!is_structure(name))
            m_element = name;
        for (;;) {
            while (!m_rest.empty() && is_space(m_rest.front()))
                m_rest.remove_prefix(1);
            if (m_rest.empty() || m_rest.front() == '>' || m_rest.front() == '/' || m_rest.front() == '<')
                break;
            std::string_view const attribute = take_name();
            std::size_t const quote = m_rest.find_first_of("\"'");
            if (attribute.empty() || quote == m_rest.npos)
                return false;
            std::size_t const end = m_rest.find(m_rest[quote], quote + 1);
            if (end == m_rest.npos)
                return false;
            if (name == "rdf:Description")
                add(attribute, m_rest.substr(quote + 1, end - quote - 1));
            m_rest.remove_prefix(end + 1);
        }
        if (m_rest.starts_with("/>"))
            m_element = {};
        std::size_t const close = m_rest.find_first_of("><");
        m_rest.remove_prefix(close == m_rest.npos ? m_rest.size() : close + (m_rest[close] == '>' ? 1 : 0));
        return !m_rest.empty();
    }

    std::string_view take_name()
    {
        std::size_t length = 0;
        while (length < m_rest.size() && !is_space(m_rest[length])
               && std::string_view("=/<>").find(m_rest[length]) == std::string_view::npos)
            ++length;
        std::string_view const name = m_rest.substr(0, length);
        m_rest.remove_prefix(length);
        return name;
    }

    std::string_view m_rest, m_element;
    std::vector<XmpProperty> m_properties;
};

}

std::string xmp_packet(std::span<XmpProperty const> properties)
{
    std::string declared, lines;
    for (Namespace const& space : namespaces)
        if (std::ranges::any_of(properties, [&](auto const& p) { return prefix_of(p.name) == space.prefix; }))
            declared += std::format("\n   xmlns:{}=\"{}\"", space.prefix, space.address);
    for (XmpProperty const& property : properties) {
        require(std::ranges::any_of(namespaces, [&](auto const& s) { return s.prefix == prefix_of(property.name); }),
            "xmp_packet: the prefix of {} is not known", property.name);
        lines += std::format("\n   <{0}>{1}</{0}>", property.name, escaped(property.value));
    }
    return "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
           "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
           " <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
           "  <rdf:Description rdf:about=\"\""
           + declared + ">" + lines + "\n  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>";
}

std::vector<XmpProperty> xmp_properties(std::string_view packet) { return Scanner(packet).properties(); }

}
