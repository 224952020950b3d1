// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/autoencoding.h"

#include "models/api/error.h"
#include "models/pipeline/pictures.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace igneous {

HostTensor encode_picture(PartRunner& encoder, StableDiffusionConfig const& config, HostTensor const& picture, std::stop_token stop)
{
    encoder.program().write("sample", picture);
    encoder.run(stop);
    HostTensor latents = encoder.program().read("mean");
    for (float& value : latents.f32())
        value = (value - config.shift_factor()) * config.scaling_factor();
    return latents;
}

HostTensor decode_latents(PartRunner& decoder, StableDiffusionConfig const& config, HostTensor const& latents, std::stop_token stop)
{
    HostTensor unscaled = latents;
    for (float& value : unscaled.f32())
        value = value / config.scaling_factor() + config.shift_factor();
    decoder.program().write("latent", unscaled);
    decoder.run(stop);
    HostTensor const sample = decoder.program().read("sample");
    auto const bad = std::ranges::count_if(sample.f32(), [](float value) { return !std::isfinite(value); });
    if (bad > 0)
        fail(ErrorCode::numeric, "decode: {} of {} values of the picture are NaN or Inf; try --tier f32, or --inspect nan to see where it begins",
            bad, sample.shape.elements());
    return to_unit_range(sample);
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
