// SPDX-License-Identifier: Apache-2.0
// Measuring tiles: what is measured first, when it stops, what is taken, and that plans then use it.
#include "compute/tune/tune.h"

#include "compute/graph/program.h"
#include "compute/memory/weight_store.h"
#include "compute/ops/ops.h"
#include "compute/self_test/known_graph.h"
#include "tests/compute/device/fresh_device.h"
#include "tests/support/check.h"
#include "tests/support/test_device.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <iterator>

using namespace igneous;
using namespace igneous::test;

namespace {

/// Rates as they are written down here; the clock runs by what is measured.
class ScriptedBench final : public TuneBench {
public:
    std::function<double(Tile const&)> rate = [](Tile const&) { return 1.0; };
    double seconds_each = 0.1;
    std::vector<Tile> wrong, measured;

    double gflops(TuneWork const&, Tile const& tile, double) override
    {
        m_now += seconds_each;
        measured.push_back(tile);
        return rate(tile);
    }
    bool is_right(TuneWork const&, Tile const& tile) override { return std::ranges::find(wrong, tile) == wrong.end(); }
    double seconds() override { return m_now; }

private:
    double m_now = 0;
};

constexpr Tile fixed_tile { 64, 64, 16 }, narrow { 64, 32, 16 }, tall { 128, 64, 16 };

TuneWork work(std::string kernel, std::uint32_t rows = 10)
{
    return { .choice = { { .kernel = std::move(kernel), .columns = 320, .depth = 9, .rows = rows },
                 { fixed_tile, narrow, tall }, fixed_tile } };
}

TuneTable measure(ScriptedBench& bench, std::vector<TuneWork> const& works, TuneResult& result, double seconds = 3,
    TuneTable known = {})
{
    return measure_tiles(std::move(known), works, bench, { .seconds = seconds }, result);
}

std::shared_ptr<Graph> two_products()
{
    TestGraph t(DType::f16, 1);
    Tensor const x = t.input("x", { 70, 100 });
    Tensor const y = silu(linear(x, t.weight("wide", { 140, 100 }), t.weight("wide_b", { 140 })));
    t.output(linear(y, t.weight("narrow", { 12, 140 }), t.weight("narrow_b", { 12 })));
    return t.share();
}

Plan plan_of(DeviceProfile const& profile) { return make_plan(two_products(), { .profile = profile }); }

std::vector<TileChoice> choices_of(Plan const& plan)
{
    std::vector<TileChoice> choices;
    for (PlanStep const& step : plan.steps)
        if (step.dispatch.tile)
            choices.push_back(*step.dispatch.tile);
    return choices;
}

}

TEST_CASE("tune: the fastest tile is taken where it is worth it and right", "[compute][tune]")
{
    TuneResult result;
    ScriptedBench bench;
    bench.rate = [](Tile const& t) { return t == tall ? 2.0 : t == narrow ? 1.5 : 1.0; };
    TuneWork const one = work("a");
    TuneEntry entry = measure(bench, { one }, result).entries.at(one.choice.shapes);
    CHECK(entry.tile == tall);
    CHECK(entry.gflops == 2.0);
    CHECK(entry.fixed_gflops == 1.0);
    CHECK(result.measured == 1);
    CHECK(result.left == 0);

    bench.wrong = { tall };
    result = {};
    CHECK(measure(bench, { one }, result).entries.at(one.choice.shapes).tile == narrow);
    CHECK(result.wrong == std::vector { tile_name("a", tall) });

    bench.rate = [](Tile const& t) { return t == narrow ? 1.02 : 1.0; };     // noise
    CHECK(measure(bench, { one }, result).entries.at(one.choice.shapes).tile == fixed_tile);
    int looks = 0;
    bench.rate = [&](Tile const& t) { return t == fixed_tile && ++looks > 1 ? 3.0 : t == tall ? 2.0 : 1.0; };
    entry = measure(bench, { one }, result).entries.at(one.choice.shapes); // something else was busy at the first look
    CHECK(entry.tile == fixed_tile);
    CHECK(entry.gflops == 3.0);
    bench.rate = [](Tile const& t) { return t == fixed_tile ? 1.0 : 0.0; }; // cannot run
    CHECK(measure(bench, { one }, result).entries.at(one.choice.shapes).tile == fixed_tile);
}

TEST_CASE("tune: shapes of other rows keep to the panels that are settled", "[compute][tune]")
{
    TuneResult result;
    ScriptedBench bench;
    bench.rate = [](Tile const& t) { return t == narrow ? 2.0 : t == tall ? 3.0 : 1.0; };
    TuneTable known;
    known.entries[work("a", 12).choice.shapes] = { .tile = narrow };
    TuneWork const few_rows = work("a", 6);
    CHECK(measure(bench, { few_rows }, result, 3, known).entries.at(few_rows.choice.shapes).tile == narrow);
    bench.rate = [](Tile const& t) { return t == narrow ? 0.5 : 1.0; }; // slower here, but not a second copy
    CHECK(measure(bench, { few_rows }, result, 3, known).entries.at(few_rows.choice.shapes).tile == narrow);
}

TEST_CASE("tune: the time is kept, and what is left is not written down", "[compute][tune]")
{
    ScriptedBench bench;
    TuneResult result;
    std::vector<TuneWork> const works { work("a"), work("b"), work("c") };
    TuneTable table = measure(bench, works, result, 0.75);
    CHECK(bench.seconds() < 0.75 + 1e-9);
    CHECK(table.entries.size() == 2); // three tiles each, a tenth of a second a tile
    CHECK(result.measured == 2);
    CHECK(result.left == 1);

    ScriptedBench slow;
    slow.seconds_each = 2;
    result = {};
    table = measure(slow, works, result, 3);
    CHECK(slow.measured.size() == 1); // a second one would be over
    CHECK(table.entries.empty());
    CHECK(result.left == 3);
    result = {};
    CHECK(measure(bench, works, result, 0).entries.empty());
}

TEST_CASE("tune: work is found in plans, the most first, and only what is new", "[compute][tune]")
{
    auto const plan = std::make_shared<Plan const>(plan_of({}));
    std::vector<TunedPlan> const plans { { plan, 20 }, { nullptr, 1 } };
    std::vector<TuneWork> const all = tune_work(plans, {});
    REQUIRE(all.size() == 2);
    CHECK(all[0].choice.shapes.columns == 140);
    CHECK(all[0].flops == 20 * 2.0 * 70 * 100 * 140);
    CHECK(all[1].choice.shapes.columns == 12);
    TuneTable known;
    known.entries[all[0].choice.shapes] = {};
    std::vector<TuneWork> const rest = tune_work(plans, known);
    REQUIRE(rest.size() == 1);
    CHECK(rest[0].choice.shapes.columns == 12);
}

TEST_CASE("tune: a plan follows the table, its packed weights too", "[compute][tune]")
{
    DeviceProfile profile; // a GPU's: tiles in shared memory
    Plan const by_rules = plan_of(profile);
    std::vector<TileChoice> const before = choices_of(by_rules);
    REQUIRE(before.size() == 2);
    Tile const wanted { 32, 32, 16 };
    TuneTable table;
    table.entries[before[0].shapes] = { .tile = wanted };
    profile.tune = std::make_shared<TuneTable const>(table);
    Plan const tuned = plan_of(profile);
    std::vector<TileChoice> const after = choices_of(tuned);
    CHECK(before[0].chosen != wanted);
    CHECK(after[0].chosen == wanted);
    CHECK(after[1].chosen == before[1].chosen);
    CHECK(tuned.steps[0].dispatch.groups == std::array<std::uint32_t, 3> { 3, 5, 1 });
    CHECK(tuned.arena_bytes == by_rules.arena_bytes);
    CHECK(tuned.weight_bytes < by_rules.weight_bytes); // 140 columns fill five panels of 32 better
}

TEST_CASE("tune: a device measures, keeps, and reads again; damaged files are passed over", "[compute][tune]")
{
    TemporaryFolder const folder;
    DeviceSelection const full { .cache_folder = folder.path().string(), .tuning = Tuning::full };
    DeviceSelection fixed = full, off = full;
    fixed.tuning = Tuning::fixed;
    off.tuning = Tuning::off;
    auto const measure_on = [](Device& device) {
        std::vector<TunedPlan> const plans { { std::make_shared<Plan const>(plan_of(device.profile())), 1 } };
        return tune(device, plans, { .seconds = 60 });
    };

    auto device = fresh_device(fixed);
    CHECK(measure_on(*device).measured == 0);
    CHECK(device->profile().tune == nullptr);
    CHECK(device->tuning_trouble().empty());
    device = fresh_device(full);
    TuneResult const result = measure_on(*device);
    CHECK(result.measured == 2);
    CHECK(result.wrong.empty());
    REQUIRE(device->profile().tune);
    std::string const kept = write_tune_table(*device->profile().tune);
    CHECK(measure_on(*device).measured == 0);

    device = fresh_device(fixed);
    REQUIRE(device->profile().tune);
    CHECK(write_tune_table(*device->profile().tune) == kept);
    device = fresh_device(off);
    CHECK(device->profile().tune == nullptr);

    for (auto const& entry : std::filesystem::directory_iterator(folder.path())) {
        if (!entry.path().filename().string().starts_with("tuning-"))
            continue;
        std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(40);
        file.put('\x7f');
    }
    device = fresh_device(fixed);
    CHECK(device->profile().tune == nullptr);
    CHECK(device->tuning_trouble().find("damaged") != std::string::npos);
    device = fresh_device(full);
    CHECK(measure_on(*device).measured == 2);
    CHECK(fresh_device(fixed)->tuning_trouble().empty());
}

TEST_CASE("tune: the self-test looks at the tiles of the table and names those that are wrong", "[compute][tune]")
{
    TemporaryFolder const folder;
    auto const device = fresh_device({ .cache_folder = folder.path().string(), .tuning = Tuning::fixed });
    if (!device->profile().cpu)
        SKIP("written for the kernels of CPU drivers");
    constexpr Tile tile { .rows = 1, .columns = 16, .down = 1 };
    TuneTable table;
    table.entries[{ .kernel = "matmul/linear_lanes.f16", .columns = 1000 }] = { .tile = tile };
    device->keep_tuning(std::make_shared<TuneTable const>(table));
    bool halved = false;
    auto const product = [&](std::string const& at, self_test::KnownGraph& g) {
        self_test::Known const x = g.input(at + ".x", { 3, 8 }), w = g.weight(at + ".w", { 1, 8 });
        std::vector<double> y(3);
        for (std::size_t i = 0; i < 24; ++i)
            y[i / 8] += x[i] * w[i % 8] * (halved ? 0.5 : 1);
        g.expect(at, linear(x.tensor, w.tensor), y);
    };
    std::string const name = tile_name("matmul/linear_lanes", tile);
    for (bool const wrong : { false, true }) {
        halved = wrong;
        auto const results = self_test::run(*device, SelfTestDepth::quick, {}, { { "product", product, true } });
        auto const found = std::ranges::find(results, name + ".f16", &SelfTestResult::variant);
        REQUIRE(found != results.end());
        CHECK(found->passed == !wrong);
        CHECK(device->profile().disabled.contains(name) == wrong);
    }
}

TEST_CASE("tune: the words of --tune and IGNEOUS_TUNE", "[compute][tune]")
{
    CHECK(tuning_from("") == Tuning::automatic);
    CHECK(tuning_from("off") == Tuning::off);
    CHECK(tuning_from("fixed") == Tuning::fixed);
    CHECK(tuning_from("full") == Tuning::full);
    CHECK_THROWS_AS(tuning_from("fast"), Error);
    TemporaryFolder const folder;
    ScopedVariable const variable("IGNEOUS_TUNE", "full");
    CHECK(fresh_device({ .cache_folder = folder.path().string() })->tuning() == Tuning::full);
    CHECK(fresh_device({ .cache_folder = folder.path().string(), .tuning = Tuning::off })->tuning() == Tuning::off);
}
