// SPDX-License-Identifier: Apache-2.0
#pragma once

// PNG files in memory: pictures with the text that lies in them. Whatever the bytes are, reading ends with a picture or
// with an Error(file_damaged) that says what is wrong; nothing larger than the limits below is ever allocated.

#include "models/api/image.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace igneous {

/// Largest width and height that is read or written.
constexpr int largest_picture_side = 16384;
/// Longest text chunk that is read, after decompression.
constexpr std::size_t longest_picture_text = 16u << 20;

/// How a text is stored. A1111 writes tEXt where Latin-1 can hold the text and iTXt where it cannot, and so does
/// `automatic`.
enum class TextChunk : std::uint8_t { automatic, international };

/// A named text of a picture, UTF-8.
struct PictureText {
    std::string key, value;
    TextChunk chunk = TextChunk::automatic;
    bool operator==(PictureText const&) const = default;
};

bool is_png(std::span<std::byte const> bytes);

/// Any PNG as 8 bits a channel: grey stays grey, palettes become RGB, grey with alpha becomes RGBA, 16 bits are
/// rounded. Gamma and colour profiles are not applied. `who` is what messages call the file.
Image decode_png(std::span<std::byte const> bytes, std::string_view who);

/// The texts (tEXt, zTXt, iTXt) of a PNG, before and behind the pixels, in order.
std::vector<PictureText> decode_png_texts(std::span<std::byte const> bytes, std::string_view who);

/// Nothing but the picture and the texts goes into the bytes, so that equal pictures are equal files. NUL characters,
/// which PNG texts cannot hold, are left out.
std::vector<std::byte> encode_png(Image const& image, std::span<PictureText const> texts = {});

}
