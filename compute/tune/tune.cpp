// SPDX-License-Identifier: Apache-2.0
#include "compute/tune/tune.h"

#include "compute/device/device.h"
#include "compute/tune/device_bench.h"

#include <algorithm>
#include <map>

namespace igneous {

namespace {

/// A tile must be so much faster than the fixed rules' to be taken: less is noise.
constexpr double worth = 1.03;

struct Measured {
    Tile tile;
    double gflops = 0;
};

/// Programs of other sizes share the packed weights: once one of them is measured, the others keep to its panels.
bool keeps_panels(TuneEntry const* settled, Tile const& tile)
{
    return !settled || (settled->tile.columns == tile.columns && settled->tile.depth == tile.depth);
}

/// A second look at both, for something else may have been busy at the first. `fixed` keeps its better rate.
bool is_faster_again(TuneWork const& work, Measured const& rate, Measured& fixed, TuneBench& bench)
{
    fixed.gflops = std::max(fixed.gflops, bench.gflops(work, fixed.tile, 0));
    return std::min(rate.gflops, bench.gflops(work, rate.tile, 0)) > worth * fixed.gflops;
}

/// The fastest of `rates` that is worth it and right.
Measured fastest(TuneWork const& work, std::vector<Measured> rates, Measured& fixed, TuneEntry const* settled,
    TuneBench& bench, std::vector<std::string>& wrong)
{
    // Where the panels are settled, staying with the fixed tile would mean another copy of the weights.
    bool const may_stay = keeps_panels(settled, fixed.tile);
    std::ranges::stable_sort(rates, std::ranges::greater(), &Measured::gflops);
    for (Measured const& rate : rates) {
        if (rate.tile == fixed.tile || rate.gflops <= (may_stay ? worth * fixed.gflops : 0))
            continue;
        if (may_stay && !is_faster_again(work, rate, fixed, bench))
            continue;
        if (bench.is_right(work, rate.tile))
            return rate;
        wrong.push_back(tile_name(work.choice.shapes.kernel, rate.tile));
    }
    return may_stay ? fixed : Measured { settled->tile, 0 };
}

/// The rates of candidates, in their order, until another one that takes as long as the `longest` so far would end too
/// late. The first is what the others are compared with.
std::vector<Measured> measure_candidates(
    TuneWork const& work, TuneEntry const* settled, TuneBench& bench, TuneOptions const& options, double& longest)
{
    std::vector<Measured> rates;
    double best = 0;
    for (Tile const& tile : work.choice.candidates) {
        if (!rates.empty() && !keeps_panels(settled, tile))
            continue;
        double const start = bench.seconds();
        if (options.stop.stop_requested() || start + longest > options.seconds)
            break;
        rates.push_back({ tile, bench.gflops(work, tile, best) });
        best = std::max(best, rates.back().gflops);
        longest = std::max(longest, bench.seconds() - start);
    }
    return rates;
}

}

std::vector<TuneWork> tune_work(std::span<TunedPlan const> plans, TuneTable const& known)
{
    std::map<TuneClass, TuneWork> classes;
    std::map<TuneClass, double> largest;       // FLOP of the node that stands for its class
    for (TunedPlan const& tuned : plans) {
        if (!tuned.plan)
            continue;
        for (PlanStep const& step : tuned.plan->steps) {
            auto const& choice = step.dispatch.tile;
            if (!choice || choice->candidates.size() < 2 || known.entries.contains(choice->shapes))
                continue;
            TuneWork& work = classes.try_emplace(choice->shapes, TuneWork { .choice = *choice }).first->second;
            work.flops += step.dispatch.flops * (step.rate == Rate::step ? tuned.runs : 1);
            if (double& most = largest[choice->shapes]; step.dispatch.flops > most) {
                most = step.dispatch.flops;
                work.graph = tuned.plan->graph;
                work.node = step.node;
            }
        }
    }
    std::vector<TuneWork> work;
    for (auto& [shapes, one] : classes)
        if (one.graph)
            work.push_back(std::move(one));
    std::ranges::stable_sort(work, std::ranges::greater(), &TuneWork::flops);
    return work;
}

TuneTable measure_tiles(
    TuneTable known, std::span<TuneWork const> work, TuneBench& bench, TuneOptions const& options, TuneResult& result)
{
    double longest = 0;                        // seconds for one candidate
    for (TuneWork const& one : work) {
        TuneEntry const* const settled = known.find(one.choice.shapes);
        std::vector<Measured> rates = measure_candidates(one, settled, bench, options, longest);
        if (rates.size() < 2 || rates.front().gflops <= 0) {
            ++result.left;
            continue;
        }
        Measured fixed = rates.front();
        Measured const taken = fastest(one, std::move(rates), fixed, settled, bench, result.wrong);
        known.entries.insert_or_assign(one.choice.shapes, TuneEntry { taken.tile, taken.gflops, fixed.gflops });
        ++result.measured;
    }
    return known;
}

TuneResult tune(Device& device, std::span<TunedPlan const> plans, TuneOptions const& options)
{
    TuneResult result;
    if (device.tuning() != Tuning::full)
        return result;
    TuneTable const known = device.profile().tune ? *device.profile().tune : TuneTable {};
    std::vector<TuneWork> const work = tune_work(plans, known);
    if (work.empty())
        return result;
    DeviceBench bench(device);
    TuneTable measured = measure_tiles(known, work, bench, options, result);
    for (std::string const& tile : result.wrong)
        device.disable(tile);
    if (result.measured > 0)
        device.keep_tuning(std::make_shared<TuneTable const>(std::move(measured)));
    return result;
}

}
