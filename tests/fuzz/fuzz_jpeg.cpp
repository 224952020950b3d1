// SPDX-License-Identifier: Apache-2.0
// A JPEG or WebP from anywhere: a picture and its texts, or an Error(file_damaged).
#include "app/picture/picture.h"
#include "models/api/error.h"

#include <cstdlib>

namespace {

template <class Function>
void expect_answer(Function function)
{
    try {
        function();
    } catch (igneous::Error const& error) {
        if (error.code() != igneous::ErrorCode::file_damaged && error.code() != igneous::ErrorCode::out_of_memory)
            std::abort();
    }
}

}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::span const bytes(reinterpret_cast<std::byte const*>(data), size);
    expect_answer([&] { igneous::decode_picture_texts(bytes, "fuzz"); });
    if (size > 2000)
        return 0;           // the larger it is, the larger the picture that it may claim: allowed and slow
    expect_answer([&] {
        igneous::Image const image = igneous::decode_picture(bytes, "fuzz");
        if (image.empty() || (image.channels != 1 && image.channels != 3 && image.channels != 4))
            std::abort();
    });
    return 0;
}
