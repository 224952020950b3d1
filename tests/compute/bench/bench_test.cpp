// SPDX-License-Identifier: Apache-2.0
#include "compute/bench/bench.h"
#include "compute/bench/case.h"
#include "compute/bench/random_weights.h"
#include "compute/device/device.h"
#include "compute/graph/plan.h"
#include "compute/graph/program.h"
#include "compute/ops/ops.h"
#include "tests/support/test_device.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <set>

using namespace igneous;
using namespace igneous::test;
using Catch::Approx;

TEST_CASE("timing: median and spread as numpy.quantile gives them")
{
    Timing const time = timing_of({ 5, 1, 4, 2, 3, 10 });
    CHECK(time.median == 3.5);
    CHECK(time.p10 == 1.5);
    CHECK(time.p90 == 7.5);
    CHECK(time.runs == 6);
    CHECK(timing_of({ 2 }).p90 == 2);
    CHECK(timing_of({}).runs == 0);
}

TEST_CASE("timing: runs within the limits")
{
    CHECK(repeat({ .runs = 7, .seconds = 60 }, {}, [] { return 1.0; }).runs == 7);
    CHECK(repeat({ .runs = 30, .seconds = 1e-9 }, {}, [] { return wall_time([] {}); }).runs == 1);
    std::stop_source stop;
    stop.request_stop();
    CHECK_THROWS_AS(repeat({}, stop.get_token(), [] { return 1.0; }), Error);
}

TEST_CASE("random weights: ordinary numbers that are shared")
{
    RandomWeights weights;
    Weight const first = weights.make("a", { 300, 400 }), second = weights.make("b", { 20, 10 }),
                 norm = weights.make("n", { 64 });
    CHECK(first->bytes.size() == 300 * 400 * 2);
    CHECK(first->bytes.data() == second->bytes.data());
    auto const value = [](Weight const& w, std::size_t i) {
        return half_to_float(reinterpret_cast<std::uint16_t const*>(w->bytes.data())[i]);
    };
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < 120000; ++i) {
        sum += value(first, i);
        squares += value(first, i) * value(first, i);
    }
    CHECK(std::abs(sum / 120000) < 1e-3);
    CHECK(std::sqrt(squares / 120000) == Approx(0.02).epsilon(0.02));
    CHECK(value(norm, 5) == Approx(1).margin(0.2));
}

TEST_CASE("bench: every case can be planned, and is there once")
{
    std::set<std::string> seen;
    for (BenchCase const& bench_case : bench_cases()) {
        INFO(bench_case.name << " " << bench_case.shape);
        CHECK(seen.insert(bench_case.name + " " + bench_case.shape).second);
        CHECK_FALSE(make_plan(bench_case.build(), {}).steps.empty());
    }
    for (BenchTask const& task : bench_tasks())
        CHECK(seen.insert(task.name + " " + task.shape).second);
}

TEST_CASE("bench: the smallest cases on this device")
{
    BenchCase const whole { .name = "whole",
        .shape = "8x32",
        .build =
            [] {
                auto graph = std::make_shared<Graph>(DType::f16);
                Tensor const x = graph->input("x", DType::f16, { 8, 32 }, Rate::step);
                graph->output("y", linear(x, graph->weight(RandomWeights().make("w", { 16, 32 }))));
                return graph;
            },
        .measure = BenchMeasure::replay };
    BenchOptions options { .pattern = "8x", .limits = { .runs = 3, .seconds = 0.05 }, .more_cases = { whole } };
    std::size_t profiled = 0;
    options.profile = [&](BenchResult const& result, std::vector<ProfileRow> const& rows) {
        CHECK(result.name == "whole");
        profiled = rows.size();
    };
    options.more_tasks.push_back({ .name = "task",
        .shape = "8x",
        .variant = "sleep",
        .bytes = 1e6,
        .prepare = [](std::shared_ptr<Device> const&) { return [] { return 2.0; }; } });
    BenchCase impossible = whole;
    impossible.name = "impossible";
    impossible.build = []() -> std::shared_ptr<Graph> { fail(ErrorCode::out_of_memory, "too little"); };
    options.more_cases.insert(options.more_cases.begin(), impossible);
    std::string skipped;
    options.skipped = [&](std::string const& name, std::string const& shape, std::string const& why) {
        skipped += name + " " + shape + ": " + why;
    };
    std::vector<BenchResult> results;
    run_benchmarks(test_device(), options, [&](BenchResult const& result) { results.push_back(result); });
    auto const find = [&](std::string const& name) {
        auto const found = std::ranges::find(results, name, &BenchResult::name);
        REQUIRE(found != results.end());
        return *found;
    };
    CHECK(find("peak.fma").share == 1);
    CHECK(find("peak.copy").gbps > 0);
    BenchResult const step = find("whole"), task = find("task");
    CHECK(step.time.median > 0);
    CHECK(step.time.p10 <= step.time.median);
    CHECK(step.gflops > 0);
    CHECK(step.device_bytes >= 16 * 32 * 2);
    CHECK(profiled == 1);
    CHECK(task.time.median == 2);
    CHECK(task.gbps == Approx(0.5));
    CHECK(skipped == "impossible 8x32: too little");
    options.skipped = nullptr;
    CHECK_THROWS_AS(run_benchmarks(test_device(), options, [](BenchResult const&) {}), Error);
    std::stop_source stop;
    stop.request_stop();
    CHECK_THROWS_AS(run_benchmarks(test_device(), options, [](BenchResult const&) {}, stop.get_token()), Error);
}
