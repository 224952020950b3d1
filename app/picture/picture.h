// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pictures as files, and the few changes that requests need: one channel, no transparency.

#include "app/picture/png.h"

#include <filesystem>
#include <optional>

namespace igneous {

enum class PictureFormat : std::uint8_t { png, jpeg, webp };

constexpr std::uint64_t largest_picture_file = 1ull << 30;

/// PNG, JPEG or WebP, told apart by content. Throws file_missing or file_damaged.
Image read_picture(std::filesystem::path const& path);
std::vector<PictureText> read_picture_texts(std::filesystem::path const& path);
/// The same of a file in memory; `who` is what messages call it.
Image decode_picture(std::span<std::byte const> bytes, std::string_view who);
std::vector<PictureText> decode_picture_texts(std::span<std::byte const> bytes, std::string_view who);

/// By the name's ending: .png, .jpg, .jpeg, .webp in any case; nothing for others.
std::optional<PictureFormat> format_of_name(std::filesystem::path const& name);

/// A whole file. Without a quality PNG and WebP keep every pixel and JPEG takes 95; with one, from 1 to 100, WebP
/// becomes smaller and loses some. PNG has none: invalid_argument.
std::vector<std::byte> encode_picture(
    PictureFormat format, Image const& image, std::span<PictureText const> texts = {}, std::optional<int> quality = {});

/// Throws invalid_argument unless the picture has 1, 3 or 4 channels, a size that is written, and all its pixels.
void check_encodable(Image const& image, std::string_view format);

/// Three channels; what is transparent shows white behind it, as A1111 does.
Image to_rgb(Image const& image);
/// One channel: Rec. 601 luma as Pillow rounds it; what is transparent is black. For masks.
Image to_grey(Image const& image);

}
