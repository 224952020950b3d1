// SPDX-License-Identifier: Apache-2.0
// The pipeline cache on disk: written whole, read back, and nothing lost when it is damaged.
#include "tests/compute/device/fresh_device.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>

using namespace igneous;
using namespace igneous::test;

namespace {

void use_a_pipeline(Device& device)
{
    auto const x = device.memory().allocate(400, Intent::activations, "x");
    write_floats(device, *x, std::vector<float>(100, 1.0f));
    Dispatch const increment = scale_dispatch(*x, *x, 100, 1, 1);
    BoundDispatch const step = bound(increment);
    device.submit_once({ &step, 1 });
    CHECK(read_floats(device, *x, 100) == std::vector<float>(100, 2.0f));
}

std::vector<std::filesystem::path> files_in(std::filesystem::path const& folder)
{
    std::vector<std::filesystem::path> files;
    for (auto const& entry : std::filesystem::directory_iterator(folder))
        files.push_back(entry.path());
    return files;
}

std::string read_file(std::filesystem::path const& path)
{
    std::ifstream file(path, std::ios::binary);
    return { std::istreambuf_iterator<char>(file), {} };
}

void write_file(std::filesystem::path const& path, std::string const& content)
{
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

/// Opens, works, closes; returns the one file that is there then.
std::string cached_by_a_session(std::filesystem::path const& folder)
{
    use_a_pipeline(*fresh_device({ .cache_folder = folder.string() }));
    auto const files = files_in(folder);
    REQUIRE(files.size() == 1);
    return read_file(files[0]);
}

}

TEST_CASE("the pipeline cache is written when the device closes and read when it opens again")
{
    TemporaryFolder const folder;
    auto const nested = folder.path() / "made" / "on demand";
    std::string const first = cached_by_a_session(nested);
    CHECK(first.size() > 24);
    CHECK(cached_by_a_session(nested) == first);

    auto const device = fresh_device({ .cache_folder = (folder.path() / "asked for").string() });
    use_a_pipeline(*device);
    device->save_pipeline_cache();
    CHECK(files_in(folder.path() / "asked for").size() == 1);
}

TEST_CASE("a damaged pipeline cache is passed over and replaced")
{
    TemporaryFolder const folder;
    std::string const good = cached_by_a_session(folder.path());
    auto const path = files_in(folder.path())[0];
    std::string flipped = good, long_header = good;
    flipped.back() = static_cast<char>(flipped.back() ^ 1);
    for (std::size_t i = 8; i < 16; ++i)
        long_header[i] = '\x7f';   // the length: more than there is memory
    for (std::string const& damaged :
        { std::string(), good.substr(0, 10), good.substr(0, good.size() - 1), good + "more", flipped, long_header,
            std::string(1000, 'x') }) {
        write_file(path, damaged);
        CHECK(cached_by_a_session(folder.path()) == good);
    }
}

TEST_CASE("caches of older shaders or drivers of the same device go")
{
    TemporaryFolder const folder;
    std::string const good = cached_by_a_session(folder.path());
    auto const path = files_in(folder.path())[0];
    std::string const name = path.filename().string();
    write_file(folder.path() / (name.substr(0, name.find_last_of('-')) + "-0000000000000000.bin"), "old");
    write_file(folder.path() / "something else", "kept");
    std::filesystem::remove(path);
    use_a_pipeline(*fresh_device({ .cache_folder = folder.path().string() }));
    CHECK(files_in(folder.path()).size() == 2);
    CHECK(std::filesystem::exists(folder.path() / "something else"));
    CHECK(std::filesystem::exists(path));
}

TEST_CASE("a cache folder that cannot be written is no error")
{
    TemporaryFolder const folder;
    write_file(folder.path() / "file", "not a folder");
    use_a_pipeline(*fresh_device({ .cache_folder = (folder.path() / "file" / "below").string() }));
}

#ifndef _WIN32
TEST_CASE("the cache lies in the user's cache folder unless told otherwise")
{
    TemporaryFolder const folder;
    ScopedVariable const variable("XDG_CACHE_HOME", folder.path().string());
    use_a_pipeline(*fresh_device());
    CHECK(files_in(folder.path() / "igneous").size() == 1);
}
#endif

TEST_CASE("the CPU driver's machine code is made ahead, once")
{
    ScopedVariable const no_layers("IGNEOUS_VALIDATION", std::nullopt);
    TemporaryFolder const folder;
    std::string first;
    for (int session = 0; session < 2; ++session) {
        auto const device = fresh_device({ .cache_folder = folder.path().string() });
        if (device->profile().vendor != 0x10005)
            SKIP("not Mesa's CPU driver");
        auto const x = device->memory().allocate(400, Intent::activations, "x");
        write_floats(*device, *x, std::vector<float>(100, 1.0f));
        std::vector<Dispatch> dispatches(3, scale_dispatch(*x, *x, 100, 1, 1));
        std::vector<Dispatch const*> list;
        std::vector<BoundDispatch> steps;
        for (std::uint32_t i = 0; i < 3; ++i) {
            dispatches[i].constants[0] = 32 << i;
            list.push_back(&dispatches[i]);
            steps.push_back(bound(dispatches[i]));
        }
        device->prepare(list);
        auto const files = files_in(folder.path());
        auto const compiled = std::ranges::find_if(
            files, [](auto const& path) { return path.filename().string().starts_with("compiled-"); });
        if (compiled == files.end())
            SKIP("nothing is made ahead unless IGNEOUS_PARALLEL_JIT=1 asks for it");
        std::string const content = read_file(*compiled);
        CHECK(content.size() == 24 + 3 * 8);
        CHECK((session == 0 || content == first));
        first = content;
        device->submit_once(std::span(steps).subspan(2));   // the largest workgroups leave nothing out
        CHECK(read_floats(*device, *x, 100) == std::vector<float>(100, 2.0f));
    }
}
