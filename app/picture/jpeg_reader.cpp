// SPDX-License-Identifier: Apache-2.0
#include "app/picture/exif.h"
#include "app/picture/jpeg.h"
#include "app/picture/jpeg_segments.h"
#include "app/picture/text_encoding.h"
#include "models/api/error.h"

#include <cstdio>
#include <jpeglib.h>

#include <jerror.h>   // its numbers depend on which libjpeg that is

#include <array>
#include <csetjmp>
#include <cstring>
#include <new>

namespace igneous {

namespace {

// A block of 16x16 pixels takes six bits at least; arithmetic coding and long runs do better, but nothing real does.
constexpr std::uint64_t best_ratio = 4096;
constexpr int most_scans = 200;            // a progressive picture has about ten; each costs a pass over all pixels

/// All state of one reading. libjpeg leaves its C functions by longjmp, which runs no destructors: whatever owns memory
/// lies here, outside of the functions that are left.
struct Reader {
    jpeg_decompress_struct jpeg {};
    jpeg_error_mgr errors {};
    jpeg_progress_mgr progress {};
    std::jmp_buf leave {};
    std::array<char, JMSG_LENGTH_MAX> error {};
    Image image;
    std::vector<JSAMPROW> rows;

    Reader();
    ~Reader() { jpeg_destroy_decompress(&jpeg); }
    Reader(Reader const&) = delete;
    Reader& operator=(Reader const&) = delete;

    bool read_header(std::span<std::byte const> bytes);
    bool read_pixels();
};

Reader& reader_of(j_common_ptr jpeg) { return *static_cast<Reader*>(jpeg->client_data); }

[[noreturn]] void leave_with_error(j_common_ptr jpeg)
{
    Reader& reader = reader_of(jpeg);
    jpeg->err->format_message(jpeg, reader.error.data());
    std::longjmp(reader.leave, 1);
}

/// libjpeg fills what it cannot read with grey and warns. Nobody wants a picture that is half grey.
void note_warning(j_common_ptr jpeg, int level)
{
    int const code = jpeg->err->msg_code;
    if (level < 0 && code != JWRN_EXTRANEOUS_DATA && code != JWRN_JFIF_MAJOR && code != JWRN_ADOBE_XFORM)
        leave_with_error(jpeg);
}

void limit_scans(j_common_ptr jpeg)
{
    if (jpeg->is_decompressor && reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number > most_scans) {
        std::snprintf(reader_of(jpeg).error.data(), JMSG_LENGTH_MAX, "it has more than %d scans", most_scans);
        std::longjmp(reader_of(jpeg).leave, 1);
    }
}

Reader::Reader()
{
    jpeg.err = jpeg_std_error(&errors);
    errors.error_exit = leave_with_error;
    errors.emit_message = note_warning;
    errors.output_message = [](j_common_ptr) {};
    progress.progress_monitor = limit_scans;
    jpeg.client_data = this;
}

bool Reader::read_header(std::span<std::byte const> bytes)
{
    if (setjmp(leave))
        return false;
    jpeg_create_decompress(&jpeg);
    jpeg.client_data = this;
    jpeg.progress = &progress;
    jpeg_mem_src(&jpeg, reinterpret_cast<unsigned char const*>(bytes.data()), static_cast<unsigned long>(bytes.size()));
    jpeg_read_header(&jpeg, TRUE);
    if (jpeg.jpeg_color_space == JCS_GRAYSCALE)
        jpeg.out_color_space = JCS_GRAYSCALE;
    else if (jpeg.jpeg_color_space == JCS_CMYK || jpeg.jpeg_color_space == JCS_YCCK)
        jpeg.out_color_space = JCS_CMYK;
    else
        jpeg.out_color_space = JCS_RGB;
    jpeg_calc_output_dimensions(&jpeg);
    return true;
}

bool Reader::read_pixels()
{
    if (setjmp(leave))
        return false;
    jpeg_start_decompress(&jpeg);
    while (jpeg.output_scanline < jpeg.output_height)
        jpeg_read_scanlines(&jpeg, rows.data() + jpeg.output_scanline, jpeg.output_height - jpeg.output_scanline);
    jpeg_finish_decompress(&jpeg);
    return true;
}

/// Photoshop writes ink as its opposite, and says so in a marker.
Image rgb_of_cmyk(Image const& cmyk, bool opposite)
{
    Image out(cmyk.width, cmyk.height, 3);
    for (std::size_t i = 0; i < out.pixels.size(); ++i) {
        auto const ink = [&](std::size_t channel) {
            int const value = cmyk.pixels[i / 3 * 4 + channel];
            return opposite ? value : 255 - value;
        };
        out.pixels[i] = static_cast<std::uint8_t>((ink(i % 3) * ink(3) + 127) / 255);
    }
    return out;
}

}

bool is_jpeg(std::span<std::byte const> bytes)
{
    constexpr unsigned char start[] = { 0xff, 0xd8, 0xff };
    return bytes.size() >= sizeof start && std::memcmp(bytes.data(), start, sizeof start) == 0;
}

Image decode_jpeg(std::span<std::byte const> bytes, std::string_view who)
{
    if (!is_jpeg(bytes))
        fail(ErrorCode::file_damaged, "{} is no JPEG file: its first bytes are not a JPEG's", who);
    Reader reader;
    auto const fail_damaged = [&] {
        fail(ErrorCode::file_damaged, "{} is a damaged JPEG file: {}; make or download it again", who,
            valid_utf8(reader.error.data()));
    };
    if (!reader.read_header(bytes))
        fail_damaged();
    std::uint64_t const width = reader.jpeg.output_width, height = reader.jpeg.output_height;
    if (width > largest_picture_side || height > largest_picture_side)
        fail(ErrorCode::file_damaged, "{}: {}x{} pixels are more than the {} a side that are read", who, width, height,
            largest_picture_side);
    if (width * height / best_ratio > bytes.size())
        fail(ErrorCode::file_damaged, "{} is a damaged JPEG file: {} bytes cannot hold {}x{} pixels", who, bytes.size(),
            width, height);
    int const channels = reader.jpeg.out_color_components;
    bool const cmyk = reader.jpeg.out_color_space == JCS_CMYK;
    try {
        reader.image = Image(static_cast<int>(width), static_cast<int>(height), channels);
        for (std::size_t y = 0; y < height; ++y)
            reader.rows.push_back(reader.image.pixels.data() + y * width * static_cast<std::size_t>(channels));
        if (!reader.read_pixels())
            fail_damaged();
        Image image = cmyk ? rgb_of_cmyk(reader.image, reader.jpeg.saw_Adobe_marker) : std::move(reader.image);
        return upright(std::move(image), exif_orientation(find_jpeg_segments(bytes).exif));
    } catch (std::bad_alloc const&) {
        fail(ErrorCode::out_of_memory, "{}: {}x{} pixels need more memory than there is", who, width, height);
    }
}

}
