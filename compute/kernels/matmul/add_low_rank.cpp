// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/matmul/add_low_rank.h"

#include "compute/kernels/grid.h"
#include "compute/kernels/matmul/pack_panels.h"
#include "compute/tensor/error.h"
#include "shaders/matmul/add_low_rank.params.h"

namespace igneous {

Dispatch add_low_rank(
    LowRankAddition const& addition, Shape const& weight, Packing const& packing, DeviceProfile const& profile)
{
    if (packing.name != "panels")
        fail(ErrorCode::internal, "add_low_rank: nobody adds to a weight packed as '{}'", packing.name);
    PanelPacking const how = unpack_panels(packing);
    PanelLayout const layout = panel_layout(weight, how);
    assert(how.columns % 4 == 0 && layout.zero_count % 4 == 0 && "add_low_rank: four columns at a time");
    auto const u32 = [](std::uint64_t n) { return static_cast<std::uint32_t>(n); };
    params::AddLowRankParams p {};
    p.base = addition.base;
    p.out_address = addition.out;
    p.terms = addition.terms;
    p.term_count = addition.term_count;
    p.outputs = u32(layout.outputs);
    p.taps = u32(layout.taps);
    p.columns = how.columns;
    p.panels = u32(layout.panels);
    p.channels = u32(layout.channels[0]);
    p.channels2 = u32(layout.channels[1]);
    p.padded_channels = u32(layout.padded[0]);
    p.padded_channels2 = u32(layout.padded[1]);
    p.geglu = how.geglu;
    p.zeros = u32(layout.zero_count);
    std::uint64_t const depth = layout.padded[0] + layout.padded[1];
    std::uint64_t const units = layout.panels * layout.taps * ceil_div(depth, 4) * (how.columns / 4);
    Dispatch d = flat_dispatch(
        shader_name("matmul/add_low_rank", how.dtype, addition.factors), p, units + layout.zero_count / 4, profile);
    d.flops = 2.0 * static_cast<double>(weight.elements()) * static_cast<double>(addition.rank);
    d.bytes = 2.0 * static_cast<double>(layout.elements() * size_of(how.dtype));
    d.label = "add_low_rank";
    return d;
}

}
