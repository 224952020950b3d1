// SPDX-License-Identifier: Apache-2.0
#include "app/gallery/differences.h"

#include "app/gallery/recall.h"

#include <algorithm>
#include <format>

namespace igneous {

std::vector<Difference> differences(GalleryPicture const& one, GalleryPicture const& other)
{
    std::vector<Difference> found;
    auto const add = [&](std::string field, std::string left, std::string right) {
        if (left != right)
            found.push_back({ std::move(field), std::move(left), std::move(right) });
    };
    auto const size = [](PictureFacts const& facts) { return std::format("{}x{}", facts.width, facts.height); };
    add("picture size", size(one.facts), size(other.facts));
    add("program", one.facts.program, other.facts.program);
    auto const left = request_of(one.facts), right = request_of(other.facts);
    if (left && right) {
        std::ranges::move(diff_requests(*left, *right), std::back_inserter(found));
    } else {                               // all of the one that there is
        for (auto const& [field, value] : left ? request_fields(*left) : decltype(request_fields(*left)) {})
            add(field, value, "");
        for (auto const& [field, value] : right ? request_fields(*right) : decltype(request_fields(*right)) {})
            add(field, "", value);
    }
    return found;
}

}
