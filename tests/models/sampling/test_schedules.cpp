// SPDX-License-Identifier: Apache-2.0
// Noise models and schedules against ComfyUI's and diffusers' numbers.
#include "models/api/error.h"
#include "models/sampling/sampler.h"
#include "models/sampling/schedules.h"
#include "tests/models/sampling/golden_file.h"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <set>

using namespace igneous;
using namespace igneous::test;

static GoldenFile const& comfy()
{
    static GoldenFile const file = read_golden(IGNEOUS_SOURCE_DIR "/tests/golden/samplers/comfy.safetensors");
    return file;
}

static GoldenFile const& diffusers()
{
    static GoldenFile const file = read_golden(IGNEOUS_SOURCE_DIR "/tests/golden/samplers/diffusers.safetensors");
    return file;
}

static NoiseModel const& comfy_model(std::string const& name)
{
    static NoiseModel const sd, zero_snr({ .zero_snr = ZeroSnr::comfy });
    return name == "sd" ? sd : zero_snr;
}

static double worst_relative(std::span<double const> got, std::vector<double> const& expected, double absolute = 0)
{
    REQUIRE(got.size() == expected.size());
    double worst = 0;
    for (size_t i = 0; i < got.size(); ++i)
        worst = std::max(
            worst, std::max(std::abs(got[i] - expected[i]) - absolute, 0.) / std::max(std::abs(expected[i]), 1e-12));
    return worst;
}

TEST_CASE("noise: scaled_linear betas give ComfyUI's table of sigmas (SDXL is not cosine)", "[schedules]")
{
    CHECK(worst_relative(comfy_model("sd").sigmas(), comfy().at("table.sd.sigmas")) < 1e-7);
    // ComfyUI rescales in f32.
    CHECK(worst_relative(comfy_model("sd_zsnr").sigmas(), comfy().at("table.sd_zsnr.sigmas")) < 2e-6);
    CHECK(std::abs(comfy_model("sd").sigma_max() - 14.614641) < 1e-6);
    CHECK(std::abs(comfy_model("sd_zsnr").sigma_max() - 4518.76) < 0.01);
}

TEST_CASE("noise: every beta schedule gives diffusers' table of sigmas", "[schedules]")
{
    // diffusers multiplies 1000 alphas in float: 1 - alpha_bar is good to 1e-7, which the least sigmas feel most.
    CHECK(worst_relative(NoiseModel().sigmas(), diffusers().at("table.scaled_linear"), 4e-6) < 4e-6);
    CHECK(worst_relative(NoiseModel({ .beta_schedule = "linear", .beta_start = 0.0001, .beta_end = 0.02 }).sigmas(),
              diffusers().at("table.linear"), 4e-6) < 4e-6);
    CHECK(worst_relative(NoiseModel({ .beta_schedule = "squaredcos_cap_v2" }).sigmas(),
              diffusers().at("table.squaredcos_cap_v2"), 4e-6) < 1e-3);
    CHECK(worst_relative(
              NoiseModel({ .zero_snr = ZeroSnr::diffusers }).sigmas(), diffusers().at("table.zero_snr"), 4e-6) < 2e-4);
    CHECK(std::abs(NoiseModel({ .zero_snr = ZeroSnr::diffusers }).sigma_max() - 4096) < 0.01);
    std::vector<double> const betas { 0.1, 0.2, 0.3 };
    NoiseModel const trained({ .train_timesteps = 3, .trained_betas = betas });
    CHECK(std::abs(trained.sigma_max() - std::sqrt(1 / (0.9 * 0.8 * 0.7) - 1)) < 1e-6);
}

TEST_CASE("noise: a sigma one rounding below the highest has the last time", "[schedules]")
{
    NoiseModel const model;
    double const below = std::nextafter(model.sigma_max(), 0);
    CHECK(model.timestep_of(below, TimestepRule::nearest) == 999);
    CHECK(std::abs(model.timestep_of(below, TimestepRule::interpolate) - 999) < 1e-9);
}

TEST_CASE("noise: the time of a sigma is ComfyUI's nearest or k-diffusion's log-linear one", "[schedules]")
{
    for (std::string const name : { "sd", "sd_zsnr" }) {
        auto const& model = comfy_model(name);
        auto const& sigmas = comfy().at("convert." + name + ".sigma");
        auto const& times = comfy().at("convert." + name + ".timestep");
        for (size_t i = 0; i < sigmas.size(); ++i) {
            INFO(name << " sigma " << sigmas[i]);
            CHECK(model.timestep_of(sigmas[i], TimestepRule::nearest) == times[i]);
            CHECK(std::abs(model.timestep_of(sigmas[i], TimestepRule::interpolate) - times[i]) <= 0.5);
        }
        auto const& percents = comfy().at("convert." + name + ".percent");
        std::vector<double> by_percent;
        for (double const percent : percents)
            by_percent.push_back(model.sigma_at_percent(percent));
        CHECK(worst_relative(by_percent, comfy().at("convert." + name + ".percent_to_sigma")) < 2e-6);
    }
    auto const& sigmas = diffusers().at("to_t.sigma");
    for (size_t i = 0; i < sigmas.size(); ++i) {
        INFO("sigma " << sigmas[i]);
        CHECK(std::abs(NoiseModel().timestep_of(sigmas[i], TimestepRule::interpolate) - diffusers().at("to_t.t")[i]) <
              2e-3);
    }
    auto const& times = comfy().at("convert.sd.t_in");
    std::vector<double> by_time;
    for (double const time : times)
        by_time.push_back(NoiseModel().sigma_at(time));
    CHECK(worst_relative(by_time, comfy().at("convert.sd.t_to_sigma")) < 3e-7);
    // Karras sigmas lie between training times: what the network is told is not the evenly spaced time.
    auto const karras = make_schedule("karras", NoiseModel(), 10);
    CHECK(NoiseModel().timestep_of(karras.sigmas[4], TimestepRule::interpolate) !=
          std::floor(NoiseModel().timestep_of(karras.sigmas[4], TimestepRule::interpolate)));
    for (int t : { 0, 1, 500, 998, 999 })
        for (auto const rule : { TimestepRule::nearest, TimestepRule::interpolate })
            CHECK(NoiseModel().timestep_of(NoiseModel().sigmas()[t], rule) == t);
}

TEST_CASE("schedules: ten steps are ComfyUI's", "[schedules]")
{
    int compared = 0;
    for (auto const& [name, expected] : comfy()) {
        if (!name.starts_with("schedule."))
            continue;
        INFO(name);                                       // schedule.<model>.<id>.10
        size_t const dot = name.find('.', 9);
        std::string const model = name.substr(9, dot - 9), id = name.substr(dot + 1, name.rfind('.') - dot - 1);
        auto const schedule = make_schedule(id, comfy_model(model), 10);
        double const error = worst_relative(schedule.sigmas, expected);
        CHECK(error < 1e-6);                               // they are computed in f32
        CHECK(schedule.initial_scale == schedule.sigmas[0]);
        ++compared;
    }
    CHECK(compared == 12);
}

TEST_CASE("schedules: img2img's denoise fraction is ComfyUI's, with and without the penultimate sigma", "[schedules]")
{
    int compared = 0;
    for (auto const& [name, expected] : comfy()) {
        if (!name.starts_with("denoise.sd."))
            continue;
        INFO(name);                                       // denoise.sd.<id>.10.<strength>.<euler or dpm_2>
        std::string const id = name.substr(11, name.find('.', 11) - 11);
        double const strength = std::stod(name.substr(name.find(".10.") + 4));
        auto const schedule = make_partial_schedule(
            id, NoiseModel(), 10, strength, StrengthRule::comfy, { .discard_penultimate = name.ends_with("dpm_2") });
        CHECK(worst_relative(schedule.sigmas, expected) < 1e-6);
        ++compared;
    }
    CHECK(compared == 18);
}

TEST_CASE("schedules: the penultimate sigma is discarded as the trajectories' schedules do", "[schedules]")
{
    for (std::string const id : { "normal", "karras", "simple" }) {
        auto const schedule = make_schedule(id, NoiseModel(), 10, { .discard_penultimate = true });
        CHECK(worst_relative(schedule.sigmas, comfy().at("traj.sd.uni_pc." + id + ".10.sigmas")) < 1e-6);
    }
}

TEST_CASE("schedules: spacings, times and scales are diffusers'", "[schedules]")
{
    int compared = 0;
    for (auto const& [name, expected] : diffusers()) {
        bool const euler = name.starts_with("euler."), ddim = name.starts_with("ddim."),
                   multistep = name.starts_with("multistep.");
        if (!name.ends_with(".timesteps") || !(euler || ddim || multistep))
            continue;
        INFO(name);                                       // <class>.<spacing>.<steps>[.sigma_min].timesteps
        size_t const dot = name.find('.') + 1, second = name.find('.', dot);
        std::string id = name.substr(dot, second - dot);
        if (multistep && id != "trailing")
            id += "_multistep";
        int const steps = std::stoi(name.substr(second + 1));
        bool const to_sigma_min = name.contains(".sigma_min.");
        auto const schedule = make_schedule(id, NoiseModel(), steps,
            { .steps_offset = 1, .last = to_sigma_min ? LastSigma::sigma_min : LastSigma::zero });
        // linspace ends at time 0, where sigma_min already is: diffusers' last step then changes nothing; ours is left
        // out.
        bool const idle = to_sigma_min && expected.back() == 0;
        std::string const base = name.substr(0, name.rfind('.'));
        auto sigmas = expected;
        if (ddim) {
            for (size_t i = 0; i < expected.size(); ++i)
                CHECK(std::abs(schedule.timesteps[i] - expected[i]) <= (id == "linspace" ? 0.5 : 0));    // DDIM rounds
            ++compared;
            continue;
        }
        sigmas = diffusers().at(base + ".sigmas");
        auto times = expected;
        if (idle && steps > 1) {
            sigmas.pop_back();
            times.pop_back();
        } else if (idle) {
            sigmas.back() = 0;
        }
        CHECK(worst_relative(schedule.timesteps, times, 1e-4) == 0);
        CHECK(worst_relative(schedule.sigmas, sigmas, 4e-6) < 4e-6);
        if (euler)
            CHECK(std::abs(schedule.initial_scale - diffusers().at(base + ".init_noise_sigma")[0]) < 1e-4);
        ++compared;
    }
    CHECK(compared == 3 * 12 + 2 + 12 + 12);
}

TEST_CASE("schedules: every schedule can be sampled for any number of steps", "[schedules]")
{
    NoiseModel const model;
    for (auto const& entry : schedules())
        for (int const steps : { 1, 2, 3, 7, 19, 50, 333, 999, 1000 })
            for (bool const discard : { false, true }) {
                INFO(entry.id << " " << steps);
                auto const schedule =
                    make_schedule(entry.id, model, steps, { .steps_offset = 1, .discard_penultimate = discard });
                CHECK_NOTHROW(check_sigmas(schedule.sigmas));
                CHECK((schedule.timesteps.empty() || schedule.timesteps.size() + 1 == schedule.sigmas.size()));
                CHECK(schedule.sigmas.back() == 0);
                if (steps <= 50 && entry.id != "ddim_uniform")
                    CHECK(schedule.steps() == steps);
            }
}

TEST_CASE("schedules: zero or 10,000 steps and unknown names are clear errors", "[schedules]")
{
    NoiseModel const model;
    for (int const steps : { 0, -1, 1001, 10000 })
        for (auto const& entry : schedules())
            CHECK_THROWS_AS(make_schedule(entry.id, model, steps), Error);
    CHECK_THROWS_AS(make_schedule("nonesuch", model, 10), Error);
    CHECK_THROWS_AS(make_partial_schedule("normal", model, 10, 1.5, StrengthRule::comfy), Error);
    CHECK_THROWS_AS(make_partial_schedule("normal", model, 10, std::nan(""), StrengthRule::a1111), Error);
    CHECK_THROWS_AS(make_partial_schedule("normal", model, 100, 0.01, StrengthRule::comfy), Error);
    CHECK_THROWS_AS(make_partial_schedule("normal", model, 0, 0.5, StrengthRule::comfy), Error);
    CHECK_THROWS_AS(custom_schedule({ 1, 2 }), Error);
    CHECK(custom_schedule({ 5, 1, 0 }).steps() == 2);
    CHECK_THROWS_AS(NoiseModel({ .beta_schedule = "cosine" }), Error);
    CHECK_THROWS_AS(NoiseModel({ .train_timesteps = 0 }), Error);
    CHECK_THROWS_AS(NoiseModel({ .beta_end = 1.5 }), Error);
    CHECK_THROWS_AS(timestep_rule_from_name("floor"), Error);
    CHECK_THROWS_AS(strength_rule_from_name("half"), Error);
}

TEST_CASE("schedules: strength shortens by each rule as its program does", "[schedules]")
{
    NoiseModel const model;
    auto const whole = make_schedule("karras", model, 20);
    auto const steps = [&](double strength, StrengthRule rule) {
        return make_partial_schedule("karras", model, 20, strength, rule).steps();
    };
    CHECK(steps(0.75, StrengthRule::comfy) == 20);
    CHECK(steps(0.75, StrengthRule::a1111) == 16);        // t_enc 15, and the step at it
    CHECK(steps(0.75, StrengthRule::diffusers) == 15);
    CHECK(steps(0, StrengthRule::comfy) == 0);
    CHECK(steps(0, StrengthRule::a1111) == 1);
    CHECK(steps(0, StrengthRule::diffusers) == 0);
    CHECK(steps(1, StrengthRule::a1111) == 20);
    for (auto const rule : { StrengthRule::comfy, StrengthRule::diffusers })
        CHECK(make_partial_schedule("karras", model, 20, 1, rule).sigmas == whole.sigmas);
    CHECK(make_partial_schedule("karras", model, 20, 0.5, StrengthRule::diffusers).sigmas ==
          std::vector(whole.sigmas.begin() + 10, whole.sigmas.end()));
    auto const spaced = make_partial_schedule("leading", model, 20, 0.5, StrengthRule::diffusers);
    CHECK(spaced.timesteps.size() == 10);
    CHECK(spaced.timesteps[0] == 450);
    CHECK(training_time(spaced, model, spaced.sigmas[3], TimestepRule::nearest) == spaced.timesteps[3]);
    CHECK(training_time(whole, model, whole.sigmas[3], TimestepRule::nearest) ==
          model.timestep_of(whole.sigmas[3], TimestepRule::nearest));
}

TEST_CASE("schedules: noise begins at sigma or, as ComfyUI has it, at sqrt(sigma^2 + 1) for the highest", "[schedules]")
{
    NoiseModel const model;
    CHECK(initial_noise_scale(model, model.sigma_max(), InitialNoise::by_sigma) == model.sigma_max());
    CHECK(initial_noise_scale(model, model.sigma_max() * (1 - 5e-6), InitialNoise::by_variance) > model.sigma_max());
    CHECK(initial_noise_scale(model, 10, InitialNoise::by_variance) == 10);
}
