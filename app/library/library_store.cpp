// SPDX-License-Identifier: Apache-2.0
#include "app/library/library_store.h"

#include "app/files/places.h"

#include <algorithm>
#include <array>
#include <format>
#include <nlohmann/json.hpp>
#include <sstream>
#include <tuple>

namespace igneous {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::json;

constexpr std::string_view migrations[] = { R"(
CREATE TABLE folders (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    program TEXT NOT NULL,
    away INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE models (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    state INTEGER NOT NULL,
    size INTEGER NOT NULL, modified INTEGER NOT NULL, key INTEGER NOT NULL, beside INTEGER NOT NULL,
    fingerprint INTEGER NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    type TEXT NOT NULL, base TEXT NOT NULL, user_type TEXT, user_base TEXT,
    format TEXT NOT NULL, variant TEXT NOT NULL, precision TEXT NOT NULL, prediction TEXT NOT NULL,
    tensors INTEGER NOT NULL, parameters INTEGER NOT NULL, rank INTEGER NOT NULL,
    title TEXT NOT NULL, author TEXT NOT NULL, base_detail TEXT NOT NULL, trigger_words TEXT NOT NULL,
    missing_parts TEXT NOT NULL, damage TEXT NOT NULL, preview TEXT NOT NULL, better_folder TEXT NOT NULL,
    sha256 TEXT, auto_v3 TEXT,
    note TEXT NOT NULL, favourite INTEGER NOT NULL DEFAULT 0,
    words TEXT NOT NULL
);
CREATE INDEX models_in_lists ON models (state, name, path, type, user_type, base, user_base, words);
CREATE INDEX models_by_content ON models (size, fingerprint);
CREATE INDEX models_by_hash ON models (sha256);
CREATE INDEX models_to_hash ON models (size, id) WHERE state = 0 AND sha256 IS NULL AND format <> 'diffusers';
CREATE TABLE details (
    model INTEGER PRIMARY KEY REFERENCES models (id) ON DELETE CASCADE,
    json TEXT NOT NULL
);
)" };

constexpr std::string_view columns = "id, path, state, size, coalesce(user_type, type), coalesce(user_base, base), "
                                     "user_type IS NOT NULL, user_base IS NOT NULL, format, "
                                     "variant, precision, prediction, tensors, parameters, rank, title, author, "
                                     "base_detail, trigger_words, missing_parts, damage, preview, "
                                     "better_folder, sha256, auto_v3, note, favourite";

std::string joined(std::vector<std::string> const& lines)
{
    std::string text;
    for (std::string const& line : lines)
        text += (text.empty() ? "" : "\n") + line;
    return text;
}

std::vector<std::string> lines_of(std::string const& text)
{
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t const end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

/// A name from the database, which a newer program may have written.
template<class Enum>
Enum known_or_unknown(Enum (*from_name)(std::string_view), std::string const& name)
{
    try {
        return from_name(name);
    } catch (Error const&) {
        return Enum::unknown;
    }
}

LibraryEntry entry_of(Statement const& row)
{
    LibraryEntry entry;
    int column = 0;
    auto const integer = [&] { return row.integer(column++); };
    auto const text = [&] { return row.text(column++); };
    entry.id = integer();
    entry.path = path_from_utf8(text());
    entry.state = static_cast<FileState>(std::clamp<std::int64_t>(integer(), 0, static_cast<int>(FileState::no_model)));
    entry.size = static_cast<std::uint64_t>(integer());
    entry.facts.type = known_or_unknown(type_from_name, text());
    entry.facts.base = known_or_unknown(base_from_name, text());
    entry.type_corrected = integer();
    entry.base_corrected = integer();
    entry.facts.format = text();
    entry.facts.variant = text();
    entry.facts.precision = text();
    entry.facts.prediction = text();
    entry.facts.tensors = integer();
    entry.facts.parameters = integer();
    entry.facts.rank = static_cast<int>(integer());
    entry.facts.title = text();
    entry.facts.author = text();
    entry.facts.base_detail = text();
    entry.facts.trigger_words = lines_of(text());
    entry.facts.missing_parts = lines_of(text());
    entry.facts.damage = text();
    if (std::string const preview = text(); !preview.empty())
        entry.preview = entry.path.parent_path() / path_from_utf8(preview);
    entry.better_folder = path_from_utf8(text());
    entry.sha256 = text();
    entry.auto_v3 = text();
    entry.note = text();
    entry.favourite = integer();
    return entry;
}

std::string details_of(ModelFacts const& facts)
{
    Json const json = { { "description", facts.description }, { "licence", facts.licence },
        { "warnings", facts.warnings }, { "metadata", facts.metadata } };
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string lower(std::string text)
{
    for (char& c : text)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    return text;
}

std::string_view condition_of(LibraryFilter filter)
{
    switch (filter) {
    case LibraryFilter::everything: return "state = 0";
    case LibraryFilter::favourites: return "state = 0 AND favourite";
    case LibraryFilter::duplicates:
        // Before both are hashed, size and fingerprint speak for them. Two names of one file (key) are no waste.
        return "state = 0 AND size > 0 AND EXISTS (SELECT 1 FROM models other WHERE other.size = models.size "
               "AND other.fingerprint = models.fingerprint AND other.id <> models.id AND other.key <> models.key "
               "AND other.state = 0 AND (other.sha256 IS NULL OR models.sha256 IS NULL "
               "OR other.sha256 = models.sha256))";
    case LibraryFilter::damaged: return "state = 0 AND damage <> ''";
    case LibraryFilter::misplaced: return "state = 0 AND better_folder <> '' AND user_type IS NULL";
    case LibraryFilter::incomplete: return "state = 0 AND missing_parts <> ''";
    case LibraryFilter::missing: return "state IN (1, 2)";
    }
    return {};
}

std::string_view order_of(LibraryOrder order)
{
    switch (order) {
    case LibraryOrder::name: return "name, path";
    case LibraryOrder::newest: return "modified DESC, id";
    case LibraryOrder::largest: return "size DESC, id";
    }
    return {};
}

}

std::string_view name_of(FileState state)
{
    switch (state) {
    case FileState::here: return "here";
    case FileState::away: return "away";
    case FileState::gone: return "gone";
    case FileState::unwatched: return "unwatched";
    case FileState::no_model: return "no_model";
    }
    return {};
}

fs::path kept_path(fs::path const& path)
{
    std::error_code error;
    fs::path const absolute = fs::absolute(path, error).lexically_normal();
    return absolute.has_filename() ? absolute : absolute.parent_path();
}

bool lies_below(std::string_view path, std::string_view folder)
{
    return path.starts_with(folder)
           && (path.size() == folder.size() || folder.ends_with('/') || path[folder.size()] == '/'
               || path[folder.size()] == static_cast<char>(fs::path::preferred_separator));
}

LibraryStore::LibraryStore(fs::path const& file)
    : m_database(open_or_rescue(file.empty() ? data_folder() / "library.db" : file, migrations, m_rescue))
{}

WatchedFolder LibraryStore::add_folder(fs::path const& folder, std::string const& program)
{
    fs::path const path = kept_path(folder);
    std::error_code error;
    if (!fs::is_directory(path, error))
        fail(ErrorCode::file_missing, "{} is no folder that can be watched; check the path", utf8_name(path));
    m_database->transaction([&] {
        auto const known = folders();
        if (std::ranges::none_of(
                known, [&](WatchedFolder const& f) { return lies_below(utf8_name(path), utf8_name(f.path)); }))
            m_database->run("INSERT INTO folders (path, program) VALUES (?1, ?2)", utf8_name(path), program);
    });
    for (WatchedFolder& known : folders()) {
        if (lies_below(utf8_name(path), utf8_name(known.path)))
            return known;
    }
    fail(ErrorCode::internal, "the folder {} was removed at the same time", utf8_name(path));
}

bool LibraryStore::remove_folder(fs::path const& folder)
{
    std::string const path = utf8_name(kept_path(folder));
    bool removed = false;
    m_database->transaction([&] {
        m_database->run("DELETE FROM folders WHERE path = ?1", path);
        removed = m_database->changes() > 0;
        if (!removed)
            return;
        auto const left = folders();
        std::vector<std::int64_t> unwatched;
        Statement rows = m_database->prepare("SELECT id, path FROM models");
        while (rows.step()) {
            std::string const file = rows.text(1);
            if (lies_below(file, path)
                && std::ranges::none_of(left, [&](auto const& f) { return lies_below(file, utf8_name(f.path)); }))
                unwatched.push_back(rows.integer(0));
        }
        set_state(unwatched, FileState::unwatched);
    });
    return removed;
}

std::vector<WatchedFolder> LibraryStore::folders()
{
    std::vector<WatchedFolder> folders;
    Statement rows = m_database->prepare(
        "SELECT id, path, program, away, (SELECT count(*) FROM models WHERE state IN (0, 1) "
        "AND substr(models.path, 1, length(folders.path)) = folders.path "
        "AND substr(models.path, length(folders.path) + 1, 1) IN ('/', '\\')) FROM folders ORDER BY path");
    while (rows.step())
        folders.push_back(
            { rows.integer(0), path_from_utf8(rows.text(1)), rows.text(2), rows.integer(3) != 0, rows.integer(4) });
    return folders;
}

std::vector<std::int64_t> LibraryStore::ids(LibraryQuery const& query)
{
    constexpr int most_words = 12, first_word = 3;
    std::array<std::optional<std::string>, most_words + 2> values;
    if (query.type)
        values[0] = name_of(*query.type);
    if (query.base)
        values[1] = name_of(*query.base);
    std::istringstream text(lower(query.text));
    std::string word;
    for (std::size_t i = 2; i < values.size() && text >> word; ++i)
        values[i] = word;
    // Which they are is answered by one index, without the rows.
    std::string sql = std::format(
        "SELECT id FROM models WHERE {} AND (?1 IS NULL OR coalesce(user_type, type) = ?1) AND (?2 IS NULL OR "
        "coalesce(user_base, base) = ?2)",
        condition_of(query.filter));
    for (int i = 0; i < most_words; ++i)
        sql += std::format(" AND (?{0} IS NULL OR instr(words, ?{0}))", first_word + i);
    Statement found = m_database->prepare(sql + " ORDER BY " + std::string(order_of(query.order)));
    std::apply([&](auto const&... value) { found.bind(value...); }, values);
    std::vector<std::int64_t> ids;
    while (found.step())
        ids.push_back(found.integer(0));
    return ids;
}

std::vector<LibraryEntry> LibraryStore::entries(std::span<std::int64_t const> ids)
{
    std::vector<LibraryEntry> found;
    Statement row = m_database->prepare(std::format("SELECT {} FROM models WHERE id = ?1", columns));
    for (std::int64_t id : ids) {
        if (row.bind(id).step())
            found.push_back(entry_of(row));
    }
    return found;
}

LibraryPage LibraryStore::find(LibraryQuery const& query)
{
    std::vector<std::int64_t> const all = ids(query);
    auto const first = std::min(static_cast<std::size_t>(std::max<std::int64_t>(query.offset, 0)), all.size());
    auto const count = query.limit < 0 ? all.size() : static_cast<std::size_t>(query.limit);
    return { entries(std::span(all).subspan(first, std::min(count, all.size() - first))),
        static_cast<std::int64_t>(all.size()) };
}

std::optional<LibraryEntry> LibraryStore::entry(std::int64_t id)
{
    Statement row = m_database->prepare(std::format("SELECT {} FROM models WHERE id = ?1", columns));
    if (!row.bind(id).step())
        return std::nullopt;
    LibraryEntry entry = entry_of(row);
    Statement details = m_database->prepare("SELECT json FROM details WHERE model = ?1");
    if (details.bind(id).step()) {
        Json const json = Json::parse(details.text(0), nullptr, false);
        try {
            entry.facts.description = json.at("description");
            entry.facts.licence = json.at("licence");
            entry.facts.warnings = json.at("warnings");
            entry.facts.metadata = json.at("metadata");
        } catch (Json::exception const&) { // brought over from a damaged database: the next change reads it again
        }
    }
    return entry;
}

std::optional<LibraryEntry> LibraryStore::entry(fs::path const& path)
{
    Statement row = m_database->prepare("SELECT id FROM models WHERE path = ?1");
    return row.bind(utf8_name(kept_path(path))).step() ? entry(row.integer(0)) : std::nullopt;
}

std::vector<LibraryEntry> LibraryStore::with_hash(std::string hash)
{
    hash = lower(hash);
    std::vector<LibraryEntry> found;
    constexpr std::size_t shortest = 8; // fewer digits name too many
    if (hash.size() < shortest || hash.find_first_not_of("0123456789abcdef") != hash.npos)
        return found;
    Statement rows = m_database->prepare(std::format(
        "SELECT {} FROM models WHERE state = 0 AND (substr(sha256, 1, ?2) = ?1 OR substr(auto_v3, 1, ?2) = ?1) "
        "ORDER BY name", columns));
    rows.bind(hash, hash.size());
    while (rows.step())
        found.push_back(entry_of(rows));
    return found;
}

void LibraryStore::mark(std::int64_t id, UserMarks const& marks)
{
    m_database->transaction([&] {
        auto const correct = [&](char const* column, auto const& value) {
            if (!value)
                return;
            using Enum = std::remove_cvref_t<decltype(*value)>;
            std::optional<std::string_view> const name
                = *value == Enum::unknown ? std::nullopt : std::optional(name_of(*value));
            m_database->run(std::format("UPDATE models SET {} = ?2 WHERE id = ?1", column), id, name);
        };
        if (marks.note)
            m_database->run("UPDATE models SET note = ?2 WHERE id = ?1", id, *marks.note);
        if (marks.favourite)
            m_database->run("UPDATE models SET favourite = ?2 WHERE id = ?1", id, *marks.favourite ? 1 : 0);
        correct("user_type", marks.type);
        correct("user_base", marks.base);
        refresh_words(id);
    });
}

void LibraryStore::refresh_words(std::int64_t id)
{
    Statement row = m_database->prepare(
        "SELECT name, title, author, trigger_words, base_detail, variant, coalesce(user_type, type), "
        "coalesce(user_base, base), precision, note, path FROM models WHERE id = ?1");
    if (!row.bind(id).step())
        return;
    std::string words;
    for (int column = 0; column < 6; ++column)
        words += row.text(column) + "\n";
    ModelType const type = known_or_unknown(type_from_name, row.text(6));
    ModelBase const base = known_or_unknown(base_from_name, row.text(7));
    words += std::format("{}\n{}\n{}\n{}\n{}\n{}\n{}", name_of(type), title_of(type), name_of(base), title_of(base),
        row.text(8), row.text(9), utf8_name(path_from_utf8(row.text(10)).parent_path().filename()));
    m_database->run("UPDATE models SET words = ?2 WHERE id = ?1", id, lower(words));
}

std::int64_t LibraryStore::forget_gone()
{
    m_database->run("DELETE FROM models WHERE state = ?1", static_cast<int>(FileState::gone));
    return m_database->changes();
}

std::map<std::string, KnownModel, std::less<>> LibraryStore::known_models()
{
    std::map<std::string, KnownModel, std::less<>> known;
    Statement rows = m_database->prepare(
        "SELECT path, id, size, modified, key, beside, fingerprint, state FROM models ORDER BY path");
    while (rows.step()) {
        KnownModel file { .id = rows.integer(1),
            .stamp = { static_cast<std::uint64_t>(rows.integer(2)), rows.integer(3), rows.integer(4), rows.integer(5) },
            .fingerprint = rows.integer(6),
            .state = static_cast<FileState>(rows.integer(7)) };
        known.emplace_hint(known.end(), rows.text(0), std::move(file));
    }
    return known;
}

void LibraryStore::save(std::span<RecognisedFile const> files)
{
    m_database->transaction([&] {
        // A hash stays as long as size and time do, on whatever path.
        Statement move = m_database->prepare("UPDATE OR IGNORE models SET path = ?2 WHERE id = ?1");
        Statement add = m_database->prepare(R"(
            INSERT INTO models (path, state, size, modified, key, beside, fingerprint, name, type, base, format,
                variant, precision, prediction, tensors, parameters, rank, title, author, base_detail, trigger_words,
                missing_parts, damage, preview, better_folder, auto_v3, note, words)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
                ?23, ?24, ?25, ?26, ?27, '')
            ON CONFLICT (path) DO UPDATE SET
                sha256 = CASE WHEN size = excluded.size AND modified = excluded.modified THEN sha256 END,
                auto_v3 = CASE WHEN size = excluded.size AND modified = excluded.modified
                               THEN coalesce(auto_v3, excluded.auto_v3) ELSE excluded.auto_v3 END,
                note = CASE WHEN note = '' THEN excluded.note ELSE note END,
                state = excluded.state, size = excluded.size, modified = excluded.modified, key = excluded.key,
                beside = excluded.beside, fingerprint = excluded.fingerprint, name = excluded.name,
                type = excluded.type, base = excluded.base, format = excluded.format, variant = excluded.variant,
                precision = excluded.precision, prediction = excluded.prediction, tensors = excluded.tensors,
                parameters = excluded.parameters, rank = excluded.rank, title = excluded.title,
                author = excluded.author, base_detail = excluded.base_detail, trigger_words = excluded.trigger_words,
                missing_parts = excluded.missing_parts, damage = excluded.damage, preview = excluded.preview,
                better_folder = excluded.better_folder
            RETURNING id)");
        Statement describe = m_database->prepare("INSERT OR REPLACE INTO details (model, json) VALUES (?1, ?2)");
        for (RecognisedFile const& file : files) {
            if (file.moved_from)
                move.bind(*file.moved_from, file.path).run();
            ModelFacts const& facts = file.facts;
            fs::path const name = path_from_utf8(file.path).filename();
            std::optional<std::string> const tensors
                = facts.tensor_hash.empty() ? std::nullopt : std::optional(facts.tensor_hash);
            add.bind(file.path, static_cast<int>(file.is_model ? FileState::here : FileState::no_model),
                static_cast<std::int64_t>(file.stamp.size), file.stamp.modified, file.stamp.key, file.stamp.beside,
                file.fingerprint, utf8_name(facts.format == "diffusers" ? name : name.stem()), name_of(facts.type),
                name_of(facts.base), facts.format, facts.variant, facts.precision, facts.prediction, facts.tensors,
                facts.parameters, facts.rank, facts.title, facts.author, facts.base_detail, joined(facts.trigger_words),
                joined(facts.missing_parts), facts.damage, file.preview, file.better_folder, tensors, file.first_note);
            add.step();
            std::int64_t const id = add.integer(0);
            add.run();
            describe.bind(id, details_of(facts)).run();
            refresh_words(id);
        }
    });
}

void LibraryStore::set_state(std::span<std::int64_t const> ids, FileState state)
{
    if (ids.empty())
        return;
    m_database->transaction([&] {
        Statement update = m_database->prepare("UPDATE models SET state = ?2 WHERE id = ?1 AND state <> ?2");
        for (std::int64_t id : ids)
            update.bind(id, static_cast<int>(state)).run();
    });
}

void LibraryStore::set_away(std::int64_t folder, bool away)
{
    m_database->run("UPDATE folders SET away = ?2 WHERE id = ?1 AND away <> ?2", folder, away ? 1 : 0);
}

namespace {

// A damaged file is hashed too: its hash says whether another download differs. Folders have none.
constexpr std::string_view unhashed = "state = 0 AND sha256 IS NULL AND format <> 'diffusers' AND size > 0";

}

std::optional<HashJob> LibraryStore::next_to_hash(
    std::span<std::int64_t const> first, std::span<std::int64_t const> skip)
{
    auto const job_of = [](Statement const& row) {
        return HashJob { .id = row.integer(0),
            .path = path_from_utf8(row.text(1)),
            .stamp = { static_cast<std::uint64_t>(row.integer(2)), row.integer(3), row.integer(4), 0 },
            .tensors_too = row.integer(5) != 0 };
    };
    constexpr std::string_view wanted
        = "id, path, size, modified, key, auto_v3 IS NULL AND format = 'safetensors' AND type = 'lora'";
    Statement one = m_database->prepare(std::format("SELECT {} FROM models WHERE id = ?1 AND {}", wanted, unhashed));
    for (std::int64_t id : first) {
        if (!std::ranges::contains(skip, id) && one.bind(id).step())
            return job_of(one);
    }
    Statement rows
        = m_database->prepare(std::format("SELECT {} FROM models WHERE {} ORDER BY size, id", wanted, unhashed));
    while (rows.step()) {
        if (!std::ranges::contains(skip, rows.integer(0)))
            return job_of(rows);
    }
    return std::nullopt;
}

void LibraryStore::save_hashes(HashJob const& job, std::string const& sha256, std::string const& tensors)
{
    std::optional<std::string> const auto_v3 = tensors.empty() ? std::nullopt : std::optional(tensors);
    m_database->run(
        "UPDATE models SET sha256 = ?2, auto_v3 = coalesce(?3, auto_v3) WHERE id = ?1 AND size = ?4 AND modified = ?5",
        job.id, sha256, auto_v3, static_cast<std::int64_t>(job.stamp.size), job.stamp.modified);
}

LibraryStore::ToHash LibraryStore::left_to_hash()
{
    Statement row
        = m_database->prepare(std::format("SELECT count(*), coalesce(sum(size), 0) FROM models WHERE {}", unhashed));
    row.step();
    return { row.integer(0), row.integer(1) };
}

}
