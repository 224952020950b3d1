// SPDX-License-Identifier: Apache-2.0
#include "app/cli/cancel.h"
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/files/places.h"
#include "app/library/library_hash.h"
#include "app/library/library_scan.h"
#include "app/library/other_programs.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <charconv>
#include <cstdlib>

namespace igneous {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

struct Options {
    std::vector<std::string> folders, words;
    std::string model, type, base, order = "name", note, favourite;
    std::int64_t limit = 50, offset = 0;
    bool hash = false, add = false, duplicates = false, damaged = false, misplaced = false, incomplete = false,
         missing = false, favourites = false;
    std::function<void(LibraryStore&, Options const&, Console&)> chosen;
};

std::map<std::string, LibraryOrder> const orders { { "name", LibraryOrder::name }, { "newest", LibraryOrder::newest },
    { "largest", LibraryOrder::largest } };

/// "LoRA", "LoHa", "VAE, tiny autoencoder": one column.
std::string kind_of(ModelFacts const& facts)
{
    std::string text(title_of(facts.type));
    if (!facts.variant.empty())
        text += ", " + facts.variant;
    return text;
}

/// What is wrong with it, in short.
std::string complaint_of(LibraryEntry const& entry)
{
    if (entry.state != FileState::here)
        return std::string(name_of(entry.state));
    if (!entry.facts.damage.empty())
        return "damaged";
    if (!entry.facts.missing_parts.empty())
        return "without " + CLI::detail::join(entry.facts.missing_parts, ", ");
    return entry.better_folder.empty() ? "" : "misplaced";
}

Json json_of(LibraryEntry const& entry)
{
    ModelFacts const& facts = entry.facts;
    Json json { { "id", entry.id }, { "path", utf8_name(entry.path) }, { "state", name_of(entry.state) },
        { "type", name_of(facts.type) }, { "base", name_of(facts.base) }, { "format", facts.format },
        { "variant", facts.variant }, { "precision", facts.precision }, { "prediction", facts.prediction },
        { "bytes", entry.size }, { "tensors", facts.tensors }, { "parameters", facts.parameters },
        { "rank", facts.rank }, { "title", facts.title }, { "author", facts.author },
        { "base_detail", facts.base_detail }, { "trigger_words", facts.trigger_words },
        { "missing_parts", facts.missing_parts }, { "damage", facts.damage },
        { "better_folder", utf8_name(entry.better_folder) }, { "preview", utf8_name(entry.preview) },
        { "sha256", entry.sha256 }, { "autov2", entry.auto_v2() }, { "autov3", entry.auto_v3.substr(0, 12) },
        { "favourite", entry.favourite }, { "note", entry.note }, { "type_corrected", entry.type_corrected },
        { "base_corrected", entry.base_corrected } };
    return json;
}

LibraryEntry find_entry(LibraryStore& store, std::string const& name)
{
    std::int64_t id = 0;
    auto const [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
    bool const number = error == std::errc() && end == name.data() + name.size();
    auto found = number ? store.entry(id) : store.entry(path_from_utf8(name));
    if (!found)
        fail(ErrorCode::invalid_argument,
            "there is no model {} in the library; igneous library list shows them, scan FOLDER brings in folders",
            name);
    return std::move(*found);
}

void hash(LibraryStore& store, std::stop_token const& stop, Console& console)
{
    HashOptions options { .stop = stop, .progress = {}, .first = {} };
    options.progress = [&console](HashProgress const& progress) {
        console.status(std::format("hashing {}  {} of {}, {} files left", utf8_name(progress.file.filename()),
            size_text(progress.done), size_text(progress.size), progress.left.files));
    };
    std::int64_t const done = hash_library(store, options);
    auto const left = store.left_to_hash();
    console.object({ { "hashed", { { "files", done }, { "left", left.files }, { "bytes_left", left.bytes } } } });
    console.print(
        std::format("{} hashed, {} left ({})", done, left.files, size_text(static_cast<std::uint64_t>(left.bytes))));
}

void scan(LibraryStore& store, Options const& options, Console& console)
{
    ScanOptions how { .folders = {}, .stop = stop_on_signals(), .progress = {} };
    how.progress = [&console](ScanProgress progress) {
        console.status(std::format("{} of {} models read", progress.read, progress.to_read));
    };
    for (std::string const& folder : options.folders)
        how.folders.push_back(store.add_folder(path_from_utf8(folder)).path);
    if (store.folders().empty())
        fail(ErrorCode::invalid_argument, "no folder is watched yet; give one, or see igneous library folders find");
    ScanReport const report = scan_library(store, how);
    for (WatchedFolder const& folder : store.folders()) {
        if (folder.away)
            console.note(std::format(
                "{} is not there: its models are marked away and come back with it", utf8_name(folder.path)));
    }
    console.object({ { "scan", { { "models", report.models }, { "added", report.added }, { "changed", report.changed },
                                   { "moved", report.moved }, { "gone", report.gone }, { "away", report.away },
                                   { "cancelled", how.stop.stop_requested() } } } });
    console.print(std::format("{} models: {} new, {} changed, {} moved, {} gone, {} away", report.models, report.added,
        report.changed, report.moved, report.gone, report.away));
    if (options.hash)
        hash(store, how.stop, console);
    if (how.stop.stop_requested())
        fail(ErrorCode::cancelled, "stopped; what was read and hashed stays, the same command goes on");
}

LibraryFilter filter_of(Options const& options)
{
    for (auto const& [asked, filter] :
        { std::pair(options.duplicates, LibraryFilter::duplicates), { options.damaged, LibraryFilter::damaged },
            { options.misplaced, LibraryFilter::misplaced }, { options.incomplete, LibraryFilter::incomplete },
            { options.missing, LibraryFilter::missing }, { options.favourites, LibraryFilter::favourites } }) {
        if (asked)
            return filter;
    }
    return LibraryFilter::everything;
}

void list(LibraryStore& store, Options const& options, Console& console)
{
    LibraryQuery query { .text = CLI::detail::join(options.words, " "),
        .filter = filter_of(options),
        .order = orders.at(options.order),
        .offset = options.offset,
        .limit = options.limit };
    if (!options.type.empty())
        query.type = type_from_name(options.type);
    if (!options.base.empty())
        query.base = base_from_name(options.base);
    LibraryPage const page = store.find(query);
    std::vector<std::vector<std::string>> rows;
    for (LibraryEntry const& entry : page.entries) {
        console.object({ { "model", json_of(entry) } });
        rows.push_back({ std::to_string(entry.id), utf8_name(entry.path.filename()), kind_of(entry.facts),
            std::string(title_of(entry.facts.base)), entry.facts.precision, size_text(entry.size),
            (entry.favourite ? "* " : "") + complaint_of(entry) });
    }
    console.object({ { "list", { { "count", page.total }, { "offset", options.offset } } } });
    if (!rows.empty())
        console.print(table({ ">id", "name", "type", "base", "precision", ">size", "" }, rows));
    console.print(std::format("{} of {} models", rows.size(), page.total));
}

void show(LibraryStore& store, Options const& options, Console& console)
{
    LibraryEntry const entry = find_entry(store, options.model);
    Json json = json_of(entry);
    json["licence"] = entry.facts.licence;
    json["description"] = entry.facts.description;
    json["warnings"] = entry.facts.warnings;
    json["metadata"] = entry.facts.metadata;
    console.object({ { "model", json } });
    for (auto const& [key, value] : json.items()) {
        bool const nothing = value == "" || value == false || value == 0 || value.empty();
        if (nothing || key == "metadata")
            continue;
        if (key == "bytes")
            console.print("size: " + size_text(entry.size));
        else if (value.is_array())
            console.print(std::format("{}: {}", key, CLI::detail::join(value.get<std::vector<std::string>>(), ", ")));
        else
            console.print(std::format("{}: {}", key, value.is_string() ? value.get<std::string>() : value.dump()));
    }
    for (auto const& [key, value] : entry.facts.metadata)
        console.print(std::format("  {}: {}", key, value));
}

void mark(LibraryStore& store, Options const& options, Console& console)
{
    LibraryEntry const entry = find_entry(store, options.model);
    UserMarks marks;
    if (!options.words.empty())
        marks.note = CLI::detail::join(options.words, " ");
    if (!options.favourite.empty())
        marks.favourite = options.favourite == "yes";
    if (!options.type.empty())
        marks.type = type_from_name(options.type);
    if (!options.base.empty())
        marks.base = base_from_name(options.base);
    store.mark(entry.id, marks);
    console.object({ { "model", json_of(*store.entry(entry.id)) } });
    console.print("noted");
}

void forget(LibraryStore& store, Options const&, Console& console)
{
    std::int64_t const count = store.forget_gone();
    console.object({ { "forgotten", count } });
    console.print(std::format("{} models forgotten", count));
}

void add_folders(LibraryStore& store, Options const& options, Console& console)
{
    for (std::string const& folder : options.folders) {
        WatchedFolder const added = store.add_folder(path_from_utf8(folder));
        console.object({ { "folder", { { "path", utf8_name(added.path) } } } });
        console.print(std::format("watched: {}", utf8_name(added.path)));
    }
}

void remove_folders(LibraryStore& store, Options const& options, Console& console)
{
    for (std::string const& folder : options.folders) {
        if (!store.remove_folder(path_from_utf8(folder)))
            fail(ErrorCode::invalid_argument, "{} is not watched; igneous library folders list shows those that are",
                folder);
        console.object({ { "removed", { { "path", utf8_name(kept_path(path_from_utf8(folder))) } } } });
        console.print(std::format("no longer watched: {} (its files were not touched)", folder));
    }
}

void list_folders(LibraryStore& store, Options const&, Console& console)
{
    std::vector<std::vector<std::string>> rows;
    for (WatchedFolder const& folder : store.folders()) {
        console.object({ { "folder", { { "path", utf8_name(folder.path) }, { "program", folder.program },
                                         { "models", folder.models }, { "away", folder.away } } } });
        rows.push_back(
            { utf8_name(folder.path), folder.program, std::to_string(folder.models), folder.away ? "away" : "" });
    }
    console.print(rows.empty() ? "no folder is watched yet; igneous library folders add FOLDER"
                               : table({ "folder", "of", ">models", "" }, rows));
}

void find_folders(LibraryStore& store, Options const& options, Console& console)
{
    std::vector<ProgramFolder> found;
    for (std::string const& folder : options.folders)
        std::ranges::move(program_folders(kept_path(path_from_utf8(folder))), std::back_inserter(found));
    if (char const* home = std::getenv("HOME"); options.folders.empty() && home && *home)
        found = find_programs(kept_path(path_from_utf8(home)));
    std::vector<std::vector<std::string>> rows;
    for (ProgramFolder const& folder : found) {
        if (options.add)
            store.add_folder(folder.folder, folder.program);
        console.object({ { "found",
            { { "path", utf8_name(folder.folder) }, { "program", folder.program }, { "added", options.add } } } });
        rows.push_back({ utf8_name(folder.folder), folder.program });
    }
    console.print(rows.empty() ? "no folders of other programs were found" : table({ "folder", "of" }, rows));
}

void run(Options const& options, Console& console)
{
    LibraryStore store;
    if (!store.rescue().reason.empty())
        console.note(store.rescue().reason);
    options.chosen(store, options, console);
}

}

CliCommand add_library(CLI::App& program)
{
    CLI::App& app
        = *program.add_subcommand("library", "Models: watched folders, what lies in them, what is wrong with it");
    app.require_subcommand(1);
    auto const options = std::make_shared<Options>();
    auto const add = [options](CLI::App& to, char const* name, char const* about, auto action) -> CLI::App& {
        CLI::App& sub = *to.add_subcommand(name, about);
        sub.fallthrough();
        sub.callback([options, action] { options->chosen = action; });
        return sub;
    };
    auto const kinds = [options](CLI::App& to) {
        to.add_option("--type", options->type,
            "checkpoint, diffusion_model, lora, embedding, vae, controlnet, upscaler, text_encoder...");
        to.add_option("--base", options->base, "sd1, sd2, sdxl, sd3, flux1_dev...");
    };

    CLI::App& scanning
        = add(app, "scan", "Look through the watched folders for what is new, changed, moved or gone", scan);
    scanning.add_option("folder", options->folders, "Folders, watched from now on [all that are watched]");
    scanning.add_flag("--hash", options->hash, "SHA-256 of every model that has none yet");
    CLI::App& listing
        = add(app, "list", "Models found by words of their name, title, trigger words, type, base or note", list);
    listing.add_option("text", options->words, "Words that all must occur [all models]");
    kinds(listing);
    std::vector<std::pair<char const*, bool Options::*>> const filters { { "--duplicates", &Options::duplicates },
        { "--damaged", &Options::damaged }, { "--misplaced", &Options::misplaced },
        { "--incomplete", &Options::incomplete }, { "--missing", &Options::missing },
        { "--favourites", &Options::favourites } };
    char const* const about[]
        = { "Files with the same content", "Files that cannot be used", "Files in a folder for another type",
              "Models that lack parts", "Models whose file is away or gone", "Favourites" };
    std::vector<CLI::Option*> flags;
    for (std::size_t i = 0; i < filters.size(); ++i) {
        flags.push_back(listing.add_flag(filters[i].first, (*options).*filters[i].second, about[i]));
        for (std::size_t other = 0; other < i; ++other)
            flags[i]->excludes(flags[other]);
    }
    listing.add_option("--order", options->order, "name, newest or largest")
        ->check(CLI::IsMember(orders))
        ->capture_default_str();
    listing.add_option("--limit", options->limit, "Most models to show")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    listing.add_option("--offset", options->offset, "Models to skip")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    add(app, "show", "Everything about a model", show).add_option("model", options->model, "Id or path")->required();
    CLI::App& noting
        = add(app, "note", "Write a note on a model, make it a favourite, correct what it was taken for", mark);
    noting.add_option("model", options->model, "Id or path")->required();
    noting.add_option("text", options->words, "The note; \"\" removes it [as it is]");
    noting.add_option("--favourite", options->favourite, "yes or no")->check(CLI::IsMember({ "yes", "no" }));
    kinds(noting);
    add(app, "forget", "Forget models that are gone, with their notes", forget);

    CLI::App& folders = *app.add_subcommand("folders", "The folders that are watched");
    folders.require_subcommand(1);
    folders.fallthrough();
    add(folders, "add", "Watch folders", add_folders).add_option("folder", options->folders, "Folders")->required();
    add(folders, "remove", "Watch folders no longer; files and notes stay", remove_folders)
        .add_option("folder", options->folders, "Folders")
        ->required();
    add(folders, "list", "Watched folders", list_folders);
    CLI::App& finding = add(
        folders, "find", "Model folders of ComfyUI, AUTOMATIC1111, Forge and InvokeAI on this machine", find_folders);
    finding.add_option("folder", options->folders, "Homes of such programs [the usual places]");
    finding.add_flag("--add", options->add, "Watch them");
    return { &app, [options](Console& console) { run(*options, console); } };
}

}
