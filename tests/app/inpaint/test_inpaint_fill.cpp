// SPDX-License-Identifier: Apache-2.0
// What the model begins with in the mask.
#include "app/inpaint/fill.h"
#include "tests/app/inpaint/pictures.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>

using namespace igneous;
using namespace igneous::test;

namespace {

std::pair<int, int> range_in(Image const& picture, Image const& mask)
{
    int least = 255, most = 0;
    for (std::size_t i = 0; i < picture.pixels.size(); ++i)
        if (mask.pixels[i / 3] > 0) {
            least = std::min<int>(least, picture.pixels[i]);
            most = std::max<int>(most, picture.pixels[i]);
        }
    return { least, most };
}

}

TEST_CASE("inpaint fill: outside of the mask nothing changes, inside nothing of the old content is left", "[inpaint]")
{
    auto const [width, height] = GENERATE(std::pair { 64, 64 }, std::pair { 61, 37 }, std::pair { 130, 9 });
    Task const task = GENERATE(Task::fill, Task::remove, Task::expand);
    for (Rect const& masked :
        { Rect { 5, 2, 30, 5 }, Rect { 0, 0, 20, height }, Rect { width - 1, height - 1, 1, 1 } }) {
        Image const mask = rectangle_mask(width, height, masked);
        Image picture(width, height, 3);
        std::ranges::fill(picture.pixels, std::uint8_t { 100 });
        Image const ground = picture;
        for (std::size_t i = 0; i < picture.pixels.size(); ++i)
            if (mask.pixels[i / 3] > 0)
                picture.pixels[i] = i % 2 ? 255 : 0;           // what is to go
        Image const out = begun(task, picture, mask, 5);
        CHECK(change_outside(picture, out, mask) == 0);
        auto const [least, most] = range_in(out, mask);
        CHECK(least >= (task == Task::expand ? 40 : 99));
        CHECK(most <= (task == Task::expand ? 160 : 101));
    }
}

TEST_CASE("inpaint fill: colours run inwards from both sides", "[inpaint]")
{
    Image picture(90, 30, 3);
    for (int y = 0; y < 30; ++y)
        for (int x = 0; x < 90; ++x)
            std::fill_n(&picture.pixels[(static_cast<std::size_t>(y) * 90 + static_cast<std::size_t>(x)) * 3], 3,
                static_cast<std::uint8_t>(x < 45 ? 40 : 200));
    Image const mask = rectangle_mask(90, 30, { 20, 0, 50, 30 });
    for (Task const task : { Task::fill, Task::remove }) {
        Image const out = begun(task, picture, mask, 1);
        auto const at
            = [&](int x) { return static_cast<int>(out.pixels[(15 * 90 + static_cast<std::size_t>(x)) * 3]); };
        CHECK(at(21) < 80);
        CHECK(at(68) > 160);
        CHECK(std::abs(at(45) - 120) < 30);
        for (int x = 21; x < 69; ++x)
            CHECK(at(x + 1) >= at(x) - 2);
    }
}

TEST_CASE("inpaint fill: empty and whole masks, transparent ground", "[inpaint]")
{
    Image const picture = landscape(33, 21, 5);
    Image const none(33, 21, 1), all = rectangle_mask(33, 21, { 0, 0, 33, 21 });
    for (Task const task : all_tasks) {
        CHECK(begun(task, picture, none, 1) == picture);
        Image const out = begun(task, picture, all, 1);
        CHECK(out.width == 33);
        bool const as_it_is
            = task == Task::generate || task == Task::add || task == Task::refine || task == Task::replace_background;
        CHECK((out == picture) == as_it_is);
    }
    Image holed = with_alpha(picture);
    for (int y = 5; y < 15; ++y)
        for (int x = 8; x < 20; ++x)
            std::fill_n(&holed.pixels[(static_cast<std::size_t>(y) * 33 + static_cast<std::size_t>(x)) * 4], 4,
                std::uint8_t { 0 });
    Image const filled = without_holes(holed);
    CHECK(filled.channels == 3);
    CHECK(range_in(filled, rectangle_mask(33, 21, { 8, 5, 12, 10 })).first > 80);      // not the black under the hole
    CHECK(change_outside(picture, filled, rectangle_mask(33, 21, { 8, 5, 12, 10 })) == 0);
    CHECK(begun(Task::expand, with_alpha(picture, 0), none, 3).pixels[0] == 128);
}

TEST_CASE("inpaint fill: a mask keeps every pixel at another size", "[inpaint]")
{
    Image mask(1000, 700, 1);
    mask.pixels[static_cast<std::size_t>(699) * 1000 + 999] = 1;
    mask.pixels[static_cast<std::size_t>(311) * 1000 + 503] = 200;
    Image const small = mask_for_model(mask, 64, 48);
    CHECK(std::ranges::count(small.pixels, std::uint8_t { 255 }) == 2);
    CHECK(small.pixels.back() == 255);
    Image const large = mask_for_model(small, 1000, 700);
    for (std::size_t i = 0; i < mask.pixels.size(); ++i)
        if (mask.pixels[i] > 0)
            CHECK(large.pixels[i] == 255);
    CHECK(mask_for_model(rectangle_mask(7, 5, { 0, 0, 7, 5 }), 64, 8) == rectangle_mask(64, 8, { 0, 0, 64, 8 }));
}
