// SPDX-License-Identifier: Apache-2.0
#include "app/picture/inflate.h"

#include "app/picture/png.h"
#include "models/api/error.h"

#include <zlib.h>

#include <array>

namespace igneous {

std::expected<std::string, std::string_view> inflated(std::string_view bytes, Compressed how)
{
    constexpr int largest_window = 15, is_gzip = 16;
    z_stream stream {};
    if (inflateInit2(&stream, largest_window + (how == Compressed::gzip ? is_gzip : 0)) != Z_OK)
        fail(ErrorCode::out_of_memory, "no memory to read a picture's text with");
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));   // which zlib does not write to
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::string out;
    std::array<char, 16384> piece;
    int status = Z_OK;
    while (status == Z_OK && out.size() <= longest_picture_text) {
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = piece.size();
        status = inflate(&stream, Z_NO_FLUSH);
        out.append(piece.data(), piece.size() - stream.avail_out);
    }
    inflateEnd(&stream);
    if (out.size() > longest_picture_text)
        return std::unexpected(std::string_view("far too long"));
    if (status != Z_STREAM_END)
        return std::unexpected(std::string_view("broken"));
    return out;
}

}
