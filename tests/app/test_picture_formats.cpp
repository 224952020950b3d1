// SPDX-License-Identifier: Apache-2.0
// JPEG, WebP and what hides in them: against files and pixels that Pillow wrote (tests/golden/pictures).
#include "app/files/file.h"
#include "app/picture/exif.h"
#include "app/picture/hidden_texts.h"
#include "app/picture/jpeg.h"
#include "app/picture/picture.h"
#include "app/picture/webp.h"
#include "app/picture/xmp.h"
#include "models/api/error.h"
#include "tests/support/random.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>

using namespace igneous;

namespace {

std::filesystem::path golden(std::string const& name)
{
    return std::filesystem::path(IGNEOUS_SOURCE_DIR) / "tests" / "golden" / "pictures" / name;
}

std::vector<std::byte> golden_bytes(std::string const& name) { return read_file(golden(name), 1 << 20); }

Image noise(int width, int height, int channels)
{
    Image image(width, height, channels);
    test::Random random(1);
    std::ranges::generate(image.pixels, [&] { return static_cast<std::uint8_t>(random.integer(0, 255)); });
    return image;
}

/// Smooth, so that lossy formats keep it.
Image gradient(int width, int height, int channels)
{
    Image image(width, height, channels);
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
        image.pixels[i]
            = static_cast<std::uint8_t>(i * 200 / image.pixels.size() + i % static_cast<std::size_t>(channels) * 10);
    return image;
}

int largest_difference(Image const& one, Image const& other)
{
    REQUIRE(one.width == other.width);
    REQUIRE(one.height == other.height);
    REQUIRE(one.channels == other.channels);
    int most = 0;
    for (std::size_t i = 0; i < one.pixels.size(); ++i)
        most = std::max(most, std::abs(one.pixels[i] - other.pixels[i]));
    return most;
}

std::string text_of(std::vector<PictureText> const& texts, std::string_view key)
{
    auto const found = std::ranges::find(texts, key, &PictureText::key);
    return found == texts.end() ? "" : found->value;
}

std::vector<std::byte> bytes_of(std::string_view text)
{
    auto const* first = reinterpret_cast<std::byte const*>(text.data());
    return { first, first + text.size() };
}

constexpr char const* recipe_text
    = "a caf\xc3\xa9 by the \xe5\xb1\xb1\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 24x16";

std::vector<PictureText> const some_texts {
    { "parameters", "a \xe5\xb1\xb1 \xf0\x9f\x8f\x94 <b> & \"q\"\nSteps: 20", TextChunk::international },
    { "igneous", R"({"prompt":"<lora:x:1> & \"y\"\n","seed":1})", TextChunk::international },
};

}

TEST_CASE("pictures of other programs look as Pillow sees them", "[app][picture]")
{
    for (std::string const name : { "baseline.jpg", "progressive.jpg", "grey.jpg", "cmyk.jpg", "turned.jpg",
             "lossless.webp", "lossy.webp", "animated.webp" }) {
        CAPTURE(name);
        Image const image = read_picture(golden(name));
        std::string const expected = std::filesystem::path(name).stem().string() + ".png";
        // One step: decoders of JPEG may round differently.
        CHECK(largest_difference(image, read_picture(golden(expected))) <= (name.ends_with("jpg") ? 1 : 0));
    }
    CHECK(read_picture(golden("turned.jpg")).width == 16);
    CHECK(read_picture(golden("grey.jpg")).channels == 1);
}

TEST_CASE("texts of other programs are found where they leave them", "[app][picture]")
{
    CHECK(text_of(read_picture_texts(golden("unicode.jpg")), "parameters") == recipe_text);
    CHECK(text_of(read_picture_texts(golden("unicode.webp")), "parameters") == recipe_text);
    auto const ascii = read_picture_texts(golden("ascii.jpg"));
    CHECK(text_of(ascii, "parameters") == "a lake");
    CHECK(text_of(ascii, "Comment") == "hello");
    auto const fooocus = read_picture_texts(golden("fooocus.jpg"));
    CHECK(text_of(fooocus, "parameters") == R"({"prompt": "a lake"})");
    CHECK(text_of(fooocus, "Software") == "Fooocus v2.5.5");
    CHECK(text_of(fooocus, "MakerNote") == "fooocus");
    auto const comfy = read_picture_texts(golden("animated.webp"));
    CHECK(text_of(comfy, "Make") == R"(workflow:{"nodes": []})");
    CHECK(text_of(comfy, "Model") == R"(prompt:{"3": {}})");
    CHECK(read_picture_texts(golden("baseline.jpg")).empty());
}

TEST_CASE("JPEG and WebP: pictures and texts come back", "[app][picture]")
{
    for (int const channels : { 1, 3, 4 }) {
        for (auto const& [width, height] : { std::pair(1, 1), std::pair(33, 17), std::pair(130, 65) }) {
            CAPTURE(channels, width, height);
            Image const image = noise(width, height, channels), smooth = gradient(width, height, channels);
            Image const kept = decode_webp(encode_webp(image, some_texts), "it");
            CHECK(kept == (channels == 1 ? to_rgb(image) : image));
            Image const jpeg = decode_jpeg(encode_jpeg(smooth, some_texts, 95), "it");
            CHECK(largest_difference(jpeg, channels == 4 ? to_rgb(smooth) : smooth) <= 12);
            if (channels == 3)
                CHECK(largest_difference(decode_webp(encode_webp(smooth, {}, 95), "it"), smooth) <= 24);
        }
    }
    Image const image = noise(20, 10, 3);
    for (PictureFormat const format : { PictureFormat::png, PictureFormat::jpeg, PictureFormat::webp }) {
        auto texts = some_texts;
        XmpProperty const label[] = { { "Iptc4xmpExt:DigitalSourceType", "http://x/y" } };
        texts.push_back({ std::string(xmp_key), xmp_packet(label), TextChunk::international });
        auto const file = encode_picture(format, image, texts);
        CHECK(file == encode_picture(format, image, texts));
        auto const back = decode_picture_texts(file, "it");
        REQUIRE(back.size() == 3);
        for (PictureText const& text : some_texts)
            CHECK(text_of(back, text.key) == text.value);
        auto const properties = xmp_properties(text_of(back, xmp_key));
        CHECK(std::ranges::find(properties, label[0]) != properties.end());
    }
    CHECK(encode_webp(image, {}, 50).size() < encode_webp(image, {}).size());
    CHECK(decode_picture_texts(encode_jpeg(image, {}, 95), "it").empty());
    CHECK_THROWS_AS(
        encode_jpeg(image, std::vector<PictureText> { { "parameters", std::string(70000, 'a') } }, 95), Error);
    CHECK(text_of(decode_webp_texts(
                      encode_webp(image, std::vector<PictureText> { { "parameters", std::string(70000, 'a') } }), "it"),
              "parameters")
              .size()
          == 70000);
    CHECK_THROWS_AS(encode_picture(PictureFormat::png, image, {}, 90), Error);
    CHECK_THROWS_AS(encode_jpeg(image, {}, 101), Error);
    CHECK_THROWS_AS(encode_webp(image, {}, 0), Error);
    CHECK_THROWS_AS(encode_webp(Image(16384, 1, 3), {}), Error);
    CHECK_THROWS_AS(encode_jpeg(Image(), {}, 95), Error);
    CHECK(format_of_name("a/b.JPeG") == PictureFormat::jpeg);
    CHECK(format_of_name("b.webp") == PictureFormat::webp);
    CHECK_FALSE(format_of_name("png"));
}

TEST_CASE("JPEG and WebP: damaged files are errors with words", "[app][picture]")
{
    auto const expect_error = [](std::span<std::byte const> bytes, std::string_view who) {
        try {
            decode_picture(bytes, who);
        } catch (Error const& error) {
            CHECK(error.code() == ErrorCode::file_damaged);
            CHECK(std::string_view(error.what()).find(who) != std::string_view::npos);
            return;
        }
        FAIL("nothing was thrown for " << who << " of " << bytes.size());
    };
    Image const image = noise(40, 30, 3);
    for (auto const& whole : { encode_jpeg(image, some_texts, 90), encode_webp(image, some_texts),
             encode_webp(image, some_texts, 60), golden_bytes("progressive.jpg"), golden_bytes("animated.webp") }) {
        bool const jpeg = is_jpeg(whole);
        // The end of a JPEG is a marker that decoders put there themselves; behind a WebP's pixels may be texts.
        for (std::size_t size = 0; size + 40 < whole.size(); size += 11) {
            std::span const cut(whole.data(), size);
            if (jpeg)
                expect_error(cut, "cut.jpg");
            try {
                decode_picture(cut, "cut");
            } catch (Error const& error) {
                CHECK(error.code() == ErrorCode::file_damaged);
            }
        }
        test::Random random(3);
        for (int round = 0; round < 300; ++round) {
            auto bytes = whole;
            for (int i = 0; i < 3; ++i)
                bytes[static_cast<std::size_t>(random.integer(12, static_cast<std::int64_t>(bytes.size()) - 1))]
                    = std::byte(random.integer(0, 255));
            try {
                decode_picture(bytes, "bits");
                decode_picture_texts(bytes, "bits");
            } catch (Error const& error) {
                CHECK((error.code() == ErrorCode::file_damaged || error.code() == ErrorCode::out_of_memory));
            }
        }
    }
    expect_error(bytes_of("RIFF\x10\0\0\0WEBPVP8 rubbish"), "rubbish.webp");
    expect_error(bytes_of("\xff\xd8\xff\xe0rubbish"), "rubbish.jpg");
    expect_error(bytes_of("GIF89a"), "a.gif");
}

TEST_CASE("JPEG and WebP: sizes that are lies are not allocated", "[app][picture]")
{
    auto jpeg = encode_jpeg(noise(8, 8, 3), {}, 90);
    for (std::size_t i = 0; i + 9 < jpeg.size(); ++i) {
        if (jpeg[i] == std::byte { 0xff } && jpeg[i + 1] == std::byte { 0xc0 }) {
            std::fill_n(jpeg.begin() + static_cast<std::ptrdiff_t>(i) + 5, 2, std::byte { 0x3e });
            std::fill_n(jpeg.begin() + static_cast<std::ptrdiff_t>(i) + 7, 2, std::byte { 0x3e });
        }
    }
    CHECK_THROWS_AS(decode_jpeg(jpeg, "bomb.jpg"), Error);
    auto webp = encode_webp(Image(8, 8, 3), {});
    REQUIRE(webp.size() > 25);
    std::uint32_t const size = 16382u | 16382u << 14; // behind the signature byte of VP8L
    std::memcpy(webp.data() + 21, &size, 4);
    CHECK_THROWS_AS(decode_webp(webp, "bomb.webp"), Error);
}

TEST_CASE("EXIF: eight ways to lie, one way up", "[app][picture]")
{
    Image image(3, 2, 1);
    image.pixels = { 1, 2, 3, 4, 5, 6 };
    std::vector<std::vector<std::uint8_t>> const expected
        = { { 1, 2, 3, 4, 5, 6 }, { 3, 2, 1, 6, 5, 4 }, { 6, 5, 4, 3, 2, 1 }, { 4, 5, 6, 1, 2, 3 },
              { 1, 4, 2, 5, 3, 6 }, { 4, 1, 5, 2, 6, 3 }, { 6, 3, 5, 2, 4, 1 }, { 3, 6, 2, 5, 1, 4 } };
    for (int orientation = 1; orientation <= 8; ++orientation) {
        CAPTURE(orientation);
        Image const turned = upright(image, orientation);
        CHECK(turned.pixels == expected[static_cast<std::size_t>(orientation) - 1]);
        CHECK(turned.width == (orientation <= 4 ? 3 : 2));
    }
}

TEST_CASE("EXIF: texts in every dress", "[app][picture]")
{
    auto const comment = [](std::string const& value) {
        std::string tiff("MM\0\x2a\0\0\0\x08\0\x01\x92\x86\0\x07", 14);
        tiff += std::string("\0\0\0", 3) + static_cast<char>(value.size()) + std::string("\0\0\0\x1a\0\0\0\0", 8)
                + value;
        return text_of(exif_texts(bytes_of(tiff)), "parameters");
    };
    std::string const le("h\0i\0", 4), be("\0h\0i", 4);
    CHECK(comment(std::string("UNICODE\0", 8) + le) == "hi");
    CHECK(comment(std::string("UNICODE\0", 8) + be) == "hi");
    CHECK(comment(std::string("UNICODE\0\xff\xfe", 10) + le) == "hi");
    CHECK(comment(std::string("ASCII\0\0\0caf\xc3\xa9\0\0", 15)) == "caf\xc3\xa9");
    CHECK(comment(std::string("\0\0\0\0\0\0\0\0caf\xe9", 12)) == "caf\xc3\xa9");
    CHECK(comment("no code at all") == "no code at all");
    CHECK(comment(std::string("UNICODE\0\xd8\x3c\xdf\xd4", 12)) == "\xf0\x9f\x8f\x94");
    CHECK(comment(std::string("UNICODE\0\xd8\x3c", 10)) == "\xef\xbf\xbd"); // half a pair
    auto const own = exif_of(std::vector<PictureText> {
        { "parameters", "x" }, { "Software", "s" }, { "Description", "a longer text" }, { "other", "is not kept" } });
    CHECK(exif_texts(own).size() == 3);
    CHECK(text_of(exif_texts(own), "Description") == "a longer text");
    CHECK(exif_of({}).empty());
}

TEST_CASE("EXIF and XMP: hostile bytes end soon", "[app][picture]")
{
    auto const own = exif_of(std::vector<PictureText> { { "parameters", "hello" }, { "Software", "s" } });
    test::Random random(4);
    for (int round = 0; round < 20000; ++round) {
        auto bytes = own;
        for (int i = 0; i < 4; ++i)
            bytes[static_cast<std::size_t>(random.integer(2, static_cast<std::int64_t>(bytes.size()) - 1))]
                = std::byte(random.integer(0, 3) ? 0xff : random.integer(0, 255));
        bytes.resize(static_cast<std::size_t>(random.integer(0, static_cast<std::int64_t>(bytes.size()))));
        exif_texts(bytes);
        int const orientation = exif_orientation(bytes);
        REQUIRE((orientation >= 1 && orientation <= 8));
    }
    auto const start = std::chrono::steady_clock::now();
    std::string nested;
    for (int i = 0; i < 1'000'000; ++i)
        nested += "<a:b><rdf:li>&#x";
    CHECK(xmp_properties(nested).size() <= 1000);
    CHECK(xmp_properties(std::string(10 << 20, '<')).empty());
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
}

TEST_CASE("XMP: attributes, elements, lists", "[app][picture]")
{
    std::string const text = "tab\tline\nreturn\r <&>\"' \xe5\xb1\xb1";
    XmpProperty const written[] = { { "exif:UserComment", text }, { "xmp:CreatorTool", "x" } };
    CHECK(xmp_properties(xmp_packet(written)) == std::vector<XmpProperty>(std::begin(written), std::end(written)));
    CHECK_THROWS_AS(xmp_packet(std::vector<XmpProperty> { { "dc:title", "x" } }), Error);
    auto const read
        = xmp_properties(R"(<x:xmpmeta><rdf:RDF><rdf:Description rdf:about='' xmp:CreatorTool="Draw &amp; Things"
        xmlns:dc='http://purl.org/dc/elements/1.1/'><!-- <dc:x>no</dc:x> --><dc:description><rdf:Alt>
        <rdf:li xml:lang="x-default">one &#x5c71;&#233;</rdf:li><rdf:li>two</rdf:li></rdf:Alt></dc:description>
        <dc:empty/><dc:title>&unknown; &amp</dc:title></rdf:Description></rdf:RDF></x:xmpmeta>)");
    CHECK(read
          == std::vector<XmpProperty> { { "xmp:CreatorTool", "Draw & Things" },
              { "dc:description", "one \xe5\xb1\xb1\xc3\xa9" }, { "dc:title", "&unknown; &amp" } });
    CHECK(xmp_properties("no XML at all").empty());
    CHECK(xmp_properties("<rdf:Description a:b=\"no end").empty());
}
