// SPDX-License-Identifier: Apache-2.0
#include "compute/self_test/self_test.h"

#include "compute/device/device.h"
#include "compute/graph/plan.h"
#include "compute/graph/program.h"
#include "compute/kernels/choice.h"
#include "compute/kernels/tune_table.h"
#include "compute/memory/weight_store.h"
#include "compute/self_test/eager_cases.h"
#include "compute/self_test/known_graph.h"

#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <span>

namespace igneous {

namespace {

using self_test::Case;
using self_test::KnownGraph;

// f16 results are rounded to 11 bits, as are the values in between where an op of the case stands alone.
double allowed_error(DType tier) { return tier == DType::f32 ? 2e-5 : 3e-3; }

/// Which kernels one run of the cases makes the planner choose.
struct Choice {
    DType tier;
    KernelFamily family;
    DeviceProfile profile;
};

class RestoreFamily {
public:
    RestoreFamily()
        : m_family(kernel_family())
    {
    }
    ~RestoreFamily() { force_kernel_family(m_family); }
    RestoreFamily(RestoreFamily const&) = delete;
    RestoreFamily& operator=(RestoreFamily const&) = delete;

private:
    KernelFamily m_family;
};

/// The shader, or the kernel as tuning names it; a tile that the fixed rules do not choose stands before its types:
/// tile_name(...) + ".f16".
std::string variant_of(Dispatch const& dispatch)
{
    auto const& tile = dispatch.tile;
    if (!tile)
        return dispatch.shader;
    std::string const& kernel = tile->shapes.kernel;
    if (tile->chosen == tile->candidates.front())
        return kernel;
    return tile_name(kernel, tile->chosen) + dispatch.shader.substr(dispatch.shader.find('.'));
}

/// Variants of the dispatches that `node` and everything before it take.
std::set<std::string> variants_behind(Plan const& plan, NodeId node)
{
    std::set<NodeId> nodes;
    std::vector<NodeId> open { node };
    while (!open.empty()) {
        NodeId const id = open.back();
        open.pop_back();
        if (!nodes.insert(id).second)
            continue;
        auto const& inputs = plan.graph->nodes()[id].inputs;
        open.insert(open.end(), inputs.begin(), inputs.end());
    }
    std::set<std::string> variants;
    for (PlanStep const& step : plan.steps)
        if (nodes.contains(step.node))
            variants.insert(variant_of(step.dispatch));
    return variants;
}

double relative_error(HostTensor const& actual, std::vector<double> const& expected)
{
    HostTensor const got = actual.to(DType::f32);
    if (got.f32().size() != expected.size())
        return std::numeric_limits<double>::infinity();
    double squares = 1e-30, differences = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        double const difference = static_cast<double>(got.f32()[i]) - expected[i];
        squares += expected[i] * expected[i];
        differences += difference * difference;
    }
    double const error = std::sqrt(differences / squares);
    return std::isfinite(error) ? error : std::numeric_limits<double>::infinity();
}

class SelfTest {
public:
    SelfTest(Device& device, SelfTestDepth depth)
        : m_device(device)
        , m_quick(depth == SelfTestDepth::quick && device.profile().cpu)
    {
    }

    std::vector<SelfTestResult> run(std::vector<Case> all, std::vector<Case> products)
    {
        DeviceProfile as_is = m_device.profile();
        as_is.disabled.clear();
        as_is.tune = nullptr;
        std::erase_if(products, [&](Case const& c) { return m_quick && !c.typical; });
        all.insert(all.end(), products.begin(), products.end());

        RestoreFamily const restore;
        bool const coopmat = !as_is.fragments.empty() && (!m_quick || kernel_family() == KernelFamily::coopmat);
        for (DType tier : { DType::f32, DType::f16 }) {
            run_cases(all, { tier, KernelFamily::scalar, as_is });
            std::erase_if(all, [&](Case const& c) { return m_quick && !c.typical; });
            if (!as_is.cpu) {
                DeviceProfile fallback = as_is;         // what runs where the kernels for GPUs are switched off
                fallback.cpu = true;
                run_cases(products, { tier, KernelFamily::scalar, fallback });
            }
        }
        // These take a CPU driver seconds each to compile.
        std::erase_if(products, [&](Case const& c) { return as_is.cpu && !c.typical; });
        if (coopmat)
            run_cases(products, { DType::f16, KernelFamily::coopmat, as_is });
        if (!as_is.workgroup_matrices.empty())
            run_cases(products, { DType::f16, KernelFamily::coopmat2, as_is });
        for (Case const& c : products)
            for (DType const tier : { DType::f32, DType::f16 })
                if (c.typical)
                    run_measured_tiles(c, { tier, m_family, as_is });
        for (SelfTestResult const& result : self_test::run_eager_cases(m_device))
            note(result);

        std::vector<SelfTestResult> results;
        for (auto& [variant, result] : m_results) {
            if (!result.passed)
                m_device.disable(variant.substr(0, variant.find('.')));
            results.push_back(std::move(result));
        }
        return results;
    }

private:
    /// The case with each tile of its kernel that the device's table would have somebody use.
    void run_measured_tiles(Case const& c, Choice choice)
    {
        if (!m_device.profile().tune)
            return;
        KnownGraph known(choice.tier);
        c.add(c.name, known);
        force_kernel_family(choice.family);
        Plan const plan = make_plan(known.graph(), { .profile = choice.profile });
        for (PlanStep const& step : plan.steps) {
            if (!step.dispatch.tile)
                continue;
            TuneClass const& shapes = step.dispatch.tile->shapes;
            std::set<Tile> tiles;
            for (auto const& [other, entry] : m_device.profile().tune->entries)
                if (other.kernel == shapes.kernel)
                    tiles.insert(entry.tile);
            tiles.erase(step.dispatch.tile->chosen);
            for (Tile const& tile : tiles) {
                TuneTable table;
                table.entries[shapes] = { .tile = tile };
                choice.profile.tune = std::make_shared<TuneTable const>(std::move(table));
                run_cases(std::span(&c, 1), choice);
            }
        }
    }

    /// All cases in one program, so that pipelines compile in parallel; one by one where that fails.
    void run_cases(std::span<Case const> cases, Choice const& choice)
    {
        if (cases.empty())
            return;
        std::shared_ptr<Plan const> plan;
        try {
            KnownGraph known(choice.tier);
            for (Case const& c : cases)
                c.add(c.name, known);
            force_kernel_family(choice.family);
            plan = std::make_shared<Plan const>(make_plan(known.graph(), { .profile = choice.profile }));
            run_plan(plan, known, choice.tier);
        } catch (Error const& error) {
            if (error.code() == ErrorCode::device_lost)
                throw;
            if (cases.size() > 1) {
                for (Case const& c : cases)
                    run_cases(std::span(&c, 1), choice);
                return;
            }
            SelfTestResult failure {
                .name = cases.front().name, .allowed = allowed_error(choice.tier), .message = error.what()
            };
            failure.error = std::numeric_limits<double>::infinity();
            std::set<std::string> shaders;
            if (plan)
                for (PlanStep const& step : plan->steps)
                    shaders.insert(variant_of(step.dispatch));
            for (std::string const& shader : shaders) {
                failure.variant = shader;
                note(failure);
            }
            if (shaders.empty()) {
                failure.variant = cases.front().name;
                note(failure);
            }
        }
    }

    void run_plan(std::shared_ptr<Plan const> const& plan, KnownGraph const& known, DType tier)
    {
        auto const device = m_device.shared_from_this();
        Program program(device, plan, WeightStore::create(device));
        for (auto const& [name, value] : known.inputs())
            program.write(name, value);
        program.run();
        for (Graph::Output const& output : plan->graph->outputs()) {
            SelfTestResult result { .name = output.name, .allowed = allowed_error(tier) };
            result.error = relative_error(program.read(output.name), known.expected().at(output.name));
            result.passed = result.error <= result.allowed;
            for (std::string const& variant : variants_behind(*plan, output.node)) {
                result.variant = variant;
                note(result);
            }
        }
    }

    /// The worst case of a variant stays.
    void note(SelfTestResult const& result)
    {
        auto const [found, added] = m_results.try_emplace(result.variant, result);
        if (!added && result.error / result.allowed > found->second.error / found->second.allowed)
            found->second = result;
    }

    Device& m_device;
    bool m_quick;
    KernelFamily const m_family = kernel_family();
    std::map<std::string, SelfTestResult> m_results;
};

}

std::vector<SelfTestResult> self_test::run(
    Device& device, SelfTestDepth depth, std::vector<Case> ops, std::vector<Case> products)
{
    return SelfTest(device, depth).run(std::move(ops), std::move(products));
}

std::vector<SelfTestResult> run_self_test(Device& device, SelfTestDepth depth)
{
    return self_test::run(device, depth, self_test::op_cases(), self_test::product_cases());
}

}
