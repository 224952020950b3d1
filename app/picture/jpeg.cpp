// SPDX-License-Identifier: Apache-2.0
#include "app/picture/jpeg.h"

#include "app/picture/png.h"
#include "models/api/error.h"

#include <cstring>
#include <memory>

#ifdef IGNEOUS_STB_IMAGE
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STBI_MAX_DIMENSIONS 16384
#include <stb_image.h>
#endif

namespace igneous {

bool is_jpeg(std::span<std::byte const> bytes)
{
    constexpr unsigned char start[] = { 0xff, 0xd8, 0xff };
    return bytes.size() >= sizeof start && std::memcmp(bytes.data(), start, sizeof start) == 0;
}

#ifdef IGNEOUS_STB_IMAGE

bool reads_jpeg() { return true; }

Image decode_jpeg(std::span<std::byte const> bytes, std::string_view who)
{
    static_assert(STBI_MAX_DIMENSIONS == largest_picture_side);
    int width = 0, height = 0, stored = 0;
    auto const* data = reinterpret_cast<stbi_uc const*>(bytes.data());
    int const size = static_cast<int>(bytes.size());
    if (!stbi_info_from_memory(data, size, &width, &height, &stored))
        fail(ErrorCode::file_damaged, "{} is a damaged JPEG file: {}", who, stbi_failure_reason());
    int const channels = stored == 1 ? 1 : 3;
    std::unique_ptr<stbi_uc, void (*)(void*)> const pixels(
        stbi_load_from_memory(data, size, &width, &height, &stored, channels), stbi_image_free);
    if (!pixels)
        fail(ErrorCode::file_damaged, "{} is a damaged JPEG file: {}", who, stbi_failure_reason());
    Image image(width, height, channels);
    std::memcpy(image.pixels.data(), pixels.get(), image.pixels.size());
    return image;
}

#else

bool reads_jpeg() { return false; }

Image decode_jpeg(std::span<std::byte const>, std::string_view who)
{
    fail(ErrorCode::invalid_argument,
        "{} is a JPEG file, which this build cannot read: save it as PNG, or build with stb_image", who);
}

#endif

}
