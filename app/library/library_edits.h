// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a user does to the models of the library, each with the way back. Both functions are called on the store's
// thread, in turns; they throw what the user should read, with nothing changed.

#include "app/library/library_store.h"

#include <functional>

namespace igneous {

struct LibraryEdit {
    std::string name;                      // for the history
    std::function<void(LibraryStore&)> run, revert;
};

LibraryEdit mark_model(std::int64_t id, UserMarks marks);
LibraryEdit watch_folder(std::filesystem::path folder, std::string program = {});
/// The files stay where they are, and known.
LibraryEdit stop_watching(std::filesystem::path folder);
/// A new name in the same folder, with the same ending; what lies beside it under its name (preview, notes) goes along.
LibraryEdit rename_model(std::filesystem::path file, std::string stem);
/// A picture for the model's card, which goes before others that lie beside it; one that Igneous put there before goes to
/// the system's trash.
LibraryEdit set_preview(std::filesystem::path model, std::filesystem::path picture);
/// To the system's trash, from where it comes back.
LibraryEdit trash_model(std::filesystem::path file);

}
