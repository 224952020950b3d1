// SPDX-License-Identifier: Apache-2.0
// Samplers against trajectories of the reference implementations, on a denoiser whose exact form is known.
#include "models/api/error.h"
#include "models/sampling/sampler.h"
#include "tests/models/sampling/golden_file.h"
#include "tests/models/sampling/vector_space.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

using namespace igneous;
using namespace igneous::test;

static GoldenFile const& golden()
{
    static GoldenFile const file = read_golden(IGNEOUS_SOURCE_DIR "/tests/golden/samplers/comfy.safetensors");
    return file;
}

/// E[x0 | x] where each element of x0 is a mixture of three Gaussians and x = x0 + sigma * noise.
static std::vector<double> mixture_denoised(std::string const& mixture, std::vector<double> const& x, double sigma)
{
    auto const& mu = golden().at(mixture + ".mu");
    auto const& s = golden().at(mixture + ".s");
    auto const& w = golden().at(mixture + ".w");
    std::vector<double> denoised(x.size());
    for (size_t i = 0; i < x.size(); ++i) {
        std::array<double, 3> logit {}, mean {};
        for (size_t k = 0; k < 3; ++k) {
            double const m = mu[k * x.size() + i], v = s[k] * s[k] + sigma * sigma;
            logit[k] = std::log(w[k]) - std::log(v) / 2 - (x[i] - m) * (x[i] - m) / (2 * v);
            mean[k] = (m * sigma * sigma + s[k] * s[k] * x[i]) / v;
        }
        double const top = *std::ranges::max_element(logit);
        double sum = 0, total = 0;
        for (size_t k = 0; k < 3; ++k) {
            sum += std::exp(logit[k] - top) * mean[k];
            total += std::exp(logit[k] - top);
        }
        denoised[i] = sum / total;
    }
    return denoised;
}

static Latents guided(Latents const& x, double sigma)
{
    auto const cond = mixture_denoised("mix.cond", values_of(x), sigma);
    auto uncond = mixture_denoised("mix.uncond", values_of(x), sigma);
    for (size_t i = 0; i < cond.size(); ++i)
        uncond[i] += 2 * (cond[i] - uncond[i]);
    return make_latents(std::move(uncond));
}

static VectorSpace tape_space()
{
    auto const& flat = golden().at("noise_tape");
    std::vector<std::vector<double>> tape;
    for (size_t at = 0; at < flat.size(); at += 256)
        tape.emplace_back(flat.begin() + static_cast<long>(at), flat.begin() + static_cast<long>(at) + 256);
    return VectorSpace(tape);
}

struct Run {
    std::vector<double> out;
    int calls = 0, draws = 0, reports = 0;
    size_t most_terms = 0;
};

static Run run(std::string_view sampler, std::vector<double> const& sigmas)
{
    Run result;
    VectorSpace space = tape_space();
    SamplerContext context { space, [&](Latents const& x, double sigma) { return ++result.calls, guided(x, sigma); },
        sigmas };
    context.on_step = [&](StepInfo const& info) {
        CHECK(info.step == result.reports++);
        CHECK(info.total == static_cast<int>(sigmas.size()) - 1);
        CHECK(info.sigma == sigmas[info.step]);
    };
    auto x = golden().at("init_noise");
    for (double& value : x)
        value *= sigmas[0];
    result.out = values_of(find_sampler(sampler)->sample(context, make_latents(x)));
    result.draws = space.draws;
    result.most_terms = space.most_terms;
    return result;
}

static double relative_error(std::vector<double> const& got, std::vector<double> const& expected)
{
    REQUIRE(got.size() == expected.size());
    double difference = 0, norm = 0;
    for (size_t i = 0; i < got.size(); ++i) {
        difference += (got[i] - expected[i]) * (got[i] - expected[i]);
        norm += expected[i] * expected[i];
    }
    return std::sqrt(difference / norm);
}

TEST_CASE("samplers: trajectories are ComfyUI's and k-diffusion's", "[samplers]")
{
    // The reference results are stored in f32, whose rounding alone is 3e-8.
    int compared = 0;
    for (auto const& [name, expected] : golden()) {
        if (!name.starts_with("traj.") || name.ends_with(".sigmas"))
            continue;
        std::string const run_name = name.substr(0, name.rfind('.'));
        std::string sampler = run_name.substr(8, run_name.find('.', 8) - 8);
        if (name.ends_with("out_kdiffusion"))
            sampler = sampler == "lms" ? "lms_k_diffusion" : sampler;
        auto const& sigmas = golden().at(run_name + ".sigmas");
        INFO(name);
        Run const got = run(sampler, sigmas);
        double const error = relative_error(got.out, expected);
        CHECK(error < 6e-8);
        CHECK(got.calls == (sampler == "heun" ? 19 : 10));
        CHECK(got.draws == (find_sampler(sampler)->stochastic ? 9 : 0));
        CHECK(got.reports == 10);
        CHECK(got.most_terms <= 6);
        ++compared;
    }
    CHECK(compared == 52);
}

TEST_CASE("samplers: trajectories are k-diffusion's to 1e-9 at several step counts", "[samplers]")
{
    auto const file = read_golden(IGNEOUS_SOURCE_DIR "/tests/golden/samplers/k_diffusion.safetensors");
    int compared = 0;
    auto const compare = [&](std::string const& sampler, std::string const& name) {
        INFO(sampler << " as " << name);                   // <sampler>.<schedule>.<steps>.out
        std::string const schedule = name.substr(name.find('.'), name.rfind('.') - name.find('.'));
        double const error = relative_error(run(sampler, file.at("sigmas" + schedule)).out, file.at(name));
        CHECK(error < 1e-9);
        ++compared;
    };
    for (auto const& [name, expected] : file) {
        std::string const sampler = name.substr(0, name.find('.'));
        if (sampler == "sigmas")
            continue;
        compare(sampler, name);
        // Other names for the same mathematics, of which k-diffusion has one: DDIM is Euler's method in sigma, and
        // DDPM's posterior is euler_ancestral's step.
        if (sampler == "euler")
            compare("ddim", name);
        if (sampler == "euler_ancestral")
            compare("ddpm", name);
    }
    CHECK(compared == 50);
}

TEST_CASE("samplers: every sampler runs 1, 2 and 3 steps and ends on the data", "[samplers]")
{
    for (auto const& entry : samplers())
        for (auto const& sigmas :
            { std::vector<double> { 14.6, 0 }, { 14.6, 2, 0 }, { 14.6, 3, 0.5, 0 }, { 14.6, 1, 0.1 } }) {
            INFO(entry.id << " " << sigmas.size() - 1 << " steps");
            Run const got = run(entry.id, sigmas);
            CHECK(got.reports == static_cast<int>(sigmas.size()) - 1);
            // The mixtures lie within about +-4; noise of sigma 14.6 does not.
            for (double value : got.out)
                REQUIRE(std::abs(value) < 12);
        }
}

TEST_CASE("samplers: many steps converge to the exact flow of a Gaussian", "[samplers]")
{
    // For x0 ~ N(0, s^2) the probability flow is x(sigma) = x(start) * sqrt((s^2 + sigma^2) / (s^2 + start^2)).
    double const s = 0.5, start = 10;
    std::vector<double> sigmas;
    for (int i = 0; i <= 200; ++i)
        sigmas.push_back(
            std::pow(std::pow(start, 1. / 7) + i / 200. * (std::pow(0.01, 1. / 7) - std::pow(start, 1. / 7)), 7));
    for (auto const& entry : samplers()) {
        if (entry.stochastic)
            continue;
        VectorSpace space;
        SamplerContext context { space,
            [&](Latents const& x, double sigma) { return space.combine({ { s * s / (s * s + sigma * sigma), x } }); },
            sigmas };
        double const got = values_of(entry.sample(context, make_latents({ 3 })))[0];
        double const exact = 3 * std::sqrt((s * s + 1e-4) / (s * s + start * start));
        INFO(entry.id << " got " << got << " expected " << exact);
        bool const first_order = entry.id == "euler" || entry.id == "ddim";
        CHECK(std::abs(got / exact - 1) < (first_order ? 3e-2 : 1e-3));
    }
}

TEST_CASE("samplers: ids and names are unique and discards_penultimate is ComfyUI's", "[samplers]")
{
    std::set<std::string_view> ids, names;
    for (auto const& entry : samplers()) {
        CHECK(ids.insert(entry.id).second);
        CHECK(names.insert(entry.shown).second);
        CHECK(find_sampler(entry.id) == &entry);
        CHECK(entry.discards_penultimate == entry.id.starts_with("uni_pc"));
    }
    CHECK(find_sampler("nonesuch") == nullptr);
}

TEST_CASE("samplers: sigmas that cannot be sampled are named", "[samplers]")
{
    CHECK_NOTHROW(check_sigmas(std::vector<double> { 1, 0 }));
    CHECK_NOTHROW(check_sigmas(std::vector<double> { 3, 1 }));
    for (auto const& bad : { std::vector<double> {}, { 1 }, { 0, 0 }, { 1, 1 }, { 1, 2, 0 }, { 1, -1 }, { 1, 0, -1 },
             { std::nan(""), 0 }, { INFINITY, 1, 0 }, std::vector<double>(20000, 1) })
        CHECK_THROWS_AS(check_sigmas(bad), Error);
}
