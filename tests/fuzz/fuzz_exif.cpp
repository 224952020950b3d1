// SPDX-License-Identifier: Apache-2.0
// TIFF bytes and XMP text: texts, soon. What was read is written and read again and must be the same.
#include "app/picture/exif.h"
#include "app/picture/xmp.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::span const bytes(reinterpret_cast<std::byte const*>(data), size);
    auto const texts = igneous::exif_texts(bytes);
    int const orientation = igneous::exif_orientation(bytes);
    if (orientation < 1 || orientation > 8)
        std::abort();
    auto const again = igneous::exif_texts(igneous::exif_of(texts));
    for (auto const& text : again)
        if (!igneous::has_exif_tag(text.key))
            std::abort();
    if (igneous::exif_texts(igneous::exif_of(again)) != again)
        std::abort();
    igneous::xmp_properties({ reinterpret_cast<char const*>(data), size });
    return 0;
}
