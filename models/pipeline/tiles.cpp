// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/tiles.h"

#include <algorithm>
#include <optional>

namespace igneous {

namespace {

HostTensor cut(HostTensor const& from, int y, int x, int height, int width)
{
    auto const columns = static_cast<std::size_t>(from.shape[2]), channels = static_cast<std::size_t>(from.shape[3]);
    HostTensor tile(DType::f32, { 1, height, width, from.shape[3] });
    auto const source = from.f32();
    auto target = tile.f32().begin();
    for (int row = y; row < y + height; ++row) {
        auto const begin = source.begin() + static_cast<std::ptrdiff_t>((static_cast<std::size_t>(row) * columns + static_cast<std::size_t>(x)) * channels);
        target = std::copy_n(begin, static_cast<std::size_t>(width) * channels, target);
    }
    return tile;
}

/// How much a tile's pixels count along one side, by their distance to those of its edges that have a neighbour.
std::vector<float> weights(std::vector<int> const& begins, std::size_t index, int tile)
{
    std::vector<float> weight(static_cast<std::size_t>(tile), 1.f);
    auto const fade = [&](int overlap, auto at) {
        for (int i = 0; i < overlap; ++i)
            weight[at(i)] *= (static_cast<float>(i) + 0.5f) / static_cast<float>(overlap);
    };
    if (index > 0)
        fade(begins[index - 1] + tile - begins[index], [](int i) { return static_cast<std::size_t>(i); });
    if (index + 1 < begins.size())
        fade(begins[index] + tile - begins[index + 1], [tile](int i) { return static_cast<std::size_t>(tile - 1 - i); });
    return weight;
}

/// The weighted sum of tiles, and the sum of the weights.
struct Blend {
    HostTensor sum;
    std::vector<float> weight;             // of each pixel

    explicit Blend(Shape shape)
        : sum(DType::f32, shape)
        , weight(static_cast<std::size_t>(shape[1] * shape[2]))
    {
    }
    void add(HostTensor const& tile, int y, int x, std::vector<float> const& down, std::vector<float> const& across);
    HostTensor result() &&;
};

void Blend::add(HostTensor const& tile, int y, int x, std::vector<float> const& down, std::vector<float> const& across)
{
    auto const columns = static_cast<std::size_t>(sum.shape[2]), channels = static_cast<std::size_t>(sum.shape[3]);
    auto from = tile.f32().begin();
    auto const to = sum.f32();
    for (std::size_t row = 0; row < down.size(); ++row) {
        std::size_t pixel = (static_cast<std::size_t>(y) + row) * columns + static_cast<std::size_t>(x);
        for (float const weight_across : across) {
            float const w = down[row] * weight_across;
            weight[pixel] += w;
            for (std::size_t channel = 0; channel < channels; ++channel)
                to[pixel * channels + channel] += w * *from++;
            ++pixel;
        }
    }
}

HostTensor Blend::result() &&
{
    auto const channels = static_cast<std::size_t>(sum.shape[3]);
    auto value = sum.f32().begin();
    for (float const w : weight)
        for (std::size_t channel = 0; channel < channels; ++channel)
            *value++ /= w;
    return std::move(sum);
}

/// In pixels of what comes out, which has `made` of them for every `given`.
int scaled(int at, std::int64_t made, std::int64_t given) { return static_cast<int>(at * made / given); }

std::vector<int> scaled(std::vector<int> begins, std::int64_t made, std::int64_t given)
{
    for (int& begin : begins)
        begin = scaled(begin, made, given);
    return begins;
}

}

std::vector<int> tile_begins(int length, int tile, int unit)
{
    if (length <= tile)
        return { 0 };
    int const step = std::max(1, (tile - tile / 4) / unit), last = (length - tile) / unit;
    int const steps = (last + step - 1) / step;
    std::vector<int> begins;
    for (int i = 0; i <= steps; ++i)
        begins.push_back(last * i / steps * unit);
    return begins;
}

int tile_count(int height, int width, int tile_height, int tile_width, int unit)
{
    return static_cast<int>(tile_begins(height, tile_height, unit).size() * tile_begins(width, tile_width, unit).size());
}

HostTensor in_tiles(HostTensor const& input, int tile_height, int tile_width, int unit,
    std::function<HostTensor(HostTensor const&)> const& run)
{
    int const height = static_cast<int>(input.shape[1]), width = static_cast<int>(input.shape[2]);
    if (height == tile_height && width == tile_width)
        return run(input);
    std::vector<int> const rows = tile_begins(height, tile_height, unit), columns = tile_begins(width, tile_width, unit);
    std::optional<Blend> blend;
    for (std::size_t r = 0; r < rows.size(); ++r)
        for (std::size_t c = 0; c < columns.size(); ++c) {
            HostTensor const tile = run(cut(input, rows[r], columns[c], tile_height, tile_width));
            std::int64_t const made = tile.shape[1], given = tile_height;
            if (!blend)
                blend.emplace(Shape { 1, scaled(height, made, given), scaled(width, made, given), tile.shape[3] });
            std::vector<int> const out_rows = scaled(rows, made, given), out_columns = scaled(columns, made, given);
            blend->add(tile, out_rows[r], out_columns[c], weights(out_rows, r, static_cast<int>(tile.shape[1])),
                weights(out_columns, c, static_cast<int>(tile.shape[2])));
        }
    return std::move(*blend).result();
}

}
