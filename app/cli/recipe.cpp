// SPDX-License-Identifier: Apache-2.0
#include "app/recipes/recipe.h"
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/files/places.h"
#include "app/recipes/write_recipe.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace igneous {

namespace {

using Json = nlohmann::ordered_json;

struct ReadOptions {
    std::vector<std::string> pictures;
    bool a1111 = false;
};

struct DiffOptions {
    std::string one, other;
};

void show(std::string const& picture, Recipe const& recipe, bool a1111, Console& console)
{
    GenerationRequest const& request = recipe.request;
    console.object({ { "recipe",
        { { "path", picture }, { "program", recipe.program }, { "request", Json::parse(to_json(request)) },
            { "index", recipe.index }, { "notes", recipe.notes }, { "raw", recipe.raw } } } });
    if (a1111) {
        console.print(a1111_parameters(request, model_name(request.model), recipe.index));
        return;
    }
    console.print(std::format("{}: made by {}", picture, recipe.program));
    if (request.batch > 1)
        console.print(std::format("picture {} of {}", recipe.index + 1, request.batch));
    std::vector<std::vector<std::string>> rows;
    for (auto const& [field, value] : request_fields(request))
        rows.push_back({ field, value });
    console.print(table({ "field", "value" }, rows));
    for (std::string const& note : recipe.notes)
        console.print("note: " + note);
}

Recipe recipe_of(std::string const& picture)
{
    auto recipe = read_recipe(path_from_utf8(picture));
    if (!recipe)
        fail(ErrorCode::invalid_argument,
            "{}: no program that is known here left its recipe in it; igneous info shows the texts in it", picture);
    return std::move(*recipe);
}

/// All are read, whatever is wrong with one of them; the first error is the command's.
void read(ReadOptions const& options, Console& console)
{
    std::optional<Error> first;
    for (std::string const& picture : options.pictures) {
        try {
            show(picture, recipe_of(picture), options.a1111, console);
        } catch (Error const& error) {
            if (first)
                console.error(error.code(), error.what());
            else
                first = error;
        }
    }
    if (first)
        throw *first;
}

void diff(DiffOptions const& options, Console& console)
{
    Recipe const one = recipe_of(options.one), other = recipe_of(options.other);
    auto const differences = diff_requests(alone(one), alone(other));
    std::vector<std::vector<std::string>> rows;
    Json list = Json::array();
    for (Difference const& difference : differences) {
        rows.push_back({ difference.field, difference.one, difference.other });
        list.push_back({ { "field", difference.field }, { "one", difference.one }, { "other", difference.other } });
    }
    console.object({ { "diff", { { "one", options.one }, { "other", options.other }, { "differences", list } } } });
    console.print(rows.empty() ? "nothing differs" : table({ "field", options.one, options.other }, rows));
}

}

CliCommand add_recipe(CLI::App& program)
{
    CLI::App& app = *program.add_subcommand("recipe", "Show how pictures were made, in whichever program");
    app.require_subcommand(1);
    auto const reading = std::make_shared<ReadOptions>();
    CLI::App& read_app = *app.add_subcommand("read", "Print the request that makes a picture again");
    read_app.fallthrough();                // --json may stand behind it
    read_app.add_option("pictures", reading->pictures, "PNG, JPEG or WebP files")->required();
    read_app.add_flag("--a1111", reading->a1111, "As A1111's text, to be pasted elsewhere");
    auto const comparing = std::make_shared<DiffOptions>();
    CLI::App& diff_app = *app.add_subcommand("diff", "Tell what differs between how two pictures were made");
    diff_app.fallthrough();
    diff_app.add_option("one", comparing->one, "Picture")->required();
    diff_app.add_option("other", comparing->other, "Picture")->required();
    return { &app, [reading, comparing, &read_app](Console& console) {
                if (read_app.parsed())
                    read(*reading, console);
                else
                    diff(*comparing, console);
            } };
}

}
