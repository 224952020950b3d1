// SPDX-License-Identifier: Apache-2.0
#include "app/library/library_edits.h"

#include "app/files/file.h"
#include "app/files/places.h"
#include "app/library/library_scan.h"
#include "app/library/sidecars.h"
#include "app/picture/picture.h"
#include "models/api/error.h"

#include <QFile>

#include <algorithm>
#include <array>
#include <format>
#include <memory>

namespace igneous {

namespace fs = std::filesystem;

namespace {

QString qt_path(fs::path const& path) { return QString::fromStdString(utf8_name(path)); }

using Moves = std::vector<std::pair<fs::path, fs::path>>;

/// All of them, or none and it throws.
void rename_all(Moves const& moves)
{
    for (std::size_t i = 0; i < moves.size(); ++i) {
        std::error_code error;
        bool const taken = fs::exists(moves[i].second, error);
        if (!taken)
            fs::rename(moves[i].first, moves[i].second, error);
        if (!taken && !error)
            continue;
        std::string const why = taken ? "there is a file of that name already" : error.message();
        std::error_code ignored;
        while (i-- > 0)
            fs::rename(moves[i].second, moves[i].first, ignored);
        fail(ErrorCode::invalid_argument, "{} was not renamed: {}; choose another name, or free it",
            utf8_name(moves.front().first), why);
    }
}

/// The file and what lies beside it under its name: name.preview.png, name.json...
Moves moves_of(fs::path const& file, std::string const& stem)
{
    Moves moves { { file, file.parent_path() / path_from_utf8(stem + utf8_name(file.extension())) } };
    std::string const beginning = utf8_name(file.stem()) + ".";
    std::error_code error;
    for (fs::directory_iterator entry(file.parent_path(), error), end; !error && entry != end; entry.increment(error)) {
        std::string const name = utf8_name(entry->path().filename());
        constexpr std::string_view weights[] = { ".safetensors", ".ckpt", ".pt", ".pth", ".gguf", ".bin" };
        bool const another = std::ranges::find(weights, utf8_name(entry->path().extension())) != std::end(weights);
        if (name.starts_with(beginning) && entry->path() != file && !another)
            moves.emplace_back(
                entry->path(), file.parent_path() / path_from_utf8(stem + name.substr(beginning.size() - 1)));
    }
    return moves;
}

void scan(LibraryStore& store) { scan_library(store); }

/// Where it is then.
fs::path move_to_trash(fs::path const& file)
{
    QString place;
    if (!QFile::moveToTrash(qt_path(file), &place))
        fail(ErrorCode::invalid_argument,
            "{} was not moved to the trash: this disk has none, or you may not write there. Delete it in your file "
            "manager if you want it gone for good",
            utf8_name(file));
    return path_from_utf8(place.toStdString());
}

/// What is in the trash, where something is.
void put_back(fs::path& in_trash, fs::path const& file)
{
    if (in_trash.empty())
        return;
    rename_all({ { in_trash, file } });
    in_trash.clear();
}

/// A PNG as it is, another picture with all its pixels and texts.
std::vector<std::byte> as_png(fs::path const& picture)
{
    Image const image = read_picture(picture);     // which also says whether it is one
    auto bytes = read_file(picture, largest_picture_file);
    constexpr std::array png { std::byte { 0x89 }, std::byte { 'P' }, std::byte { 'N' }, std::byte { 'G' } };
    if (std::ranges::mismatch(bytes, png).in2 != png.end())
        bytes = encode_picture(PictureFormat::png, image, read_picture_texts(picture));
    return bytes;
}

}

LibraryEdit mark_model(std::int64_t id, UserMarks marks)
{
    auto before = std::make_shared<UserMarks>();
    return { "Model's notes",
        [before, id, marks = std::move(marks)](LibraryStore& store) {
            auto const entry = store.entry(id);
            if (!entry)
                return;
            *before = {};
            if (marks.note)
                before->note = entry->note;
            if (marks.favourite)
                before->favourite = entry->favourite;
            if (marks.type)
                before->type = entry->type_corrected ? entry->facts.type : ModelType::unknown;
            if (marks.base)
                before->base = entry->base_corrected ? entry->facts.base : ModelBase::unknown;
            store.mark(id, marks);
        },
        [before, id](LibraryStore& store) { store.mark(id, *before); } };
}

LibraryEdit watch_folder(fs::path folder, std::string program)
{
    auto added = std::make_shared<bool>(false);
    return { "Watch a folder",
        [=](LibraryStore& store) {
            auto const before = store.folders().size();
            store.add_folder(folder, program);
            *added = store.folders().size() > before;
        },
        [=](LibraryStore& store) {
            if (*added)
                store.remove_folder(folder);
        } };
}

LibraryEdit stop_watching(fs::path folder)
{
    auto program = std::make_shared<std::string>();
    return { "Stop watching a folder",
        [=](LibraryStore& store) {
            for (WatchedFolder const& known : store.folders())
                if (known.path == kept_path(folder))
                    *program = known.program;
            store.remove_folder(folder);
        },
        [=](LibraryStore& store) { store.add_folder(folder, *program); } };
}

LibraryEdit rename_model(fs::path file, std::string stem)
{
    auto moves = std::make_shared<Moves>();
    return { "Rename a model",
        [=](LibraryStore& store) {
            require(!stem.empty() && stem.find_first_of("/\\") == stem.npos && stem != "." && stem != "..",
                "{} is no name for a file; use letters, digits and spaces", stem);
            Moves wanted = moves_of(file, stem);
            rename_all(wanted);
            *moves = std::move(wanted);
            scan(store);
        },
        [=](LibraryStore& store) {
            Moves back;
            for (auto const& [from, to] : *moves)
                back.emplace_back(to, from);
            moves->clear();
            rename_all(back);
            scan(store);
        } };
}

LibraryEdit set_preview(fs::path model, fs::path picture)
{
    auto replaced = std::make_shared<fs::path>();  // in the trash
    fs::path const place = first_preview(model);
    return { "Preview of a model",
        [=](LibraryStore& store) {
            auto const bytes = as_png(picture);
            std::error_code error;
            if (fs::exists(place, error))
                *replaced = move_to_trash(place);
            try {
                write_file(place, bytes, Existing::keep);
            } catch (Error const&) {
                put_back(*replaced, place);
                throw;
            }
            scan(store);
        },
        [=](LibraryStore& store) {
            std::error_code error;
            fs::remove(place, error);
            put_back(*replaced, place);
            scan(store);
        } };
}

LibraryEdit trash_model(fs::path file)
{
    auto in_trash = std::make_shared<fs::path>();
    return { "Trash a model",
        [=](LibraryStore& store) {
            *in_trash = move_to_trash(file);
            scan(store);
        },
        [=](LibraryStore& store) {
            put_back(*in_trash, file);
            scan(store);
        } };
}

}
