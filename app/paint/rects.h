// SPDX-License-Identifier: Apache-2.0
#pragma once

// What rectangles have in common. An empty one has a width or height of 0 or less.

#include "app/session/tiles.h"

#include <algorithm>

namespace igneous {

inline Rect common(Rect const& a, Rect const& b)
{
    int const left = std::max(a.x, b.x), top = std::max(a.y, b.y);
    return { left, top, std::min(a.x + a.width, b.x + b.width) - left, std::min(a.y + a.height, b.y + b.height) - top };
}

inline Rect widened(Rect const& rect, int by)
{
    return { rect.x - by, rect.y - by, rect.width + 2 * by, rect.height + 2 * by };
}

}
