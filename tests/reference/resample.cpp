// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/ops.h"

#include <algorithm>

namespace igneous::reference {

namespace {

struct Picture {
    Value const& v;
    double operator()(std::size_t n, std::size_t y, std::size_t x, std::size_t c) const
    {
        return v[((n * extent(v, 1) + y) * extent(v, 2) + x) * extent(v, 3) + c];
    }
};

template<class Body>
void each_pixel(Value& out, Body body)
{
    std::size_t i = 0;
    for (std::size_t n = 0; n < extent(out, 0); ++n)
        for (std::size_t y = 0; y < extent(out, 1); ++y)
            for (std::size_t x = 0; x < extent(out, 2); ++x)
                for (std::size_t c = 0; c < extent(out, 3); ++c)
                    out[i++] = body(n, y, x, c);
}

struct Between {
    std::size_t lower, upper;
    double share;
    Between(std::size_t o, std::size_t size, std::size_t out_size)
    {
        double const at = std::max(
            (static_cast<double>(o) + 0.5) * static_cast<double>(size) / static_cast<double>(out_size) - 0.5, 0.0);
        lower = std::min(static_cast<std::size_t>(at), size - 1);
        upper = std::min(lower + 1, size - 1);
        share = at - static_cast<double>(lower);
    }
};

}

void evaluate_resample(ResampleOp const& op, Inputs in, Value& out)
{
    Picture const picture { *in[0] };
    std::size_t const height = extent(*in[0], 1), width = extent(*in[0], 2), out_height = extent(out, 1),
                      out_width = extent(out, 2);
    each_pixel(out, [&](std::size_t n, std::size_t y, std::size_t x, std::size_t c) {
        if (op.filter == Filter::nearest)
            return picture(n, y * height / out_height, x * width / out_width, c);
        Between const v(y, height, out_height), h(x, width, out_width);
        double const top = picture(n, v.lower, h.lower, c) * (1 - h.share) + picture(n, v.lower, h.upper, c) * h.share;
        double const bottom
            = picture(n, v.upper, h.lower, c) * (1 - h.share) + picture(n, v.upper, h.upper, c) * h.share;
        return top * (1 - v.share) + bottom * v.share;
    });
}

void evaluate_average_pool(Inputs in, Value& out)
{
    Picture const picture { *in[0] };
    each_pixel(out, [&](std::size_t n, std::size_t y, std::size_t x, std::size_t c) {
        return (picture(n, 2 * y, 2 * x, c) + picture(n, 2 * y, 2 * x + 1, c) + picture(n, 2 * y + 1, 2 * x, c)
                   + picture(n, 2 * y + 1, 2 * x + 1, c))
               / 4;
    });
}

}
