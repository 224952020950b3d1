// SPDX-License-Identifier: Apache-2.0
// How LoRAs go with a model: asked once for files as they are, one at a time, and only while somebody wants to know.
#include "app/jobs/lora_fits.h"
#include "tests/app/jobs/fake_engine.h"
#include "tests/app/process.h"

#include <QCoreApplication>
#include <catch2/catch_test_macros.hpp>

using namespace igneous;
using namespace igneous::test;

namespace {

struct Fits {
    TemporaryFolder folder;
    FakeEngine engine;
    LoraFits fits { engine };
    std::vector<std::string> told;         // files of LoRAs

    Fits()
    {
        need_application();
        for (char const* name : { "model", "a", "b", "c" })
            write_text(folder / name, name);
        for (char const* name : { "a", "b", "c" })
            engine.lora_fits[file(name)] = { .keys = 3, .matched = 2 };
        QObject::connect(&fits, &LoraFits::told,
            [this](QString const&, QString const& lora, LoraFit const&) { told.push_back(lora.toStdString()); });
    }
    std::string file(char const* name) const { return (folder / name).string(); }
    void ask(std::vector<char const*> const& names, char const* model = "model")
    {
        told.clear();
        engine.matched.clear();
        std::vector<std::string> files;
        for (char const* name : names)
            files.push_back(file(name));
        fits.ask(file(model), files);
    }
    bool hears(std::size_t count)
    {
        return spin_until([&] { return told.size() >= count; }) && told.size() == count;
    }
};

}

TEST_CASE("lora fits: asked once for files as they are", "[jobs]")
{
    Fits f;
    f.ask({ "a", "b" });
    REQUIRE(f.hears(2));
    CHECK(f.engine.matched == f.told);
    f.ask({ "b", "a" });
    CHECK(f.told == std::vector { f.file("b"), f.file("a") });         // at once
    CHECK(f.engine.matched.empty());
    auto const touch = [&](char const* name) {
        auto const now = std::filesystem::last_write_time(f.folder / name);
        std::filesystem::last_write_time(f.folder / name, now + std::chrono::seconds(2));
    };
    touch("b");
    f.ask({ "a", "b" });
    REQUIRE(f.hears(2));
    CHECK(f.engine.matched == std::vector { f.file("b") });
    touch("model");
    f.ask({ "a" });
    REQUIRE(f.hears(1));
    CHECK(f.engine.matched.size() == 1);
    f.ask({ "a" }, "c");                                              // another model
    REQUIRE(f.hears(1));
    CHECK(f.engine.matched.size() == 1);
}

TEST_CASE("lora fits: what is no longer looked at is not asked", "[jobs]")
{
    Fits f;
    f.ask({ "a", "b" });
    CHECK(f.engine.matched == std::vector { f.file("a") });            // the second waits for the first
    f.fits.ask(f.file("model"), { f.file("c") });
    REQUIRE(f.hears(2));
    CHECK(f.told == std::vector { f.file("a"), f.file("c") });
    CHECK(f.engine.matched == f.told);
}

TEST_CASE("lora fits: damaged files are passed over, an engine that dies ends the list", "[jobs]")
{
    Fits f;
    f.engine.lora_fits[f.file("a")] = {};
    f.ask({ "a", "b" });
    REQUIRE(f.hears(1));
    CHECK(f.told == std::vector { f.file("b") });
    f.ask({ "a", "b" });
    CHECK(f.engine.matched.empty());                                   // it is damaged still
    f.engine.lora_fits.erase(f.file("c"));
    write_text(f.folder / "d", "d");
    f.engine.lora_fits[f.file("d")] = { .keys = 1, .matched = 1 };
    f.ask({ "c", "d" });
    REQUIRE(spin_until([&] { return !f.engine.matched.empty(); }));
    for (int i = 0; i < 20; ++i)
        QCoreApplication::processEvents();
    CHECK(f.told.empty());
    f.ask({ "d" });
    CHECK(f.hears(1));
    f.ask({ "c" });                                                    // twice is enough
    REQUIRE(spin_until([&] { return !f.engine.matched.empty(); }));
    for (int i = 0; i < 20; ++i)
        QCoreApplication::processEvents();
    f.ask({ "c", "d" });
    CHECK(f.hears(1));
    CHECK(f.engine.matched.empty());
}
