// SPDX-License-Identifier: Apache-2.0
#pragma once

// SQLite as the program uses it: one file, write-ahead log, every change in a transaction, several processes at once.
// A Database belongs to one thread at a time; others open their own. Failures throw Error: disk_full, file_damaged (the
// file is no database or is torn), file_missing (cannot be opened), internal (a statement that makes no sense).

#include "models/api/error.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace igneous {

class Database;

/// A prepared statement: bind(...), then step() for each row. Parameters count from 1 in SQL (?1) and are given in order;
/// columns count from 0. Kept statements are reset by the next bind().
class Statement {
public:
    Statement(Database& database, std::string_view sql);
    ~Statement();
    Statement(Statement&& other) noexcept;
    Statement(Statement const&) = delete;

    /// Integers, doubles, texts, blobs (std::span<std::byte const>), std::nullopt and optionals of these.
    template<class... Values>
    Statement& bind(Values const&... values)
    {
        reset();
        int index = 0;
        (bind_value(++index, values), ...);
        return *this;
    }
    /// Whether there is a row.
    bool step();
    /// Steps to the end.
    void run();

    bool is_null(int column) const;
    std::int64_t integer(int column) const;
    double real(int column) const;
    std::string text(int column) const;
    std::span<std::byte const> blob(int column) const;         // valid until the next step

private:
    void reset();
    void bind_value(int index, std::nullopt_t);
    void bind_value(int index, double value);
    void bind_value(int index, std::string_view value);
    void bind_value(int index, std::span<std::byte const> value);
    void bind_integer(int index, std::int64_t value);
    template<std::integral T>
    void bind_value(int index, T value)
    {
        bind_integer(index, static_cast<std::int64_t>(value));
    }
    template<class T>
    void bind_value(int index, std::optional<T> const& value)
    {
        if (value)
            bind_value(index, *value);
        else
            bind_value(index, std::nullopt);
    }

    Database* m_database;
    sqlite3_stmt* m_statement = nullptr;
};

/// Brings the tables from one version to the next: migration i takes version i to i + 1.
using Migrations = std::span<std::string_view const>;

class Database {
public:
    /// Opens or makes the file and migrates it inside a transaction (user_version counts). A newer version than is known
    /// throws unsupported_model that says so. Other processes' writes are waited for up to ten seconds.
    Database(std::filesystem::path const& file, Migrations migrations);
    ~Database();
    Database(Database const&) = delete;

    /// Statements without parameters, several separated by semicolons.
    void run(std::string_view sql);
    Statement prepare(std::string_view sql) { return { *this, sql }; }
    /// One statement with parameters, to its end.
    template<class... Values>
    void run(std::string_view sql, Values const&... values)
        requires(sizeof...(Values) > 0)
    {
        prepare(sql).bind(values...).run();
    }
    /// Everything `work` writes, or nothing: rolled back when it throws. Nested calls join the outer one.
    void transaction(std::function<void()> const& work);
    std::int64_t last_row_id() const;
    int changes() const;
    /// Whether another connection has written since the last call: cheap, for polling (PRAGMA data_version).
    bool changed_elsewhere();
    std::filesystem::path const& file() const { return m_file; }
    sqlite3* handle() { return m_handle; }

private:
    friend class Statement;
    [[noreturn]] void fail_now(int result, std::string_view doing);
    std::filesystem::path m_file;
    sqlite3* m_handle = nullptr;
    int m_depth = 0;
    std::int64_t m_seen_version = -1;
};

/// What happened to a database that could not be opened as it was.
struct Rescue {
    std::filesystem::path kept_copy;       // the damaged file, set aside; empty when nothing was wrong
    std::string reason;                    // for the user; empty when nothing was wrong
};

/// Opens the database; where it is damaged, sets it aside with its log files ("queue.damaged-1.db"), makes a new one and
/// says so in `rescue`. Whole means: opens, passes SQLite's quick check, migrates. Rows that can still be read of a
/// damaged file are copied by table where the columns are the same.
std::unique_ptr<Database> open_or_rescue(std::filesystem::path const& file, Migrations migrations, Rescue& rescue);

}
