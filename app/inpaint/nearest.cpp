// SPDX-License-Identifier: Apache-2.0
#include "app/inpaint/nearest.h"

#include <cmath>
#include <cstdlib>

namespace igneous {

namespace {

constexpr int nowhere = 1 << 14; // its square fits twice into an int64_t, and is further than any picture is wide

struct Offset {
    int x = nowhere, y = nowhere;
    std::int64_t square() const { return std::int64_t { x } * x + std::int64_t { y } * y; }
};

class Sweep {
public:
    Sweep(std::vector<bool> const& set, int width, int height)
        : m_width(width)
        , m_height(height)
        , m_offsets(set.size())
    {
        for (std::size_t i = 0; i < set.size(); ++i)
            if (set[i])
                m_offsets[i] = { 0, 0 };
    }

    std::vector<Offset> const& run()
    {
        for (int y = 0; y < m_height; ++y)
            row(y, -1);
        for (int y = m_height - 1; y >= 0; --y)
            row(y, 1);
        return m_offsets;
    }

private:
    Offset& at(int x, int y)
    {
        return m_offsets[static_cast<std::size_t>(y) * static_cast<std::size_t>(m_width) + static_cast<std::size_t>(x)];
    }

    void look(int x, int y, int dx, int dy)
    {
        if (x + dx < 0 || x + dx >= m_width || y + dy < 0 || y + dy >= m_height)
            return;
        Offset theirs = at(x + dx, y + dy);
        if (theirs.x == nowhere)
            return;
        theirs.x += dx;
        theirs.y += dy;
        if (Offset& mine = at(x, y); theirs.square() < mine.square())
            mine = theirs;
    }

    /// `side`: the row that was seen before lies above (-1) or below (1).
    void row(int y, int side)
    {
        for (int x = 0; x < m_width; ++x) {
            look(x, y, -1, side);
            look(x, y, 0, side);
            look(x, y, 1, side);
            look(x, y, -1, 0);
        }
        for (int x = m_width - 1; x >= 0; --x)
            look(x, y, 1, 0);
    }

    int m_width, m_height;
    std::vector<Offset> m_offsets;
};

}

Nearest nearest_of(std::vector<bool> const& set, int width, int height)
{
    Nearest out { std::vector<std::size_t>(set.size()), std::vector<float>(set.size()) };
    std::vector<Offset> const offsets = Sweep(set, width, height).run();
    for (std::size_t i = 0; i < set.size(); ++i) {
        Offset const& offset = offsets[i];
        bool const found = offset.x != nowhere;
        out.index[i] = found ? static_cast<std::size_t>(
                                   static_cast<std::ptrdiff_t>(i) + std::ptrdiff_t { offset.y } * width + offset.x)
                             : i;
        out.distance[i] = found ? std::sqrt(static_cast<float>(offset.square())) : 1e9f;
    }
    return out;
}

}
