// SPDX-License-Identifier: Apache-2.0
#include "app/files/file.h"
#include "app/picture/png.h"
#include "app/session/document_file.h"
#include "app/session/zip.h"
#include "models/api/error.h"
#include "tests/app/process.h"
#include "tests/app/session/random_commands.h"

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstdio>
#include <set>

using namespace igneous;
using test::Random;

namespace {

Tile noise(Random& random, int channels)
{
    TileBytes bytes(TileGrid(channels).tile_bytes());
    for (auto& byte : bytes)
        byte = static_cast<std::uint8_t>(random.next());
    return make_tile(std::move(bytes));
}

Document small_document()
{
    Random random(4);
    Document document { .id = 7 };
    document.properties = { "Größe", 700, 300, { 10, 20, 64, 64 }, R"({"grid":{"size":8}})" };
    Layer ground = make_layer(1, LayerKind::paint, "Ground");
    ground.pixels.put({ 0, 0 }, noise(random, 4));
    ground.pixels.put({ -1, 0 }, test::random_tile(random, 4));
    ground.properties.unknown = R"({"glow":0.5})";
    Layer group = make_layer(2, LayerKind::group, "Group");
    Layer mask = make_layer(3, LayerKind::mask, "Mask");
    mask.pixels.put({ 9, 1 }, noise(random, 1));
    mask.properties = { "Mask", 0.25, BlendMode::color_dodge, false, true, -7, 9, {} };
    group.children.push_back(std::move(mask));
    group.children.push_back(make_layer(4, LayerKind::reference, "Empty"));
    document.selection.put({ 1, 0 }, noise(random, 1));
    document.active_layer = 3;
    document.layers.push_back(std::move(ground));
    document.layers.push_back(std::move(group));
    return document;
}

std::size_t find_bytes(std::vector<std::byte> const& in, std::string_view what, std::size_t from = 0)
{
    std::string_view const text { reinterpret_cast<char const*>(in.data()), in.size() };
    return text.find(what, from);
}

std::vector<std::byte> archive(std::vector<std::pair<std::string, std::string>> const& pieces)
{
    ZipWriter zip;
    for (auto const& [name, text] : pieces) {
        auto const* first = reinterpret_cast<std::byte const*>(text.data());
        zip.add(name, { first, first + text.size() });
    }
    return zip.finish();
}

ErrorCode code_of(std::vector<std::byte> const& bytes)
{
    try {
        read_document(bytes, "test.igneous");
    } catch (Error const& error) {
        return error.code();
    }
    FAIL("nothing was thrown");
    return {};
}

}

TEST_CASE("a document comes back from its file as it was", "[session][document]")
{
    test::TemporaryFolder const folder;
    Document const document = small_document();
    write_document(document, folder / "a.igneous");
    ReadDocument const read = read_document(folder / "a.igneous");
    CHECK(read.notes.empty());
    CHECK(read.document == document);
    CHECK(document_bytes(read.document) == document_bytes(document));
    CHECK(folder.names() == std::vector<std::string> { "a.igneous" });

    std::vector<std::byte> const bytes = read_file(folder / "a.igneous", 1u << 30);
    ZipReader const zip(bytes, "a.igneous");
    for (std::string const name :
        { "mimetype", "document.json", "selection/0_0.png", "layers/1/-1_0.png", "layers/3/1_0.png" })
        CHECK(zip.read(name, 1u << 30).has_value());
    CHECK_FALSE(zip.read("layers/4/0_0.png", 1u << 30).has_value());

    std::size_t before = 0;
    Random random(1);
    for (int i = 0; i < 3; ++i) {          // whatever a session makes
        Workspace workspace;
        while (before < 100 * static_cast<std::size_t>(i + 1)) {
            test::apply_changes(workspace, test::random_command(workspace, random).changes);
            ++before;
        }
        for (Document const& one : workspace.documents)
            CHECK(read_document(document_bytes(one), "random").document == one);
    }
}

TEST_CASE("a large document with little on it is small and quick", "[session][document]")
{
    Random random(9);
    Document document { .id = 1 };
    document.properties = { "Large", 16384, 16384, {}, {} };
    for (LayerId id = 1; id <= 3; ++id) {
        Layer layer = make_layer(id, LayerKind::paint, "Layer");
        for (TilePosition const at : { TilePosition { 0, 0 }, { 63, 63 }, { 0, 63 }, { 30, 31 } })
            layer.pixels.put(at, noise(random, 4));
        document.layers.push_back(std::move(layer));
    }
    Layer filled = make_layer(9, LayerKind::paint, "Filled");
    Tile const red = make_tile(TileBytes(filled.pixels.tile_bytes(), 200));
    for (int y = 0; y < 8; ++y)
        for (int x = 0; x < 8; ++x)
            filled.pixels.put({ x, y }, red);
    document.layers.push_back(std::move(filled));
    auto const start = std::chrono::steady_clock::now();
    auto const bytes = document_bytes(document);
    auto const saved = std::chrono::steady_clock::now();
    ReadDocument const read = read_document(bytes, "large.igneous");
    auto const loaded = std::chrono::steady_clock::now();
    CHECK(read.document == document);
    std::set<Tile> different;
    for (auto const& [position, tile] : read.document.layers.back().pixels.tiles())
        different.insert(tile);
    CHECK(different.size() == 1);          // 64 equal tiles in the memory of one
    auto const ms = [](auto from, auto to) { return std::chrono::duration<double, std::milli>(to - from).count(); };
    std::printf("16384x16384, 12 painted tiles and a fill of 2048x2048: %.1f MB, saved in %.0f ms, read in %.0f ms\n",
        static_cast<double>(bytes.size()) / 1e6, ms(start, saved), ms(saved, loaded));
}

TEST_CASE("of a damaged document the good part is read", "[session][document]")
{
    Document const document = small_document();
    std::vector<std::byte> const bytes = document_bytes(document);

    std::vector<std::byte> one_bad = bytes;        // a byte in a layer's pixels
    std::size_t const piece = find_bytes(bytes, "IDAT", find_bytes(bytes, "layers/1/0_0.png", 2000));
    one_bad[piece + 500] ^= std::byte { 1 };
    ReadDocument read = read_document(one_bad, "a");
    REQUIRE(read.notes.size() == 1);
    CHECK(read.notes[0].find("layers/1/0_0.png") != std::string::npos);
    CHECK(read.document.layers[1] == document.layers[1]);
    CHECK(read.document.layers[0].pixels.tiles().size() == 1);

    std::vector<std::byte> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(piece));
    read = read_document(cut, "a");                // the directory and the last layers are gone
    CHECK(read.document.properties == document.properties);
    CHECK(read.document.selection == document.selection);
    CHECK(read.document.layers[0].pixels.tiles().size() == 1);
    CHECK(read.notes.size() == 3);

    for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 200) {
        try {
            read_document(std::span(bytes).first(size), "a");
        } catch (Error const& error) {
            CHECK(error.code() == ErrorCode::file_damaged);
        }
    }
}

TEST_CASE("hostile documents are refused", "[session][document]")
{
    CHECK(code_of({}) == ErrorCode::file_damaged);
    CHECK(code_of(archive({ { "other", "x" } })) == ErrorCode::file_damaged);
    CHECK(code_of(archive({ { "document.json", "{" } })) == ErrorCode::file_damaged);
    CHECK(code_of(archive({ { "document.json", std::string(100'000, '[') } })) == ErrorCode::file_damaged);
    CHECK(code_of(archive({ { "document.json", R"({"version":2,"document":{}})" } })) == ErrorCode::unsupported_model);
    CHECK(code_of(archive({ { "document.json", R"({"version":1,"document":{}})" } })) == ErrorCode::file_damaged);

    auto const with = [](std::string const& layers, std::vector<std::pair<std::string, std::string>> more = {}) {
        more.emplace_back(
            "document.json", R"({"version":1,"document":{"id":1,"name":"x","width":10,"height":10,"frame":[0,0,0,0],)"
                             R"("active_layer":0,"selection":[],"layers":[)"
                                 + layers + "]}}");
        return archive(more);
    };
    std::string const good
        = R"({"id":5,"kind":"paint","name":"a","opacity":1,"blend":"normal","visible":true,"locked":false,"x":0,"y":0,)"
          R"("pixels":[]})";
    CHECK(read_document(with(good), "x").document.layers.size() == 1);
    auto const changed = [&](std::string const& from, std::string const& to) {
        std::string layer = good;
        layer.replace(layer.find(from), from.size(), to);
        ReadDocument const read = read_document(with(good + "," + layer), "x");
        CHECK(read.document.layers.size() == 1);
        CHECK(read.notes.size() == 1);
    };
    changed("\"normal\"", "\"burn\"");
    changed("\"opacity\":1", "\"opacity\":-1");
    changed("\"x\":0", "\"x\":99999999999");
    changed("\"x\":0", "\"x\":18446744073709551615");
    changed("\"id\":5", "\"id\":-1");
    changed("\"pixels\":[]", "\"pixels\":{}");
    CHECK(code_of(with(good + "," + good)) == ErrorCode::file_damaged);        // one id twice
    std::string nested = good;
    for (int i = 0; i < 50; ++i)
        nested = R"({"id":)" + std::to_string(100 + i)
            + R"(,"kind":"group","name":"","opacity":1,"blend":"normal","visible":true,"locked":false,"x":0,"y":0,)"
              R"("layers":[)"
            + nested + "]}";
    CHECK(read_document(with(nested), "x").notes.size() == 1);

    // A small PNG that says it is large, a large one, more pixels than are allowed.
    auto const block = [&](Image const& image, int side, DocumentLimits const& limits = {}) {
        auto png = encode_png(image);
        if (side)
            for (std::size_t i = 0; i < 4; ++i)
                png[16 + i] = static_cast<std::byte>(side >> (24 - 8 * i));
        std::string layer = good;
        layer.replace(layer.find("[]"), 2, R"([{"file":"p","x":0,"y":0},{"file":"../../etc/passwd","x":0,"y":0}])");
        return read_document(
            with(layer, { { "p", std::string(reinterpret_cast<char const*>(png.data()), png.size()) } }), "x", limits);
    };
    Image dot(1, 1, 4);
    dot.pixels = { 1, 2, 3, 4 };
    CHECK(block(dot, 0).notes.size() == 1);                                    // the other has no such name
    CHECK_FALSE(block(dot, 0).document.layers[0].pixels.empty());
    CHECK(block(dot, 16384).notes.size() == 2);
    CHECK(block(Image(5000, 1, 4), 0).notes.size() == 2);
    CHECK(block(Image(300, 300, 4), 0, { .pixel_bytes = 1000 }).notes.size() == 2);
    CHECK(block(Image(300, 300, 4), 0).document.layers[0].pixels.empty());     // nothing painted is no tile
}
