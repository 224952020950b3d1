// SPDX-License-Identifier: Apache-2.0
// Borders of a mask: walked edge by edge with the inside on the right hand.
#include "app/paint/selection.h"

#include <array>

namespace igneous {

namespace {

class Walker {
public:
    explicit Walker(Image const& mask)
        : m_mask(mask)
        , m_walked(static_cast<std::size_t>(mask.width + 1) * static_cast<std::size_t>(mask.height + 1))
    {}

    std::vector<std::vector<Point>> all()
    {
        std::vector<std::vector<Point>> lines;
        for (int y = 0; y < m_mask.height; ++y)
            for (int x = 0; x < m_mask.width; ++x)
                if (inside(x, y) && !inside(x, y - 1) && !walked(x, y))
                    lines.push_back(walk(x, y));
        return lines;
    }

private:
    bool inside(int x, int y) const
    {
        return x >= 0 && y >= 0 && x < m_mask.width && y < m_mask.height
               && m_mask.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(m_mask.width)
                                + static_cast<std::size_t>(x)]
                      >= 128;
    }
    std::vector<bool>::reference walked(int x, int y)
    {
        return m_walked[static_cast<std::size_t>(y) * static_cast<std::size_t>(m_mask.width + 1)
                        + static_cast<std::size_t>(x)];
    }

    /// From the upper left corner of pixel (x, y) eastwards until it is there again. Only edges to the east are marked:
    /// every border has one.
    std::vector<Point> walk(int x, int y)
    {
        std::vector<Point> line;
        int const first_x = x, first_y = y;
        int way = 0; // east, south, west, north
        int last = -1;
        do {
            if (way == 0)
                walked(x, y) = true;
            if (way != last)
                line.push_back({ static_cast<double>(x), static_cast<double>(y) });
            last = way;
            static constexpr std::array<std::array<int, 2>, 4> steps { { { 1, 0 }, { 0, 1 }, { -1, 0 }, { 0, -1 } } };
            x += steps[static_cast<std::size_t>(way)][0];
            y += steps[static_cast<std::size_t>(way)][1];
            way = next_way(x, y, way);
        } while (x != first_x || y != first_y || way != 0);
        return line;
    }

    /// At the corner (x, y): a turn to the right keeps pixels that touch at a corner apart.
    int next_way(int x, int y, int way) const
    {
        for (int turn : { 1, 0, 3 }) {
            int const next = (way + turn) % 4;
            bool const right = next == 0   ? inside(x, y)
                               : next == 1 ? inside(x - 1, y)
                               : next == 2 ? inside(x - 1, y - 1)
                                           : inside(x, y - 1);
            bool const left = next == 0   ? inside(x, y - 1)
                              : next == 1 ? inside(x, y)
                              : next == 2 ? inside(x - 1, y)
                                          : inside(x - 1, y - 1);
            if (right && !left)
                return next;
        }
        return (way + 2) % 4;
    }

    Image const& m_mask;
    std::vector<bool> m_walked;
};

}

std::vector<std::vector<Point>> outlines(Image const& mask) { return Walker(mask).all(); }

}
