// SPDX-License-Identifier: Apache-2.0
#include "models/layers/resample.h"

#include "compute/ops/resample.h"

namespace igneous {

Downsample Downsample::load(WeightScope w, int channels, int padding)
{
    Downsample down { Conv2d::load(w / "conv", channels, channels, 3, padding, 2) };
    if (padding == 0)
        down.conv.settings.pad_bottom = down.conv.settings.pad_right = 1;
    return down;
}

Upsample Upsample::load(WeightScope w, int channels) { return { Conv2d::load(w / "conv", channels, channels, 3, 1) }; }

Tensor Upsample::operator()(Tensor x) const
{
    Conv2d doubled = conv;
    doubled.settings.upsample = 2;   // the convolution reads as if x were twice the size
    return doubled(x);
}

Tensor Upsample::operator()(Tensor x, std::int64_t height, std::int64_t width) const
{
    if (height == 2 * x.shape[1] && width == 2 * x.shape[2])
        return (*this)(x);
    return conv(resample(x, static_cast<int>(height), static_cast<int>(width), Filter::nearest));
}

}
