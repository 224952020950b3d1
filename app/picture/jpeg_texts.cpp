// SPDX-License-Identifier: Apache-2.0
#include "app/picture/jpeg.h"
#include "app/picture/jpeg_segments.h"
#include "app/picture/text_encoding.h"
#include "models/api/error.h"

namespace igneous {

JpegSegments find_jpeg_segments(std::span<std::byte const> bytes)
{
    constexpr unsigned marker = 0xff, start_of_scan = 0xda, end_of_image = 0xd9, app1 = 0xe1, comment = 0xfe;
    constexpr std::size_t most_comments = 100;
    JpegSegments found;
    auto const byte = [&](std::size_t at) { return std::to_integer<unsigned>(bytes[at]); };
    std::size_t at = 2;                    // behind the start of the image
    while (at + 4 <= bytes.size() && byte(at) == marker) {
        unsigned const kind = byte(at + 1);
        if (kind == marker) {              // any number of them may stand before a segment
            ++at;
            continue;
        }
        std::size_t const length = byte(at + 2) << 8 | byte(at + 3);
        if (kind == start_of_scan || kind == end_of_image || length < 2 || length > bytes.size() - at - 2)
            break;
        auto const data = bytes.subspan(at + 4, length - 2);
        std::string_view const text(reinterpret_cast<char const*>(data.data()), data.size());
        if (kind == app1 && text.starts_with(exif_mark) && found.exif.empty()) {
            auto const tiff = data.subspan(exif_mark.size());
            found.exif.assign(tiff.begin(), tiff.end());
        } else if (kind == app1 && text.starts_with(xmp_mark) && found.xmp.empty()) {
            found.xmp = valid_utf8(text.substr(xmp_mark.size()));
        } else if (kind == comment && found.comments.size() < most_comments) {
            found.comments.push_back(is_utf8(text) ? std::string(text) : latin1_to_utf8(text));
        }
        at += 2 + length;
    }
    return found;
}

std::vector<PictureText> decode_jpeg_texts(std::span<std::byte const> bytes, std::string_view who)
{
    if (!is_jpeg(bytes))
        fail(ErrorCode::file_damaged, "{} is no JPEG file: its first bytes are not a JPEG's", who);
    JpegSegments const segments = find_jpeg_segments(bytes);
    std::vector<PictureText> texts = find_texts(segments);
    for (std::string const& comment : segments.comments)
        texts.push_back({ "Comment", comment, TextChunk::international });
    return texts;
}

}
