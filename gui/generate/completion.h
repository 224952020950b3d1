// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the prompt offers to finish as one types: LoRAs behind "<lora:", names of embeddings and styles as words.

#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace igneous {

struct Completion {
    enum class Kind { lora, embedding, style };
    Kind kind = Kind::lora;
    QString name;
    QString detail;                        // beside the name: "SDXL", "style"
    QString file = {};                     // where it lies; empty for styles
    bool operator==(Completion const&) const = default;
};

using Completions = std::vector<Completion>;

/// What is being written at the cursor.
struct Unfinished {
    bool in_tag = false;                   // behind "<lora:"; else a word of its own
    QString part;                          // so far
    int begin = 0;                         // where in the text
    bool operator==(Unfinished const&) const = default;
};

/// Nothing where the cursor is not behind something that may go on: words begin to count at three letters.
std::optional<Unfinished> unfinished_at(QString const& text, int cursor);

/// Those that begin with what was written, then those where a later word does, then those that hold it; case does not
/// count. At most `most`. A word that is whole already is not offered.
std::vector<Completion const*> matching(Completions const& all, Unfinished const& what, std::size_t most);

/// The text with the choice in place of what was begun, and where the cursor is then. A style leaves nothing: it is
/// chosen.
struct Finished {
    QString text;
    int cursor = 0;
    bool operator==(Finished const&) const = default;
};
Finished finished(QString const& text, int cursor, Unfinished const& what, Completion const& choice);

}
