// SPDX-License-Identifier: Apache-2.0
#include "app/protocol/framing.h"

#include "models/api/error.h"

#include <algorithm>
#include <charconv>

namespace igneous {

namespace {

constexpr std::string_view header_end = "\r\n\r\n";

bool same_word(std::string_view a, std::string_view b)
{
    auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

/// The value of Content-Length among the lines; other fields are passed over.
std::size_t content_length(std::string_view header)
{
    std::optional<std::size_t> length;
    while (!header.empty()) {
        std::size_t const end = header.find("\r\n");
        std::string_view const line = header.substr(0, end);
        header.remove_prefix(end == header.npos ? header.size() : end + 2);
        std::size_t const colon = line.find(':');
        require(colon != line.npos, "protocol: expected a header such as Content-Length: 42, got other bytes");
        if (!same_word(trimmed(line.substr(0, colon)), "content-length"))
            continue;
        std::string_view const value = trimmed(line.substr(colon + 1));
        std::size_t number = 0;
        auto const [last, error] = std::from_chars(value.data(), value.data() + value.size(), number);
        require(error == std::errc() && last == value.data() + value.size() && !value.empty(),
            "protocol: Content-Length is no whole number");
        require(!length || *length == number, "protocol: Content-Length is there twice: {} and {}", length.value_or(0), number);
        length = number;
    }
    require(length.has_value(), "protocol: a header has no Content-Length");
    require(*length <= longest_frame_body, "protocol: a message of {} bytes is longer than {}, the most that is read",
        *length, longest_frame_body);
    return *length;
}

}

std::string frame(std::string_view body)
{
    std::string framed = std::format("Content-Length: {}{}", body.size(), header_end);
    framed += body;
    return framed;
}

void FrameReader::feed(std::string_view bytes)
{
    if (m_read > 0) {
        m_buffer.erase(0, m_read);
        m_searched -= std::min(m_searched, m_read);
        m_read = 0;
    }
    m_buffer += bytes;
}

std::optional<std::size_t> FrameReader::read_header()
{
    std::size_t const end = m_buffer.find(header_end, std::max(m_read, m_searched));
    std::size_t const length = (end == m_buffer.npos ? m_buffer.size() : end) - m_read;
    require(length <= longest_frame_header, "protocol: a header of more than {} bytes", longest_frame_header);
    if (end == m_buffer.npos) {
        m_searched = std::max(m_read, m_buffer.size() - std::min(m_buffer.size(), header_end.size() - 1));
        return std::nullopt;
    }
    std::size_t const body = content_length(std::string_view(m_buffer).substr(m_read, length));
    m_read = end + header_end.size();
    return body;
}

std::optional<std::string> FrameReader::next()
{
    if (!m_body)
        m_body = read_header();
    if (!m_body || m_buffer.size() - m_read < *m_body)
        return std::nullopt;
    std::string body = m_buffer.substr(m_read, *m_body);
    m_read += *m_body;
    m_body.reset();
    return body;
}

}
