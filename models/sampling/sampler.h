// SPDX-License-Identifier: Apache-2.0
#pragma once

// The denoise loop. A sampler walks a list of noise levels (sigmas) from noise to a picture: it asks a denoiser what
// the clean picture would be, and moves the latents a little towards it. Samplers here are written in the variance
// exploding form of Karras et al. 2022 (x = x0 + sigma * noise) and see nothing but three things: values that can be
// combined linearly, a source of noise and the denoiser. Where the values live (a GPU, a test's vector of doubles) is
// the business of the LatentSpace; every coefficient is computed here in double precision. One sampler, one file in
// samplers/; the table in samplers.cpp names them all.

#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace igneous {

/// What a LatentSpace derives its own values from.
struct LatentValue {
    virtual ~LatentValue() = default;
};

/// A cheap shared handle to one value [N, C, H, W] (or any shape) of a LatentSpace. Copies name the same value; values
/// never change once made.
class Latents {
public:
    Latents() = default;
    explicit Latents(std::shared_ptr<LatentValue const> value)
        : m_value(std::move(value))
    {
    }
    explicit operator bool() const { return m_value != nullptr; }

    /// The space's own value. Only the space that made it knows the type.
    template<class Value>
    Value const& as() const
    {
        return static_cast<Value const&>(*m_value);
    }
    std::shared_ptr<LatentValue const> const& handle() const { return m_value; }

private:
    std::shared_ptr<LatentValue const> m_value;
};

/// One term of a linear combination.
struct Term {
    double coefficient;
    Latents value;
};

/// Where latents live and how they are combined.
class LatentSpace {
public:
    virtual ~LatentSpace() = default;

    /// The sum of coefficient * value over all terms, in one pass. There are one to six terms; coefficients are finite.
    virtual Latents combine(std::span<Term const> terms) = 0;

    /// The next draw of standard normal noise: from the request's generator, or noise.<i> of a given tape.
    virtual Latents noise() = 0;

    /// `space.combine({ { a, x }, { b, y } })`
    Latents combine(std::initializer_list<Term> terms)
    {
        return combine(std::span<Term const>(terms.begin(), terms.size()));
    }
};

/// The denoised estimate (after guidance) of `x`, whose noise has the standard deviation `sigma`.
using Denoise = std::function<Latents(Latents const& x, double sigma)>;

/// What an observer sees of each step: the state at which the denoised estimate was made, and the estimate.
struct StepInfo {
    int step;          // from 0
    int total;
    double sigma;
    Latents x;
    Latents denoised;
};

/// All that one run of a sampler needs. `sigmas` has one entry more than there are steps, strictly decreasing; the last
/// is usually 0 (see check_sigmas).
struct SamplerContext {
    LatentSpace& space;
    Denoise denoise;
    std::vector<double> const& sigmas;
    std::function<void(StepInfo const&)> on_step {};
    double eta = 1;        // how much of each step's noise is fresh in stochastic samplers: 0 none, 1 all
    double s_noise = 1;    // scale of that fresh noise

    int steps() const { return static_cast<int>(sigmas.size()) - 1; }
    /// Denoises x at the sigma of `step` and tells the observer.
    Latents denoise_at(int step, Latents const& x)
    {
        Latents denoised = denoise(x, sigmas[step]);
        report(step, x, denoised);
        return denoised;
    }
    void report(int step, Latents const& x, Latents const& denoised) const
    {
        if (on_step)
            on_step({ step, steps(), sigmas[step], x, denoised });
    }
};

/// Takes x at sigmas.front() to sigmas.back() and returns it.
using Sampler = Latents (*)(SamplerContext&, Latents x);

struct SamplerEntry {
    std::string_view id;            // "dpmpp_2m", as in requests, --sampler and ComfyUI
    std::string_view shown;         // "DPM++ 2M", as people know it
    Sampler sample;
    bool stochastic;                // draws noise between steps
    bool discards_penultimate;      // its schedule is made one step longer and loses the sigma before the last
};

/// Every sampler, in the order to show them.
std::span<SamplerEntry const> samplers();

/// The sampler of that id, or nullptr.
SamplerEntry const* find_sampler(std::string_view id);

/// Throws invalid_argument unless `sigmas` can be sampled: at least two finite values, strictly decreasing, none
/// negative (so only the last may be 0). At most 10,000 steps.
void check_sigmas(std::span<double const> sigmas);

}
