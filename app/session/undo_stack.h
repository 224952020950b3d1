// SPDX-License-Identifier: Apache-2.0
#pragma once

// Everything that can be undone, on one stack: what was painted, typed, moved in the queue or put in the trash. A
// command is a name for the history panel and the changes that it makes; the stack keeps the changes that lead back, so
// that one stroke costs the tiles that it touched and no more.

#include "app/session/change.h"

#include <deque>
#include <map>
#include <optional>

namespace igneous {

struct Command {
    std::string name;                      // "Brush stroke", "Rename layer"
    std::vector<Change> changes;
    /// Commands that follow one another with the same key become one: "prompt" while somebody types. Empty: never.
    std::string merge_key;
    /// What lies outside of the workspace (queue, gallery): done after the changes, taken back before them. May throw
    /// Error; then the command did not happen.
    std::function<void()> run, revert;
};

/// Has a change happen (to the workspace, its journal, whoever looks on) and gives the changes that lead back.
using ApplyChanges = std::function<std::vector<Change>(std::vector<Change> const&)>;

class UndoStack {
public:
    explicit UndoStack(ApplyChanges apply, std::size_t memory_limit = std::size_t { 1 } << 30);

    /// Does the command and keeps it. Throws what its changes or its function throw, with nothing done.
    void push(Command command);
    /// False where there is nothing to undo or redo. Throws as push() does, with the stack as it was.
    bool undo();
    bool redo();
    /// Undoes or redoes until `position` commands are done, as a click in the history panel asks.
    void go_to(std::size_t position);

    /// All that is pushed until the outermost group ends is one command of that name. An empty group is none.
    void begin_group(std::string name);
    void end_group();
    /// Takes back what was pushed since the outermost group began, and ends it: Esc in the middle of a stroke.
    void cancel_group();
    bool in_group() const { return m_group_depth > 0; }
    /// What comes next is a command of its own, whatever its key: the pen was lifted, the typist paused.
    void stop_merging() { m_may_merge = false; }

    std::size_t position() const { return m_position; }    // how many of the commands below are done
    std::vector<std::string> names() const;
    std::size_t size() const { return m_entries.size(); }
    /// Of one of them, below size().
    std::string const& name(std::size_t position) const { return m_entries.at(position).name; }
    bool can_undo() const { return m_position > 0 && !in_group(); }
    bool can_redo() const { return m_position < m_entries.size() && !in_group(); }

    /// The document is now as its file; 0 stands for what belongs to no document. One that was never marked is not
    /// clean.
    void mark_clean(DocumentId document);
    bool is_clean(DocumentId document) const;

    /// Bytes kept for undo and redo, about. Over the limit the oldest commands are forgotten, but never the last one
    /// done.
    std::size_t memory() const { return m_memory; }
    void set_memory_limit(std::size_t bytes);
    void clear();

private:
    struct Function {
        std::function<void()> run, revert;
    };
    struct Entry {
        std::string name, merge_key;
        std::vector<Change> changes;       // back while it is done, forward while it is undone
        std::vector<Function> functions;
        std::vector<DocumentId> documents; // that it is about, sorted
        std::size_t memory = 0;
    };
    static void measure(Entry& entry);
    static void join(Entry& entry, Entry later);
    void take_back(Entry& entry);
    void do_again(Entry& entry);
    void keep(Entry entry);
    void forget_undone();
    void forget_oldest();
    bool touches(std::size_t from, std::size_t to, DocumentId document) const;

    ApplyChanges m_apply;
    std::size_t m_limit, m_memory = 0;
    std::deque<Entry> m_entries;
    std::size_t m_position = 0;
    bool m_may_merge = false;
    int m_group_depth = 0;
    std::optional<Entry> m_group;
    std::map<DocumentId, std::optional<std::size_t>> m_clean;  // position; nothing: it cannot be reached any more
};

}
