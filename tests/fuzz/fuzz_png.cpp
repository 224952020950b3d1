// SPDX-License-Identifier: Apache-2.0
// A PNG from anywhere: a picture and its texts, or an Error. What was read is written and read again and must be the same.
// Chunk checksums are repaired first, or every mutation would end at the first of them.
#include "app/picture/png.h"
#include "compute/tensor/error.h"

#include <algorithm>
#include <cstdlib>
#include <zlib.h>

namespace {

using Bytes = std::vector<std::byte>;

std::uint32_t big_endian(Bytes const& bytes, std::size_t at)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
    return value;
}

void repair_checksums(Bytes& bytes)
{
    std::size_t at = 8;
    while (at + 12 <= bytes.size()) {
        std::size_t const length = big_endian(bytes, at);
        if (length > bytes.size() - at - 12)
            return;
        auto const* chunk = reinterpret_cast<Bytef const*>(bytes.data() + at + 4);
        auto const checksum = static_cast<std::uint32_t>(crc32(0, chunk, static_cast<uInt>(length + 4)));
        for (std::size_t i = 0; i < 4; ++i)
            bytes[at + 8 + length + i] = static_cast<std::byte>(checksum >> (24 - 8 * i));
        at += length + 12;
    }
}

}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    auto const* first = reinterpret_cast<std::byte const*>(data);
    Bytes bytes(first, first + size);
    if (size % 4 != 0)
        repair_checksums(bytes);
    if (bytes.size() >= 24) {
        std::uint64_t const pixels = std::uint64_t { big_endian(bytes, 16) } * big_endian(bytes, 20);
        if (pixels > 4'000'000 && pixels < 300'000'000)
            return 0;   // allowed and slow: nothing to find in it
    }

    std::vector<igneous::PictureText> texts;
    try {
        texts = igneous::decode_png_texts(bytes, "fuzz.png");
    } catch (igneous::Error const&) {
    }
    igneous::Image image;
    try {
        image = igneous::decode_png(bytes, "fuzz.png");
    } catch (igneous::Error const&) {
        return 0;
    }
    try {
        Bytes const again = igneous::encode_png(image, texts);
        if (igneous::decode_png(again, "again.png") != image)
            std::abort();
        for (igneous::PictureText& text : texts)
            std::erase(text.value, '\0');   // PNG texts cannot hold it, so it is not written
        for (igneous::PictureText const& text : igneous::decode_png_texts(again, "again.png")) {
            if (text.key == "parameters"
                && std::ranges::none_of(texts, [&](auto const& before) { return before.value == text.value; }))
                std::abort();
        }
    } catch (igneous::Error const&) {
        std::abort();   // what was read can be written, and what we write can be read
    }
    return 0;
}
