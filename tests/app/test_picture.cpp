// SPDX-License-Identifier: Apache-2.0
#include "app/files/file.h"
#include "app/picture/picture.h"
#include "app/picture/text_encoding.h"
#include "models/api/error.h"
#include "tests/app/process.h"
#include "tests/support/random.h"

#include <catch2/catch_test_macros.hpp>
#include <png.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace igneous;
using igneous::test::TemporaryFolder;

namespace {

Image noise(int width, int height, int channels)
{
    Image image(width, height, channels);
    test::Random random(1);
    std::ranges::generate(image.pixels, [&] { return static_cast<std::uint8_t>(random.integer(0, 255)); });
    return image;
}

template<class Function>
std::string message_of(ErrorCode expected, Function function)
{
    try {
        function();
    } catch (Error const& error) {
        CHECK(error.code() == expected);
        return error.what();
    }
    FAIL("nothing was thrown");
    return {};
}

/// Any kind of PNG, by libpng itself: what other programs write.
std::vector<std::byte> other_png(
    int width, int height, int bits, int colour_type, std::vector<png_byte> const& row, bool transparent = false)
{
    std::vector<std::byte> bytes;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(png);
    png_set_write_fn(png, &bytes, [](png_structp p, png_bytep from, std::size_t count) {
        auto& to = *static_cast<std::vector<std::byte>*>(png_get_io_ptr(p));
        auto const* first = reinterpret_cast<std::byte const*>(from);
        to.insert(to.end(), first, first + count);
    }, nullptr);
    png_set_IHDR(png, info, static_cast<png_uint_32>(width), static_cast<png_uint_32>(height), bits, colour_type,
        PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_color const palette[] = { { 255, 0, 0 }, { 0, 255, 0 } };
    png_byte const alpha[] = { 0, 128 };
    if (colour_type == PNG_COLOR_TYPE_PALETTE) {
        png_set_PLTE(png, info, palette, 2);
        if (transparent)
            png_set_tRNS(png, info, alpha, 2, nullptr);
    }
    png_write_info(png, info);
    for (int y = 0; y < height; ++y)
        png_write_row(png, row.data());
    png_write_end(png, nullptr);
    png_destroy_write_struct(&png, &info);
    return bytes;
}

}

TEST_CASE("PNG: pictures come back as they were", "[app][picture]")
{
    for (int const channels : { 1, 3, 4 }) {
        for (auto const& [width, height] : { std::pair(1, 1), std::pair(7, 3), std::pair(130, 65) }) {
            Image const image = noise(width, height, channels);
            CHECK(decode_png(encode_png(image), "it") == image);
        }
    }
    CHECK(encode_png(noise(5, 5, 3)) == encode_png(noise(5, 5, 3)));
}

TEST_CASE("PNG: every kind becomes 8 bits", "[app][picture]")
{
    Image const deep =
        decode_png(other_png(1, 1, 16, PNG_COLOR_TYPE_RGB, { 0x12, 0x34, 0xff, 0xff, 0x80, 0x80 }), "16 bits");
    CHECK(deep.channels == 3);
    CHECK(deep.pixels == std::vector<std::uint8_t> { 0x12, 0xff, 0x80 });
    Image const grey_alpha = decode_png(other_png(1, 1, 8, PNG_COLOR_TYPE_GRAY_ALPHA, { 10, 20 }), "grey and alpha");
    CHECK(grey_alpha.pixels == std::vector<std::uint8_t> { 10, 10, 10, 20 });
    Image const bits = decode_png(other_png(8, 1, 1, PNG_COLOR_TYPE_GRAY, { 0b10100000 }), "one bit");
    CHECK(bits.pixels == std::vector<std::uint8_t> { 255, 0, 255, 0, 0, 0, 0, 0 });
    Image const palette = decode_png(other_png(2, 1, 8, PNG_COLOR_TYPE_PALETTE, { 0, 1 }), "palette");
    CHECK(palette.pixels == std::vector<std::uint8_t> { 255, 0, 0, 0, 255, 0 });
    Image const transparent =
        decode_png(other_png(2, 1, 8, PNG_COLOR_TYPE_PALETTE, { 0, 1 }, true), "palette with alpha");
    CHECK(transparent.pixels == std::vector<std::uint8_t> { 255, 0, 0, 0, 0, 255, 0, 128 });
    CHECK(to_rgb(transparent).pixels == std::vector<std::uint8_t> { 255, 255, 255, 127, 255, 127 });
    CHECK(to_grey(transparent).pixels == std::vector<std::uint8_t> { 0, 75 });
}

TEST_CASE("PNG: texts come back, Latin-1 and beyond", "[app][picture]")
{
    std::vector<PictureText> const texts {
        { "parameters", "caf\xc3\xa9\nNegative prompt: x\nSteps: 20" },
        { "parameters2", "\xe5\xb1\xb1 \xf0\x9f\x8f\x94", TextChunk::international },
        { "igneous", R"({"seed":1})", TextChunk::international },
        { "long", std::string(1 << 20, 'a') },
    };
    auto const bytes = encode_png(noise(4, 4, 3), texts);
    CHECK(decode_png_texts(bytes, "it") == texts);
    std::string_view const file(reinterpret_cast<char const*>(bytes.data()), bytes.size());
    CHECK(file.find(std::string("tEXtparameters\0caf\xe9", 19)) != file.npos);        // as A1111 writes it
    CHECK(file.find(std::string("iTXtparameters2\0\0\0\0\0", 20)) != file.npos);
    // What Latin-1 cannot hold goes into iTXt by itself; NUL and broken UTF-8 do not break the file.
    std::vector<PictureText> const hard { { "a", "\xe5\xb1\xb1" }, { "b", std::string("x\0y", 3) }, { "c", "\xff" } };
    auto const back = decode_png_texts(encode_png(noise(1, 1, 1), hard), "it");
    REQUIRE(back.size() == 3);
    CHECK(back[0] == PictureText { "a", "\xe5\xb1\xb1", TextChunk::international });
    CHECK(back[1].value == "xy");
    CHECK(back[2].value == "\xef\xbf\xbd");
}

TEST_CASE("PNG: damaged files are errors with words", "[app][picture]")
{
    std::vector<PictureText> const texts { { "parameters", "hello" } };
    auto const whole = encode_png(noise(40, 40, 3), texts);
    for (std::size_t size = 0; size < whole.size(); size += 7) {
        std::span const cut(whole.data(), size);
        CHECK_FALSE(message_of(ErrorCode::file_damaged, [&] { decode_png(cut, "cut.png"); }).empty());
    }
    test::Random random(2);
    for (int round = 0; round < 2000; ++round) {
        auto bytes = whole;
        for (int i = 0; i < 3; ++i)
            bytes[static_cast<std::size_t>(random.integer(8, static_cast<std::int64_t>(bytes.size()) - 1))] =
                std::byte(random.integer(0, 255));
        try {
            decode_png(bytes, "bits.png");
            decode_png_texts(bytes, "bits.png");
        } catch (Error const& error) {
            CHECK((error.code() == ErrorCode::file_damaged || error.code() == ErrorCode::out_of_memory));
        }
    }
    CHECK(message_of(ErrorCode::file_damaged, [] { decode_png({}, "empty.png"); }).find("empty.png") !=
        std::string::npos);
}

TEST_CASE("PNG: sizes that are lies are not allocated", "[app][picture]")
{
    auto bytes = other_png(16000, 1, 8, PNG_COLOR_TYPE_RGB, std::vector<png_byte>(48000));
    auto const set_size = [&](std::uint32_t width, std::uint32_t height) {
        for (std::size_t i = 0; i < 4; ++i) {
            bytes[16 + i] = std::byte(width >> (24 - 8 * i));
            bytes[20 + i] = std::byte(height >> (24 - 8 * i));
        }
        std::uint32_t crc = 0xffffffff;    // of "IHDR" and its data
        for (std::size_t i = 12; i < 29; ++i) {
            crc ^= std::to_integer<std::uint32_t>(bytes[i]);
            for (int k = 0; k < 8; ++k)
                crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
        }
        for (std::size_t i = 0; i < 4; ++i)
            bytes[29 + i] = std::byte(~crc >> (24 - 8 * i));
    };
    for (auto const& [width, height] :
        { std::pair(16000u, 16000u), std::pair(1u << 20, 1u << 20), std::pair(16385u, 1u), std::pair(0u, 4u) }) {
        set_size(width, height);
        CHECK_FALSE(message_of(ErrorCode::file_damaged, [&] { decode_png(bytes, "bomb.png"); }).empty());
    }
}

TEST_CASE("UTF-8: what is text and what is not", "[app][picture]")
{
    for (std::string_view const good :
        { "", "abc", "\xc3\xa9", "\xe5\xb1\xb1", "\xf0\x9f\x8f\x94", "\xf4\x8f\xbf\xbf" })
        CHECK(is_utf8(good));
    for (std::string_view const bad :
        { "\xff", "\xc0\x80", "\xc3", "\xe5\xb1", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\x80" })
        CHECK_FALSE(is_utf8(bad));
    CHECK(first_invalid_utf8("ab\xff") == 2);
    CHECK(valid_utf8("a\xff\xc3\xa9") == "a\xef\xbf\xbd\xc3\xa9");
    CHECK(utf8_to_latin1(latin1_to_utf8("\xe9\xff z")) == "\xe9\xff z");
    CHECK_FALSE(utf8_to_latin1("\xe5\xb1\xb1"));
}

TEST_CASE("resize: constants stay, edges are sharp, masks stay in range", "[app][picture]")
{
    Image flat(13, 9, 3);
    std::ranges::fill(flat.pixels, std::uint8_t { 77 });
    for (auto const& [width, height] : { std::pair(64, 64), std::pair(5, 4), std::pair(13, 9), std::pair(1, 1) }) {
        for (Image const& out : { resize(flat, width, height), resize_mask(flat, width, height) }) {
            CHECK(out.width == width);
            CHECK(std::ranges::all_of(out.pixels, [](std::uint8_t p) { return p == 77; }));
        }
    }
    Image half(64, 1, 1);
    std::fill(half.pixels.begin() + 32, half.pixels.end(), std::uint8_t { 255 });
    Image const smaller = resize_mask(half, 16, 1);
    CHECK(smaller.pixels.front() == 0);
    CHECK(smaller.pixels.back() == 255);
    CHECK(std::ranges::is_sorted(smaller.pixels));
}

TEST_CASE("files: whole or not at all", "[app][picture]")
{
    TemporaryFolder const folder;
    std::vector<std::byte> const one(3, std::byte { 1 }), two(4, std::byte { 2 });
    CHECK(write_file(folder / "a", one, Existing::keep));
    CHECK_FALSE(write_file(folder / "a", two, Existing::keep));
    CHECK(read_file(folder / "a", 100) == one);
    CHECK(write_file(folder / "a", two));
    CHECK(read_file(folder / "a", 100) == two);
    CHECK(folder.names() == std::vector<std::string> { "a" });
    CHECK_FALSE(message_of(ErrorCode::file_damaged, [&] { read_file(folder / "a", 2); }).empty());
    CHECK_FALSE(message_of(ErrorCode::file_missing, [&] { read_file(folder / "b", 2); }).empty());
    CHECK_FALSE(message_of(ErrorCode::file_missing, [&] { read_file(folder.path(), 2); }).empty());
    CHECK_FALSE(message_of(ErrorCode::invalid_argument, [&] { write_file(folder / "no/such/file", one); }).empty());
}

TEST_CASE("files: a disk that is full is said to be, and nothing is left", "[app][picture]")
{
    TemporaryFolder const folder;
    pid_t const child = fork();            // limits stay with a process: this one is for one file
    if (child == 0) {
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit const limit { 1000, 1000 };
        setrlimit(RLIMIT_FSIZE, &limit);
        int outcome = 1;
        try {
            write_file(folder / "a", std::vector<std::byte>(100000));
        } catch (Error const& error) {
            outcome = error.code() == ErrorCode::disk_full ? 0 : 2;
        }
        _exit(outcome);
    }
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    CHECK(folder.names().empty());
}
