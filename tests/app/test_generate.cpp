// SPDX-License-Identifier: Apache-2.0
// `igneous generate` with a scripted Generator in the engine's place: names, recipes, events, failures.
#include "app/cli/command_line.h"
#include "app/cli/console.h"
#include "app/cli/generate.h"
#include "app/cli/output_names.h"
#include "app/picture/picture.h"
#include "app/recipes/recipe.h"
#include "tests/app/process.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <sstream>

using namespace igneous;
using igneous::test::TemporaryFolder;

namespace {

/// Makes grey pictures, or throws where the script says so.
class ScriptedGenerator final : public Generator {
public:
    std::function<void()> before_last;         // called when all but the last picture are out

    MemoryReport generate(
        GenerationRequest const& request, EventSink const& events, std::stop_token, GenerationExtras const&) override
    {
        events(PhaseStarted { "denoise" });
        for (int step = 1; step <= request.sampling.steps; ++step)
            events(StepDone { step, request.sampling.steps, 0.5 });
        for (int i = 0; i < request.batch; ++i) {
            if (before_last && i + 1 == request.batch)
                before_last();
            events(ImageReady { i, Image(16, 8, 3), request.seed + static_cast<std::uint64_t>(i) });
        }
        return { 1000, 1001 };
    }
    GenerationPlan plan(GenerationRequest const&, SafetyMeasures const&) override { return {}; }
};

struct Run {
    std::ostringstream out, err;
    Console console { out, err, false };
    ScriptedGenerator generator;
    GenerateJob job;

    Run()
    {
        job.request.model = "/somewhere/models/my-model/";
        job.request.prompt = "A snowy lake, 2 trees!";
        job.request.sampling.steps = 3;
        job.request.seed = 7;
    }
    void operator()() { generate_pictures(generator, job, console); }
};

}

TEST_CASE("generate: names come from the prompt and are never taken twice", "[app][cli]")
{
    TemporaryFolder const folder;
    for (int i = 0; i < 3; ++i) {
        Run run;
        run.job.out = folder.path().string();
        run();
    }
    CHECK(folder.names() ==
        std::vector<std::string> {
            "a-snowy-lake-2-trees-2.png", "a-snowy-lake-2-trees-3.png", "a-snowy-lake-2-trees.png" });
    Run run;
    run.job.out = folder.path().string() + "/";
    run.job.request.prompt = "\xe5\xb1\xb1";
    run();
    CHECK(run.out.str() == (folder / "7.png").string() + "\n");
}

TEST_CASE("generate: --out is taken as it is, batches are numbered", "[app][cli]")
{
    TemporaryFolder const folder;
    Run run;
    run.job.out = (folder / "x.png").string();
    run();
    run();
    CHECK(folder.names() == std::vector<std::string> { "x.png" });
    run.job.request.batch = 2;
    run();
    run.job.out = (folder / "y_{seed}_{index}").string();
    run();
    CHECK(folder.names() == std::vector<std::string> { "x-0.png", "x-1.png", "x.png", "y_7_0.png", "y_8_1.png" });
    run.job.out = (folder / "x.gif").string();
    CHECK_THROWS_AS(run(), Error);
    run.job.out = (folder / "missing" / "x.png").string();
    CHECK_THROWS_AS(run(), Error);
}

TEST_CASE("generate: JPEG and WebP by the name's ending, one of a batch", "[app][cli]")
{
    TemporaryFolder const folder;
    Run run;
    run.job.request.batch = 3;
    run.job.only = 1;
    for (std::string const name : { "x.jpg", "x.webp" }) {
        run.job.out = (folder / name).string();
        run();
        auto const recipe = read_recipe(folder / name);
        REQUIRE(recipe);
        CHECK(recipe->index == 1);
        CHECK(recipe->request.batch == 3);
    }
    CHECK(folder.names() == std::vector<std::string> { "x.jpg", "x.webp" });
    // What does not fit is refused before the work.
    run.generator.before_last = [] { FAIL("it was begun"); };
    run.job.request.prompt.assign(70000, 'a');
    run.job.out = (folder / "y.jpg").string();
    CHECK_THROWS_AS(run(), Error);
    run.job.out = (folder / "y.png").string();
    run.job.quality = 90;
    CHECK_THROWS_AS(run(), Error);
}

TEST_CASE("generate: the recipe lies in the picture, without places on this machine", "[app][cli]")
{
    TemporaryFolder const folder;
    Run run;
    run.job.request.batch = 2;
    run.job.request.negative_prompt = "blurry";
    run.job.out = (folder / "x.png").string();
    run();
    auto const texts = read_picture_texts(folder / "x-1.png");
    REQUIRE(texts.size() == 3);
    CHECK(texts[0].key == "parameters");
    CHECK(texts[0].value.starts_with("A snowy lake, 2 trees!\nNegative prompt: blurry\nSteps: 3, Sampler: DPM++ 2M"));
    CHECK(texts[0].value.find("Seed: 8, Size: 16x8, Model: my-model") != std::string::npos);
    CHECK(texts[1].key == "igneous");
    CHECK(texts[1].value.find("somewhere") == std::string::npos);
    CHECK(texts[2].key == "XML:com.adobe.xmp");
    CHECK(texts[2].value.find("digitalsourcetype/trainedAlgorithmicMedia<") != std::string::npos);
    auto const json = nlohmann::json::parse(texts[1].value);
    CHECK(json["index"] == 1);
    GenerationRequest back = request_from_json(texts[1].value);
    back.model = run.job.request.model;
    GenerationRequest expected = run.job.request;
    expected.width = 16;
    expected.height = 8;
    CHECK(back == expected);
}

TEST_CASE("generate: --json says everything, one object a line", "[app][cli]")
{
    TemporaryFolder const folder;
    Run run;
    run.console.use_json();
    run.job.out = (folder / "x.png").string();
    run();
    std::istringstream lines(run.out.str());
    std::vector<std::string> keys;
    for (std::string line; std::getline(lines, line);) {
        auto const object = nlohmann::json::parse(line);
        REQUIRE(object.size() == 1);
        keys.push_back(object.begin().key());
    }
    CHECK(keys == std::vector<std::string> { "phase", "step", "step", "step", "image", "memory" });
    CHECK(run.err.str().empty());
}

TEST_CASE("generate: what fails leaves the pictures that were done and nothing half", "[app][cli]")
{
    TemporaryFolder const folder;
    Run run;
    run.job.request.batch = 2;
    run.job.out = (folder / "x.png").string();
    run.generator.before_last = [] { fail(ErrorCode::device_lost, "gone"); };
    CHECK_THROWS_AS(run(), Error);
    CHECK(folder.names() == std::vector<std::string> { "x-0.png" });
}

TEST_CASE("command line: each kind of failure has its exit code", "[app][cli]")
{
    CHECK(exit_code(ErrorCode::internal) == 1);
    CHECK(exit_code(ErrorCode::invalid_argument) == 2);
    for (ErrorCode const code :
        { ErrorCode::file_missing, ErrorCode::file_damaged, ErrorCode::unsupported_model, ErrorCode::weights_mismatch })
        CHECK(exit_code(code) == 3);
    for (ErrorCode const code : { ErrorCode::no_device, ErrorCode::device_lost, ErrorCode::out_of_memory })
        CHECK(exit_code(code) == 4);
    CHECK(exit_code(ErrorCode::numeric) == 5);
    CHECK(exit_code(ErrorCode::disk_full) == 6);
    CHECK(exit_code(ErrorCode::cancelled) == 130);
}

TEST_CASE("command line: arguments that cannot be meant", "[app][cli]")
{
    auto const run = [](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "igneous");
        std::ostringstream out, err;
        Console console(out, err, false);
        int const code = run_command_line(arguments, console);
        return std::pair(code, out.str() + err.str());
    };
    struct Case {
        std::vector<std::string> arguments;
        std::string_view says;
    };
    for (Case const& c : std::vector<Case> {
             { {}, "subcommand" },
             { { "paint" }, "no command paint" },
             { { "generate" }, "--prompt" },
             { { "generate", "--prompt", "x", "--frobnicate" }, "igneous generate --help" },
             { { "generate", "--prompt", "x", "--steps", "many" }, "--steps" },
             { { "generate", "--prompt", "x", "--seed", "blue" }, "--seed" },
             { { "generate", "--prompt", "x", "--seed", "-2" }, "--seed" },
             { { "generate", "--prompt", "x", "--tier", "f8" }, "--tier" },
             { { "generate", "--prompt", "x", "--width", "0" }, "--width" },
             { { "generate", "--prompt", "x", "--prompt-file", "y" }, "--prompt-file" },
             { { "generate", "--prompt", "x", "--mask", "m.png" }, "--init-image" },
             { { "generate", "--prompt", "x", "--inspect", "all" }, "--inspect" },
             { { "generate", "--prompt", "x", "--save-steps" }, "--save-tensors" },
             { { "eval", "--component", "unet" }, "--inputs" },
             { { "eval", "--component", "brain", "--inputs", "a", "--outputs", "b" }, "text_encoder, unet" },
             { { "bench", "--runs", "0" }, "--runs" },
         }) {
        auto const [code, text] = run(c.arguments);
        CAPTURE(c.arguments, text);
        CHECK(code == 2);
        CHECK(text.find(c.says) != std::string::npos);
    }
    auto const [code, text] = run({ "generate", "--json", "--prompt", "x", "--steps", "many" });
    CHECK(code == 2);
    CHECK(nlohmann::json::parse(text)["error"]["code"] == "invalid_argument");
    CHECK(run({ "--help" }).first == 0);
    CHECK(run({ "--help" }).second.find("weights_mismatch") != std::string::npos);
    CHECK(run({ "generate", "--help" }).second.find("--init-image") != std::string::npos);
    CHECK(run({ "--version" }).second.starts_with("igneous "));
}

TEST_CASE("slug: ASCII words of the prompt", "[app][cli]")
{
    CHECK(slug("") == "");
    CHECK(slug("A  snowy -- lake!") == "a-snowy-lake");
    CHECK(slug("../../etc/passwd") == "etc-passwd");
    CHECK(slug(std::string(500, 'x')).size() == 48);
    CHECK(slug("a snowy mountain lake at sunset, two pine trees and a house") ==
        "a-snowy-mountain-lake-at-sunset-two-pine-trees");
}

TEST_CASE("words for sizes and times", "[app][cli]")
{
    CHECK(size_text(800) == "800 bytes");
    CHECK(size_text(3u << 20) == "3.0 MiB");
    CHECK(size_text(3ull << 29) == "1.50 GiB");
    CHECK(duration_text(0.2) == "1 s");
    CHECK(duration_text(200) == "3 min 20 s");
    CHECK(duration_text(7500) == "2 h 5 min");
    CHECK(table({ "a", ">b" }, { { "long", "1" }, { "x", "22" } }) == "a      b\nlong   1\nx     22");
}
