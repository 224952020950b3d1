// SPDX-License-Identifier: Apache-2.0
#include "tests/support/check.h"

#include <catch2/catch_test_macros.hpp>

#include <format>

using namespace igneous;
using namespace igneous::test;

TEST_CASE("resample: up, down and to odd sizes")
{
    struct Case {
        Shape from;
        int height, width;
    };
    Case const cases[] = {
        { { 2, 4, 6, 8 }, 8, 12 },
        { { 1, 5, 7, 3 }, 10, 14 },
        { { 1, 5, 7, 3 }, 3, 4 },
        { { 2, 9, 9, 4 }, 13, 5 },
        { { 1, 1, 1, 5 }, 3, 3 },
        { { 1, 64, 64, 4 }, 63, 65 },
    };
    for (Case const& c : cases)
        for (Filter filter : { Filter::nearest, Filter::bilinear })
            check_graph(std::format("resample {} to {} x {}, {}", c.from, c.height, c.width,
                            filter == Filter::nearest ? "nearest" : "bilinear"),
                [&](TestGraph& t) { t.output(resample(t.input("x", c.from), c.height, c.width, filter)); });
}

TEST_CASE("average_pool: odd ends are dropped")
{
    for (Shape const& shape : { Shape { 2, 8, 6, 16 }, Shape { 1, 5, 7, 3 }, Shape { 1, 2, 2, 1 } })
        check_graph(
            std::format("average_pool {}", shape), [&](TestGraph& t) { t.output(average_pool(t.input("x", shape))); });
}
