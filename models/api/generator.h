// SPDX-License-Identifier: Apache-2.0
#pragma once

// The waist of the program: a request goes in, events come out, and a stop token is the only thing that goes back.
// Everything above (command, worker, studio) sees this and no more; tests put a scripted Generator in its place.

#include "models/api/error.h"
#include "models/api/image.h"
#include "models/api/request.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace igneous {

/// What is going on: "load", "text", "encode", "denoise", "decode".
struct PhaseStarted {
    std::string phase;
};

struct StepDone {
    int step = 0, total = 0;               // step counts from 1
    double seconds_left = 0;               // of the whole request, estimated from the steps so far; 0 when unknown
};

/// The picture as it looks by now, small and rough: for the eye only.
struct PreviewReady {
    int step = 0, total = 0;
    int index = 0;                         // in the batch
    Image image;
};

struct ImageReady {
    int index = 0;                         // in the batch
    Image image;
    std::uint64_t seed = 0;
};

/// Something to know although the picture is made: keys of a LoRA that fit nothing in the model, say.
struct Notice {
    std::string text;
};

using GenerationEvent = std::variant<PhaseStarted, StepDone, PreviewReady, ImageReady, Notice>;
using EventSink = std::function<void(GenerationEvent const&)>;

/// Bytes and work of a request, known before it runs. All bytes are device memory but streamed_bytes.
struct GenerationPlan {
    std::uint64_t weight_bytes = 0;        // packed weights of all parts, those that stay on the device
    std::uint64_t arena_bytes = 0;         // the one activation arena: the largest part's
    std::uint64_t persistent_bytes = 0;    // inputs, outputs, hoisted values of the part that has most
    std::uint64_t latent_bytes = 0;        // what the sampler keeps between steps
    std::uint64_t total_bytes = 0;         // the most that is alive at once; host-visible staging not counted
    std::uint64_t streamed_bytes = 0;      // weights that stay in the computer's memory and are brought while their part runs
    double flops = 0;                      // of the whole request
    double seconds = 0;                    // estimated on this device; 0 when there is no device
    std::uint64_t budget_bytes = 0;        // what the device would give now, or the limit without one; 0: not known
    std::uint64_t block_bytes = 0;         // the most the device gives in one piece, which the arena is
    int steps = 0;                         // denoiser calls may be more (heun)
    std::vector<std::pair<std::string, std::uint64_t>> arena_of_part;   // arena bytes by part: text_encoder, unet, vae.decode...

    /// Whether the device has room now; true where there is none to ask.
    bool fits() const
    {
        return (budget_bytes == 0 || total_bytes <= budget_bytes) && (block_bytes == 0 || arena_bytes <= block_bytes);
    }
};

/// What a second try does differently, because the first did not fit or gave no numbers.
struct SafetyMeasures {
    /// One part of the model on the device at a time, one picture of the batch at a time, the VAE in little memory; where
    /// even a part is too large, its weights are brought while it runs. The same bytes.
    bool frugal = false;
    bool tiled = false;                    // the VAE in tiles, whatever the request says: where even that is too much
    bool f32 = false;                      // tier f32, whatever the request says
    bool operator==(SafetyMeasures const&) const = default;
};

/// What to try next where a request does not fit: less at a time, then the VAE in tiles too; then there is nothing more.
inline std::optional<SafetyMeasures> more_frugal(SafetyMeasures measures)
{
    if (std::exchange(measures.frugal, true) && std::exchange(measures.tiled, true))
        return std::nullopt;
    return measures;
}

constexpr int fallback_vae_tile = 512;     // pixels

/// The request that is run in the end: what the pictures say.
inline GenerationRequest under(SafetyMeasures const& safety, GenerationRequest request)
{
    if (safety.f32)
        request.tier = Tier::f32;
    if (safety.tiled && request.vae_tile == 0)
        request.vae_tile = fallback_vae_tile;
    return request;
}

/// How to run a request, beside what it asks for: nothing here is part of its recipe.
struct GenerationExtras {
    double previews_per_second = 0;        // at most; 0: none
    SafetyMeasures safety;
    std::string latents_in;                // safetensors: "latents" [N, C, h, w] (unit noise), optional "noise.<i>"
    std::string tensors_out;               // safetensors: "latents", "image" [N, 3, H, W] in [0, 1]
    bool save_steps = false;               // also "latents.<i>" after every step
};

/// Device memory a run used, to compare with its plan.
struct MemoryReport {
    std::uint64_t planned = 0, peak = 0;
};

class Generator {
public:
    virtual ~Generator() = default;
    /// Runs to the end on the caller's thread. Throws Error; Error(cancelled) when `stop` was asked.
    virtual MemoryReport generate(GenerationRequest const& request, EventSink const& events, std::stop_token stop = {},
        GenerationExtras const& extras = {}) = 0;
    virtual GenerationPlan plan(GenerationRequest const& request, SafetyMeasures const& safety = {}) = 0;
    /// Gives the device memory of models that are kept for the next request back.
    virtual void free_memory() { }
};

}
