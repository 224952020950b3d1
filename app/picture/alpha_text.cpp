// SPDX-License-Identifier: Apache-2.0
#include "app/picture/alpha_text.h"

#include "app/picture/inflate.h"
#include "app/picture/png.h"

#include <cstdint>

namespace igneous {

namespace {

constexpr std::string_view gzipped_mark = "stealth_pngcomp", plain_mark = "stealth_pnginfo";

class AlphaBits {
public:
    explicit AlphaBits(Image const& image)
        : m_image(image)
    {
    }
    std::size_t bytes_left() const { return (static_cast<std::size_t>(m_image.width) * static_cast<std::size_t>(m_image.height) - m_at) / 8; }
    /// `count` is at most bytes_left().
    std::string take(std::size_t count)
    {
        std::string bytes;
        while (bytes.size() < count) {
            unsigned byte = 0;
            for (int bit = 0; bit < 8; ++bit)
                byte = byte << 1 | next();
            bytes.push_back(static_cast<char>(byte));
        }
        return bytes;
    }

private:
    unsigned next()
    {
        auto const width = static_cast<std::size_t>(m_image.width), height = static_cast<std::size_t>(m_image.height);
        std::size_t const column = m_at / height, row = m_at % height;
        ++m_at;
        return m_image.pixels[(row * width + column) * 4 + 3] & 1u;
    }
    Image const& m_image;
    std::size_t m_at = 0;
};

}

std::optional<std::string> text_in_alpha(Image const& image)
{
    AlphaBits bits(image);
    constexpr std::size_t head = gzipped_mark.size() + 4;
    if (image.channels != 4 || bits.bytes_left() < head)
        return {};
    std::string const mark = bits.take(gzipped_mark.size());
    if (mark != gzipped_mark && mark != plain_mark)
        return {};
    std::uint32_t length = 0;              // in bits
    for (char const byte : bits.take(4))
        length = length << 8 | static_cast<unsigned char>(byte);
    std::size_t const count = length / 8;
    if (count > bits.bytes_left() || count > longest_picture_text)
        return {};
    std::string text = bits.take(count);
    if (mark == plain_mark)
        return text;
    auto unzipped = inflated(text, Compressed::gzip);
    return unzipped ? std::optional(std::move(*unzipped)) : std::nullopt;
}

}
