// SPDX-License-Identifier: Apache-2.0
#include "app/session/document_file.h"

#include "app/files/file.h"
#include "app/files/places.h"
#include "app/picture/png.h"
#include "app/session/document_json.h"
#include "app/session/zip.h"
#include "models/api/error.h"

#include <algorithm>
#include <unordered_map>
#include <zlib.h>

namespace igneous {

using nlohmann::json;

namespace {

constexpr int document_version = 1;
constexpr std::string_view mime_type = "application/x-igneous";
constexpr int block_tiles = 8;             // a PNG holds at most 8x8 tiles: 2048x2048 pixels
constexpr int largest_block = 4096;        // that is read
constexpr std::uint64_t largest_block_bytes = 128u << 20;

std::vector<std::byte> bytes_of(std::string_view text)
{
    auto const* first = reinterpret_cast<std::byte const*>(text.data());
    return { first, first + text.size() };
}

TilePosition block_of(TilePosition tile)
{
    auto const down = [](int at) { return at >= 0 ? at / block_tiles : -((block_tiles - 1 - at) / block_tiles); };
    return { down(tile.x), down(tile.y) };
}

/// A part of a layer that becomes a PNG.
struct Block {
    std::string name;
    TileGrid const* pixels;
    Rect area;
};

/// One for each block that has any pixels, as small as its tiles allow.
json describe_blocks(TileGrid const& pixels, LayerId layer, std::vector<Block>& blocks)
{
    std::map<TilePosition, Rect> areas;
    for (auto const& [position, tile] : pixels.tiles()) {
        Rect& area = areas[block_of(position)];
        area = united(area, area_of(position));
    }
    json list = json::array();
    for (auto const& [block, area] : areas) {
        std::string const folder = layer == 0 ? "selection" : std::format("layers/{}", layer);
        blocks.push_back({ std::format("{}/{}_{}.png", folder, block.x, block.y), &pixels, area });
        list.push_back({ { "file", blocks.back().name }, { "x", area.x }, { "y", area.y } });
    }
    return list;
}

class DocumentReader {
public:
    DocumentReader(ZipReader const& zip, std::string_view who, DocumentLimits const& limits)
        : m_zip(zip)
        , m_who(who)
        , m_limits(limits)
        , m_pixels_left(limits.pixel_bytes)
    {
    }

    ReadDocument read()
    {
        auto const text = m_zip.read("document.json", m_limits.json_bytes);
        if (!text)
            fail(ErrorCode::file_damaged, "{} is no .igneous file or is damaged: it has no document.json", m_who);
        json const in = json_object({ reinterpret_cast<char const*>(text->data()), text->size() }, m_who);
        std::int64_t const version = integer_field(in, "version", 1, 1'000'000);
        if (version > document_version)
            fail(ErrorCode::unsupported_model, "{} was written by a newer Igneous (version {}); open it with that one",
                m_who, version);
        ReadDocument result;
        if (m_zip.is_damaged())
            result.notes.push_back(std::format("{} is damaged at its end; what came before was read", m_who));
        auto const pixels = [this, &result](json const& blocks, TileGrid& grid, LayerId layer) {
            read_blocks(blocks, grid, layer, result.notes);
        };
        result.document = document_from(field(in, "document"), pixels, &result.notes);
        return result;
    }

private:
    void read_blocks(json const& blocks, TileGrid& grid, LayerId layer, std::vector<std::string>& notes)
    {
        if (!blocks.is_array())
            fail(ErrorCode::file_damaged, "the pixels of layer {} should be a list", layer);
        for (json const& block : blocks) {
            try {
                read_block(block, grid);
            } catch (Error const& error) {
                if (error.code() != ErrorCode::file_damaged && error.code() != ErrorCode::invalid_argument)
                    throw;
                std::string const whose = layer == 0 ? "the selection" : std::format("layer {}", layer);
                notes.push_back(std::format("a part of {} is lost: {}", whose, error.what()));
            }
        }
    }

    void read_block(json const& block, TileGrid& grid)
    {
        std::string const name = text_field(block, "file");
        int const x
            = static_cast<int>(integer_field(block, "x", -furthest_tile * tile_side, furthest_tile * tile_side));
        int const y
            = static_cast<int>(integer_field(block, "y", -furthest_tile * tile_side, furthest_tile * tile_side));
        auto const bytes = m_zip.read(name, largest_block_bytes);
        if (!bytes)
            fail(ErrorCode::file_damaged, "{} is missing or damaged", name);
        require_small(*bytes, name);
        Image image = decode_png(*bytes, name);
        if (image.channels == 3 && grid.channels() == 4)
            image = with_alpha(image);     // another program may have written it again
        for (PlacedTile& placed : tiles_with(grid, image, x, y))
            grid.put(placed.position, shared(std::move(placed.tile)));
    }

    /// Before anything is unpacked.
    void require_small(std::span<std::byte const> png, std::string const& name)
    {
        auto const side = [&](std::size_t at) {
            std::uint64_t value = 0;
            for (std::size_t i = 0; i < 4; ++i)
                value = value << 8 | std::to_integer<std::uint64_t>(png[at + i]);
            return value;
        };
        if (png.size() < 24 || side(16) > largest_block || side(20) > largest_block)
            fail(ErrorCode::file_damaged, "{} is no PNG of at most {} pixels a side", name, largest_block);
        std::uint64_t const pixel_bytes = side(16) * side(20) * 4;
        if (pixel_bytes > m_pixels_left)
            fail(ErrorCode::file_damaged, "the layers have more than {} bytes of pixels", m_limits.pixel_bytes);
        m_pixels_left -= pixel_bytes;
    }

    static Image with_alpha(Image const& image)
    {
        Image out(image.width, image.height, 4);
        for (std::size_t i = 0; i < image.pixels.size() / 3; ++i) {
            std::copy_n(&image.pixels[3 * i], 3, &out.pixels[4 * i]);
            out.pixels[4 * i + 3] = 255;
        }
        return out;
    }

    /// Equal tiles as one: a filled layer takes the memory of one tile, whatever its size.
    Tile shared(Tile tile)
    {
        if (!tile)
            return tile;
        auto const [first, last] = m_tiles.equal_range(crc32_z(0, tile->data(), tile->size()));
        for (auto known = first; known != last; ++known)
            if (*known->second == *tile)
                return known->second;
        m_tiles.emplace(crc32_z(0, tile->data(), tile->size()), tile);
        return tile;
    }

    ZipReader const& m_zip;
    std::string_view m_who;
    DocumentLimits const& m_limits;
    std::uint64_t m_pixels_left;
    std::unordered_multimap<std::uint64_t, Tile> m_tiles;
};

}

std::vector<std::byte> document_bytes(Document const& document)
{
    require_sound(document);
    std::vector<Block> blocks;
    json const description = json_of(
        document, [&](TileGrid const& pixels, LayerId layer) { return describe_blocks(pixels, layer, blocks); });
    ZipWriter zip;
    zip.add("mimetype", bytes_of(mime_type));
    // Before the pixels: of a file that was cut off, what is left can be told.
    zip.add("document.json", bytes_of(json_text({ { "version", document_version }, { "document", description } })));
    for (Block const& block : blocks)
        zip.add(block.name, encode_png(picture_of(*block.pixels, block.area)));
    return zip.finish();
}

ReadDocument read_document(std::span<std::byte const> bytes, std::string_view who, DocumentLimits const& limits)
{
    ZipReader const zip(bytes, who);
    return DocumentReader(zip, who, limits).read();
}

void write_document(Document const& document, std::filesystem::path const& file)
{
    write_file(file, document_bytes(document));
}

ReadDocument read_document(std::filesystem::path const& file, DocumentLimits const& limits)
{
    return read_document(read_file(file, limits.file_bytes), utf8_name(file.filename()), limits);
}

}
