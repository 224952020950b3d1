// SPDX-License-Identifier: Apache-2.0
#include "tests/support/check.h"

#include <catch2/catch_test_macros.hpp>

#include <format>

using namespace igneous;
using namespace igneous::test;

TEST_CASE("embedding: rows of a table, zeros for ids that are not there")
{
    for (int width : { 768, 7, 1 }) {
        check_graph(std::format("embedding of width {}", width), [&](TestGraph& t) {
            t.output(embedding(t.input_i32("ids", { 2, 77 }, 0, 99, Rate::request), t.weight("table", { 100, width })));
        });
        check_graph(std::format("embedding of width {} with ids out of range", width), [&](TestGraph& t) {
            t.output(embedding(t.input_i32("ids", { 3, 5 }, -20, 20), t.weight("table", { 10, width })));
        });
    }
    check_graph("embedding of an f16 file", [](TestGraph& t) {
        t.output(embedding(t.input_i32("ids", { 1, 9 }, 0, 19), t.weight("table", { 20, 12 }, {}, DType::f16)));
    });
}

TEST_CASE("gather_rows: one row of each")
{
    for (int width : { 64, 5 }) {
        check_graph(std::format("gather_rows of width {}", width), [&](TestGraph& t) {
            t.output(gather_rows(t.input("x", { 4, 9, width }), t.input_i32("index", { 4 }, 0, 8)));
        });
        check_graph("gather_rows out of range", [&](TestGraph& t) {
            t.output(gather_rows(t.input("x", { 8, 3, width }), t.input_i32("index", { 8 }, -3, 5)));
        });
    }
}

TEST_CASE("time_embedding: exact to f32 for every training time step")
{
    // The angle of the first frequency is the time itself: up to 1000 radians, where f32 alone would lose 3e-5.
    CheckOptions const options { .f32_tolerance = 3e-7, .f16_tolerance = 3e-7, .outlier = 2 };
    auto const every_step = [](std::size_t i) { return static_cast<double>(i); };
    auto const between = [](std::size_t i) { return 999.0 - static_cast<double>(i) * 8.17; };
    for (bool flip : { true, false })
        for (float shift : { 0.f, 1.f }) {
            check_graph(
                std::format("time_embedding flip {} shift {}", flip, shift),
                [&](TestGraph& t) {
                    t.output(time_embedding(t.input_f32("t", { 1000 }, { .value = every_step }), 320, flip, shift));
                },
                options);
            check_graph(
                "time_embedding between steps",
                [&](TestGraph& t) {
                    t.output(time_embedding(t.input_f32("t", { 120 }, { .value = between }), 256, flip, shift));
                },
                options);
        }
    check_graph(
        "time_embedding with an odd channel",
        [&](TestGraph& t) { t.output(time_embedding(t.input_f32("t", { 3 }, { .value = every_step }), 7, true, 0)); },
        options);
    check_graph(
        "time_embedding of picture sizes",
        [&](TestGraph& t) {
            t.output(time_embedding(
                t.input_f32("t", { 64 }, { .value = [](std::size_t i) { return 64.0 * static_cast<double>(i); } }), 256,
                true, 0));
        },
        options);
}
