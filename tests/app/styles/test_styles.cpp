// SPDX-License-Identifier: Apache-2.0
#include "app/styles/style_file.h"
#include "models/api/error.h"
#include "tests/app/process.h"

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <sstream>

using namespace igneous;
using igneous::test::TemporaryFolder;

namespace {

void write(std::filesystem::path const& file, std::string_view text) { std::ofstream(file, std::ios::binary) << text; }

std::string read(std::filesystem::path const& file)
{
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

}

TEST_CASE("styles: around the prompt, or behind it, as A1111 puts them", "[app][styles]")
{
    CHECK(with_style("oil painting of {prompt}, canvas", "a lake") == "oil painting of a lake, canvas");
    CHECK(with_style("{prompt} and {prompt}", "one") == "one and one");
    CHECK(with_style("sharp focus", "a lake") == "a lake, sharp focus");
    CHECK(with_style("sharp focus", "") == "sharp focus");
    CHECK(with_style("", "a lake") == "a lake");
    CHECK(with_style("{prompt}", "{prompt}") == "{prompt}");           // what is written is never a template
}

TEST_CASE("styles: a request has the whole prompt afterwards, and names none", "[app][styles]")
{
    std::vector<Style> const known { { "Oil", "oil painting of {prompt}", "photograph" },
        { "Warm", "golden light", "" } };
    GenerationRequest request;
    request.prompt = "a lake";
    request.negative_prompt = "people";
    request.styles = { "Oil", "Warm" };
    apply_styles(request, known);
    CHECK(request.prompt == "oil painting of a lake, golden light");
    CHECK(request.negative_prompt == "people, photograph");
    CHECK(request.styles.empty());
    request.styles = { "Gone" };
    CHECK_THROWS_AS(apply_styles(request, known), Error);
}

TEST_CASE("styles: A1111's table, with quotes, lines, groups and an older column", "[app][styles]")
{
    auto const styles = styles_from_csv("\xef\xbb\xbfname,prompt,negative_prompt\r\n"
                                        "Plain,\"a {prompt}, \"\"best\"\"\",bad\r\n"
                                        "--- group ---,,\r\n"
                                        "Lines,\"one\ntwo\",\r\n"
                                        "Plain,again,\r\n"
                                        "Short");
    REQUIRE(styles.size() == 2);
    CHECK(styles[0] == Style { "Plain", "a {prompt}, \"best\"", "bad" });
    CHECK(styles[1] == Style { "Lines", "one\ntwo", "" });
    CHECK(styles_from_csv("name,text\nOld,words") == std::vector<Style> { { "Old", "words", "" } });
    CHECK_THROWS_AS(styles_from_csv("a,b\n1,2"), Error);
    CHECK_THROWS_AS(styles_from_csv(""), Error);
    CHECK_THROWS_AS(styles_from_csv(std::string(100'000, '"')), Error);
}

TEST_CASE("styles: kept on the disk; a damaged file is set aside and the usual ones are there", "[app][styles]")
{
    TemporaryFolder const folder;
    std::vector<Style> const shipped { { "Oil", "oil {prompt}", "" } }, own { { "Mine", "é {prompt}", "\"" } };
    CHECK(read_styles(folder / "styles.json", shipped).styles == shipped);
    write_styles(folder / "styles.json", own);
    CHECK(read_styles(folder / "styles.json", shipped).styles == own);
    write_styles(folder / "styles.json", {});
    CHECK(read_styles(folder / "styles.json", shipped).styles.empty());    // who deletes them all wants none
    write(folder / "styles.json", "{\"styles\": [{\"name\": \"half");
    ReadStyles const read_again = read_styles(folder / "styles.json", shipped);
    CHECK(read_again.styles == shipped);
    CHECK(read_again.notice.contains("styles"));
    CHECK_FALSE(std::filesystem::exists(folder / "styles.json"));
    int copies = 0;
    for (auto const& entry : std::filesystem::directory_iterator(folder.path()))
        copies += read(entry.path()).ends_with("half");
    CHECK(copies == 1);
}

TEST_CASE("styles: those that come with the program are whole", "[app][styles]")
{
    auto const styles = styles_from_json(read(IGNEOUS_SOURCE_DIR "/resources/styles/styles.json"));
    CHECK(styles.size() >= 12);
    for (Style const& style : styles)
        CHECK(objection_to(style).empty());
    CHECK(styles_from_json(to_json(styles)) == styles);
}
