// SPDX-License-Identifier: Apache-2.0
#include "app/inpaint/membrane.h"

#include <algorithm>

namespace igneous {

namespace {

constexpr int finest_grid = 192, grid_rounds = 150;

struct Grid {
    Field values;
    Shares fixed;
    std::vector<bool> area;
};

/// Blocks of `factor` by `factor` pixels become one point.
Grid coarser(Field const& values, Shares const& fixed, std::vector<bool> const& area, int factor)
{
    int const width = (values.width + factor - 1) / factor, height = (values.height + factor - 1) / factor;
    Grid out { Field(width, height, values.channels), {}, {} };
    out.fixed.resize(out.values.pixels());
    out.area.resize(out.values.pixels());
    for (int y = 0; y < values.height; ++y)
        for (int x = 0; x < values.width; ++x) {
            std::size_t const from = values.at(x, y), to = out.values.at(x / factor, y / factor);
            out.area[to] = out.area[to] || area[from];
            out.fixed[to] += fixed[from];
            for (int c = 0; c < values.channels; ++c)
                out.values.pixel(to)[c] += fixed[from] * values.pixel(from)[c];
        }
    for (std::size_t i = 0; i < out.fixed.size(); ++i) {
        for (int c = 0; out.fixed[i] > 0 && c < values.channels; ++c)
            out.values.pixel(i)[c] /= out.fixed[i];
        out.fixed[i] = out.fixed[i] > 0 ? 1.0f : 0.0f;
    }
    return out;
}

}

void relax(Field& field, std::vector<bool> const& free, std::vector<bool> const& area, int rounds)
{
    auto const around = [&](int x, int y, float* sums) {
        int count = 0;
        auto const take = [&](int at_x, int at_y) {
            if (at_x < 0 || at_y < 0 || at_x >= field.width || at_y >= field.height || !area[field.at(at_x, at_y)])
                return;
            ++count;
            for (int c = 0; c < field.channels; ++c)
                sums[c] += field.pixel(field.at(at_x, at_y))[c];
        };
        take(x - 1, y);
        take(x + 1, y);
        take(x, y - 1);
        take(x, y + 1);
        return count;
    };
    for (int round = 0; round < rounds; ++round)
        for (int y = 0; y < field.height; ++y)
            for (int x = 0; x < field.width; ++x) {
                if (!free[field.at(x, y)])
                    continue;
                float sums[4] = {};
                int const count = around(x, y, sums);
                for (int c = 0; count > 0 && c < field.channels; ++c)
                    field.pixel(field.at(x, y))[c] = sums[c] / static_cast<float>(count);
            }
}

Field membrane(Field const& values, Shares const& fixed, std::vector<bool> const& area, double sigma)
{
    Field out(values.width, values.height, values.channels);
    if (std::ranges::none_of(fixed, [](float weight) { return weight > 0; }))
        return out;
    int const factor = (std::max(values.width, values.height) + finest_grid - 1) / finest_grid;
    Grid grid = coarser(values, fixed, area, factor);
    Shares along = grid.fixed;
    blur(grid.values, along, sigma / factor);
    grid.values = filled_gaps(grid.values, grid.fixed);        // close to the solution already
    std::vector<bool> free(grid.area.size());
    for (std::size_t i = 0; i < free.size(); ++i)
        free[i] = grid.area[i] && grid.fixed[i] <= 0;
    relax(grid.values, free, grid.area, grid_rounds);
    // Blocks at the edge reach over it: enlarged as a whole, with the end's size cut off.
    Field const large = enlarged(grid.values, grid.values.width * factor, grid.values.height * factor);
    for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x)
            if (area[out.at(x, y)])
                std::copy_n(large.pixel(large.at(x, y)), out.channels, out.pixel(out.at(x, y)));
    return out;
}

}
