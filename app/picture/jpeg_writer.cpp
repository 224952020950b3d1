// SPDX-License-Identifier: Apache-2.0
#include "app/picture/jpeg.h"
#include "app/picture/jpeg_segments.h"
#include "app/picture/picture.h"
#include "models/api/error.h"

#include <cstdio>
#include <jpeglib.h>

#include <array>
#include <csetjmp>
#include <cstdlib>

namespace igneous {

namespace {

/// Everything that owns memory lies here, outside of the function that libjpeg leaves by longjmp.
struct Writer {
    jpeg_compress_struct jpeg {};
    jpeg_error_mgr errors {};
    std::jmp_buf leave {};
    std::array<char, JMSG_LENGTH_MAX> error {};
    unsigned char* bytes = nullptr;        // by malloc, as libjpeg makes it grow
    unsigned long size = 0;

    Writer() = default;
    ~Writer()
    {
        jpeg_destroy_compress(&jpeg);
        std::free(bytes);
    }
    Writer(Writer const&) = delete;
    Writer& operator=(Writer const&) = delete;

    bool write(Image const& image, std::span<std::string const> segments, int quality);
};

[[noreturn]] void leave_with_error(j_common_ptr jpeg)
{
    auto& writer = *static_cast<Writer*>(jpeg->client_data);
    jpeg->err->format_message(jpeg, writer.error.data());
    std::longjmp(writer.leave, 1);
}

bool Writer::write(Image const& image, std::span<std::string const> segments, int quality)
{
    jpeg.err = jpeg_std_error(&errors);
    errors.error_exit = leave_with_error;
    jpeg.client_data = this;
    if (setjmp(leave))
        return false;
    jpeg_create_compress(&jpeg);
    jpeg.client_data = this;
    jpeg_mem_dest(&jpeg, &bytes, &size);
    jpeg.image_width = static_cast<JDIMENSION>(image.width);
    jpeg.image_height = static_cast<JDIMENSION>(image.height);
    jpeg.input_components = image.channels;
    jpeg.in_color_space = image.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, quality, TRUE);
    jpeg.optimize_coding = TRUE;
    jpeg.comp_info[0].h_samp_factor = jpeg.comp_info[0].v_samp_factor = 1; // the eye sees halved colours in red lines
    jpeg_start_compress(&jpeg, TRUE);
    for (std::string const& segment : segments)
        jpeg_write_marker(&jpeg, JPEG_APP0 + 1, reinterpret_cast<JOCTET const*>(segment.data()),
            static_cast<unsigned>(segment.size()));
    std::size_t const row_bytes = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.channels);
    while (jpeg.next_scanline < jpeg.image_height) {
        auto* row = const_cast<JSAMPROW>(image.pixels.data() + row_bytes * jpeg.next_scanline);
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    return true;
}

}

std::vector<std::byte> encode_jpeg(Image const& image, std::span<PictureText const> texts, int quality)
{
    check_encodable(image, "JPEG");
    require(quality >= 1 && quality <= 100, "JPEG: a quality from 1 to 100, got {}", quality);
    HiddenTexts const hidden = hide_texts(texts);
    std::vector<std::string> segments;
    if (!hidden.exif.empty())
        segments.push_back(std::string(exif_mark)
                           + std::string(reinterpret_cast<char const*>(hidden.exif.data()), hidden.exif.size()));
    if (!hidden.xmp.empty())
        segments.push_back(std::string(xmp_mark) + hidden.xmp);
    for (std::string const& segment : segments)
        require(segment.size() <= longest_segment,
            "JPEG: a text of {} bytes is longer than the {} that fit; write PNG or WebP, or shorten the prompt",
            segment.size(), longest_segment);
    Writer writer;
    if (!writer.write(image.channels == 4 ? to_rgb(image) : image, segments, quality))
        fail(ErrorCode::out_of_memory, "JPEG: the picture could not be written: {}", writer.error.data());
    auto const* first = reinterpret_cast<std::byte const*>(writer.bytes);
    return { first, first + writer.size };
}

}
