// SPDX-License-Identifier: Apache-2.0
#include "app/database/database.h"

#include "app/files/places.h"

#include <sqlite3.h>

#include <format>
#include <utility>
#include <vector>

namespace igneous {

namespace fs = std::filesystem;

constexpr int patience_ms = 10000;

Database::Database(fs::path const& file, Migrations migrations)
    : m_file(file)
{
    std::error_code ignored;
    fs::create_directories(file.parent_path(), ignored);       // what is wrong with it, opening says
    int const flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;
    try {
        if (int const result = sqlite3_open_v2(utf8_name(file).c_str(), &m_handle, flags, nullptr); result != SQLITE_OK)
            fail_now(result, "open");
        sqlite3_extended_result_codes(m_handle, 1);
        sqlite3_busy_timeout(m_handle, patience_ms);
        // With a write-ahead log, "normal" survives kill -9 whole and a power cut without damage; "full" also keeps what
        // was just written through a power cut, which is what "nothing is lost" asks for.
        run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
        transaction([&] {
            Statement version = prepare("PRAGMA user_version");
            version.step();
            auto const have = static_cast<std::size_t>(version.integer(0));
            if (have > migrations.size())
                fail(ErrorCode::unsupported_model, "{} was written by a newer Igneous (format {}, this one knows {}); update Igneous",
                    utf8_name(file), have, migrations.size());
            for (std::size_t i = have; i < migrations.size(); ++i)
                run(migrations[i]);
            if (have < migrations.size())
                run(std::format("PRAGMA user_version = {}", migrations.size()));
        });
    } catch (...) {
        sqlite3_close_v2(m_handle);
        throw;
    }
}

Database::~Database() { sqlite3_close_v2(m_handle); }

void Database::fail_now(int result, std::string_view doing)
{
    std::string const name = utf8_name(m_file);
    std::string const reason = m_handle ? sqlite3_errmsg(m_handle) : sqlite3_errstr(result);
    switch (result & 0xff) {
    case SQLITE_FULL:
        fail(ErrorCode::disk_full, "{}: the disk is full; nothing was changed, make room and try again", name);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        fail(ErrorCode::file_damaged, "{}: {}", name, reason);
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
        fail(ErrorCode::file_missing, "{} cannot be opened for writing ({}); check its folder and its permissions", name, reason);
    case SQLITE_IOERR:
        fail(ErrorCode::disk_full, "{}: the disk does not take or give its data ({})", name, reason);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        fail(ErrorCode::internal, "{}: another program has kept it locked for {} s; close it and try again", name, patience_ms / 1000);
    default:
        fail(ErrorCode::internal, "{}: {} failed: {}", name, doing, reason);
    }
}

void Database::run(std::string_view sql)
{
    std::string const text(sql);
    if (int const result = sqlite3_exec(m_handle, text.c_str(), nullptr, nullptr, nullptr); result != SQLITE_OK)
        fail_now(result, text);
}

void Database::transaction(std::function<void()> const& work)
{
    if (m_depth > 0)
        return work();
    run("BEGIN IMMEDIATE");
    ++m_depth;
    try {
        work();
        --m_depth;
        run("COMMIT");
    } catch (...) {
        m_depth = 0;
        sqlite3_exec(m_handle, "ROLLBACK", nullptr, nullptr, nullptr);   // already done where SQLite did it by itself
        throw;
    }
}

std::int64_t Database::last_row_id() const { return sqlite3_last_insert_rowid(m_handle); }
int Database::changes() const { return sqlite3_changes(m_handle); }

bool Database::changed_elsewhere()
{
    Statement version = prepare("PRAGMA data_version");
    version.step();
    return std::exchange(m_seen_version, version.integer(0)) != version.integer(0);
}

Statement::Statement(Database& database, std::string_view sql)
    : m_database(&database)
{
    int const result
        = sqlite3_prepare_v2(database.m_handle, sql.data(), static_cast<int>(sql.size()), &m_statement, nullptr);
    if (result != SQLITE_OK)
        database.fail_now(result, sql);
}

Statement::~Statement() { sqlite3_finalize(m_statement); }

Statement::Statement(Statement&& other) noexcept
    : m_database(other.m_database)
    , m_statement(std::exchange(other.m_statement, nullptr))
{
}

bool Statement::step()
{
    int const result = sqlite3_step(m_statement);
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        m_database->fail_now(result, sqlite3_sql(m_statement));
    return result == SQLITE_ROW;
}

void Statement::run()
{
    while (step()) { }
    sqlite3_reset(m_statement);
}

void Statement::reset()
{
    sqlite3_reset(m_statement);
    sqlite3_clear_bindings(m_statement);
}

bool Statement::is_null(int column) const { return sqlite3_column_type(m_statement, column) == SQLITE_NULL; }
std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(m_statement, column); }
double Statement::real(int column) const { return sqlite3_column_double(m_statement, column); }

std::string Statement::text(int column) const
{
    auto const* text = reinterpret_cast<char const*>(sqlite3_column_text(m_statement, column));
    return text ? std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column))) : std::string();
}

std::span<std::byte const> Statement::blob(int column) const
{
    auto const* bytes = static_cast<std::byte const*>(sqlite3_column_blob(m_statement, column));
    return { bytes, static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column)) };
}

void Statement::bind_value(int index, std::nullopt_t) { sqlite3_bind_null(m_statement, index); }
void Statement::bind_value(int index, double value) { sqlite3_bind_double(m_statement, index, value); }
void Statement::bind_integer(int index, std::int64_t value) { sqlite3_bind_int64(m_statement, index, value); }

void Statement::bind_value(int index, std::string_view value)
{
    sqlite3_bind_text64(m_statement, index, value.data() ? value.data() : "", value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Statement::bind_value(int index, std::span<std::byte const> value)
{
    if (value.empty())
        sqlite3_bind_zeroblob(m_statement, index, 0);
    else
        sqlite3_bind_blob64(m_statement, index, value.data(), value.size(), SQLITE_TRANSIENT);
}

namespace {

void quick_check(Database& database)
{
    Statement check = database.prepare("PRAGMA quick_check(1)");
    if (check.step() && check.text(0) != "ok")
        fail(ErrorCode::file_damaged, "{}: {}", utf8_name(database.file()), check.text(0));
}

/// The file and its log beside it under a name that is free; the new name of the file.
fs::path set_aside(fs::path const& file)
{
    for (int number = 1;; ++number) {
        fs::path aside = file;
        aside.replace_extension(std::format("damaged-{}{}", number, utf8_name(file.extension())));
        std::error_code error;
        if (fs::exists(aside, error))
            continue;
        fs::rename(file, aside, error);
        if (error)
            fail(ErrorCode::disk_full, "{} is damaged and cannot be set aside: {}", utf8_name(file), error.message());
        for (char const* ending : { "-wal", "-shm" }) {
            fs::path log = file;
            log += ending;
            fs::path log_aside = aside;
            log_aside += ending;
            fs::rename(log, log_aside, error);                 // usually there is none
        }
        return aside;
    }
}

/// Copies into the fresh database what still can be read of the damaged one, table by table, row by row until the tear.
std::int64_t salvage(Database& fresh, fs::path const& damaged)
{
    sqlite3* old = nullptr;
    std::int64_t rows = 0;
    if (sqlite3_open_v2(utf8_name(damaged).c_str(), &old, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK) {
        std::vector<std::string> tables;
        Statement names = fresh.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
                                        "AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT GLOB '*_fts*' ORDER BY rowid");
        while (names.step())
            tables.push_back(names.text(0));
        for (std::string const& table : tables) {
            sqlite3_stmt* read = nullptr;
            if (sqlite3_prepare_v2(old, std::format("SELECT * FROM \"{}\"", table).c_str(), -1, &read, nullptr) == SQLITE_OK) {
                int const columns = sqlite3_column_count(read);
                std::string marks;
                for (int i = 0; i < columns; ++i)
                    marks += i ? ", ?" : "?";
                sqlite3_stmt* write = nullptr;
                if (sqlite3_prepare_v2(fresh.handle(), std::format("INSERT OR IGNORE INTO \"{}\" VALUES ({})", table, marks).c_str(), -1,
                        &write, nullptr)
                    == SQLITE_OK) {
                    while (sqlite3_step(read) == SQLITE_ROW) {
                        for (int i = 0; i < columns; ++i)
                            sqlite3_bind_value(write, i + 1, sqlite3_column_value(read, i));
                        rows += sqlite3_step(write) == SQLITE_DONE ? sqlite3_changes(fresh.handle()) : 0;
                        sqlite3_reset(write);
                    }
                }
                sqlite3_finalize(write);
            }
            sqlite3_finalize(read);
        }
    }
    sqlite3_close_v2(old);
    return rows;
}

}

std::unique_ptr<Database> open_or_rescue(fs::path const& file, Migrations migrations, Rescue& rescue)
{
    rescue = {};
    std::string reason;
    try {
        auto database = std::make_unique<Database>(file, migrations);
        quick_check(*database);
        return database;
    } catch (Error const& error) {
        if (error.code() != ErrorCode::file_damaged)
            throw;
        reason = error.what();
    }
    rescue.kept_copy = set_aside(file);
    auto database = std::make_unique<Database>(file, migrations);
    std::int64_t rows = 0;
    database->run("PRAGMA foreign_keys = OFF");
    database->transaction([&] { rows = salvage(*database, rescue.kept_copy); });
    database->run("PRAGMA foreign_keys = ON");
    rescue.reason = std::format("{}; what could be read ({} rows) was brought over, the damaged file is kept as {}", reason, rows,
        utf8_name(rescue.kept_copy));
    return database;
}

}
