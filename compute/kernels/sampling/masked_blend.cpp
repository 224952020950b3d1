// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/sampling/masked_blend.h"

#include "compute/kernels/grid.h"
#include "shaders/sampling/masked_blend.params.h"

#include <cassert>

namespace igneous {

Dispatch masked_blend(MaskedBlend const& blend, DeviceProfile const& profile)
{
    assert(blend.channels > 0 && blend.count % blend.channels == 0 && "masked_blend: whole pixels");
    params::MaskedBlendParams p {};
    p.a = blend.a;
    p.b = blend.b;
    p.mask = blend.mask;
    p.out_address = blend.out;
    p.count = static_cast<std::uint32_t>(blend.count);
    p.channels = blend.channels;
    Dispatch d = flat_dispatch("sampling/masked_blend", p, blend.count, profile);
    d.flops = 3.0 * static_cast<double>(blend.count);
    d.bytes = 12.0 * static_cast<double>(blend.count);
    d.label = "masked_blend";
    return d;
}

}
