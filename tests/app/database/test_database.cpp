// SPDX-License-Identifier: Apache-2.0
#include "app/database/database.h"
#include "tests/app/process.h"

#include <catch2/catch_test_macros.hpp>
#include <thread>

using namespace igneous;

namespace {

constexpr std::string_view first_version[] = { "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL, stars REAL)" };
constexpr std::string_view second_version[] = { first_version[0], "ALTER TABLE notes ADD COLUMN board TEXT DEFAULT 'none'" };

std::int64_t count(Database& database)
{
    Statement all = database.prepare("SELECT count(*) FROM notes");
    all.step();
    return all.integer(0);
}

ErrorCode code_of(auto const& work)
{
    try {
        work();
    } catch (Error const& error) {
        return error.code();
    }
    FAIL("nothing was thrown");
    return {};
}

}

TEST_CASE("a database keeps what was bound, and migrates", "[database]")
{
    test::TemporaryFolder const folder;
    auto const file = folder / "deep/er/notes.db";
    {
        Database database(file, first_version);
        database.run("INSERT INTO notes (text, stars) VALUES (?1, ?2)", std::string("Zürich \0 inside", 16), 2.5);
        database.run("INSERT INTO notes (text, stars) VALUES (?1, ?2)", std::string_view(), std::nullopt);
        CHECK(database.last_row_id() == 2);
    }
    Database database(file, second_version);
    Statement rows = database.prepare("SELECT text, stars, board FROM notes ORDER BY id");
    REQUIRE(rows.step());
    CHECK(rows.text(0) == std::string("Zürich \0 inside", 16));
    CHECK(rows.real(1) == 2.5);
    CHECK(rows.text(2) == "none");
    REQUIRE(rows.step());
    CHECK(rows.text(0).empty());
    CHECK(rows.is_null(1));
    CHECK_FALSE(rows.step());
    CHECK(code_of([&] { Database(file, first_version); }) == ErrorCode::unsupported_model);
}

TEST_CASE("a transaction is all or nothing", "[database]")
{
    test::TemporaryFolder const folder;
    Database database(folder / "notes.db", first_version);
    CHECK_THROWS(database.transaction([&] {
        database.run("INSERT INTO notes (text) VALUES ('a')");
        database.transaction([&] { database.run("INSERT INTO notes (text) VALUES ('b')"); });
        throw std::runtime_error("enough");
    }));
    CHECK(count(database) == 0);
    database.transaction([&] { database.run("INSERT INTO notes (text) VALUES ('c')"); });
    CHECK(count(database) == 1);
}

TEST_CASE("two connections see each other and wait for each other", "[database]")
{
    test::TemporaryFolder const folder;
    Database one(folder / "notes.db", first_version), two(folder / "notes.db", first_version);
    two.changed_elsewhere();
    CHECK_FALSE(two.changed_elsewhere());
    auto const write = [](Database& database) {
        for (int i = 0; i < 100; ++i)
            database.transaction([&] { database.run("INSERT INTO notes (text) VALUES ('x')"); });
    };
    {
        std::jthread const other([&] { write(one); });
        write(two);
    }
    CHECK(two.changed_elsewhere());
    CHECK(count(one) == 200);
}

TEST_CASE("a damaged database is set aside and what can be read comes over", "[database]")
{
    test::TemporaryFolder const folder;
    auto const file = folder / "notes.db";
    {
        Database database(file, first_version);
        for (int i = 0; i < 4000; ++i)
            database.run("INSERT INTO notes (text) VALUES (?1)", "a note long enough to fill pages " + std::to_string(i));
    }
    std::string bytes = test::read_text(file);
    SECTION("no database at all")
    {
        test::write_text(file, "this was never a database, and it is long enough to be looked at as one ..............");
        Rescue rescue;
        auto const database = open_or_rescue(file, first_version, rescue);
        CHECK(count(*database) == 0);
        CHECK(rescue.kept_copy.filename() == "notes.damaged-1.db");
        CHECK(rescue.reason.find("notes.damaged-1.db") != std::string::npos);
    }
    SECTION("torn pages")
    {
        std::size_t const tear = bytes.size() / 2 / 4096 * 4096;
        bytes.replace(tear, 8192, 8192, '\x5a');
        test::write_text(file, bytes);
        Rescue rescue;
        auto const database = open_or_rescue(file, first_version, rescue);
        CHECK(count(*database) > 500);
        CHECK(count(*database) < 4000);
        CHECK(test::read_text(rescue.kept_copy) == bytes);
    }
    SECTION("nothing wrong")
    {
        Rescue rescue;
        auto const database = open_or_rescue(file, first_version, rescue);
        CHECK(count(*database) == 4000);
        CHECK(rescue.kept_copy.empty());
    }
}
