// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/autoencoding.h"

#include "models/pipeline/pictures.h"
#include "models/pipeline/tiles.h"

#include <cstring>

namespace igneous {

namespace {

/// Through a program that takes pictures, or tiles of them, of one size.
HostTensor through(PartRunner& part, char const* input, char const* output, HostTensor const& value, int unit, std::stop_token stop)
{
    Plan const& plan = part.program().plan();
    Shape const& tile = plan.values[plan.inputs.find(input)->second].shape;
    return in_tiles(value, static_cast<int>(tile[1]), static_cast<int>(tile[2]), unit, [&](HostTensor const& piece) {
        part.program().write(input, piece);
        part.run(stop);
        return part.program().read(output);
    });
}

}

HostTensor encode_picture(PartRunner& encoder, StableDiffusionConfig const& config, HostTensor const& picture, std::stop_token stop)
{
    HostTensor latents = through(encoder, "sample", "mean", picture, config.factor(), stop);
    for (float& value : latents.f32())
        value = (value - config.shift_factor()) * config.scaling_factor();
    return latents;
}

HostTensor decode_latents(PartRunner& decoder, StableDiffusionConfig const& config, HostTensor const& latents, std::stop_token stop)
{
    HostTensor unscaled = latents;
    for (float& value : unscaled.f32())
        value = value / config.scaling_factor() + config.shift_factor();
    return through(decoder, "latent", "sample", unscaled, 1, stop);
}

HostTensor one_of(HostTensor const& batch, int index)
{
    HostTensor one(batch.dtype, batch.shape.with(0, 1));
    std::memcpy(one.bytes.data(), batch.bytes.data() + static_cast<std::size_t>(index) * one.bytes.size(), one.bytes.size());
    return one;
}

HostTensor repeated(HostTensor const& one, int batch)
{
    HostTensor out(one.dtype, one.shape.with(0, one.shape[0] * batch));
    for (int i = 0; i < batch; ++i)
        std::memcpy(out.bytes.data() + static_cast<std::size_t>(i) * one.bytes.size(), one.bytes.data(), one.bytes.size());
    return out;
}

}
