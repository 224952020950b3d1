// SPDX-License-Identifier: Apache-2.0
#pragma once

// A picture's texts where the format has no named texts of its own (JPEG, WebP): those that EXIF has a tag for lie
// there, all others in the XMP packet under names of our own. What is written so comes back with the same keys.

#include "app/picture/png.h"

namespace igneous {

struct HiddenTexts {
    std::vector<std::byte> exif;           // TIFF; empty: none
    std::string xmp;                       // packet; empty: none
};

/// Keys without an EXIF tag must be names that XML has (letters, digits, '_' and '-', a letter first); an XMP packet
/// among the texts must be one that xmp_packet() made.
HiddenTexts hide_texts(std::span<PictureText const> texts);
/// The texts of the EXIF and the packet, and the packet itself as the text that PNG has it as.
std::vector<PictureText> find_texts(HiddenTexts const& hidden);

}
