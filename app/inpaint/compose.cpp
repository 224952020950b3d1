// SPDX-License-Identifier: Apache-2.0
#include "app/inpaint/compose.h"

#include "app/inpaint/membrane.h"
#include "app/inpaint/nearest.h"
#include "models/api/error.h"

#include <algorithm>
#include <cmath>

namespace igneous {

namespace {

constexpr double border_sigma = 6;         // pixels along the border that one difference is made of
constexpr float most_shift = 64;           // levels: more is no shift of colours but another content

class Composer {
public:
    Composer(Image const& before, Image const& painted, Image const& mask, ComposeOptions const& options)
        : m_options(options)
        , m_mask(mask)
        , m_before(colours_of(before))
        , m_painted(colours_of(resize(painted, mask.width, mask.height)))
        , m_known(opaque_in(before))
        , m_inside(m_known.size())
        , m_around(m_known.size())
    {
        for (std::size_t i = 0; i < m_inside.size(); ++i) {
            m_inside[i] = mask.pixels[i] > 0;
            m_around[i] = !m_inside[i] && m_known[i] > 0;
        }
    }

    Image layer()
    {
        if (m_options.match_colours)
            match_colours();
        std::vector<float> const shares = edge_shares();
        Image out(m_mask.width, m_mask.height, 4);
        for (std::size_t i = 0; i < m_inside.size(); ++i) {
            auto const alpha = static_cast<std::uint8_t>(std::lround(shares[i] * static_cast<float>(m_mask.pixels[i])));
            if (alpha == 0)
                continue;
            for (std::size_t c = 0; c < 3; ++c)
                out.pixels[i * 4 + c]
                    = static_cast<std::uint8_t>(std::clamp(std::lround(m_painted.pixel(i)[c]), 0l, 255l));
            out.pixels[i * 4 + 3] = alpha;
        }
        return out;
    }

private:
    void match_colours()
    {
        Field shift(m_mask.width, m_mask.height, 3);
        Shares border(m_inside.size());
        for (int y = 0; y < shift.height; ++y)
            for (int x = 0; x < shift.width; ++x)
                if (m_inside[shift.at(x, y)])
                    measure(x, y, shift, border);
        Field const all = membrane(shift, border, m_inside, border_sigma);
        for (std::size_t i = 0; i < all.values.size(); ++i)
            m_painted.values[i] += std::clamp(all.values[i], -most_shift, most_shift);
    }

    /// What a pixel of the border lacks of its neighbours outside.
    void measure(int x, int y, Field& shift, Shares& border) const
    {
        std::size_t const here = shift.at(x, y);
        int count = 0;
        for (auto const& [dx, dy] : { std::pair { -1, 0 }, { 1, 0 }, { 0, -1 }, { 0, 1 } }) {
            if (x + dx < 0 || y + dy < 0 || x + dx >= shift.width || y + dy >= shift.height
                || !m_around[shift.at(x + dx, y + dy)])
                continue;
            ++count;
            for (int c = 0; c < 3; ++c)
                shift.pixel(here)[c] += m_before.pixel(shift.at(x + dx, y + dy))[c] - m_painted.pixel(here)[c];
        }
        if (count == 0)
            return;
        border[here] = 1;
        for (int c = 0; c < 3; ++c)
            shift.pixel(here)[c] /= static_cast<float>(count);
    }

    std::vector<float> edge_shares() const
    {
        Nearest const around = nearest_of(m_around, m_mask.width, m_mask.height);
        float deepest = 0;
        for (std::size_t i = 0; i < m_inside.size(); ++i)
            if (m_inside[i])
                deepest = std::max(deepest, around.distance[i]);
        auto const feather = std::min(static_cast<float>(m_options.feather), deepest / 2);
        std::vector<float> shares(m_inside.size());
        for (std::size_t i = 0; i < shares.size(); ++i) {
            if (!m_inside[i])
                continue;
            float const t = std::clamp(around.distance[i] / (feather + 1), 0.0f, 1.0f);
            shares[i] = m_known[i] > 0 ? t * t * (3 - 2 * t) : 1;
        }
        return shares;
    }

    ComposeOptions const& m_options;
    Image const& m_mask;
    Field m_before, m_painted;
    Shares m_known;
    std::vector<bool> m_inside, m_around;  // to be painted; seen beside it
};

}

Image composed(Image const& before, Image const& painted, Image const& mask, ComposeOptions const& options)
{
    require(mask.channels == 1 && mask.width == before.width && mask.height == before.height,
        "compose: a mask of {} x {} does not lie on a picture of {} x {}", mask.width, mask.height, before.width,
        before.height);
    if (std::ranges::all_of(mask.pixels, [](std::uint8_t value) { return value == 0; }))
        return Image(mask.width, mask.height, 4);
    return Composer(before, painted, mask, options).layer();
}

Image laid_over(Image const& under, Image const& layer)
{
    require(layer.channels == 4 && layer.width == under.width && layer.height == under.height,
        "compose: a layer of {} x {} does not lie on a picture of {} x {}", layer.width, layer.height, under.width,
        under.height);
    Image out = under;
    auto const channels = static_cast<std::size_t>(under.channels);
    for (std::size_t i = 0; i < layer.pixels.size() / 4; ++i) {
        double const over = layer.pixels[i * 4 + 3] / 255.0;
        if (over == 0)
            continue;
        double const below = channels == 4 ? under.pixels[i * 4 + 3] / 255.0 : 1;
        double const alpha = over + below * (1 - over);
        for (std::size_t c = 0; c < 3; ++c)
            out.pixels[i * channels + c] = static_cast<std::uint8_t>(std::lround(
                (layer.pixels[i * 4 + c] * over + under.pixels[i * channels + c] * below * (1 - over)) / alpha));
        if (channels == 4)
            out.pixels[i * 4 + 3] = static_cast<std::uint8_t>(std::lround(alpha * 255));
    }
    return out;
}

}
