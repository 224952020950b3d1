// SPDX-License-Identifier: Apache-2.0
#pragma once

// Messages on a stream of bytes, as the Language Server Protocol frames them: "Content-Length: 42\r\n\r\n" and then 42
// bytes. Bytes come in pieces of any size; whatever they are, reading ends with whole bodies or with an Error, and never
// holds more than what was sent.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace igneous {

constexpr std::size_t longest_frame_header = 8u << 10;
constexpr std::size_t longest_frame_body = 64u << 20;

/// The body with its header before it.
std::string frame(std::string_view body);

class FrameReader {
public:
    void feed(std::string_view bytes);
    /// The next whole body; nothing until more is fed. Throws invalid_argument when the stream is no longer framed
    /// messages: there is no way back into it, the connection must end.
    std::optional<std::string> next();
    /// Whether the stream would be cut within a message if it ended here.
    bool inside_message() const { return m_body || m_read < m_buffer.size(); }

private:
    std::optional<std::size_t> read_header();

    std::string m_buffer;
    std::size_t m_read = 0;                // how much of the buffer is done with
    std::size_t m_searched = 0;            // no header ends before this
    std::optional<std::size_t> m_body;     // length of the body whose header was read
};

}
