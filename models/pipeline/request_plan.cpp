// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/request_plan.h"

#include "compute/memory/merge_weights.h"
#include "models/pipeline/gpu_latents.h"
#include "models/pipeline/tiles.h"

#include <algorithm>
#include <set>

namespace igneous {

namespace {

struct SamplerRun {
    int most_latents = 0;
    int denoiser_calls = 0;
};

/// Runs the sampler on values that only count themselves.
SamplerRun rehearse(GenerationRequest const& request, std::vector<double> const& sigmas)
{
    CountingLatentSpace space;
    SamplerRun run;
    SamplerContext context {
        .space = space,
        .denoise =
            [&](Latents const&, double) {
                ++run.denoiser_calls;
                // An inpainting step holds the blended input and the denoiser's own result beside the value it returns.
                Latents const blended = request.init && request.init->mask ? space.make() : Latents();
                Latents const denoised = space.make();
                return blended ? space.make() : denoised;
            },
        .sigmas = sigmas,
    };
    Latents const kept = request.init ? space.make() : Latents();   // the init picture's latents
    Latents const noise = space.make();
    Latents start = space.make();
    if (sigmas.size() > 1)
        find_sampler(request.sampling.sampler)->sample(context, std::move(start));
    run.most_latents = space.most_alive();
    return run;
}

/// What merging adapters into the weights of `plan` takes while it runs.
std::uint64_t merge_scratch(Plan const& plan)
{
    std::vector<WeightSource const*> sources;
    for (PlanValue const& value : plan.values)
        if (value.weight && value.weight->base)
            sources.push_back(value.weight.get());
    return merge_scratch_bytes(sources);
}

/// Adds the packed weights of `plan` that no earlier part has asked for in the same packing.
class WeightSum {
public:
    void add(Plan const& plan)
    {
        m_bytes += plan.window_bytes;
        for (PlanValue const& value : plan.values)
            if (value.storage == Storage::weight) {
                add(value.weight, value);
                if (value.weight->base)
                    add(value.weight->base, value);              // stays beside what adapters make of it
            }
    }
    std::uint64_t bytes() const { return m_bytes; }

private:
    void add(Weight const& weight, PlanValue const& packed)
    {
        if (m_seen.insert({ weight.get(), packed.packing.name, packed.packing.dtype, packed.packing.numbers }).second)
            m_bytes += packed.bytes;
    }
    std::set<std::tuple<WeightSource const*, std::string_view, DType, std::array<std::uint32_t, 4>>> m_seen;
    std::uint64_t m_bytes = 0;
};

/// A frugal run lets the VAE have what the denoiser has, but no less than this part of what it would have whole: that
/// costs a quarter more work at most.
constexpr std::uint64_t frugal_share_of_vae = 2;

/// Builds the parts' graphs for one request.
struct Parts {
    GenerationRequest const& request;
    StableDiffusion const& model;
    AdaptedWeights const* adapted;
    DeviceProfile const& profile;
    RequestPlanOptions const& options;
    int factor = model.config.factor();
    int height = request.height / factor, width = request.width / factor;             // of latents
    int tile = request.vae_tile > 0 ? request.vae_tile / factor : std::max(height, width);
    int tile_height = std::min(height, tile), tile_width = std::min(width, tile);
    std::uint64_t weight_limit = 0;                              // of each part; 0: none

    DType tier(bool in_f32) const { return in_f32 || request.tier == Tier::f32 ? DType::f32 : DType::f16; }
    std::shared_ptr<Plan const> planned(std::shared_ptr<Graph> graph, std::uint64_t arena_limit = 0) const
    {
        if (adapted)
            adapted->apply(*graph);
        return std::make_shared<Plan const>(make_plan(std::move(graph),
            { .profile = profile, .fuse = true, .keep_all = options.keep_all, .arena_limit = arena_limit,
                .weight_limit = weight_limit }));
    }
    std::shared_ptr<Plan const> text() const
    {
        return planned(build_text_graph(model, { .batch = 1,
                                                   .tokens = model.config.text.max_tokens,
                                                   .skip_layers = request.clip_skip - 1,
                                                   .tier = tier(options.f32.text) }));
    }
    std::shared_ptr<Plan const> denoise(RequestPlan const& out) const
    {
        return planned(build_denoise_graph(model, { .batch = request.batch,
                                                      .copies = out.copies,
                                                      .height = height,
                                                      .width = width,
                                                      .tokens = out.context_tokens,
                                                      .tier = tier(options.f32.denoise) }));
    }
    /// All of them; the VAE's arenas keep to a limit as well as they can.
    void add_to(RequestPlan& out, std::uint64_t arena_limit) const
    {
        out.text = text();
        out.denoise = denoise(out);
        add_vae(out, arena_limit);
    }
    void add_vae(RequestPlan& out, std::uint64_t arena_limit) const
    {
        if (request.init || model.config.inpainting())
            out.encode = planned(build_vae_encode_graph(model.vae, { .batch = 1,
                                                                       .height = tile_height * factor,
                                                                       .width = tile_width * factor,
                                                                       .tier = tier(options.f32.encode) }),
                arena_limit);
        out.decode
            = planned(build_vae_decode_graph(model.vae,
                          { .batch = 1, .height = tile_height, .width = tile_width, .tier = tier(options.f32.decode) }),
                arena_limit);
    }
};

GenerationPlan add_up(RequestPlan const& out, Parts const& parts, int chunks, std::vector<double> const& sigmas)
{
    GenerationPlan numbers;
    WeightSum weights;
    std::uint64_t largest_part = 0, scratch = 0;
    std::vector<std::uint64_t> stages;                           // parts run one after the other: the largest counts
    auto const add = [&](std::string part, std::shared_ptr<Plan const> const& plan) {
        if (!plan)
            return;
        weights.add(*plan);
        WeightSum own;
        own.add(*plan);
        largest_part = std::max(largest_part, own.bytes());
        numbers.streamed_bytes += plan->streamed_bytes;
        numbers.arena_of_part.emplace_back(std::move(part), plan->arena_bytes);
        numbers.arena_bytes = std::max(numbers.arena_bytes, plan->arena_bytes);
        stages.push_back(plan->persistent_bytes);
        scratch = std::max(scratch, merge_scratch(*plan));
    };
    add("text_encoder", out.text);
    add("vae.encode", out.encode);
    add("unet", out.denoise);
    add("vae.decode", out.decode);
    SamplerRun const run = rehearse(parts.request, sigmas);
    numbers.weight_bytes = parts.options.one_part ? largest_part : weights.bytes();
    numbers.latent_bytes = static_cast<std::uint64_t>(run.most_latents) * static_cast<std::uint64_t>(out.latents.elements()) * 4;
    if (parts.request.init && parts.request.init->mask)
        numbers.latent_bytes += static_cast<std::uint64_t>(out.latents.rows()) * 4;              // the mask
    numbers.persistent_bytes = std::ranges::max(stages);
    numbers.block_bytes = parts.profile.max_buffer_bytes;
    numbers.total_bytes
        = numbers.weight_bytes + numbers.arena_bytes
          + std::max({ numbers.persistent_bytes, out.denoise->persistent_bytes + numbers.latent_bytes, scratch });
    numbers.steps = sigmas.empty() ? 0 : static_cast<int>(sigmas.size()) - 1;
    auto const flops = [](std::shared_ptr<Plan const> const& plan) { return plan ? plan->flops_per_request + plan->flops_per_step : 0.0; };
    int const tiles = tile_count(parts.height, parts.width, parts.tile_height, parts.tile_width, 1);
    numbers.flops = 2 * chunks * flops(out.text) + tiles * flops(out.encode) + out.denoise->flops_per_request
                    + run.denoiser_calls * out.denoise->flops_per_step
                    + parts.request.batch * tiles * flops(out.decode);
    return numbers;
}

/// Left for what brings pictures to the device and back, which may lie in the same memory.
constexpr std::uint64_t staging_reserve = 1 << 20;

/// What the VAE's arena is to keep to; at least what other parts need anyway.
std::uint64_t vae_limit(RequestPlan const& out, RequestPlanOptions const& options)
{
    GenerationPlan const& n = out.numbers;
    std::uint64_t const others = std::max(out.text->arena_bytes, out.denoise->arena_bytes);
    std::uint64_t limit = n.block_bytes > 0 ? n.block_bytes : n.arena_bytes;
    if (options.memory > 0) {
        std::uint64_t const beside = n.total_bytes - n.arena_bytes + n.persistent_bytes + staging_reserve;
        limit = std::min(limit, options.memory > beside ? options.memory - beside : 0);
    }
    if (options.one_part)
        limit = std::min(limit, n.arena_bytes / frugal_share_of_vae);
    return std::max(limit, others);
}

/// What the weights of one part are to keep to, where they would not fit beside the rest; 0: they do.
std::uint64_t weight_limit(RequestPlan const& out, RequestPlanOptions const& options)
{
    GenerationPlan const& n = out.numbers;
    if (!options.one_part || options.memory == 0 || n.total_bytes <= options.memory)
        return 0;
    std::uint64_t const beside = n.total_bytes - n.weight_bytes + staging_reserve;
    return options.memory > beside ? options.memory - beside : 1;
}

}

RequestPlan plan_request(GenerationRequest const& request, LoadedModel const& model, AdaptedWeights const* adapted,
    int chunks, std::vector<double> const& sigmas, DeviceProfile const& profile, RequestPlanOptions const& options)
{
    Parts parts { request, model.parts, adapted, profile, options };
    RequestPlan out;
    out.copies = request.sampling.cfg == 1.0 ? 1 : 2;
    out.context_tokens = chunks * model.parts.config.text.max_tokens;
    out.latents = { request.batch, parts.height, parts.width, model.parts.config.latent_channels() };
    parts.add_to(out, 0);
    out.numbers = add_up(out, parts, chunks, sigmas);
    std::uint64_t const arena = vae_limit(out, options);
    if (out.numbers.arena_bytes > arena) {
        parts.add_vae(out, arena);
        out.numbers = add_up(out, parts, chunks, sigmas);
    }
    parts.weight_limit = weight_limit(out, options);
    if (parts.weight_limit > 0) {
        parts.add_to(out, arena);
        out.numbers = add_up(out, parts, chunks, sigmas);
    }
    return out;
}
}
