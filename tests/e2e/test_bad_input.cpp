// SPDX-License-Identifier: Apache-2.0
// What users do to the program by accident: a message, an exit code, no crash and no half-written file.
#include "models/checkpoint/safetensors.h"
#include "tests/e2e/starter.h"

#include <catch2/catch_test_macros.hpp>

#include <fstream>

using namespace igneous;
using namespace igneous::test;
namespace fs = std::filesystem;

namespace {

/// Runs with --json; the error's code, and that everything else about the failure is as it should be.
void expect_failure(std::vector<std::string> arguments, int exit_code, std::string const& code, std::string const& says,
    ProcessOptions const& options = {})
{
    arguments.push_back("--json");
    ProcessResult const result = run_igneous(arguments, options);
    std::string const prompt = arguments.size() > 2 ? arguments[2].substr(0, 40) : "";
    CAPTURE(arguments[0], prompt, says, result.out.substr(0, 2000), result.err);
    CHECK(result.signal == 0);
    CHECK(result.exit_code == exit_code);
    auto const error = object(result, "error");
    CHECK(error["code"] == code);
    CHECK(error["message"].get<std::string>().find(says) != std::string::npos);
}

}

TEST_CASE("bad settings are refused with what would do", "[e2e]")
{
    require_starter();
    TemporaryFolder const folder;
    std::string const out = (folder / "x.png").string();
    auto const with = [&](std::vector<std::string> const& more) {
        std::vector<std::string> all { "generate", "--prompt", "x", "--out", out };
        all.insert(all.end(), more.begin(), more.end());
        return all;
    };
    expect_failure(with({ "--width", "100", "--height", "100" }), 2, "invalid_argument", "96 and 104");
    expect_failure(with({ "--width", "-8" }), 2, "invalid_argument", "-8");
    expect_failure(with({ "--steps", "0" }), 2, "invalid_argument", "steps");
    expect_failure(with({ "--steps", "10000" }), 2, "invalid_argument", "10000");
    expect_failure(with({ "--sampler", "magic" }), 2, "invalid_argument", "dpmpp_2m");
    expect_failure(with({ "--schedule", "magic" }), 2, "invalid_argument", "karras");
    expect_failure(with({ "--sigmas", "1,2,0" }), 2, "invalid_argument", "");
    expect_failure(with({ "--batch", "0" }), 2, "invalid_argument", "batch");
    expect_failure(with({ "--init-image", "missing.png" }), 3, "file_missing", "missing.png");
    expect_failure(with({ "--device", "no such device" }), 4, "no_device", "no such device");
    expect_failure({ "generate", "--prompt", "a\xff", "--out", out }, 2, "invalid_argument", "UTF-8");
    write_text(folder / "bad.png", "\x89PNG\r\n\x1a\nrubbish");
    expect_failure(with({ "--init-image", (folder / "bad.png").string() }), 3, "file_damaged", "bad.png");
    CHECK(folder.names() == std::vector<std::string> { "bad.png" });
}

TEST_CASE("empty and very long prompts are prompts", "[e2e]")
{
    require_starter();
    TemporaryFolder const folder;
    auto const empty = run_igneous({ "generate", "--prompt", "", "--steps", "2", "--width", "64", "--height", "64",
        "--out", (folder / "a.png").string() });
    INFO(empty.err);
    CHECK(empty.exit_code == 0);
    // A megabyte is refused or painted, soon, and never a crash.
    std::string text;
    while (text.size() < (1u << 20))
        text += "a lake, ";
    auto const run = run_igneous({ "generate", "--json", "--prompt-file", "-", "--steps", "2", "--width", "64",
                                     "--height", "64", "--out", (folder / "b.png").string() },
        { .input = text, .limit = std::chrono::seconds(120) });
    INFO(run.out.substr(0, 1000) + run.err);
    CHECK(run.signal == 0);
    CHECK((run.exit_code == 0 || run.exit_code == 2 || run.exit_code == 4));
    CHECK(fs::exists(folder / "b.png") == (run.exit_code == 0));
}

TEST_CASE("damaged models are named, not run", "[e2e]")
{
    require_starter();
    TemporaryFolder const folder;
    std::string const out = (folder / "x.png").string();
    auto const with_model = [&](fs::path const& model) {
        return std::vector<std::string> { "generate", "--prompt", "x", "--steps", "2", "--width", "64", "--height",
            "64", "--out", out, "--model", model.string() };
    };
    expect_failure(with_model(folder / "nowhere"), 3, "file_missing", "nowhere");
    fs::create_directory(folder / "empty");
    expect_failure(with_model(folder / "empty"), 3, "unsupported_model", "empty");

    fs::path const model = folder / "model", unet = model / "unet" / "diffusion_pytorch_model.safetensors";
    copy_model(model);
    NamedTensors const good = read_tensors(unet);

    NamedTensors tensors = good;
    tensors.erase("conv_in.bias");
    write_safetensors(unet, tensors);
    expect_failure(with_model(model), 3, "weights_mismatch", "conv_in.bias");

    tensors = good;
    tensors.emplace("one.too.many", HostTensor(DType::f32, { 3 }));
    write_safetensors(unet, tensors);
    expect_failure(with_model(model), 3, "weights_mismatch", "one.too.many");

    tensors = good;
    HostTensor broken = tensors.at("conv_in.bias").to(DType::f32);
    broken.f32()[0] = std::numeric_limits<float>::quiet_NaN();
    tensors.at("conv_in.bias") = broken;
    write_safetensors(unet, tensors);
    expect_failure(with_model(model), 5, "numeric", "conv_in.bias");

    write_safetensors(unet, good);
    fs::resize_file(unet, fs::file_size(unet) / 2);
    expect_failure(with_model(model), 3, "file_damaged", "diffusion_pytorch_model.safetensors");

    write_text(unet, std::string("\0\0\0\0\0\0\0\x17", 8) + "{}");
    expect_failure(with_model(model), 3, "file_damaged", "diffusion_pytorch_model.safetensors");

    fs::remove(unet);
    expect_failure(with_model(model), 3, "file_missing", "unet");
    write_text(model / "unet" / "config.json", "{ not json");
    expect_failure(with_model(model), 3, "file_damaged", "config.json");
    CHECK_FALSE(fs::exists(out));
}

TEST_CASE("no Vulkan driver: says so", "[e2e]")
{
    require_starter();
    TemporaryFolder const folder;
    ProcessOptions const without { .environment = { "VK_DRIVER_FILES=/nonexistent", "VK_ICD_FILENAMES=/nonexistent" } };
    expect_failure(short_run((folder / "x.png").string()), 4, "no_device", "driver", without);
    expect_failure({ "devices" }, 4, "no_device", "driver", without);
    CHECK(folder.names().empty());
}

TEST_CASE("a full disk leaves nothing behind", "[e2e]")
{
    require_starter();
    TemporaryFolder const folder;
    if (fs::exists("/dev/full")) {
        auto const run = run_process({ "/bin/sh", "-c", igneous_program() + " info > /dev/full" });
        CHECK(run.exit_code == 6);
    }
    // A disk of 4 KiB in a mount namespace of its own; what is left on it is listed before it goes.
    std::string const disk = folder.path().string();
    std::string const mount = "mount -t tmpfs -o size=4k none " + disk;
    if (run_process({ "/usr/bin/env", "unshare", "-rm", "/bin/sh", "-c", mount }).exit_code != 0)
        SKIP("this machine lets nobody mount a small disk to fill");
    for (std::string const& extra : { std::string(), " --save-tensors " + disk + "/t.safetensors" }) {
        auto const run = run_process({ "/usr/bin/env", "unshare", "-rm", "/bin/sh", "-c",
            mount + " && " + igneous_program() + " generate --json --prompt x --steps 1 --out " + disk + "/x.png" +
                extra + "; code=$?; echo left: $(ls -A " + disk + "); exit $code" });
        INFO(run.out + run.err);
        CHECK(run.exit_code == 6);
        CHECK(run.out.find("disk_full") != run.out.npos);
        CHECK(run.out.find("left:\n") != run.out.npos);
    }
}

TEST_CASE("Ctrl-C stops soon and leaves nothing behind", "[e2e]")
{
    require_starter();
    TemporaryFolder const folder;
    auto const start = std::chrono::steady_clock::now();
    auto const run =
        run_igneous({ "generate", "--json", "--prompt", "x", "--steps", "900", "--out", (folder / "x.png").string() },
            { .interrupt_after = "\"step\"", .limit = std::chrono::seconds(120) });
    INFO(run.out.substr(0, 2000) + run.err);
    CHECK(run.exit_code == 130);
    CHECK(object(run, "error")["code"] == "cancelled");
    CHECK(folder.names().empty());
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(100));
}
