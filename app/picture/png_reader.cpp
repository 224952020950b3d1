// SPDX-License-Identifier: Apache-2.0
#include "app/picture/png.h"
#include "app/picture/text_encoding.h"
#include "models/api/error.h"

#include <png.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstring>
#include <new>

namespace igneous {

namespace {

constexpr std::array<unsigned char, 8> signature { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
// Deflate cannot shrink by more than 1032: what promises more pixels than that is truncated or a lie.
constexpr std::uint64_t best_ratio = 1100;

/// All state of one reading. libpng leaves its C functions by longjmp, which runs no destructors: whatever owns memory
/// lies here, outside of the functions that are left.
struct Reader {
    std::span<std::byte const> bytes;
    std::size_t at = 0;
    std::string error;
    png_structp png = nullptr;
    png_infop info = nullptr, end = nullptr;
    Image image;
    std::vector<png_bytep> rows;

    Reader(std::span<std::byte const> input, std::string_view who);
    ~Reader() { png_destroy_read_struct(&png, &info, &end); }
    Reader(Reader const&) = delete;
    Reader& operator=(Reader const&) = delete;

    bool read_header();
    bool read_pixels();

    static void fill(png_structp png, png_bytep to, std::size_t count);
    static void note_error(png_structp png, png_const_charp text);
    static void ignore_warning(png_structp, png_const_charp) {}
};

Reader::Reader(std::span<std::byte const> input, std::string_view who)
    : bytes(input)
{
    if (!is_png(input))
        fail(ErrorCode::file_damaged, "{} is no PNG file: its first bytes are not a PNG's", who);
    png = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, note_error, ignore_warning);
    info = png ? png_create_info_struct(png) : nullptr;
    end = png ? png_create_info_struct(png) : nullptr;
    if (!info || !end) {
        png_destroy_read_struct(&png, &info, &end);
        fail(ErrorCode::out_of_memory, "{}: no memory to read it with", who);
    }
    png_set_read_fn(png, this, fill);
    png_set_user_limits(png, largest_picture_side, largest_picture_side);
    png_set_chunk_malloc_max(png, longest_picture_text);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, nullptr, -1); // texts, profiles: not the pixels' business
}

void Reader::fill(png_structp png, png_bytep to, std::size_t count)
{
    auto& self = *static_cast<Reader*>(png_get_io_ptr(png));
    if (count > self.bytes.size() - self.at)
        png_error(png, "the file ends too early");
    std::memcpy(to, self.bytes.data() + self.at, count);
    self.at += count;
}

void Reader::note_error(png_structp png, png_const_charp text)
{
    auto& self = *static_cast<Reader*>(png_get_error_ptr(png));
    self.error = text;
    png_longjmp(png, 1);
}

/// Up to the first pixels; asks for 8 bits and 1, 3 or 4 channels.
bool Reader::read_header()
{
    if (setjmp(png_jmpbuf(png)))
        return false;
    png_read_info(png, info);
    png_set_expand(png);             // palettes to RGB, fewer bits to 8, transparent colours to alpha
    png_set_scale_16(png);
    if (png_get_color_type(png, info) == PNG_COLOR_TYPE_GRAY_ALPHA
        || (png_get_color_type(png, info) == PNG_COLOR_TYPE_GRAY && png_get_valid(png, info, PNG_INFO_tRNS)))
        png_set_gray_to_rgb(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    return true;
}

bool Reader::read_pixels()
{
    if (setjmp(png_jmpbuf(png)))
        return false;
    png_read_image(png, rows.data());
    png_read_end(png, end);
    return true;
}

[[noreturn]] void fail_damaged(Reader const& reader, std::string_view who)
{
    fail(ErrorCode::file_damaged, "{} is a damaged PNG file: {}; make or download it again", who,
        valid_utf8(reader.error));
}

}

bool is_png(std::span<std::byte const> bytes)
{
    return bytes.size() >= signature.size() && std::memcmp(bytes.data(), signature.data(), signature.size()) == 0;
}

Image decode_png(std::span<std::byte const> bytes, std::string_view who)
{
    Reader reader(bytes, who);
    if (!reader.read_header())
        fail_damaged(reader, who);
    auto const width = static_cast<int>(png_get_image_width(reader.png, reader.info));
    auto const height = static_cast<int>(png_get_image_height(reader.png, reader.info));
    int const channels = png_get_channels(reader.png, reader.info);
    std::size_t const row_bytes = png_get_rowbytes(reader.png, reader.info);
    if ((channels != 1 && channels != 3 && channels != 4) || row_bytes != static_cast<std::size_t>(width) * channels)
        fail(ErrorCode::file_damaged, "{}: expected 1, 3 or 4 channels of 8 bits, got {} in rows of {} bytes", who,
            channels, row_bytes);
    if (static_cast<std::uint64_t>(width) * height / 8 / best_ratio > bytes.size())   // at least one bit a pixel
        fail(ErrorCode::file_damaged, "{} is a damaged PNG file: {} bytes cannot hold {}x{} pixels", who, bytes.size(),
            width, height);
    try {
        reader.image = Image(width, height, channels);
        for (int y = 0; y < height; ++y)
            reader.rows.push_back(reader.image.pixels.data() + row_bytes * static_cast<std::size_t>(y));
    } catch (std::bad_alloc const&) {
        fail(ErrorCode::out_of_memory, "{}: {}x{} pixels need more memory than there is", who, width, height);
    }
    if (!reader.read_pixels())
        fail_damaged(reader, who);
    return std::move(reader.image);
}

}
