// SPDX-License-Identifier: Apache-2.0
#include "app/inpaint/frame.h"

#include "models/api/error.h"

#include <algorithm>
#include <cmath>

namespace igneous {

namespace {

constexpr int least_padding = 16;          // pixels: less and the model sees no context at all
constexpr double longest_aspect = 2;       // of a frame that is not the artist's own
constexpr int least_side = 8;

struct Span {
    int begin = 0, length = 0;
};

/// Grows evenly to `length` and moves, then cuts, into [0, limit).
Span grown(Span span, int length, int limit)
{
    length = std::max(span.length, length);
    int const begin = span.begin - (length - span.length) / 2;
    length = std::min(length, limit);
    return { std::clamp(begin, 0, limit - length), length };
}

Rect grown(Rect const& area, int width, int height, FrameWish const& wish)
{
    Span const x = grown({ area.x, area.width }, width, wish.document_width);
    Span const y = grown({ area.y, area.height }, height, wish.document_height);
    return { x.begin, y.begin, x.length, y.length };
}

int up_to(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }

/// With context, no thinner than models like, and no smaller than what they can make use of.
Rect padded(FrameWish const& wish)
{
    int const longer = std::max(wish.mask.width, wish.mask.height);
    int const padding = std::max(least_padding, static_cast<int>(std::lround(longer * wish.padding)));
    int width = std::max(wish.mask.width + 2 * padding, wish.best_side / 2);
    int height = std::max(wish.mask.height + 2 * padding, wish.best_side / 2);
    width = std::max(width, static_cast<int>(height / longest_aspect));
    height = std::max(height, static_cast<int>(width / longest_aspect));
    return grown(wish.mask, up_to(width, 8), up_to(height, 8), wish);
}

void choose_size(ModelFrame& frame, int best_side)
{
    int const multiple = model_multiple(best_side);
    double const aspect = static_cast<double>(frame.area.width) / frame.area.height;
    auto const side = [&](double pixels) {
        return std::max(multiple, static_cast<int>(std::lround(pixels / multiple)) * multiple);
    };
    frame.width = side(best_side * std::sqrt(aspect));
    frame.height = side(best_side / std::sqrt(aspect));
}

/// Rounding made the model's size another shape: context is added until the area has it too, as far as there is room.
Rect with_aspect(ModelFrame const& frame, FrameWish const& wish)
{
    double const aspect = static_cast<double>(frame.width) / frame.height;
    return grown(frame.area, static_cast<int>(std::lround(frame.area.height * aspect)),
        static_cast<int>(std::lround(frame.area.width / aspect)), wish);
}

Rect expanded(FrameWish const& wish, Rect const& document)
{
    if (wish.frame.empty() || contains(document, wish.frame))
        fail(ErrorCode::invalid_argument,
            "Expand makes what lies beyond the picture, but the frame is inside it: move or enlarge the frame over the "
            "picture's edge, then expand again");
    if (intersected(wish.frame, document).empty())
        fail(ErrorCode::invalid_argument,
            "Expand continues the picture, but the frame does not touch it: move the frame so that it covers a part of "
            "the picture, then expand again");
    return wish.frame;
}

}

Rect intersected(Rect const& one, Rect const& other)
{
    int const x = std::max(one.x, other.x), y = std::max(one.y, other.y);
    int const right = std::min(one.x + one.width, other.x + other.width);
    int const bottom = std::min(one.y + one.height, other.y + other.height);
    return right > x && bottom > y ? Rect { x, y, right - x, bottom - y } : Rect {};
}

bool contains(Rect const& outer, Rect const& inner) { return intersected(outer, inner) == inner; }

ModelFrame model_frame(FrameWish const& wish)
{
    require(wish.document_width > 0 && wish.document_height > 0 && wish.best_side >= least_side,
        "frame: no document of {} x {} for a model of {}", wish.document_width, wish.document_height, wish.best_side);
    Rect const document { 0, 0, wish.document_width, wish.document_height };
    Rect const mask = intersected(wish.mask, document), frame = intersected(wish.frame, document);
    if (needs_mask(wish.task) && mask.empty())
        fail(ErrorCode::invalid_argument,
            "nothing is masked: paint over the place with the mask brush, or select it, then try again");
    ModelFrame result;
    if (wish.task == Task::expand) {
        result.area = expanded(wish, document);
        choose_size(result, wish.best_side);
        return result;
    }
    bool const whole = mask.empty() || wish.task == Task::generate || wish.task == Task::replace_background;
    bool const own = !frame.empty() && (whole || !intersected(frame, mask).empty());
    FrameWish inside = wish;
    inside.mask = mask;
    result.area = own ? frame : whole ? document : padded(inside);
    choose_size(result, wish.best_side);
    if (!own && !whole)
        result.area = with_aspect(result, wish);
    return result;
}

}
