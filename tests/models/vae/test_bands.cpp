// SPDX-License-Identifier: Apache-2.0
// Autoencoders in bands of rows: the bits of the whole ones in less memory, and what that costs.
#include "compute/graph/bands.h"
#include "compute/graph/fusion.h"
#include "compute/graph/plan.h"
#include "compute/graph/program.h"
#include "compute/memory/weight_store.h"
#include "compute/ops/elementwise.h"
#include "models/pipeline/tiles.h"
#include "models/vae/autoencoder_kl.h"
#include "models/vae/autoencoder_tiny.h"
#include "tests/models/families/golden_case.h"
#include "tests/support/test_device.h"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <cmath>
#include <cstdio>

using namespace igneous;

namespace {

using Cut = std::function<Plan(std::shared_ptr<Graph>, PlanOptions const&)>;

Plan in_thin_bands(std::shared_ptr<Graph> graph, PlanOptions options)
{
    fuse(*graph);
    options.fuse = false;
    return make_plan(in_bands(*graph, can_be_streamed(*graph), 1 << 14, options.profile), options);
}

Cut within(std::uint64_t limit)
{
    return [limit](std::shared_ptr<Graph> graph, PlanOptions options) {
        options.arena_limit = limit;
        return make_plan(std::move(graph), options);
    };
}

/// Both ways through `vae`, by the golden case's inputs.
template <class Vae>
NamedTensors both_ways(Vae const& vae, golden::Case const& c, DType tier, Cut const& cut)
{
    auto const device = test::test_device();
    HostTensor const sample = c.encoder_inputs.at("sample").nchw_to_nhwc(),
                     latent = c.decoder_inputs.at("latent").nchw_to_nhwc();
    auto const graph = std::make_shared<Graph>(tier);
    Tensor const picture = graph->input("sample", tier, sample.shape, Rate::step);
    if constexpr (requires { vae.encode(picture).mean; }) {
        auto const moments = vae.encode(picture);
        graph->output("mean", cast(moments.mean, DType::f32));
        graph->output("logvar", cast(moments.logvar, DType::f32));
    } else {
        graph->output("mean", cast(vae.encode(picture), DType::f32));
    }
    graph->output("decoded", cast(vae.decode(graph->input("latent", tier, latent.shape, Rate::step)), DType::f32));
    auto const plan = std::make_shared<Plan const>(cut(graph, { .profile = device->profile() }));
    Program program(device, plan, WeightStore::create(device));
    program.write("sample", sample);
    program.write("latent", latent);
    program.run();
    CHECK(test::validation_complaints(*device).empty());
    NamedTensors out;
    for (auto const& [name, value] : plan->outputs)
        out[name] = program.read(name);
    return out;
}

template <class Vae>
void check_bands(golden::Case const& c, Vae const& vae)
{
    INFO(c.name);
    for (DType const tier : { DType::f32, DType::f16 }) {
        NamedTensors const whole = both_ways(vae, c, tier, make_plan), bands = both_ways(vae, c, tier, in_thin_bands);
        NamedTensors planar;
        std::vector<std::string> names;
        for (auto const& [name, value] : whole) {
            CHECK(bands.at(name).bytes == value.bytes);
            planar[name] = bands.at(name).nhwc_to_nchw();
            names.push_back(name);
        }
        golden::check_outputs(c, planar, tier, names);
    }
}

/// Stable Diffusion 1.5's, without numbers.
AutoencoderKL full_size()
{
    return AutoencoderKL::load(
        TensorIndex::shapes_only("vae"), { .channels = { 128, 256, 512, 512 }, .layers_per_block = 2 });
}

std::shared_ptr<Graph> decoder_graph(AutoencoderKL const& vae, DType tier, int height, int width)
{
    auto const graph = std::make_shared<Graph>(tier);
    Tensor const latents = graph->input("latent", tier, { 1, height, width, vae.config.latent_channels }, Rate::step);
    graph->output("sample", cast(vae.decode(latents), DType::f32));
    return graph;
}

std::shared_ptr<Graph> encoder_graph(AutoencoderKL const& vae, DType tier, int height, int width)
{
    auto const graph = std::make_shared<Graph>(tier);
    graph->output(
        "mean", cast(vae.encode(graph->input("sample", tier, { 1, height, width, 3 }, Rate::step)).mean, DType::f32));
    return graph;
}

constexpr double mebi = 1 << 20;

}

TEST_CASE("autoencoders in bands give the bits of the whole ones, and diffusers' numbers", "[vae][device][bands]")
{
    for (golden::Case const& c : golden::cases("autoencoder_kl"))
        check_bands(c, AutoencoderKL::load(c.weights_by_formula(), AutoencoderKLConfig::from(c.config())));
    for (golden::Case const& c : golden::cases("autoencoder_tiny"))
        check_bands(c, AutoencoderTiny::load(c.weights_by_formula(), AutoencoderTinyConfig::from(c.config())));
}

TEST_CASE("a full-size autoencoder keeps to less memory at little more work", "[vae][bands]")
{
    AutoencoderKL const vae = full_size();
    struct Limit {
        bool decode;
        std::uint64_t mebibytes;           // 1024 and 512 are those of the whole
        double most_work;
    };
    for (Limit const& limit : { Limit { true, 640, 1.3 }, { true, 427, 1.5 }, { false, 384, 1.1 }, { false, 192, 1.9 } }) {
        auto const graph = [&] {
            return limit.decode ? decoder_graph(vae, DType::f16, 128, 128) : encoder_graph(vae, DType::f16, 1024, 1024);
        };
        Plan const whole = make_plan(graph(), {});
        Plan const bands = make_plan(graph(), { .arena_limit = limit.mebibytes << 20 });
        INFO((limit.decode ? "decoder" : "encoder")
             << ": " << static_cast<double>(bands.arena_bytes) / mebi << " of "
             << static_cast<double>(whole.arena_bytes) / mebi << " MiB, work "
             << bands.flops_per_step / whole.flops_per_step);
        CHECK(bands.arena_bytes <= limit.mebibytes << 20);
        CHECK(bands.flops_per_step < limit.most_work * whole.flops_per_step);
        CHECK(bands.weight_bytes == whole.weight_bytes);
        CHECK(bands.persistent_bytes == whole.persistent_bytes);
    }
}

TEST_CASE("bands: what memory costs in work", "[.bench][bands]")
{
    AutoencoderKL const vae = full_size();
    for (int const side : { 512, 1024, 2048 })
        for (bool const decode : { true, false }) {
            auto const graph = [&] {
                return decode ? decoder_graph(vae, DType::f16, side / 8, side / 8)
                              : encoder_graph(vae, DType::f16, side, side);
            };
            Plan const whole = make_plan(graph(), {});
            std::printf("%s %d: whole %.0f MiB (%llu), %.2f TFLOP\n", decode ? "decode" : "encode", side,
                static_cast<double>(whole.arena_bytes) / mebi, static_cast<unsigned long long>(whole.arena_bytes),
                whole.flops_per_step / 1e12);
            for (int const percent : { 75, 60, 50, 40, 30, 25, 20, 15 }) {
                auto const begun = std::chrono::steady_clock::now();
                Plan const plan = make_plan(
                    graph(), { .arena_limit = whole.arena_bytes / 100 * static_cast<std::uint64_t>(percent) });
                std::chrono::duration<double> const spent = std::chrono::steady_clock::now() - begun;
                std::printf("  limit %3d %%: %5.1f %%, %.0f MiB, work %.3f, %zu dispatches, planned in %.2f s\n",
                    percent, 100 * static_cast<double>(plan.arena_bytes) / static_cast<double>(whole.arena_bytes),
                    static_cast<double>(plan.arena_bytes) / mebi, plan.flops_per_step / whole.flops_per_step,
                    plan.steps.size(), spent.count());
            }
        }
}

TEST_CASE("bands: time against the whole and against blended tiles", "[.bench][device][bands]")
{
    auto const device = test::test_device();
    struct Size {
        std::vector<int> channels;
        int side;
    };
    for (Size const& size : { Size { { 16, 32, 64, 64 }, 512 }, Size { { 128, 256, 512, 512 }, 128 } }) {
        AutoencoderKL const vae = AutoencoderKL::load(
            TensorIndex::made_by(
                [](auto const& name, Shape const& shape) { return golden::formula_source("vae", name, shape); }, "vae"),
            { .channels = size.channels, .layers_per_block = 2, .norm_groups = 16 });
        auto const weights = WeightStore::create(device);
        int const latent = size.side / 8, tile = latent / 2;
        HostTensor const x = golden::formula_values("latent", { 1, latent, latent, 4 }, 0, 1);
        auto const timed = [&](char const* what, Cut const& cut, int side) {
            auto const plan = std::make_shared<Plan const>(
                cut(decoder_graph(vae, DType::f16, side, side), { .profile = device->profile() }));
            Program program(device, plan, weights);
            auto const once = [&] {
                return in_tiles(x, side, side, 1, [&](HostTensor const& piece) {
                    program.write("latent", piece);
                    program.run();
                    return program.read("sample");
                });
            };
            once();
            auto const begun = std::chrono::steady_clock::now();
            HostTensor const made = once();
            std::chrono::duration<double> const spent = std::chrono::steady_clock::now() - begun;
            std::printf("  %-12s %6.2f s, arena %6.1f MiB, %zu dispatches\n", what, spent.count(),
                static_cast<double>(plan->arena_bytes) / mebi, plan->steps.size());
            return std::pair(made, plan->arena_bytes);
        };
        std::printf("decode to %d x %d, %d channels at most\n", size.side, size.side, size.channels.back());
        auto const [whole, bytes] = timed("whole", make_plan, latent);
        for (std::uint64_t const percent : { 50, 25 })
            CHECK(timed(percent == 50 ? "bands, 1/2" : "bands, 1/4", within(bytes * percent / 100), latent).first.bytes
                  == whole.bytes);
        HostTensor const tiles = timed("tiles", make_plan, tile).first;
        std::printf("  tiles differ by %.4f (relative L2)\n", golden::relative_error(tiles, whole));
    }
}
