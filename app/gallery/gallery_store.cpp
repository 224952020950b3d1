// SPDX-License-Identifier: Apache-2.0
#include "app/gallery/gallery_store.h"

#include "app/files/file.h"
#include "app/gallery/picture_facts.h"
#include "app/gallery/schema.h"
#include "app/gallery/search_text.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <utility>

namespace igneous {

namespace fs = std::filesystem;

namespace {

constexpr char const* folder_kinds[] = { "imported", "output" };       // as the list of folders has them

template <class Enumeration>
constexpr int stored(Enumeration value)
{
    return static_cast<int>(value);
}

std::int64_t now_ms()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string joined(std::vector<std::string> const& lines)
{
    std::string out;
    for (std::string const& line : lines)
        out += (out.empty() ? "" : "\n") + line;
    return out;
}

std::vector<std::string> split(std::string_view text)
{
    std::vector<std::string> lines;
    while (!text.empty()) {
        std::size_t const length = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, length));
        text.remove_prefix(std::min(length + 1, text.size()));
    }
    return lines;
}

constexpr std::string_view picture_columns = R"(SELECT id, state, stars, made, added, size, modified, fingerprint,
    width, height, seed, steps, cfg, sampler, program, model_hash, thumbnail, thumbnail_reason, path, original, trashed,
    prompt, negative, model, loras, note, recipe FROM pictures JOIN texts ON texts.picture = pictures.id )";

GalleryPicture picture_of(Statement const& row)
{
    int column = 0;
    auto const integer = [&] { return row.integer(column++); };
    auto const text = [&] { return row.text(column++); };
    GalleryPicture picture;
    picture.id = integer();
    picture.state = static_cast<PictureState>(integer());
    picture.stars = static_cast<int>(integer());
    PictureFacts& facts = picture.facts;
    facts.made = integer();
    picture.added = integer();
    facts.size = static_cast<std::uint64_t>(integer());
    facts.modified = integer();
    facts.fingerprint = static_cast<std::uint64_t>(integer());
    facts.width = static_cast<int>(integer());
    facts.height = static_cast<int>(integer());
    if (!row.is_null(column))
        facts.seed = static_cast<std::uint64_t>(row.integer(column));
    if (!row.is_null(++column))
        facts.steps = static_cast<int>(row.integer(column));
    if (!row.is_null(++column))
        facts.cfg = row.real(column);
    ++column;
    facts.sampler = text();
    facts.program = text();
    facts.model_hash = text();
    picture.thumbnail = static_cast<ThumbnailState>(integer());
    picture.thumbnail_reason = text();
    picture.path = path_from_utf8(text());
    picture.original = path_from_utf8(text());
    picture.trashed = integer();
    facts.prompt = text();
    facts.negative_prompt = text();
    facts.model = text();
    facts.loras = split(text());
    picture.note = text();
    facts.recipe = text();
    return picture;
}

/// The path by which a file is known, however it was called.
fs::path place_of(fs::path const& path)
{
    std::error_code error;
    fs::path const whole = fs::absolute(path, error);
    fs::path const folder = fs::weakly_canonical(whole.parent_path(), error);
    return error ? whole.lexically_normal() : folder / whole.filename();
}

std::string_view order_of(GalleryOrder order)
{
    switch (order) {
    case GalleryOrder::oldest: return "made, id";
    case GalleryOrder::stars: return "stars DESC, made DESC, id DESC";
    case GalleryOrder::name: return "name COLLATE NOCASE, id";
    default: return "made DESC, id DESC";
    }
}

std::string all_of(std::vector<std::string> const& conditions)
{
    std::string out;
    for (std::string const& condition : conditions)
        out += (out.empty() ? "" : " AND ") + condition;
    return out;
}

/// All pictures of the shelf, or of the board, in the order that is asked for.
std::string search_sql(GallerySearch const& search, SearchQuery const& query)
{
    std::string const where
        = search.shelf == GalleryShelf::all ? "TRUE" : std::format("state = {}", stored(search.shelf));
    if (search.order == GalleryOrder::board && !query.board.empty())
        return std::format(
            R"(SELECT id FROM (SELECT picture, min(position) AS place FROM board_pictures WHERE board IN
                (SELECT id FROM boards WHERE {}) GROUP BY picture) JOIN pictures ON id = picture
                WHERE {} ORDER BY place, id)",
            query.board, where);
    return std::format("SELECT id FROM pictures WHERE {} ORDER BY {}", where, order_of(search.order));
}

/// A set of ids that is quickly asked.
class IdSet {
public:
    explicit IdSet(Statement& rows)
    {
        while (rows.step()) {
            auto const at = static_cast<std::size_t>(rows.integer(0));
            if (at >= m_bits.size())
                m_bits.resize(std::max(at + 1, 2 * m_bits.size()));
            m_bits[at] = true;
        }
    }
    bool holds(PictureId id) const
    {
        auto const at = static_cast<std::size_t>(id);
        return at < m_bits.size() && m_bits[at];
    }

private:
    std::vector<bool> m_bits;
};

}

char const* state_name(PictureState state)
{
    constexpr char const* names[] = { "present", "missing", "trashed" };
    return names[stored(state)];
}

std::span<PictureId const> GalleryResult::window(std::size_t offset, std::size_t limit) const
{
    std::span<PictureId const> const all = ids;
    offset = std::min(offset, all.size());
    return all.subspan(offset, std::min(limit, all.size() - offset));
}

GalleryStore::GalleryStore(fs::path folder)
    : m_folder(place_of(folder / "gallery.db").parent_path())
{
    static_assert(stored(GalleryShelf::present) == stored(PictureState::present)
                  && stored(GalleryShelf::missing) == stored(PictureState::missing)
                  && stored(GalleryShelf::trashed) == stored(PictureState::trashed));
    open();
}

Database& GalleryStore::database()
{
    if (!m_database)
        open();
    return *m_database;
}

void GalleryStore::open()
{
    try {
        m_database = std::make_unique<Database>(m_folder / "gallery.db", gallery_migrations);
        restore_folders();
        finish_moves();
    } catch (Error const& error) {
        if (error.code() != ErrorCode::file_damaged)
            throw;
        rescue();
    }
}

void GalleryStore::rescue()
{
    m_database.reset();
    ++m_rescues;
    Rescue happened;
    m_database = open_or_rescue(m_folder / "gallery.db", gallery_migrations, happened);
    mend_gallery(*m_database);
    m_notice = "the gallery's database was damaged; it is made again from what could be read and from the pictures";
    if (!happened.reason.empty())
        m_notice += ": " + happened.reason;
    restore_folders();
    finish_moves();
}

void GalleryStore::restore_folders()
{
    std::ifstream list(m_folder / "gallery-folders.txt", std::ios::binary);
    for (std::string line; std::getline(list, line);) {
        for (auto const kind : { FolderKind::imported, FolderKind::output }) {
            std::string const beginning = std::string(folder_kinds[stored(kind)]) + "\t",
                              path = line.substr(std::min(beginning.size(), line.size()));
            if (!line.starts_with(beginning)
                || database().prepare("SELECT 1 FROM folders WHERE path = ?1").bind(path).step())
                continue;
            database().run("INSERT INTO folders VALUES (?1, ?2) ON CONFLICT DO NOTHING", path, stored(kind));
            database().run("INSERT OR IGNORE INTO flags VALUES ('rescan')");
        }
    }
}

bool GalleryStore::needs_rescan() { return database().prepare("SELECT 1 FROM flags WHERE name = 'rescan'").step(); }
void GalleryStore::rescanned() { database().run("DELETE FROM flags WHERE name = 'rescan'"); }

void GalleryStore::transaction(std::function<void()> const& work)
{
    if (m_in_transaction)
        return work();
    guarded([&] {
        struct Inside {
            bool& inside;
            ~Inside() { inside = false; }
        } const inside { m_in_transaction };
        database().transaction([&] {
            m_in_transaction = true;
            work();
        });
    });
}

GalleryResult GalleryStore::search(GallerySearch const& search)
{
    return guarded([&] {
        SearchQuery query = parse_search(search.text);
        GalleryResult result { .ids = {}, .remarks = std::move(query.remarks) };
        std::vector<IdSet> wanted, excluded;
        Statement words = database().prepare("SELECT rowid FROM texts_fts WHERE texts_fts MATCH ?1");
        if (!query.match.empty())
            wanted.emplace_back(words.bind(query.match));
        for (std::string const& match : query.excluded)
            excluded.emplace_back(words.bind(match));
        if (!query.conditions.empty()) {
            // One pass over the table in its own order: each index would only be asked for most of the rows.
            Statement rows
                = database().prepare("SELECT id FROM pictures NOT INDEXED WHERE " + all_of(query.conditions));
            wanted.emplace_back(rows);
        }
        // Going through all pictures in their order and picking is faster than sorting what was found.
        Statement rows = database().prepare(search_sql(search, query));
        while (rows.step()) {
            PictureId const id = rows.integer(0);
            auto const holds = [id](IdSet const& set) { return set.holds(id); };
            if (std::ranges::all_of(wanted, holds) && std::ranges::none_of(excluded, holds))
                result.ids.push_back(id);
        }
        return result;
    });
}

std::vector<GalleryPicture> GalleryStore::pictures(std::span<PictureId const> ids)
{
    return guarded([&] {
        std::vector<GalleryPicture> found;
        Statement rows = database().prepare(std::string(picture_columns) + "WHERE id = ?1");
        for (PictureId const id : ids)
            if (rows.bind(id).step())
                found.push_back(picture_of(rows));
        return found;
    });
}

std::optional<GalleryPicture> GalleryStore::picture(PictureId id)
{
    auto found = pictures(std::span(&id, 1));
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::optional<GalleryPicture> GalleryStore::picture_at(fs::path const& path)
{
    return guarded([&]() -> std::optional<GalleryPicture> {
        Statement rows = database().prepare(std::string(picture_columns) + "WHERE path = ?1");
        return rows.bind(utf8_name(place_of(path))).step() ? std::optional(picture_of(rows)) : std::nullopt;
    });
}

PictureId GalleryStore::add(fs::path const& path, GenerationRequest const& request, int index)
{
    fs::path const place = place_of(path);
    PictureFacts const facts = read_facts(place, request, index);
    remember_folder(place.parent_path(), FolderKind::output);
    put(place, facts);
    return picture_at(place)->id;
}

std::optional<PictureId> GalleryStore::elsewhere(fs::path const& path, PictureFacts const& facts)
{
    Statement same
        = database().prepare("SELECT id, path FROM pictures WHERE fingerprint = ?1 AND size = ?2 AND state <> ?3");
    same.bind(static_cast<std::int64_t>(facts.fingerprint), facts.size, stored(PictureState::trashed));
    std::error_code ignored;
    while (same.step())
        if (fs::path const known = path_from_utf8(same.text(1)); known != path && !fs::exists(known, ignored))
            return same.integer(0);
    return {};
}

PutResult GalleryStore::put(fs::path const& path, PictureFacts const& f)
{
    PutResult result = PutResult::unchanged;
    transaction([&] {
        std::string const place = utf8_name(path), name = utf8_name(path.filename());
        Statement known
            = database().prepare("SELECT id, state, size, modified, fingerprint FROM pictures WHERE path = ?1");
        std::optional<PictureId> id;
        if (known.bind(place).step()) {
            id = known.integer(0);
            bool const same = static_cast<std::uint64_t>(known.integer(2)) == f.size && known.integer(3) == f.modified
                              && static_cast<std::uint64_t>(known.integer(4)) == f.fingerprint;
            bool const present = known.integer(1) == stored(PictureState::present);
            if (same && present)
                return;
            result = present ? PutResult::updated : PutResult::found_again;
        } else if ((id = elsewhere(path, f))) {
            result = PutResult::found_again;
        } else {
            database().run(R"(INSERT INTO pictures (made, added, name, size, modified, fingerprint, width, height,
                sampler, program, model_hash, path) VALUES (?1, ?2, ?3, 0, 0, 0, 0, 0, '', '', '', ?4))",
                f.made, now_ms(), name, place);
            id = database().last_row_id();
            database().run("INSERT INTO texts VALUES (?1, '', '', '', '', '', '', '')", *id);
            result = PutResult::added;
        }
        std::optional<std::int64_t> seed;
        if (f.seed)
            seed = static_cast<std::int64_t>(*f.seed);
        database().run(R"(UPDATE pictures SET state = 0, path = ?2, name = ?3, size = ?4, modified = ?5,
            fingerprint = ?6, width = ?7, height = ?8, seed = ?9, steps = ?10, cfg = ?11, sampler = ?12, program = ?13,
            model_hash = ?14, thumbnail = 0, thumbnail_reason = '', original = '', trashed = 0,
            made = CASE fingerprint WHEN ?6 THEN made ELSE ?15 END WHERE id = ?1)",
            *id, place, name, f.size, f.modified, static_cast<std::int64_t>(f.fingerprint), f.width, f.height, seed,
            f.steps, f.cfg, f.sampler, f.program, f.model_hash, f.made);
        database().run(R"(UPDATE texts SET prompt = ?2, negative = ?3, model = ?4, loras = ?5, name = ?6, recipe = ?7
            WHERE picture = ?1)",
            *id, f.prompt, f.negative_prompt, f.model, joined(f.loras), name, f.recipe);
    });
    return result;
}

std::vector<std::pair<std::string, GalleryFile>> GalleryStore::known_files(fs::path const& folder)
{
    return guarded([&] {
        std::vector<std::pair<std::string, GalleryFile>> files;
        std::string const beginning = utf8_name(folder / "");
        std::string behind = beginning;
        ++behind.back();
        Statement rows
            = database().prepare("SELECT path, id, state, size, modified FROM pictures WHERE path > ?1 AND path < ?2");
        rows.bind(beginning, behind);
        while (rows.step())
            files.emplace_back(rows.text(0), GalleryFile { rows.integer(1), static_cast<PictureState>(rows.integer(2)),
                                                 static_cast<std::uint64_t>(rows.integer(3)), rows.integer(4) });
        return files;
    });
}

std::size_t GalleryStore::set_missing(std::span<PictureId const> ids)
{
    std::size_t count = 0;
    transaction([&] {
        count = 0;
        Statement place = database().prepare("SELECT path FROM pictures WHERE id = ?1 AND state = 0");
        std::error_code ignored;
        for (PictureId const id : ids) {
            if (!place.bind(id).step() || fs::exists(path_from_utf8(place.text(0)), ignored))
                continue; // it came back, here or elsewhere
            database().run("UPDATE pictures SET state = 1 WHERE id = ?1", id);
            ++count;
        }
    });
    return count;
}

void GalleryStore::set_present(std::span<PictureId const> ids)
{
    transaction([&] {
        for (PictureId const id : ids)
            database().run("UPDATE pictures SET state = 0 WHERE id = ?1 AND state = 1", id);
    });
}

void GalleryStore::set_stars(std::span<PictureId const> ids, int stars)
{
    require(stars >= 0 && stars <= 5, "stars go from 0 to 5, got {}", stars);
    transaction([&] {
        for (PictureId const id : ids)
            database().run("UPDATE pictures SET stars = ?2 WHERE id = ?1", id, stars);
    });
}

void GalleryStore::set_note(PictureId id, std::string_view note)
{
    guarded([&] { database().run("UPDATE texts SET note = ?2 WHERE picture = ?1", id, note); });
}

void GalleryStore::set_thumbnail(PictureId id, ThumbnailState state, std::string_view reason)
{
    guarded([&] {
        database().run("UPDATE pictures SET thumbnail = ?2, thumbnail_reason = ?3 WHERE id = ?1 AND thumbnail <> ?2",
            id, stored(state), reason);
    });
}

std::vector<GalleryFolder> GalleryStore::folders()
{
    return guarded([&] {
        std::vector<GalleryFolder> all;
        Statement rows = database().prepare("SELECT path, kind FROM folders ORDER BY path");
        while (rows.step())
            all.push_back({ path_from_utf8(rows.text(0)), static_cast<FolderKind>(rows.integer(1)) });
        return all;
    });
}

void GalleryStore::remember_folder(fs::path const& path, FolderKind kind)
{
    for (GalleryFolder const& known : folders())
        if (known.path == path && known.kind <= kind)
            return;
    transaction([&] {
        database().run("INSERT OR REPLACE INTO folders VALUES (?1, ?2)", utf8_name(path), stored(kind));
        write_folder_list();
    });
}

void GalleryStore::forget_folder(fs::path const& path)
{
    transaction([&] {
        database().run("DELETE FROM folders WHERE path = ?1", utf8_name(path));
        write_folder_list();
    });
}

void GalleryStore::write_folder_list()
{
    std::string text;
    for (GalleryFolder const& folder : folders())
        if (std::string const path = utf8_name(folder.path); path.find('\n') == path.npos)
            text += std::format("{}\t{}\n", folder_kinds[stored(folder.kind)], path);
    write_file(m_folder / "gallery-folders.txt", std::as_bytes(std::span(text)));
}

}
