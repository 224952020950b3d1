// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/arena.h"

#include <catch2/catch_test_macros.hpp>

#include <random>
#include <vector>

using namespace igneous;

namespace {

bool overlap(ArenaValue const& a, ArenaValue const& b)
{
    bool const in_time = a.first <= b.last && b.first <= a.last;
    bool const in_memory = a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes;
    return in_time && in_memory;
}

}

TEST_CASE("arena: values that never meet share memory")
{
    std::vector<ArenaValue> values { { 1024, 0, 1, 0 }, { 1024, 2, 3, 0 }, { 512, 4, 9, 0 } };
    CHECK(place_in_arena(values) == 1024);
}

TEST_CASE("arena: a chain of equal values needs two of them")
{
    std::vector<ArenaValue> values;
    for (std::uint32_t i = 0; i < 20; ++i)
        values.push_back({ 4096, i, i + 1, 0 });
    CHECK(place_in_arena(values) == 2 * 4096);
}

TEST_CASE("arena: no two values that live at once overlap, and every offset is aligned")
{
    for (unsigned seed = 0; seed < 50; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        std::vector<ArenaValue> values;
        for (int i = 0; i < 60; ++i) {
            auto const first = static_cast<std::uint32_t>(random() % 40);
            values.push_back({ 1 + random() % 5000, first, first + static_cast<std::uint32_t>(random() % 8), 0 });
        }
        std::uint64_t const total = place_in_arena(values);
        std::uint64_t least = 0;                            // what is alive at the fullest moment
        for (std::uint32_t t = 0; t < 48; ++t) {
            std::uint64_t alive = 0;
            for (ArenaValue const& value : values)
                if (value.first <= t && t <= value.last)
                    alive += value.bytes;
            least = std::max(least, alive);
        }
        CHECK(total >= least);
        CHECK(total <= 2 * least);
        for (std::size_t i = 0; i < values.size(); ++i) {
            REQUIRE(values[i].offset % arena_alignment == 0);
            REQUIRE(values[i].offset + values[i].bytes <= total);
            for (std::size_t j = 0; j < i; ++j)
                REQUIRE_FALSE(overlap(values[i], values[j]));
        }
    }
}
