// SPDX-License-Identifier: Apache-2.0
// u32 length of the JSON (little-endian), JSON, blobs. { "changes": [...], "blobs": [length, ...] }: where a change
// speaks of pixels it gives the number of a blob, which is a tile through zlib or a picture as PNG; -1 is none.
#include "app/session/change_bytes.h"

#include "app/picture/png.h"
#include "app/session/document_json.h"
#include "models/api/error.h"

#include <map>
#include <zlib.h>

namespace igneous {

using nlohmann::json;

namespace {

constexpr std::int64_t most_index = 1'000'000;

class Writer {
public:
    std::vector<std::byte> write(std::span<Change const> changes)
    {
        json list = json::array();
        for (Change const& change : changes)
            list.push_back(std::visit([this](auto const& one) { return describe(one); }, change));
        json lengths = json::array();
        for (auto const& blob : m_blobs)
            lengths.push_back(blob.size());
        std::string const text = json_text({ { "changes", std::move(list) }, { "blobs", std::move(lengths) } });
        std::vector<std::byte> bytes;
        for (int i = 0; i < 4; ++i)
            bytes.push_back(static_cast<std::byte>(text.size() >> (8 * i)));
        auto const* first = reinterpret_cast<std::byte const*>(text.data());
        bytes.insert(bytes.end(), first, first + text.size());
        for (auto const& blob : m_blobs)
            bytes.insert(bytes.end(), blob.begin(), blob.end());
        return bytes;
    }

private:
    json describe(SetRequest const& change)
    {
        return { { "type", "request" }, { "request", to_json(change.request) } };
    }
    json describe(SetInitPictures const& change)
    {
        return { { "type", "init" }, { "image", picture(change.image) }, { "mask", picture(change.mask) } };
    }
    json describe(SetPromptHistory const& change)
    {
        json entries = json::array();
        for (PromptEntry const& entry : change.entries)
            entries.push_back({ entry.prompt, entry.negative_prompt });
        return { { "type", "prompts" }, { "entries", std::move(entries) } };
    }
    json describe(AddDocument const& change)
    {
        json document = json_of(change.document, write_pixels());
        document["file"] = change.document.file;
        return { { "type", "add_document" }, { "index", change.index }, { "document", std::move(document) } };
    }
    json describe(RemoveDocument const& change)
    {
        return { { "type", "remove_document" }, { "document", change.document } };
    }
    json describe(SetActiveDocument const& change)
    {
        return { { "type", "active_document" }, { "document", change.document } };
    }
    json describe(SetDocumentProperties const& change)
    {
        return { { "type", "document" }, { "document", change.document },
            { "properties", json_of(change.properties) } };
    }
    json describe(SetDocumentFile const& change)
    {
        return { { "type", "file" }, { "document", change.document }, { "file", change.file } };
    }
    json describe(SetActiveLayer const& change)
    {
        return { { "type", "active_layer" }, { "document", change.document }, { "layer", change.layer } };
    }
    json describe(InsertLayer const& change)
    {
        return { { "type", "insert_layer" }, { "document", change.document }, { "parent", change.parent },
            { "index", change.index }, { "layer", json_of(change.layer, write_pixels()) }, { "active", change.active } };
    }
    json describe(RemoveLayer const& change)
    {
        return { { "type", "remove_layer" }, { "document", change.document }, { "layer", change.layer } };
    }
    json describe(MoveLayer const& change)
    {
        return { { "type", "move_layer" }, { "document", change.document }, { "layer", change.layer },
            { "parent", change.parent }, { "index", change.index } };
    }
    json describe(SetLayerProperties const& change)
    {
        return { { "type", "layer" }, { "document", change.document }, { "layer", change.layer },
            { "properties", json_of(change.properties) } };
    }
    json describe(PutTiles const& change)
    {
        json tiles = json::array();
        for (auto const& [position, one] : change.tiles)
            tiles.push_back({ position.x, position.y, tile(one) });
        return { { "type", "tiles" }, { "document", change.document }, { "layer", change.layer },
            { "tiles", std::move(tiles) } };
    }

    WritePixels write_pixels()
    {
        return [this](TileGrid const& pixels, LayerId) {
            json tiles = json::array();
            for (auto const& [position, one] : pixels.tiles())
                tiles.push_back({ position.x, position.y, tile(one) });
            return tiles;
        };
    }

    std::int64_t tile(Tile const& tile)
    {
        if (!tile)
            return -1;
        auto const [known, is_new] = m_tiles.try_emplace(tile.get(), static_cast<std::int64_t>(m_blobs.size()));
        if (is_new) {
            uLongf length = compressBound(static_cast<uLong>(tile->size()));
            std::vector<std::byte>& blob = m_blobs.emplace_back(length);
            if (compress2(
                    reinterpret_cast<Bytef*>(blob.data()), &length, tile->data(), static_cast<uLong>(tile->size()), 1)
                != Z_OK)
                fail(ErrorCode::out_of_memory, "session: no memory to write the journal with");
            blob.resize(length);
        }
        return known->second;
    }

    std::int64_t picture(std::shared_ptr<Image const> const& image)
    {
        if (!image)
            return -1;
        m_blobs.push_back(encode_png(*image));
        return static_cast<std::int64_t>(m_blobs.size()) - 1;
    }

    std::vector<std::vector<std::byte>> m_blobs;
    std::map<TileBytes const*, std::int64_t> m_tiles;
};

class Reader {
public:
    explicit Reader(std::span<std::byte const> bytes)
    {
        std::size_t length = 0;
        for (std::size_t i = 0; i < 4 && i < bytes.size(); ++i)
            length |= std::to_integer<std::size_t>(bytes[i]) << (8 * i);
        if (bytes.size() < 4 || length > bytes.size() - 4)
            fail(ErrorCode::file_damaged, "journal: an entry ends too early");
        m_json = json_object({ reinterpret_cast<char const*>(bytes.data()) + 4, length }, "journal");
        std::span<std::byte const> rest = bytes.subspan(4 + length);
        for (json const& blob : list_field(m_json, "blobs")) {
            if (!blob.is_number_unsigned() || blob.get<std::uint64_t>() > rest.size())
                fail(ErrorCode::file_damaged, "journal: an entry lacks pixels that it speaks of");
            m_blobs.push_back(rest.first(blob.get<std::size_t>()));
            rest = rest.subspan(blob.get<std::size_t>());
        }
    }

    std::vector<Change> read()
    {
        std::vector<Change> changes;
        for (json const& in : list_field(m_json, "changes"))
            changes.push_back(read(in));
        return changes;
    }

private:
    Change read(json const& in)
    {
        std::string const type = text_field(in, "type");
        auto const document = [&] { return id_field(in, "document"); };
        auto const layer = [&] { return id_field(in, "layer"); };
        auto const index = [&] { return static_cast<std::size_t>(integer_field(in, "index", 0, most_index)); };
        if (type == "request") {
            try {
                return SetRequest { request_from_json(text_field(in, "request")) };
            } catch (Error const& error) {
                fail(ErrorCode::file_damaged, "{}", error.what());
            }
        }
        if (type == "init")
            return SetInitPictures { picture(field(in, "image")), picture(field(in, "mask")) };
        if (type == "prompts")
            return SetPromptHistory { prompts(list_field(in, "entries")) };
        if (type == "add_document") {
            json const& description = field(in, "document");
            AddDocument add { index(), document_from(description, read_pixels()) };
            add.document.file = text_field(description, "file");
            return add;
        }
        if (type == "remove_document")
            return RemoveDocument { document() };
        if (type == "active_document")
            return SetActiveDocument { document() };
        if (type == "document")
            return SetDocumentProperties { document(), document_properties_from(field(in, "properties")) };
        if (type == "file")
            return SetDocumentFile { document(), text_field(in, "file") };
        if (type == "active_layer")
            return SetActiveLayer { document(), layer() };
        if (type == "insert_layer")
            return InsertLayer { document(), id_field(in, "parent"), index(), layer_from(field(in, "layer"), read_pixels()),
                in.contains("active") ? id_field(in, "active") : 0 };    // older journals say nothing of it
        if (type == "remove_layer")
            return RemoveLayer { document(), layer() };
        if (type == "move_layer")
            return MoveLayer { document(), layer(), id_field(in, "parent"), index() };
        if (type == "layer")
            return SetLayerProperties { document(), layer(), layer_properties_from(field(in, "properties")) };
        if (type == "tiles")
            return PutTiles { document(), layer(), tiles(list_field(in, "tiles")) };
        fail(ErrorCode::file_damaged, "journal: an entry of the unknown type {}; a newer Igneous may know it", type);
    }

    static std::vector<PromptEntry> prompts(json const& in)
    {
        std::vector<PromptEntry> entries;
        for (json const& entry : in) {
            if (!entry.is_array() || entry.size() != 2 || !entry[0].is_string() || !entry[1].is_string())
                fail(ErrorCode::file_damaged, "journal: a prompt should be two texts");
            entries.push_back({ entry[0].get<std::string>(), entry[1].get<std::string>() });
        }
        return entries;
    }

    ReadPixels read_pixels()
    {
        return [this](json const& in, TileGrid& pixels, LayerId) {
            for (PlacedTile& placed : tiles(in)) {
                if (placed.tile && placed.tile->size() != pixels.tile_bytes())
                    fail(ErrorCode::file_damaged, "journal: a tile of another kind of layer");
                pixels.put(placed.position, std::move(placed.tile));
            }
        };
    }

    std::vector<PlacedTile> tiles(json const& in)
    {
        std::vector<PlacedTile> all;
        if (!in.is_array())
            fail(ErrorCode::file_damaged, "journal: tiles should be a list");
        for (json const& entry : in) {
            if (!entry.is_array() || entry.size() != 3)
                fail(ErrorCode::file_damaged, "journal: a tile should be three numbers");
            json const named = { { "x", entry[0] }, { "y", entry[1] }, { "pixels", entry[2] } };
            TilePosition const position { static_cast<int>(
                                              integer_field(named, "x", -furthest_tile, furthest_tile - 1)),
                static_cast<int>(integer_field(named, "y", -furthest_tile, furthest_tile - 1)) };
            all.push_back({ position, tile(blob_index(named["pixels"])) });
        }
        return all;
    }

    std::int64_t blob_index(json const& in) const
    {
        return integer_field({ { "pixels", in } }, "pixels", -1, static_cast<std::int64_t>(m_blobs.size()) - 1);
    }

    Tile tile(std::int64_t blob)
    {
        if (blob < 0)
            return nullptr;
        auto const [known, is_new] = m_tiles.try_emplace(blob);
        if (is_new)
            known->second = inflate_tile(m_blobs[static_cast<std::size_t>(blob)]);
        return known->second;
    }

    /// A tile of either size; whatever the bytes are, they become no larger than the larger one.
    static Tile inflate_tile(std::span<std::byte const> blob)
    {
        constexpr std::size_t mask_bytes = std::size_t { tile_side } * tile_side, colour_bytes = 4 * mask_bytes;
        TileBytes bytes(colour_bytes);
        uLongf length = colour_bytes;
        auto const* from = reinterpret_cast<Bytef const*>(blob.data());
        if (uncompress(bytes.data(), &length, from, static_cast<uLong>(blob.size())) != Z_OK
            || (length != mask_bytes && length != colour_bytes))
            fail(ErrorCode::file_damaged, "journal: a tile cannot be unpacked");
        bytes.resize(length);
        bytes.shrink_to_fit();
        return make_tile(std::move(bytes));
    }

    std::shared_ptr<Image const> picture(json const& in)
    {
        std::int64_t const index = blob_index(in);
        if (index < 0)
            return nullptr;
        return std::make_shared<Image const>(decode_png(m_blobs[static_cast<std::size_t>(index)], "journal"));
    }

    json m_json;
    std::vector<std::span<std::byte const>> m_blobs;
    std::map<std::int64_t, Tile> m_tiles;
};

}

std::vector<std::byte> to_bytes(std::span<Change const> changes) { return Writer().write(changes); }
std::vector<Change> changes_from(std::span<std::byte const> bytes) { return Reader(bytes).read(); }

}
