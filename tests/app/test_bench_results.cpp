// SPDX-License-Identifier: Apache-2.0
// What `igneous bench` prints as JSON, and how it compares with what was stored.
#include "app/cli/bench_models.h"
#include "app/cli/bench_results.h"
#include "compute/device/device.h"
#include "compute/graph/plan.h"
#include "models/api/error.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <sstream>

using namespace igneous;
using Catch::Approx;

namespace {

StoredResults stored(std::string const& text)
{
    std::istringstream lines(text);
    return StoredResults::read(lines, "stored.jsonl");
}

BenchResult result(double median, double p10)
{
    return { .name = "linear",
        .shape = "8x8 -> 8",
        .variant = "v",
        .time = { .median = median, .p10 = p10, .p90 = median, .runs = 30 } };
}

std::string message_of(std::string const& text)
{
    try {
        stored(text);
    } catch (Error const& error) {
        CHECK(error.code() == ErrorCode::file_damaged);
        return error.what();
    }
    return {};
}

constexpr char const* ten_ms = "{\"bench\":{\"device\":\"a card\"}}\n\n"
                               "{\"name\":\"linear\",\"shape\":\"8x8 -> 8\",\"ms\":10}\n"
                               "{\"name\":\"linear\",\"shape\":\"8x8 -> 8\",\"ms\":2,\"chosen\":false}\n";

}

TEST_CASE("bench: what was printed is read back")
{
    BenchResult r = result(4, 3);
    r.device_bytes = 123;
    auto const line = bench_json(r);
    CHECK(line["ms"] == 4);
    CHECK(line["p10"] == 3);
    CHECK(line["runs"] == 30);
    CHECK(line["chosen"] == true);
    CHECK(line["device_bytes"] == 123);
    CHECK_FALSE(line.contains("per_second"));
    auto const header = bench_header({ .name = "a card", .driver = "1.2" }, "9.9", { .runs = 7, .seconds = 2 }, {});
    CHECK(header["bench"]["driver"] == "1.2");
    CHECK(header["bench"]["igneous"] == "9.9");
    CHECK(header["bench"]["runs"] == 7);
    CHECK(header["bench"]["date"].get<std::string>().size() == 20);

    StoredResults const back = stored(header.dump() + "\n" + line.dump() + "\n");
    CHECK(back.device() == "a card");
    CHECK(back.compare(r, 0)->speed == 1);

    r.name = "e2e.step";
    CHECK(bench_json(r)["per_second"] == Approx(250));
}

TEST_CASE("bench: slower is what lies beyond the share and beyond the spread")
{
    StoredResults const then = stored(ten_ms);
    CHECK(then.device() == "a card");
    CHECK(then.count() == 1);
    CHECK(then.compare(result(5, 4), 0.1)->speed == 2);
    CHECK_FALSE(then.compare(result(5, 4), 0.1)->slower);
    CHECK_FALSE(then.compare(result(10.9, 10.5), 0.1)->slower);
    CHECK(then.compare(result(11.1, 10.5), 0.1)->slower);
    CHECK_FALSE(then.compare(result(11.1, 9.9), 0.1)->slower);   // some runs were as fast as then
    CHECK(then.compare(result(11.1, 10.5), 0.1)->stored_ms == 10);

    BenchResult other = result(20, 20);
    other.chosen = false;
    CHECK_FALSE(then.compare(other, 0.1).has_value());
    CHECK_FALSE(stored("{\"name\":\"peak.fma\",\"shape\":\"\",\"ms\":1}")
            .compare({ .name = "peak.fma", .time = result(2, 2).time }, 0));
    other = result(20, 20);
    other.shape = "9x9 -> 9";
    CHECK_FALSE(then.compare(other, 0.1).has_value());
}

TEST_CASE("bench: a stored file that is none is refused with its line")
{
    CHECK(message_of("").find("has no results") != std::string::npos);
    CHECK(message_of("{\"bench\":{}}\n[1]\n").find("line 2") != std::string::npos);
    CHECK(message_of("{\"name\":\"linear\",\"shape\":\"8\"}\n").find("line 1") != std::string::npos);
    CHECK(message_of("{\"name\":\"linear\",\"shape\":\"8\",\"ms\":-1}\n").find("above 0") != std::string::npos);
    CHECK_THROWS_AS(StoredResults::read(std::filesystem::path("/nowhere/at/all")), Error);
}

// Half a minute, and 2 GiB are read: not part of every run.
TEST_CASE("bench: whole models are as large as their parameters and multiplications say", "[.models]")
{
    std::map<std::string, Plan> plans;
    for (BenchCase const& bench_case : model_cases({}))
        plans.emplace(bench_case.name + " " + bench_case.shape, make_plan(bench_case.build(), {}));
    // Parameters as diffusers counts them: 859,520,964; SDXL's 2,567,463,684 without its 5,245,440 of added conditions.
    // Enlarging convolutions have 16 summed taps instead of 9: 7 more of 2 * 1280 * 1280 + 640 * 640 planes.
    CHECK(static_cast<double>(plans.at("e2e.step sd15 512x512 B1").weight_bytes)
          == Approx(2 * (859520964.0 + 7 * 3686400.0)).epsilon(0.02));
    CHECK(static_cast<double>(plans.at("e2e.step sdxl 1024x1024 B1").weight_bytes)
          == Approx(2 * (2567463684.0 - 5245440.0)).epsilon(0.02));
    double const one = plans.at("e2e.step sd15 512x512 B1").flops_per_step;
    CHECK(one == Approx(1.6e12).epsilon(0.1));
    CHECK(plans.at("e2e.step sd15 512x512 B8").flops_per_step == Approx(8 * one).epsilon(0.001));
    CHECK(plans.at("e2e.vae_decode sd15 1024x1024").flops_per_step
          == Approx(4 * plans.at("e2e.vae_decode sd15 512x512").flops_per_step).epsilon(0.1));
}
