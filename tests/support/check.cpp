// SPDX-License-Identifier: Apache-2.0
#include "tests/support/check.h"

#include "compute/graph/plan.h"
#include "compute/graph/program.h"
#include "compute/memory/weight_store.h"
#include "tests/support/random.h"
#include "tests/support/test_device.h"
#include "tests/support/weights.h"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <format>

namespace igneous::test {

std::vector<float> TestGraph::values(std::string const& name, Shape const& shape, Fill const& fill, bool round) const
{
    Random random(m_seed, name);
    std::vector<float> out(static_cast<std::size_t>(shape.elements()));
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = static_cast<float>(fill.value ? fill.value(i) : fill.mean + fill.deviation * random.normal());
        if (round)
            out[i] = half_to_float(float_to_half(out[i]));
    }
    return out;
}

Tensor TestGraph::input(std::string name, Shape shape, Fill const& fill, Rate rate)
{
    m_inputs[name] = HostTensor::from(shape, values(name, shape, fill, true)).to(m_graph->activations());
    return m_graph->input(std::move(name), m_graph->activations(), shape, rate);
}

Tensor TestGraph::input_f32(std::string name, Shape shape, Fill const& fill, Rate rate)
{
    m_inputs[name] = HostTensor::from(shape, values(name, shape, fill, false));
    return m_graph->input(std::move(name), DType::f32, shape, rate);
}

Tensor TestGraph::input_i32(std::string name, Shape shape, std::int64_t low, std::int64_t high, Rate rate)
{
    Random random(m_seed, name);
    std::vector<std::int32_t> integers(static_cast<std::size_t>(shape.elements()));
    for (std::int32_t& i : integers)
        i = static_cast<std::int32_t>(random.integer(low, high));
    m_inputs[name] = HostTensor::from(shape, integers);
    return m_graph->input(std::move(name), DType::i32, shape, rate);
}

Tensor TestGraph::weight(std::string name, Shape shape, Fill const& fill, DType dtype)
{
    std::vector<float> const floats = values(name, shape, fill, true);
    return m_graph->weight(make_weight(std::move(name), shape, floats, dtype));
}

Difference compare(HostTensor const& actual, reference::Value const& expected)
{
    reference::Value const got = reference::from_host(actual);
    Difference d;
    double squares = 0, differences = 0;
    for (double v : expected.at)
        squares += v * v;
    double const rms = std::sqrt(squares / std::max<double>(1, static_cast<double>(expected.size())));
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (!std::isfinite(got[i])) {
            d.worst = d.finite ? i : d.worst;
            d.finite = false;
            continue;
        }
        double const error = std::abs(got[i] - expected[i]);
        differences += error * error;
        double const relative = error / std::max({ std::abs(expected[i]), rms, 1e-30 });
        if (d.finite && relative > d.largest) {
            d.largest = relative;
            d.worst = i;
        }
    }
    d.relative_l2 = std::sqrt(differences / std::max(squares, 1e-30));
    return d;
}

namespace {

std::uint64_t number_from(char const* variable, std::uint64_t otherwise)
{
    char const* text = std::getenv(variable);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::string_view name_of(KernelFamily family)
{
    constexpr std::string_view names[] = { "automatic", "scalar", "coopmat", "coopmat2" };
    return names[static_cast<std::size_t>(family)];
}

/// Forces a family for as long as it lives; `automatic` leaves what IGNEOUS_KERNELS says.
class ForcedFamily {
public:
    explicit ForcedFamily(KernelFamily family)
        : m_before(kernel_family())
    {
        if (family != KernelFamily::automatic)
            force_kernel_family(family);
    }
    ~ForcedFamily() { force_kernel_family(m_before); }
    ForcedFamily(ForcedFamily const&) = delete;
    ForcedFamily& operator=(ForcedFamily const&) = delete;

private:
    KernelFamily m_before;
};

struct Variant {
    DType tier;
    bool fuse;
    KernelFamily family;
    bool as_gpu = false;
};

std::vector<Variant> variants_of(CheckOptions const& options, DeviceProfile const& profile)
{
    std::vector<Variant> variants;
    for (DType tier : { DType::f32, DType::f16 }) {
        if (tier == DType::f32 ? !options.f32 : !options.f16)
            continue;
        for (KernelFamily family : options.families) {
            bool const matrices = family == KernelFamily::coopmat || family == KernelFamily::coopmat2;
            if (matrices && tier == DType::f32)
                continue;                                  // fragments take f16
            if (family == KernelFamily::coopmat2 && profile.workgroup_matrices.empty())
                continue;
            for (bool fuse : { true, false })
                variants.push_back({ tier, fuse, family });
            if (options.also_as_gpu && profile.cpu)
                variants.push_back({ tier, true, family, true });
        }
    }
    return variants;
}

void run_variant(Device& device, std::string const& label, std::function<void(TestGraph&)> const& build,
    reference::Values const& expected, Variant const& variant, std::uint64_t seed, CheckOptions const& options)
{
    TestGraph t(variant.tier, seed);
    build(t);
    ForcedFamily const forced(variant.family);
    PlanOptions plan_options;
    plan_options.profile = device.profile();
    plan_options.profile.cpu = plan_options.profile.cpu && !variant.as_gpu;
    plan_options.fuse = variant.fuse;
    auto const shared = device.shared_from_this();
    Program program(
        shared, std::make_shared<Plan const>(make_plan(t.share(), plan_options)), WeightStore::create(shared));
    for (auto const& [name, value] : t.inputs())
        if (program.plan().inputs.contains(name))
            program.write(name, value);
    program.run();
    double const tolerance = variant.tier == DType::f32 ? options.f32_tolerance : options.f16_tolerance;
    std::map<std::string, HostTensor> first;
    for (auto const& [name, value] : expected) {
        HostTensor const actual = program.read(name);
        INFO(label << ", output " << name << " " << actual.shape.text());
        CHECK(actual.shape == value.shape);
        Difference const d = compare(actual, value);
        reference::Value const got = reference::from_host(actual);
        INFO(std::format(
            "relative L2 {:.3g} (allowed {:.3g}), largest {:.3g} (allowed {:.3g}) at {}: got {} expected {}",
            d.relative_l2, tolerance, d.largest, tolerance * options.outlier, d.worst, got[d.worst], value[d.worst]));
        CHECK(d.finite);
        CHECK(d.relative_l2 <= tolerance);
        CHECK(d.largest <= tolerance * options.outlier);
        if (std::getenv("IGNEOUS_TEST_ERRORS"))
            std::fprintf(stderr, "%s: relative L2 %.2e, largest %.2e\n", label.c_str(), d.relative_l2, d.largest);
        first[name] = actual;
    }
    if (options.twice) {
        program.run();
        for (auto const& [name, value] : first) {
            INFO(label << ", output " << name << ": a second run must give the same bytes");
            CHECK(program.read(name).bytes == value.bytes);
        }
    }
}

}

std::uint64_t test_seed() { return number_from("IGNEOUS_TEST_SEED", 1); }
std::uint64_t repetitions(std::uint64_t few) { return few * number_from("IGNEOUS_TEST_REPEAT", 1); }

void check_graph(std::string const& what, std::function<void(TestGraph&)> const& build, CheckOptions const& options)
{
    std::uint64_t const seed = options.seed ? options.seed : test_seed();
    TestGraph plain(DType::f32, seed);
    build(plain);
    reference::Values const expected = reference::evaluate(plain.graph(), plain.inputs());
    for (auto const& [name, value] : expected) {
        INFO(what << ": the reference itself must be finite");
        for (double v : value.at)
            if (!std::isfinite(v))
                FAIL(name << " holds " << v);
    }

    auto const device = test_device();
    for (Variant const& variant : variants_of(options, device->profile())) {
        std::string const label = std::format("{}, tier {}, {}{}, kernels {}, seed {}", what,
            igneous::name_of(variant.tier), variant.fuse ? "fused" : "as written",
            variant.as_gpu ? ", planned as for a GPU" : "", name_of(variant.family), seed);
        INFO(label);
        try {
            run_variant(*device, label, build, expected, variant, seed, options);
        } catch (Error const& error) {
            FAIL_CHECK(label << ": " << error.what());
        }
    }
    for (std::string const& message : validation_complaints(*device))
        FAIL_CHECK("validation: " << message);
}

}
