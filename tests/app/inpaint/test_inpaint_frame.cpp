// SPDX-License-Identifier: Apache-2.0
// What of a document goes to the model, and at what size.
#include "app/inpaint/frame.h"
#include "app/inpaint/origin.h"
#include "models/api/error.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <cmath>

using namespace igneous;

TEST_CASE("inpaint frame: the mask lies in it with context, and it lies in the document", "[inpaint]")
{
    int const best = GENERATE(128, 512, 1024);
    auto const [width, height] = GENERATE(std::pair { 1024, 768 }, std::pair { 1023, 517 }, std::pair { 128, 128 },
        std::pair { 77, 31 }, std::pair { 16000, 900 });
    Rect const document { 0, 0, width, height };
    for (Rect const& wanted : { Rect { 0, 0, 1, 1 }, Rect { 20, 10, 40, 15 }, Rect { width - 9, height - 7, 9, 7 },
             Rect { 0, 0, width, height }, Rect { 3, 0, 5, height } }) {
        Rect const mask = intersected(wanted, document);
        ModelFrame const frame = model_frame(
            { .document_width = width, .document_height = height, .frame = {}, .mask = mask, .best_side = best });
        CAPTURE(best, width, height, mask.x, mask.y, mask.width, mask.height, frame.area.x, frame.area.y,
            frame.area.width, frame.area.height, frame.width, frame.height);
        CHECK(contains(document, frame.area));
        CHECK(contains(frame.area, mask));
        CHECK(frame.width % model_multiple(best) == 0);
        CHECK(frame.height % model_multiple(best) == 0);
        double const pixels = static_cast<double>(frame.width) * frame.height / best / best;
        CHECK(pixels > 0.6);
        CHECK(pixels < 1.5);
        // Seldom more than a few percent out of shape; only where the document has no room does rounding show.
        double const stretch = (static_cast<double>(frame.width) / frame.area.width)
                               / (static_cast<double>(frame.height) / frame.area.height);
        CHECK(std::abs(std::log(stretch)) < 0.35);
    }
}

TEST_CASE("inpaint frame: padding, a frame of one's own, the whole document", "[inpaint]")
{
    FrameWish wish { .document_width = 2048, .document_height = 2048, .frame = {}, .mask = { 900, 900, 300, 300 } };
    CHECK(model_frame(wish).area.width == 600);
    CHECK(model_frame(wish).area.x == 750);
    wish.padding = 1;
    CHECK(model_frame(wish).area.width == 904);
    wish.frame = { 800, 800, 1000, 500 };
    CHECK(model_frame(wish).area == wish.frame);
    wish.frame = { 0, 0, 100, 100 };       // touches nothing of the mask
    CHECK(model_frame(wish).area.width == 904);
    wish.task = Task::replace_background;
    CHECK(model_frame(wish).area == wish.frame);
    wish.task = Task::generate;
    wish.frame = {};
    CHECK(model_frame(wish).area == Rect { 0, 0, 2048, 2048 });
    wish.task = Task::refine;
    wish.mask = {};
    CHECK(model_frame(wish).area == Rect { 0, 0, 2048, 2048 });
    CHECK(model_frame(wish).width == 512);
}

TEST_CASE("inpaint frame: what cannot be done says what to do", "[inpaint]")
{
    FrameWish wish { .document_width = 512, .document_height = 512, .frame = {}, .mask = {} };
    CHECK_THROWS_AS(model_frame(wish), Error);
    wish.mask = { 600, 10, 5, 5 };         // beyond the document
    CHECK_THROWS_AS(model_frame(wish), Error);
    wish.task = Task::expand;
    CHECK_THROWS_AS(model_frame(wish), Error);
    wish.frame = { 100, 100, 200, 200 };
    CHECK_THROWS_AS(model_frame(wish), Error);
    wish.frame = { 600, 100, 200, 200 };
    CHECK_THROWS_AS(model_frame(wish), Error);
    wish.frame = { 256, -64, 512, 512 };
    CHECK(model_frame(wish).area == wish.frame);
}

TEST_CASE("inpaint: the task that is meant, names and origins", "[inpaint]")
{
    CHECK(task_meant({}) == Task::generate);
    CHECK(task_meant({ .document = true }) == Task::generate);
    CHECK(task_meant({ .document = true, .mask = true, .picture = true }) == Task::fill);
    CHECK(task_meant({ .document = true, .frame_reaches_out = true, .picture = true }) == Task::expand);
    CHECK(task_meant({ .document = true, .frame_reaches_out = true }) == Task::generate);
    CHECK(task_meant({ .document = true, .mask = true, .picture = true, .strength = 0.5 }) == Task::refine);
    CHECK(strength_of(Task::fill, 1) == 1);
    CHECK(strength_of(Task::refine, 1) < 1);
    CHECK(strength_of(Task::add, 0.4) == 0.4);
    for (Task const task : all_tasks)
        CHECK(task_from(task_name(task)) == task);
    CHECK_FALSE(task_from("paint"));

    CanvasOrigin const origin { 7, { -3, 4, 50, 60 }, Task::expand, 3.5, true };
    CHECK(origin_from(to_text(origin)) == origin);
    for (std::string_view text : { "", "{}", "[1]", "{\"document\":1",
             R"({"document":1,"task":"fill","feather":1,"area":[1,2,0,4],"live":false})",
             R"({"document":"x","task":"fill","feather":1,"area":[1,2,3,4],"live":false})" })
        CHECK_FALSE(origin_from(text));
}
