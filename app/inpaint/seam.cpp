// SPDX-License-Identifier: Apache-2.0
#include "app/inpaint/seam.h"

#include "models/api/error.h"

#include <cmath>

namespace igneous {

namespace {

class Border {
public:
    Border(Image const& picture, Image const& mask)
        : m_picture(picture)
        , m_mask(mask)
    {}

    /// (dx, dy) leads out of the mask.
    void look(int x, int y, int dx, int dy)
    {
        if (!inside(x, y) || !inside(x - dx, y - dy) || !outside(x + dx, y + dy) || !outside(x + 2 * dx, y + 2 * dy))
            return;
        ++m_places;
        m_across += difference(x, y, x + dx, y + dy);
        m_around += (difference(x, y, x - dx, y - dy) + difference(x + dx, y + dy, x + 2 * dx, y + 2 * dy)) / 2;
    }

    double score() const
    {
        double const count = static_cast<double>(m_places);
        return m_places == 0 ? 1 : (m_across / count + 1) / (m_around / count + 1);
    }

private:
    bool in_picture(int x, int y) const { return x >= 0 && y >= 0 && x < m_mask.width && y < m_mask.height; }
    std::size_t at(int x, int y) const
    {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(m_mask.width) + static_cast<std::size_t>(x);
    }
    bool inside(int x, int y) const { return in_picture(x, y) && m_mask.pixels[at(x, y)] > 0; }
    bool outside(int x, int y) const { return in_picture(x, y) && m_mask.pixels[at(x, y)] == 0; }

    double difference(int x, int y, int other_x, int other_y) const
    {
        auto const channels = static_cast<std::size_t>(m_picture.channels);
        std::uint8_t const* const one = &m_picture.pixels[at(x, y) * channels];
        std::uint8_t const* const other = &m_picture.pixels[at(other_x, other_y) * channels];
        return (std::abs(one[0] - other[0]) + std::abs(one[1] - other[1]) + std::abs(one[2] - other[2])) / 3.0;
    }

    Image const& m_picture;
    Image const& m_mask;
    std::int64_t m_places = 0;
    double m_across = 0, m_around = 0;
};

}

double seam_score(Image const& picture, Image const& mask)
{
    require(picture.channels >= 3 && mask.channels == 1 && mask.width == picture.width && mask.height == picture.height,
        "seam: a mask of {} x {} does not lie on a picture of {} x {}", mask.width, mask.height, picture.width,
        picture.height);
    Border border(picture, mask);
    for (int y = 0; y < mask.height; ++y)
        for (int x = 0; x < mask.width; ++x) {
            border.look(x, y, 1, 0);
            border.look(x, y, -1, 0);
            border.look(x, y, 0, 1);
            border.look(x, y, 0, -1);
        }
    return border.score();
}

}
