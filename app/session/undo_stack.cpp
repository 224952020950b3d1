// SPDX-License-Identifier: Apache-2.0
#include "app/session/undo_stack.h"

#include "models/api/error.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace igneous {

UndoStack::UndoStack(ApplyChanges apply, std::size_t memory_limit)
    : m_apply(std::move(apply))
    , m_limit(memory_limit)
{
}

void UndoStack::push(Command command)
{
    Entry entry { .name = std::move(command.name), .merge_key = std::move(command.merge_key) };
    for (Change const& change : command.changes)
        entry.documents.push_back(document_of(change));
    std::ranges::sort(entry.documents);
    auto const repeated = std::ranges::unique(entry.documents);
    entry.documents.erase(repeated.begin(), repeated.end());
    entry.changes = m_apply(command.changes);
    if (command.run) {
        try {
            command.run();
        } catch (...) {
            m_apply(entry.changes);
            throw;
        }
    }
    if (command.run || command.revert)
        entry.functions.push_back({ std::move(command.run), std::move(command.revert) });
    measure(entry);
    if (in_group())
        join(*m_group, std::move(entry));
    else
        keep(std::move(entry));
}

void UndoStack::keep(Entry entry)
{
    forget_undone();
    bool const clean_here = std::ranges::any_of(m_clean, [&](auto const& mark) { return mark.second == m_position; });
    if (m_may_merge && m_position > 0 && !clean_here && !entry.merge_key.empty()
        && m_entries.back().merge_key == entry.merge_key) {
        m_memory -= m_entries.back().memory;
        join(m_entries.back(), std::move(entry));
        m_memory += m_entries.back().memory;
    } else {
        m_memory += entry.memory;
        m_entries.push_back(std::move(entry));
        ++m_position;
    }
    m_may_merge = true;
    forget_oldest();
}

/// Makes `entry` both commands. The way back is the later one's and then its own.
void UndoStack::join(Entry& entry, Entry later)
{
    if (later.changes.size() == 1 && !entry.changes.empty() && combine(later.changes[0], entry.changes[0]))
        entry.changes[0] = std::move(later.changes[0]);
    else
        entry.changes.insert(entry.changes.begin(), std::make_move_iterator(later.changes.begin()),
            std::make_move_iterator(later.changes.end()));
    std::ranges::move(later.functions, std::back_inserter(entry.functions));
    std::vector<DocumentId> both;
    std::ranges::set_union(entry.documents, later.documents, std::back_inserter(both));
    entry.documents = std::move(both);
    measure(entry);
}

void UndoStack::measure(Entry& entry)
{
    entry.memory = sizeof(Entry) + entry.name.size();
    for (Change const& change : entry.changes)
        entry.memory += memory_of(change);
}

/// Functions first, in reverse; when one throws, those before it run again.
void UndoStack::take_back(Entry& entry)
{
    std::size_t left = entry.functions.size();
    try {
        for (; left > 0; --left)
            if (auto const& revert = entry.functions[left - 1].revert)
                revert();
        entry.changes = m_apply(entry.changes);
    } catch (...) {
        for (; left < entry.functions.size(); ++left)
            if (auto const& run = entry.functions[left].run)
                run();
        throw;
    }
}

void UndoStack::do_again(Entry& entry)
{
    std::vector<Change> back = m_apply(entry.changes);
    std::size_t done = 0;
    try {
        for (; done < entry.functions.size(); ++done)
            if (auto const& run = entry.functions[done].run)
                run();
    } catch (...) {
        for (; done > 0; --done)
            if (auto const& revert = entry.functions[done - 1].revert)
                revert();
        m_apply(back);
        throw;
    }
    entry.changes = std::move(back);
}

bool UndoStack::undo()
{
    if (!can_undo())
        return false;
    Entry& entry = m_entries[m_position - 1];
    take_back(entry);
    m_memory -= entry.memory;
    measure(entry);
    m_memory += entry.memory;
    --m_position;
    m_may_merge = false;
    return true;
}

bool UndoStack::redo()
{
    if (!can_redo())
        return false;
    Entry& entry = m_entries[m_position];
    do_again(entry);
    m_memory -= entry.memory;
    measure(entry);
    m_memory += entry.memory;
    ++m_position;
    m_may_merge = false;
    return true;
}

void UndoStack::go_to(std::size_t position)
{
    require(position <= m_entries.size(), "undo: position {} of {} commands", position, m_entries.size());
    while (m_position > position && undo()) { }
    while (m_position < position && redo()) { }
}

void UndoStack::begin_group(std::string name)
{
    if (m_group_depth++ == 0)
        m_group = Entry { .name = std::move(name) };
}

void UndoStack::end_group()
{
    require(m_group_depth > 0, "undo: no group was begun");
    if (--m_group_depth > 0)
        return;
    Entry group = std::move(*m_group);
    m_group.reset();
    if (!group.changes.empty() || !group.functions.empty()) {
        measure(group);
        keep(std::move(group));
    }
}

void UndoStack::cancel_group()
{
    require(m_group_depth > 0, "undo: no group was begun");
    take_back(*m_group);
    m_group.reset();
    m_group_depth = 0;
}

std::vector<std::string> UndoStack::names() const
{
    std::vector<std::string> all;
    for (Entry const& entry : m_entries)
        all.push_back(entry.name);
    return all;
}

bool UndoStack::touches(std::size_t from, std::size_t to, DocumentId document) const
{
    for (std::size_t i = from; i < to; ++i)
        if (std::ranges::binary_search(m_entries[i].documents, document))
            return true;
    return false;
}

void UndoStack::forget_undone()
{
    for (auto& [document, mark] : m_clean)
        if (mark && *mark > m_position)
            mark = touches(m_position, *mark, document) ? std::nullopt : std::optional(m_position);
    while (m_entries.size() > m_position) {
        m_memory -= m_entries.back().memory;
        m_entries.pop_back();
    }
}

void UndoStack::forget_oldest()
{
    while (m_memory > m_limit && m_position > 1) {
        for (auto& [document, mark] : m_clean)
            if (mark)
                mark = *mark > 0 ? std::optional(*mark - 1) : touches(0, 1, document) ? std::nullopt : mark;
        m_memory -= m_entries.front().memory;
        m_entries.pop_front();
        --m_position;
    }
}

void UndoStack::mark_clean(DocumentId document) { m_clean[document] = m_position; }

bool UndoStack::is_clean(DocumentId document) const
{
    auto const found = m_clean.find(document);
    if (found == m_clean.end() || !found->second
        || (m_group && std::ranges::binary_search(m_group->documents, document)))
        return false;
    auto const [from, to] = std::minmax(*found->second, m_position);
    return !touches(from, to, document);
}

void UndoStack::set_memory_limit(std::size_t bytes)
{
    m_limit = bytes;
    forget_oldest();
}

void UndoStack::clear()
{
    for (auto& [document, mark] : m_clean)
        mark = is_clean(document) ? std::optional<std::size_t>(0) : std::nullopt;
    m_entries.clear();
    m_position = m_memory = 0;
    m_may_merge = false;
}

}
