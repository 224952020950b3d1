// SPDX-License-Identifier: Apache-2.0
// igneous gallery as its users run it.
#include "tests/app/gallery/gallery_files.h"
#include "tests/app/process.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <sstream>

using namespace igneous;
using namespace igneous::test;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

struct Command {
    TemporaryFolder const folder;
    ProcessOptions const options { .environment = { "IGNEOUS_DATA=" + (folder / "data").string() } };

    ProcessResult run(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.begin(), "gallery");
        return run_igneous(arguments, options);
    }
    std::vector<Json> json(std::vector<std::string> arguments) const
    {
        arguments.push_back("--json");
        std::istringstream lines(run(arguments).out);
        std::vector<Json> all;
        for (std::string line; std::getline(lines, line);)
            all.push_back(Json::parse(line));
        return all;
    }
};

}

TEST_CASE("the gallery is used from the command line", "[gallery]")
{
    Command const command;
    fs::path const pictures = command.folder / "pictures";
    for (std::uint64_t i = 1; i <= 3; ++i)
        write_picture(pictures / std::format("{}.png", i), request_of(i == 1 ? "a castle" : "a lake", i));
    write_text(pictures / "broken.png", "no picture");

    ProcessResult const imported = command.run({ "import", pictures.string() });
    CHECK(imported.exit_code == 0);
    CHECK(imported.out.find("3 added") != std::string::npos);
    CHECK(imported.err.find("broken.png") != std::string::npos);
    auto const again = command.json({ "import", pictures.string() });
    REQUIRE(again.size() == 1);
    CHECK(again[0]["import"]["unchanged"] == 3);
    CHECK(again[0]["import"]["unreadable"].size() == 1);

    auto const lakes = command.json({ "search", "lake", "--order", "name", "--limit", "1", "--offset", "1" });
    REQUIRE(lakes.size() == 2);
    CHECK(lakes[0]["picture"]["path"] == (pictures / "3.png").string());
    CHECK(lakes[0]["picture"]["seed"] == 3);
    CHECK(lakes[1]["search"]["count"] == 2);
    std::string const id = lakes[0]["picture"]["id"].dump();
    CHECK(command.run({ "search", "lake" }).out.find("2 of 2 pictures") != std::string::npos);

    CHECK(command.run({ "star", id, "5" }).exit_code == 0);
    CHECK(command.run({ "note", id, "the one" }).exit_code == 0);
    CHECK(command.run({ "board", "add", "Best of", id, (pictures / "1.png").string() }).exit_code == 0);
    CHECK(command.json({ "board", "list" }).at(0)["board"] == Json { { "name", "Best of" }, { "pictures", 2 } });
    auto const shown = command.json({ "show", (pictures / "3.png").string() });
    CHECK(shown.at(0)["picture"]["stars"] == 5);
    CHECK(shown.at(0)["picture"]["note"] == "the one");
    CHECK(shown.at(0)["picture"]["boards"] == Json { "Best of" });
    CHECK(shown.at(0)["picture"]["recipe"]["prompt"] == "a lake");
    CHECK(command.run({ "show", id }).out.find("prompt: a lake") != std::string::npos);
    CHECK(command.run({ "board", "remove", "Best of", id }).exit_code == 0);
    CHECK(command.json({ "search", "board:best" }).size() == 2);

    auto const differing = command.json({ "diff", id, (pictures / "1.png").string() }).at(0)["differences"];
    CHECK(std::ranges::find(differing, Json { { "field", "prompt" }, { "one", "a lake" }, { "other", "a castle" } })
          != differing.end());

    CHECK(command.run({ "trash", id }).exit_code == 0);
    CHECK_FALSE(fs::exists(pictures / "3.png"));
    CHECK(
        command.json({ "search", "--shelf", "trashed" }).at(0)["picture"]["original"] == (pictures / "3.png").string());
    CHECK(command.run({ "restore", id }).exit_code == 0);
    CHECK(fs::exists(pictures / "3.png"));
    command.run({ "trash", id });
    CHECK(command.json({ "empty-trash" }).at(0)["erased"]["pictures"] == 1);
    CHECK(command.json({ "search" }).size() == 3);

    CHECK(command.run({ "show", "77" }).exit_code == 2);
    CHECK(command.run({ "star", "1", "9" }).exit_code == 2);
    CHECK(command.run({ "search", "--order", "beauty" }).exit_code == 2);
    CHECK(command.run({ "import", (command.folder / "never").string() }).exit_code == 3);
    CHECK(command.run({}).exit_code == 2);

    write_text(command.folder / "data/gallery.db", std::string(100'000, 'x'));
    ProcessResult const rescued = command.run({ "search" });
    CHECK(rescued.exit_code == 0);
    CHECK(rescued.err.find("damaged") != std::string::npos);
    CHECK(rescued.out.find("2 of 2 pictures") != std::string::npos);
}
