// SPDX-License-Identifier: Apache-2.0
// The table of tiles: as text and back, and which entry speaks for which shapes.
#include "compute/kernels/tune_table.h"

#include <catch2/catch_test_macros.hpp>

using namespace igneous;

namespace {

TuneTable some_table()
{
    TuneTable table;
    table.entries[{ .kernel = "matmul/linear_coopmat.f16", .geglu = true, .columns = 10240, .depth = 11, .rows = 12 }]
        = { .tile = { 128, 64, 32, 4, 2 }, .gflops = 123456.75, .fixed_gflops = 100000.5 };
    table.entries[{ .kernel = "attention/attention_lanes.f32", .columns = 40, .depth = 7, .rows = 12 }]
        = { .tile = { .rows = 16 }, .gflops = 10.25, .fixed_gflops = 9 };
    return table;
}

}

TEST_CASE("tune table: as text and back", "[compute][tune]")
{
    TuneTable const table = some_table();
    auto const back = read_tune_table(write_tune_table(table));
    REQUIRE(back);
    REQUIRE(back->entries.size() == table.entries.size());
    for (auto const& [shapes, entry] : table.entries) {
        REQUIRE(back->entries.contains(shapes));
        TuneEntry const& read = back->entries.at(shapes);
        CHECK(read.tile == entry.tile);
        CHECK(read.gflops == entry.gflops);
        CHECK(read.fixed_gflops == entry.fixed_gflops);
    }
    CHECK(read_tune_table(write_tune_table({}))->entries.empty());
}

TEST_CASE("tune table: what is not whole and sound is nothing", "[compute][tune]")
{
    std::string const good = write_tune_table(some_table());
    for (std::size_t length = 0; length + 1 < good.size(); ++length) {
        CAPTURE(length);
        CHECK_FALSE(read_tune_table(good.substr(0, length)));
    }
    std::string const line = "k 0 1 2 3  4 5 6 7 8  9 10\n", head = "igneous tiles 1\n", end = "end\n";
    CHECK(read_tune_table(head + line + end));
    for (std::string const& bad : { std::string("igneous tiles 2\n") + line + end, head + line + line + end,
             head + "k 0 1 2 3 4 5 6 7 8 9\n" + end, head + "k 0 1 2 3 4 5 6 7 8 9 10 11\n" + end,
             head + "k x 1 2 3 4 5 6 7 8 9 10\n" + end, head + "k 0 1 2 3 4 5 6 7 8 -9 10\n" + end,
             head + "k 0 99999999999 2 3 4 5 6 7 8 9 10\n" + end, head + "\n" + end, std::string("\0\xff\n", 3) })
        CHECK_FALSE(read_tune_table(bad));
}

TEST_CASE("tune table: shapes that differ in rows alone share an entry", "[compute][tune]")
{
    TuneClass const wide { .kernel = "k", .columns = 320, .depth = 9, .rows = 12 };
    auto const with_rows = [&](std::uint32_t rows) {
        TuneClass c = wide;
        c.rows = rows;
        return c;
    };
    TuneTable table;
    CHECK(table.find(wide) == nullptr);
    table.entries[wide] = { .tile = { .rows = 1 } };
    table.entries[with_rows(6)] = { .tile = { .rows = 2 } };
    CHECK(table.find(wide)->tile.rows == 1);
    CHECK(table.find(with_rows(15))->tile.rows == 1);
    CHECK(table.find(with_rows(10))->tile.rows == 1);
    CHECK(table.find(with_rows(7))->tile.rows == 2);
    CHECK(table.find(with_rows(0))->tile.rows == 2);
    TuneClass other = wide;
    other.columns = 321;
    CHECK(table.find(other) == nullptr);
    other = wide;
    other.kernel = "j";
    CHECK(table.find(other) == nullptr);
    other = wide;
    other.geglu = true;
    CHECK(table.find(other) == nullptr);
}

TEST_CASE("tune table: buckets are powers of two, rounded up", "[compute][tune]")
{
    CHECK(tune_bucket(0) == 0);
    CHECK(tune_bucket(1) == 0);
    CHECK(tune_bucket(2) == 1);
    CHECK(tune_bucket(64) == 6);
    CHECK(tune_bucket(65) == 7);
    CHECK(tune_bucket(1ull << 40) == 40);
}
