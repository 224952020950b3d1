// SPDX-License-Identifier: Apache-2.0
// An .igneous file from anywhere, or (first byte even) a document.json alone, which no checksum guards: a document and
// what was lost, or an Error. What was read can be written and read again.
#include "app/picture/png.h"
#include "app/session/document_file.h"
#include "app/session/zip.h"
#include "models/api/error.h"

#include <cstdlib>

namespace {

using Bytes = std::vector<std::byte>;

Bytes with_picture(Bytes json)
{
    igneous::Image image(3, 2, 4);
    image.pixels[5] = 200;
    igneous::ZipWriter zip;
    zip.add("document.json", std::move(json));
    zip.add("p", igneous::encode_png(image));
    return zip.finish();
}

}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    if (size == 0)
        return 0;
    auto const* first = reinterpret_cast<std::byte const*>(data);
    Bytes bytes(first + 1, first + size);
    if (data[0] % 2 == 0)
        bytes = with_picture(std::move(bytes));
    igneous::ReadDocument read;
    try {
        read = igneous::read_document(bytes, "fuzz.igneous", { .pixel_bytes = 32u << 20 });
    } catch (igneous::Error const&) {
        return 0;
    }
    igneous::ReadDocument const again = igneous::read_document(igneous::document_bytes(read.document), "again.igneous");
    if (!again.notes.empty() || !(again.document == read.document))
        std::abort();
    return 0;
}
