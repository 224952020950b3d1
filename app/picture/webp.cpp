// SPDX-License-Identifier: Apache-2.0
#include "app/picture/webp.h"

#include "app/picture/exif.h"
#include "app/picture/hidden_texts.h"
#include "app/picture/picture.h"
#include "app/picture/picture_size.h"
#include "app/picture/text_encoding.h"
#include "models/api/error.h"

#include <webp/decode.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include <cstring>
#include <memory>
#include <new>

namespace igneous {

namespace {

// The smallest lossless file of one colour has about a hundred bytes, whatever its size.
constexpr std::uint64_t pixels_without_doubt = 4096 * 4096, best_ratio = 100'000;

using Mux = std::unique_ptr<WebPMux, void (*)(WebPMux*)>;

std::uint8_t const* as_webp(std::span<std::byte const> bytes)
{
    return reinterpret_cast<std::uint8_t const*>(bytes.data());
}

[[noreturn]] void fail_damaged(std::string_view who, std::string_view what)
{
    fail(ErrorCode::file_damaged, "{} is a damaged WebP file: {}; make or download it again", who, what);
}

std::string_view words_for(VP8StatusCode status)
{
    switch (status) {
    case VP8_STATUS_NOT_ENOUGH_DATA: return "it ends too early";
    case VP8_STATUS_UNSUPPORTED_FEATURE: return "it uses what the format does not have";
    case VP8_STATUS_OUT_OF_MEMORY: return "there is not enough memory for it";
    default: return "its bytes are not those of a picture";
    }
}

Mux open(std::span<std::byte const> bytes, std::string_view who)
{
    if (!is_webp(bytes))
        fail(ErrorCode::file_damaged, "{} is no WebP file: its first bytes are not a WebP's", who);
    WebPData const data { as_webp(bytes), bytes.size() };
    return { WebPMuxCreate(&data, 0), WebPMuxDelete };
}

std::span<std::byte const> chunk(WebPMux const* mux, char const* name)
{
    WebPData data {};
    if (!mux || WebPMuxGetChunk(mux, name, &data) != WEBP_MUX_OK || data.size > longest_picture_text)
        return {};
    return { reinterpret_cast<std::byte const*>(data.bytes), data.size };
}

/// The TIFF of an EXIF chunk. Some programs leave JPEG's mark before it.
std::span<std::byte const> exif_chunk(WebPMux const* mux)
{
    constexpr std::string_view mark("Exif\0\0", 6);
    auto const exif = chunk(mux, "EXIF");
    bool const marked = exif.size() >= mark.size() && std::memcmp(exif.data(), mark.data(), mark.size()) == 0;
    return marked ? exif.subspan(mark.size()) : exif;
}

/// The file of the picture alone: of an animation, its first frame.
std::span<std::byte const> first_frame(
    std::span<std::byte const> bytes, WebPMux const* mux, WebPMuxFrameInfo& frame, std::string_view who)
{
    WebPBitstreamFeatures features {};
    VP8StatusCode const status = WebPGetFeatures(as_webp(bytes), bytes.size(), &features);
    if (status != VP8_STATUS_OK)
        fail_damaged(who, words_for(status));
    if (!features.has_animation)
        return bytes;
    if (!mux || WebPMuxGetFrame(mux, 1, &frame) != WEBP_MUX_OK)
        fail_damaged(who, "its first frame is missing");
    return { reinterpret_cast<std::byte const*>(frame.bitstream.bytes), frame.bitstream.size };
}

std::vector<std::byte> compress(Image const& image, std::optional<int> quality)
{
    WebPConfig config;
    WebPPicture picture;
    WebPMemoryWriter memory;
    require(WebPConfigInit(&config) && WebPPictureInit(&picture), "WebP: another libwebp than it was built with");
    WebPMemoryWriterInit(&memory);
    config.lossless = quality ? 0 : 1;
    config.exact = 1;
    config.quality = static_cast<float>(quality.value_or(75));     // lossless: how hard it tries
    picture.use_argb = quality ? 0 : 1;
    picture.width = image.width;
    picture.height = image.height;
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &memory;
    auto const import = image.channels == 4 ? WebPPictureImportRGBA : WebPPictureImportRGB;
    bool const written
        = import(&picture, image.pixels.data(), image.width * image.channels) && WebPEncode(&config, &picture);
    WebPPictureFree(&picture);
    std::unique_ptr<WebPMemoryWriter, void (*)(WebPMemoryWriter*)> const clear(&memory, WebPMemoryWriterClear);
    if (!written)
        fail(ErrorCode::out_of_memory, "WebP: the picture could not be written (libwebp's error {})",
            static_cast<int>(picture.error_code));
    auto const* first = reinterpret_cast<std::byte const*>(memory.mem);
    return { first, first + memory.size };
}

}

bool is_webp(std::span<std::byte const> bytes)
{
    return bytes.size() >= 12 && std::memcmp(bytes.data(), "RIFF", 4) == 0
           && std::memcmp(bytes.data() + 8, "WEBP", 4) == 0;
}

Image decode_webp(std::span<std::byte const> bytes, std::string_view who)
{
    Mux const mux = open(bytes, who);
    WebPMuxFrameInfo frame {};
    std::unique_ptr<WebPData, void (*)(WebPData*)> const clear(&frame.bitstream, WebPDataClear);
    auto const file = first_frame(bytes, mux.get(), frame, who);
    WebPDecoderConfig config;
    require(WebPInitDecoderConfig(&config), "WebP: another libwebp than it was built with");
    VP8StatusCode status = WebPGetFeatures(as_webp(file), file.size(), &config.input);
    if (status != VP8_STATUS_OK)
        fail_damaged(who, words_for(status));
    int const width = config.input.width, height = config.input.height;
    std::uint64_t const pixels = static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height);
    if (pixels > pixels_without_doubt && pixels / best_ratio > file.size())
        fail_damaged(who, std::format("{}x{} pixels in {} bytes are nothing real", width, height, file.size()));
    try {
        Image image(width, height, config.input.has_alpha ? 4 : 3);
        config.output.colorspace = config.input.has_alpha ? MODE_RGBA : MODE_RGB;
        config.output.is_external_memory = 1;
        config.output.u.RGBA = { image.pixels.data(), width * image.channels, image.pixels.size() };
        status = WebPDecode(as_webp(file), file.size(), &config);
        WebPFreeDecBuffer(&config.output);
        if (status != VP8_STATUS_OK)
            fail_damaged(who, words_for(status));
        return upright(std::move(image), exif_orientation(exif_chunk(mux.get())));
    } catch (std::bad_alloc const&) {
        fail(ErrorCode::out_of_memory, "{}: {}x{} pixels need more memory than there is", who, width, height);
    }
}

PictureSize decode_webp_size(std::span<std::byte const> bytes, std::string_view who)
{
    WebPBitstreamFeatures features {};
    if (VP8StatusCode const status = WebPGetFeatures(as_webp(bytes), bytes.size(), &features); status != VP8_STATUS_OK)
        fail_damaged(who, words_for(status));
    bool const lies = exif_orientation(exif_chunk(open(bytes, who).get())) >= 5;
    return lies ? PictureSize { features.height, features.width } : PictureSize { features.width, features.height };
}

std::vector<PictureText> decode_webp_texts(std::span<std::byte const> bytes, std::string_view who)
{
    Mux const mux = open(bytes, who);
    if (!mux)
        fail_damaged(who, "it ends too early or its parts are out of order");
    auto const exif = exif_chunk(mux.get()), xmp = chunk(mux.get(), "XMP ");
    return find_texts({ .exif = { exif.begin(), exif.end() },
        .xmp = valid_utf8({ reinterpret_cast<char const*>(xmp.data()), xmp.size() }) });
}

std::vector<std::byte> encode_webp(Image const& image, std::span<PictureText const> texts, std::optional<int> quality)
{
    check_encodable(image, "WebP");
    require(std::max(image.width, image.height) <= WEBP_MAX_DIMENSION, "WebP: sides from 1 to {}, got {}x{}",
        WEBP_MAX_DIMENSION, image.width, image.height);
    require(
        !quality || (*quality >= 1 && *quality <= 100), "WebP: a quality from 1 to 100, got {}", quality.value_or(0));
    HiddenTexts const hidden = hide_texts(texts);
    auto const bytes = compress(image.channels == 1 ? to_rgb(image) : image, quality);
    if (hidden.exif.empty() && hidden.xmp.empty())
        return bytes;
    Mux const mux(WebPMuxNew(), WebPMuxDelete);
    WebPData const picture { as_webp(bytes), bytes.size() };
    WebPData const exif { as_webp(hidden.exif), hidden.exif.size() };
    WebPData const xmp { reinterpret_cast<std::uint8_t const*>(hidden.xmp.data()), hidden.xmp.size() };
    WebPData file {};
    bool const assembled = mux && WebPMuxSetImage(mux.get(), &picture, 0) == WEBP_MUX_OK
                           && (exif.size == 0 || WebPMuxSetChunk(mux.get(), "EXIF", &exif, 0) == WEBP_MUX_OK)
                           && (xmp.size == 0 || WebPMuxSetChunk(mux.get(), "XMP ", &xmp, 0) == WEBP_MUX_OK)
                           && WebPMuxAssemble(mux.get(), &file) == WEBP_MUX_OK;
    std::unique_ptr<WebPData, void (*)(WebPData*)> const clear(&file, WebPDataClear);
    if (!assembled)
        fail(ErrorCode::out_of_memory, "WebP: the picture's texts could not be written");
    auto const* first = reinterpret_cast<std::byte const*>(file.bytes);
    return { first, first + file.size };
}

}
