// SPDX-License-Identifier: Apache-2.0
#include "app/picture/picture.h"
#include "app/picture/text_encoding.h"
#include "models/api/error.h"

#include <png.h>

#include <algorithm>
#include <csetjmp>

namespace igneous {

namespace {

/// Everything that owns memory lies here, outside of the function that libpng leaves by longjmp.
struct Writer {
    png_structp png = nullptr;
    png_infop info = nullptr;
    std::vector<std::byte> bytes;
    std::string error = "out of memory";
    std::vector<std::string> strings;      // that `texts` points into
    std::vector<png_text> texts;
    std::vector<png_bytep> rows;

    Writer();
    ~Writer() { png_destroy_write_struct(&png, &info); }
    Writer(Writer const&) = delete;
    Writer& operator=(Writer const&) = delete;

    void add(PictureText const& text);
    bool write(int width, int height, int colour_type);
};

void append(png_structp png, png_bytep from, std::size_t count)
{
    auto& self = *static_cast<Writer*>(png_get_io_ptr(png));
    bool stored = true;
    try {
        auto const* first = reinterpret_cast<std::byte const*>(from);
        self.bytes.insert(self.bytes.end(), first, first + count);
    } catch (...) {
        stored = false;
    }
    if (!stored)
        png_error(png, "out of memory");
}

void note_error(png_structp png, png_const_charp text)
{
    static_cast<Writer*>(png_get_error_ptr(png))->error = text;
    png_longjmp(png, 1);
}

Writer::Writer()
{
    png = png_create_write_struct(PNG_LIBPNG_VER_STRING, this, note_error, [](png_structp, png_const_charp) {});
    info = png ? png_create_info_struct(png) : nullptr;
    if (!info) {
        png_destroy_write_struct(&png, &info);
        fail(ErrorCode::out_of_memory, "PNG: no memory to write the picture with");
    }
    png_set_write_fn(png, this, append, [](png_structp) {});
    png_set_user_limits(png, largest_picture_side, largest_picture_side);
}

void Writer::add(PictureText const& text)
{
    std::string value = valid_utf8(text.value);
    std::erase(value, '\0');
    auto const latin1 = utf8_to_latin1(value);
    bool const international = text.chunk == TextChunk::international || !latin1;
    strings.push_back(text.key.substr(0, 79));
    strings.push_back(international ? std::move(value) : *latin1);
    png_text entry {};
    entry.compression = international ? PNG_ITXT_COMPRESSION_NONE : PNG_TEXT_COMPRESSION_NONE;
    texts.push_back(entry);
}

bool Writer::write(int width, int height, int colour_type)
{
    if (setjmp(png_jmpbuf(png)))
        return false;
    png_set_IHDR(png, info, static_cast<png_uint_32>(width), static_cast<png_uint_32>(height), 8, colour_type,
        PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (!texts.empty())
        png_set_text(png, info, texts.data(), static_cast<int>(texts.size()));
    png_write_info(png, info);
    png_write_image(png, rows.data());
    png_write_end(png, nullptr);
    return true;
}

}

std::vector<std::byte> encode_png(Image const& image, std::span<PictureText const> texts)
{
    check_encodable(image, "PNG");
    std::size_t const row_bytes = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.channels);
    Writer writer;
    for (PictureText const& text : texts)
        writer.add(text);
    for (std::size_t i = 0; i < writer.texts.size(); ++i) {
        writer.texts[i].key = writer.strings[2 * i].data();
        writer.texts[i].text = writer.strings[2 * i + 1].data();
    }
    for (std::size_t y = 0; y < static_cast<std::size_t>(image.height); ++y)
        writer.rows.push_back(const_cast<png_bytep>(image.pixels.data() + row_bytes * y));
    int const colour_type = image.channels == 1 ? PNG_COLOR_TYPE_GRAY
        : image.channels == 3                   ? PNG_COLOR_TYPE_RGB
                                                : PNG_COLOR_TYPE_RGB_ALPHA;
    if (!writer.write(image.width, image.height, colour_type))
        fail(ErrorCode::out_of_memory, "PNG: the picture could not be written: {}", writer.error);
    return std::move(writer.bytes);
}

}
