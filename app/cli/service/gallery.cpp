// SPDX-License-Identifier: Apache-2.0
#include "app/cli/cancel.h"
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/gallery/differences.h"
#include "app/gallery/importer.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <map>
#include <memory>
#include <ranges>

namespace igneous {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

std::map<std::string, GalleryOrder> const orders { { "newest", GalleryOrder::newest },
    { "oldest", GalleryOrder::oldest }, { "stars", GalleryOrder::stars }, { "name", GalleryOrder::name },
    { "board", GalleryOrder::board } };
std::map<std::string, GalleryShelf> const shelves { { "present", GalleryShelf::present },
    { "missing", GalleryShelf::missing }, { "trashed", GalleryShelf::trashed }, { "all", GalleryShelf::all } };

struct Options {
    std::vector<std::string> words, pictures, folders;
    std::string picture, order = "newest", shelf = "present", board, text;
    std::size_t limit = 50, offset = 0;
    int stars = 0;
    std::function<void(GalleryStore&, Options const&, Console&)> chosen;
};

std::string time_text(std::int64_t milliseconds)
{
    std::time_t const seconds = milliseconds / 1000;
    std::tm const* const local = std::localtime(&seconds);
    std::array<char, 32> text {};
    return local && std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", local) ? text.data() : "";
}

/// The beginning of a text on one line.
std::string one_line(std::string_view text, std::size_t longest)
{
    std::size_t length = std::min(text.size(), longest);
    while (length < text.size() && length > 0 && (text[length] & 0xc0) == 0x80) // not in the middle of a character
        --length;
    std::string line(text.substr(0, length));
    std::ranges::replace_if(line, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
    return length < text.size() ? line + "..." : line;
}

Json json_of(GalleryPicture const& picture)
{
    PictureFacts const& facts = picture.facts;
    Json json { { "id", picture.id }, { "path", utf8_name(picture.path) }, { "state", state_name(picture.state) },
        { "stars", picture.stars }, { "width", facts.width }, { "height", facts.height }, { "bytes", facts.size },
        { "made", facts.made }, { "added", picture.added }, { "program", facts.program }, { "model", facts.model },
        { "model_hash", facts.model_hash }, { "sampler", facts.sampler }, { "prompt", facts.prompt },
        { "negative_prompt", facts.negative_prompt }, { "loras", facts.loras }, { "note", picture.note } };
    if (facts.seed)
        json["seed"] = *facts.seed;
    if (facts.steps)
        json["steps"] = *facts.steps;
    if (facts.cfg)
        json["cfg"] = *facts.cfg;
    if (picture.state == PictureState::trashed) {
        json["original"] = utf8_name(picture.original);
        json["trashed"] = picture.trashed;
    }
    return json;
}

/// Of an id, or of a file's path.
GalleryPicture find_picture(GalleryStore& store, std::string const& name)
{
    PictureId id = 0;
    auto const [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
    bool const number = error == std::errc() && end == name.data() + name.size();
    auto found = number ? store.picture(id) : store.picture_at(path_from_utf8(name));
    if (!found)
        fail(ErrorCode::invalid_argument,
            "there is no picture {} in the gallery; igneous gallery search lists them, import brings in folders", name);
    return std::move(*found);
}

std::vector<PictureId> find_pictures(GalleryStore& store, std::vector<std::string> const& names)
{
    std::vector<PictureId> ids;
    for (std::string const& name : names)
        ids.push_back(find_picture(store, name).id);
    return ids;
}

void search(GalleryStore& store, Options const& options, Console& console)
{
    GalleryResult const result
        = store.search({ CLI::detail::join(options.words, " "), orders.at(options.order), shelves.at(options.shelf) });
    for (std::string const& remark : result.remarks)
        console.note(remark);
    std::vector<std::vector<std::string>> rows;
    for (GalleryPicture const& picture : store.pictures(result.window(options.offset, options.limit))) {
        console.object({ { "picture", json_of(picture) } });
        constexpr std::size_t longest_prompt = 60;
        rows.push_back({ std::to_string(picture.id), time_text(picture.facts.made),
            std::string(static_cast<std::size_t>(picture.stars), '*'),
            std::format("{}x{}", picture.facts.width, picture.facts.height),
            one_line(utf8_name(picture.path.filename()), longest_prompt),
            one_line(picture.facts.prompt, longest_prompt) });
    }
    console.object({ { "search",
        { { "count", result.ids.size() }, { "offset", options.offset }, { "remarks", result.remarks } } } });
    if (!rows.empty())
        console.print(table({ ">id", "made", "stars", "size", "file", "prompt" }, rows));
    console.print(std::format("{} of {} pictures", rows.size(), result.ids.size()));
}

void show(GalleryStore& store, Options const& options, Console& console)
{
    for (std::string const& name : options.pictures) {
        GalleryPicture const picture = find_picture(store, name);
        Json json = json_of(picture), boards = Json::array();
        for (Board const& board : store.boards_of(picture.id))
            boards.push_back(board.name);
        json["boards"] = boards;
        Json const recipe = Json::parse(picture.facts.recipe, nullptr, false);
        json["recipe"] = recipe.is_discarded() ? Json() : recipe;
        console.object({ { "picture", json } });
        for (auto const& [key, value] : json.items()) {
            if (key == "recipe" || value.empty() || value == "")
                continue;
            bool const time = key == "made" || key == "added" || key == "trashed";
            console.print(std::format("{}: {}", key,
                time                ? time_text(value)
                : value.is_string() ? value.get<std::string>()
                                    : value.dump()));
        }
    }
}

void tell(ImportReport const& report, Console& console)
{
    constexpr std::size_t most_lines = 20;
    Json unreadable = Json::array(), gone = Json::array();
    for (UnreadablePicture const& picture : report.unreadable)
        unreadable.push_back({ { "path", utf8_name(picture.path) }, { "reason", picture.reason } });
    for (fs::path const& folder : report.gone) {
        gone.push_back(utf8_name(folder));
        console.note(
            std::format("{} is not there: its pictures are marked missing and come back with it", utf8_name(folder)));
    }
    console.object(
        { { "import", { { "added", report.added }, { "updated", report.updated }, { "found_again", report.found_again },
                          { "unchanged", report.unchanged }, { "missing", report.missing },
                          { "unreadable", unreadable }, { "gone", gone }, { "cancelled", report.cancelled } } } });
    for (UnreadablePicture const& picture : report.unreadable | std::views::take(most_lines))
        console.note(picture.reason);
    if (report.unreadable.size() > most_lines)
        console.note(std::format("and {} more (--json names all)", report.unreadable.size() - most_lines));
    console.print(std::format("{} added, {} changed, {} found again, {} as they were, {} missing, {} unreadable",
        report.added, report.updated, report.found_again, report.unchanged, report.missing, report.unreadable.size()));
    if (report.cancelled)
        fail(ErrorCode::cancelled, "stopped; what was brought in stays, the same command goes on");
}

ImportObserver observer_of(Console& console)
{
    return [&console](ImportProgress const& progress) {
        if (progress.done % 16 == 0)
            console.status(std::format(
                "{} of {}  {}", progress.done, progress.total, one_line(utf8_name(progress.current.filename()), 60)));
    };
}

void import(GalleryStore& store, Options const& options, Console& console)
{
    std::stop_token const stop = stop_on_signals();
    for (std::string const& folder : options.folders)
        tell(import_folder(store, path_from_utf8(folder), observer_of(console), stop), console);
}

void look_again(GalleryStore& store, Options const&, Console& console)
{
    std::stop_token const stop = stop_on_signals();
    tell(rescan(store, observer_of(console), stop), console);
}

/// Says how many were moved, and names those that were not.
void tell_moved(std::string_view what, std::size_t asked, std::vector<PictureFailure> const& failures, Console& console)
{
    Json failed = Json::array();
    for (PictureFailure const& failure : failures)
        failed.push_back({ { "id", failure.id }, { "reason", failure.reason } });
    console.object({ { what, { { "pictures", asked - failures.size() }, { "failed", failed } } } });
    console.print(std::format("{}: {} of {} pictures", what, asked - failures.size(), asked));
    if (failures.size() == 1)
        fail(ErrorCode::invalid_argument, "{}", failures.front().reason);
    for (PictureFailure const& failure : failures)
        console.note(failure.reason);
    if (!failures.empty())
        fail(ErrorCode::invalid_argument, "{} pictures stayed as they were; the reasons stand above", failures.size());
}

void trash(GalleryStore& store, Options const& options, Console& console)
{
    auto const ids = find_pictures(store, options.pictures);
    tell_moved("trashed", ids.size(), store.trash(ids), console);
}

void restore(GalleryStore& store, Options const& options, Console& console)
{
    auto const ids = find_pictures(store, options.pictures);
    tell_moved("restored", ids.size(), store.restore(ids), console);
}

void empty_trash(GalleryStore& store, Options const&, Console& console)
{
    auto const ids = store.search({ .text = "", .shelf = GalleryShelf::trashed }).ids;
    tell_moved("erased", ids.size(), store.erase(ids), console);
}

/// A change that has nothing to tell but that it was made.
void tell_done(std::string_view what, std::size_t pictures, Console& console)
{
    console.object({ { what, { { "pictures", pictures } } } });
    console.print(std::format("{}: {} pictures", what, pictures));
}

void star(GalleryStore& store, Options const& options, Console& console)
{
    PictureId const id = find_picture(store, options.picture).id;
    store.set_stars(std::span(&id, 1), options.stars);
    tell_done("starred", 1, console);
}

void note(GalleryStore& store, Options const& options, Console& console)
{
    store.set_note(find_picture(store, options.picture).id, options.text);
    tell_done("noted", 1, console);
}

void add_to_board(GalleryStore& store, Options const& options, Console& console)
{
    auto const ids = find_pictures(store, options.pictures);
    store.add_to_board(options.board, ids);
    tell_done("added", ids.size(), console);
}

void remove_from_board(GalleryStore& store, Options const& options, Console& console)
{
    auto const ids = find_pictures(store, options.pictures);
    if (ids.empty())
        store.remove_board(options.board);
    else
        store.remove_from_board(options.board, ids);
    tell_done("removed", ids.size(), console);
}

void list_boards(GalleryStore& store, Options const&, Console& console)
{
    std::vector<std::vector<std::string>> rows;
    for (Board const& board : store.boards()) {
        console.object({ { "board", { { "name", board.name }, { "pictures", board.pictures } } } });
        rows.push_back({ board.name, std::to_string(board.pictures) });
    }
    console.print(rows.empty() ? "no boards yet; igneous gallery board add NAME PICTURE... makes one"
                               : table({ "board", ">pictures" }, rows));
}

void diff(GalleryStore& store, Options const& options, Console& console)
{
    GalleryPicture const one = find_picture(store, options.pictures.at(0)),
                         other = find_picture(store, options.pictures.at(1));
    std::vector<std::vector<std::string>> rows;
    Json list = Json::array();
    for (Difference const& difference : differences(one, other)) {
        constexpr std::size_t longest_value = 50;
        rows.push_back(
            { difference.field, one_line(difference.one, longest_value), one_line(difference.other, longest_value) });
        list.push_back({ { "field", difference.field }, { "one", difference.one }, { "other", difference.other } });
    }
    console.object({ { "differences", list } });
    console.print(rows.empty() ? "no differences" : table({ "field", options.pictures[0], options.pictures[1] }, rows));
}

void run(Options const& options, Console& console)
{
    GalleryStore store;
    if (!store.notice().empty())
        console.note(store.notice());
    if (store.needs_rescan()) {
        console.note("looking through the folders that pictures came from");
        tell(rescan(store, observer_of(console), stop_on_signals()), console);
    }
    options.chosen(store, options, console);
}

}

CliCommand add_gallery(CLI::App& program)
{
    CLI::App& app = *program.add_subcommand("gallery", "Pictures: search, show, import, boards, stars, trash");
    app.require_subcommand(1);
    auto const options = std::make_shared<Options>();
    auto const add = [options](CLI::App& to, char const* name, char const* about, auto action) -> CLI::App& {
        CLI::App& sub = *to.add_subcommand(name, about);
        sub.fallthrough();
        sub.callback([options, action] { options->chosen = action; });
        return sub;
    };
    auto const pictures
        = [options](CLI::App& to) { return to.add_option("picture", options->pictures, "Ids or paths")->required(); };

    CLI::App& searching = add(app, "search", "Pictures found by words, newest first", search);
    searching.add_option("words", options->words,
        "snow cat \"exact words\" -without model:name lora:name stars:>=3 date:2026-11 after:2026 before:2026-11-21 "
        "board:name "
        "sampler:name seed:42 program:name [all]");
    searching.add_option("--order", options->order, "newest, oldest, stars, name, or board (as arranged)")
        ->check(CLI::IsMember(orders))
        ->capture_default_str();
    searching.add_option("--shelf", options->shelf, "present, missing, trashed or all")
        ->check(CLI::IsMember(shelves))
        ->capture_default_str();
    searching.add_option("--limit", options->limit, "Most pictures to show")->capture_default_str();
    searching.add_option("--offset", options->offset, "Pictures to skip")->capture_default_str();
    pictures(add(app, "show", "Everything about a picture", show));
    add(app, "import", "Bring folders of pictures in; again: what changed in them", import)
        .add_option("folder", options->folders, "Folders")
        ->required();
    add(app, "rescan", "Look through all folders again that pictures came from", look_again);
    pictures(add(app, "trash", "Move pictures to the trash", trash));
    pictures(add(app, "restore", "Take pictures back out of the trash", restore));
    add(app, "empty-trash", "Erase what is in the trash for good", empty_trash);
    CLI::App& starring = add(app, "star", "Give a picture 0 to 5 stars", star);
    starring.add_option("picture", options->picture, "Id or path")->required();
    starring.add_option("stars", options->stars, "0 to 5")->required();
    CLI::App& noting = add(app, "note", "Write a note on a picture", note);
    noting.add_option("picture", options->picture, "Id or path")->required();
    noting.add_option("text", options->text, "The note; \"\" removes it")->required();
    CLI::App& comparing = add(app, "diff", "What differs between two pictures", diff);
    pictures(comparing)->expected(2);

    CLI::App& board = *app.add_subcommand("board", "Collections of pictures");
    board.require_subcommand(1);
    board.fallthrough();
    CLI::App& adding = add(board, "add", "Put pictures on a board, which is made where it is new", add_to_board);
    adding.add_option("board", options->board, "Name")->required();
    pictures(adding);
    CLI::App& removing
        = add(board, "remove", "Take pictures off a board; without pictures, the board itself", remove_from_board);
    removing.add_option("board", options->board, "Name")->required();
    removing.add_option("picture", options->pictures, "Ids or paths");
    add(board, "list", "All boards", list_boards);
    return { &app, [options](Console& console) { run(*options, console); } };
}

}
