// SPDX-License-Identifier: Apache-2.0
#include "app/inpaint/prepare.h"

#include "app/inpaint/fill.h"
#include "app/inpaint/nearest.h"
#include "models/api/error.h"

#include <algorithm>

namespace igneous {

namespace {

constexpr float expand_overlap = 16;       // pixels of the picture's edge that are painted anew, to fade over

bool any(Image const& mask)
{
    return std::ranges::any_of(mask.pixels, [](std::uint8_t value) { return value > 0; });
}

Image whole(int width, int height)
{
    Image mask(width, height, 1);
    std::ranges::fill(mask.pixels, std::uint8_t { 255 });
    return mask;
}

/// What is transparent, and a little of what is around it.
Image holes(Image const& picture)
{
    Image mask(picture.width, picture.height, 1);
    std::vector<bool> empty(mask.pixels.size());
    for (std::size_t i = 0; i < empty.size(); ++i)
        empty[i] = picture.pixels[i * 4 + 3] < 255;
    Nearest const hole = nearest_of(empty, picture.width, picture.height);
    for (std::size_t i = 0; i < empty.size(); ++i)
        mask.pixels[i] = hole.distance[i] <= expand_overlap ? 255 : 0;
    return mask;
}

Image mask_of_task(Task task, CanvasPart& part)
{
    switch (task) {
    case Task::generate: return whole(part.picture.width, part.picture.height);
    case Task::refine: return any(part.mask) ? std::move(part.mask) : whole(part.picture.width, part.picture.height);
    case Task::expand: return holes(part.picture);
    case Task::replace_background:
        std::ranges::transform(part.mask.pixels, part.mask.pixels.begin(),
            [](std::uint8_t value) { return static_cast<std::uint8_t>(255 - value); });
        return std::move(part.mask);
    default: return std::move(part.mask);
    }
}

}

PreparedTask prepared(Task task, GenerationRequest const& base, CanvasPart part)
{
    Rect const& area = part.frame.area;
    require(part.picture.channels == 4 && part.picture.width == area.width && part.picture.height == area.height
                && part.mask.channels == 1 && part.mask.width == area.width && part.mask.height == area.height,
        "{}: a part of {} x {} has a picture of {} x {}", task_name(task), area.width, area.height, part.picture.width,
        part.picture.height);
    PreparedTask out { base, {}, mask_of_task(task, part) };
    out.before = std::move(part.picture);
    if (!any(out.mask))
        fail(ErrorCode::invalid_argument, "nothing of the frame is to be painted: mask a place in it, then try again");
    GenerationRequest& request = out.request;
    double const wanted = base.init ? base.init->strength : 1;
    request.width = part.frame.width;
    request.height = part.frame.height;
    request.init.reset();
    if (task == Task::generate)
        return out;
    InitImage init;
    init.strength = strength_of(task, wanted);
    if (base.init)
        init.steps_mode = base.init->steps_mode;
    Image mask = mask_for_model(out.mask, request.width, request.height);
    // Beyond the document nothing is known; elsewhere holes were filled before they could bleed into the small picture.
    if (task == Task::expand)
        init.image = resize(begun(task, out.before, out.mask, base.seed), request.width, request.height);
    else
        init.image = begun(task, resize(without_holes(out.before), request.width, request.height), mask, base.seed);
    if (std::ranges::any_of(mask.pixels, [](std::uint8_t value) { return value == 0; }))
        init.mask = std::move(mask);
    request.init = std::move(init);
    return out;
}

}
