// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/check_request.h"

#include "models/api/error.h"
#include "models/sampling/sampler.h"

#include <cmath>

namespace igneous {

namespace {

constexpr int most_pixels_a_side = 8192;
constexpr int least_vae_tile = 64;       // smaller ones see too little of what is around them
constexpr int most_steps = 1000;
constexpr std::size_t most_prompt_bytes = 4u << 20;

void check_text(std::string_view which, std::string_view text)
{
    if (std::string const problem = utf8_problem(text); !problem.empty())
        fail(ErrorCode::invalid_argument, "{}: the text is not UTF-8: {}; save it as UTF-8 and try again", which, problem);
    require(text.size() <= most_prompt_bytes, "{}: {} bytes are more than the {} a prompt may have; shorten it", which, text.size(), most_prompt_bytes);
}

void check_side(std::string_view which, int given, int factor)
{
    require(given > 0 && given <= most_pixels_a_side, "{}: {} is outside {} to {} pixels", which, given, factor, most_pixels_a_side);
    int const below = given / factor * factor, above = below + factor;
    require(given % factor == 0, "{}: {} is not a multiple of {}; the nearest sizes are {} and {}", which, given, factor,
        below > 0 ? below : factor, above);
}

template<class T>
void check_range(std::string_view which, T given, T least, T most)
{
    require(std::isfinite(static_cast<double>(given)) && given >= least && given <= most, "{}: {} is outside {} to {}", which, given, least, most);
}

std::string sampler_names()
{
    std::string names;
    for (SamplerEntry const& entry : samplers())
        names += (names.empty() ? "" : ", ") + std::string(entry.id);
    return names;
}

}

std::string utf8_problem(std::string_view text)
{
    for (std::size_t i = 0; i < text.size();) {
        auto const byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u; };
        unsigned const lead = byte(i);
        std::size_t const length = lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
        bool good = length > 0;
        for (std::size_t k = 1; k < length; ++k)
            good = good && (byte(i + k) & 0xc0u) == 0x80u;
        if (good && lead == 0xe0)
            good = byte(i + 1) >= 0xa0;                      // over-long
        if (good && lead == 0xed)
            good = byte(i + 1) < 0xa0;                       // surrogates
        if (good && lead == 0xf0)
            good = byte(i + 1) >= 0x90;
        if (good && lead == 0xf4)
            good = byte(i + 1) < 0x90;
        if (!good)
            return std::format("ill-formed at byte {}", i);
        i += length;
    }
    return {};
}

GenerationRequest completed(GenerationRequest request, StableDiffusionConfig const& model)
{
    check_text("prompt", request.prompt);
    check_text("negative prompt", request.negative_prompt);
    require(request.styles.empty(), "styles: {} is still to be put around the prompt; apply styles before the request is run",
        request.styles.empty() ? std::string() : request.styles.front());
    int const factor = model.factor();
    if (request.init) {
        Image const& image = request.init->image;
        require(!image.empty(), "init image: it is empty");
        if (request.width == 0 && request.height == 0) {
            request.width = (image.width + factor - 1) / factor * factor;
            request.height = (image.height + factor - 1) / factor * factor;
        }
        check_range("strength", request.init->strength, 0.0, 1.0);
        if (request.init->mask)
            require(request.init->mask->width == image.width && request.init->mask->height == image.height,
                "mask: it is {} x {} but the picture is {} x {}", request.init->mask->width, request.init->mask->height, image.width, image.height);
    }
    if (request.width == 0)
        request.width = model.defaults.width;
    if (request.height == 0)
        request.height = model.defaults.height;
    check_side("width", request.width, factor);
    check_side("height", request.height, factor);
    require(request.vae_tile == 0 || (request.vae_tile >= least_vae_tile && request.vae_tile <= most_pixels_a_side && request.vae_tile % factor == 0),
        "VAE tile: {} is neither 0, for none, nor a multiple of {} from {} to {} pixels", request.vae_tile, factor, least_vae_tile, most_pixels_a_side);
    check_range("batch", request.batch, 1, 64);
    check_range("clip skip", request.clip_skip, 1, model.text.layers);
    SamplingSettings const& s = request.sampling;
    if (s.sigmas.empty())
        check_range("steps", s.steps, 1, most_steps);
    else
        check_sigmas(s.sigmas);
    check_range("cfg", s.cfg, 0.0, 100.0);
    check_range("eta", s.eta, 0.0, 10.0);
    check_range("s_noise", s.s_noise, 0.0, 10.0);
    require(find_sampler(s.sampler) != nullptr, "sampler: there is no {}; there are {}", s.sampler, sampler_names());
    require(s.timesteps == "interpolate" || s.timesteps == "nearest", "timesteps: {} is neither interpolate nor nearest", s.timesteps);
    require(s.initial_noise == "sigma" || s.initial_noise == "variance", "initial noise: {} is neither sigma nor variance", s.initial_noise);
    require(request.weighting == "a1111" || request.weighting == "comfy", "weighting: {} is neither a1111 nor comfy", request.weighting);
    require(request.rng == "torch-cpu" || request.rng == "torch-cuda", "rng: {} is neither torch-cpu nor torch-cuda", request.rng);
    return request;
}

}
