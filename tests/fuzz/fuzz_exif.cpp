// SPDX-License-Identifier: Apache-2.0
// TIFF bytes and XMP text: texts, soon. What was read is written and read again; in ASCII it must be the same.
#include "app/picture/exif.h"
#include "app/picture/xmp.h"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::span const bytes(reinterpret_cast<std::byte const*>(data), size);
    auto const texts = igneous::exif_texts(bytes);
    int const orientation = igneous::exif_orientation(bytes);
    if (orientation < 1 || orientation > 8)
        std::abort();
    for (auto const& text : texts) {
        bool const plain = std::ranges::all_of(text.value, [](char c) { return c > 0; });
        std::vector<igneous::PictureText> const one { text };
        if (!igneous::has_exif_tag(text.key) || (plain && igneous::exif_texts(igneous::exif_of(one)) != one))
            std::abort();
    }
    igneous::xmp_properties({ reinterpret_cast<char const*>(data), size });
    return 0;
}
