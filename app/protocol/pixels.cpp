// SPDX-License-Identifier: Apache-2.0
#include "app/protocol/pixels.h"

#include "models/api/error.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace igneous {

namespace {

constexpr std::string_view first_line = "P7\n", last_line = "ENDHDR";
constexpr std::size_t longest_header = 4096;
constexpr int largest_side = 16384;

std::string_view kind_of(int channels) { return channels == 1 ? "GRAYSCALE" : channels == 3 ? "RGB" : "RGB_ALPHA"; }

std::string_view text_of(std::span<std::byte const> bytes)
{
    return { reinterpret_cast<char const*>(bytes.data()), bytes.size() };
}

}

bool is_pam(std::span<std::byte const> bytes) { return text_of(bytes).starts_with(first_line); }

std::vector<std::byte> encode_pam(Image const& image)
{
    std::string const header = std::format("{}WIDTH {}\nHEIGHT {}\nDEPTH {}\nMAXVAL 255\nTUPLTYPE {}\n{}\n", first_line,
        image.width, image.height, image.channels, kind_of(image.channels), last_line);
    std::vector<std::byte> bytes(header.size() + image.pixels.size());
    std::memcpy(bytes.data(), header.data(), header.size());
    if (!image.pixels.empty())
        std::memcpy(bytes.data() + header.size(), image.pixels.data(), image.pixels.size());
    return bytes;
}

Image decode_pam(std::span<std::byte const> bytes, std::string_view who)
{
    auto const damaged = [&](std::string_view why) { fail(ErrorCode::file_damaged, "{}: {}", who, why); };
    if (!is_pam(bytes))
        damaged("it is no PAM picture");
    std::string_view rest = text_of(bytes.first(std::min(bytes.size(), longest_header))).substr(first_line.size());
    int width = 0, height = 0, channels = 0, largest = 0;
    for (bool more = true; more;) {
        std::size_t const end = rest.find('\n');
        if (end == rest.npos)
            damaged("its header does not end");
        std::string_view const line = rest.substr(0, end), word = line.substr(0, line.find(' '));
        rest.remove_prefix(end + 1);
        std::string_view const value = line.substr(std::min(line.size(), word.size() + 1));
        more = word != last_line;
        for (auto const& [name, number] : { std::pair<std::string_view, int*> { "WIDTH", &width }, { "HEIGHT", &height },
                 { "DEPTH", &channels }, { "MAXVAL", &largest } })
            if (word == name)
                std::from_chars(value.data(), value.data() + value.size(), *number);
    }
    auto const is_side = [](int n) { return n > 0 && n <= largest_side; };
    if (!is_side(width) || !is_side(height) || (channels != 1 && channels != 3 && channels != 4) || largest != 255)
        damaged("its size or its channels are none that are read");
    auto const header = static_cast<std::size_t>(rest.data() - text_of(bytes).data());
    auto const count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * static_cast<std::size_t>(channels);
    if (bytes.size() - header != count)
        damaged(std::format("expected {} bytes of pixels, got {}", count, bytes.size() - header));
    Image image(width, height, channels);
    std::memcpy(image.pixels.data(), bytes.data() + header, count);
    return image;
}

}
