// SPDX-License-Identifier: Apache-2.0
#include "app/session/journal.h"

#include "app/files/file.h"
#include "app/files/places.h"
#include "app/session/change_bytes.h"
#include "app/session/journal_format.h"
#include "models/api/error.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace igneous {

namespace fs = std::filesystem;

namespace {

/// The file under another name too, so that it outlives its replacement.
void keep_copy(fs::path const& file, fs::path const& copy)
{
    std::error_code error;
    fs::create_hard_link(file, copy, error);
    if (error)
        fs::copy_file(file, copy, error);
    if (error && fs::exists(file))
        fail(ErrorCode::disk_full, "{} is damaged and could not be copied to {}: {}; make room on the disk",
            utf8_name(file), utf8_name(copy), error.message());
}

}

Journal::Journal(fs::path file, OpenedJournal& opened, JournalOptions options,
    std::function<void(JournalStatus const&)> on_status)
    : m_file_name(std::move(file))
    , m_new_name(fs::path(m_file_name) += ".new")
    , m_options(options)
    , m_on_status(std::move(on_status))
{
    read(opened);
    m_replica = opened.workspace;
    m_last = m_handled = m_absorbed = opened.sequence;
    m_durable = m_begin_anew ? 0 : opened.sequence;
    m_compact_at = m_base_size + std::max(m_options.compact_after, m_base_size);
    write();
    m_thread = std::thread([this] { run(); });
}

void Journal::read(OpenedJournal& opened)
{
    std::error_code error;
    fs::remove(m_new_name, error);         // a compaction that was cut off: the old file is still whole
    m_begin_anew = true;
    if (!fs::exists(m_file_name, error))
        return;
    try {
        std::vector<std::byte> const bytes = read_file(m_file_name, std::numeric_limits<std::uint64_t>::max() / 2);
        ReadJournal found = read_journal(bytes);
        opened.workspace = std::move(found.workspace);
        opened.sequence = found.sequence;
        opened.notes = std::move(found.notes);
        m_begin_anew = m_keep_old = found.damaged;
        m_base_size = found.base_size;
        if (!found.damaged)
            m_file = GrowingFile::continue_after(m_file_name, found.good_size);
    } catch (Error const& error_now) {
        if (error_now.code() == ErrorCode::unsupported_model)
            throw;
        m_begin_anew = true;
        m_keep_old = error_now.code() == ErrorCode::file_damaged || error_now.code() == ErrorCode::file_missing;
        opened.notes.emplace_back(error_now.what());
    }
    if (m_keep_old)
        opened.kept_copy = m_copy_name = name_for_damaged(m_file_name);
}

Journal::~Journal()
{
    {
        std::lock_guard const lock(m_mutex);
        m_stop = true;
    }
    m_wake.notify_all();
    m_thread.join();
    drop_compaction();
}

std::uint64_t Journal::append(std::vector<Change> changes)
{
    std::uint64_t sequence = 0;
    {
        std::lock_guard const lock(m_mutex);
        if (m_queue.empty())
            m_first_queued = std::chrono::steady_clock::now();
        sequence = ++m_last;
        m_queue.push_back({ sequence, std::move(changes) });
    }
    m_wake.notify_all();
    return sequence;
}

bool Journal::flush()
{
    std::unique_lock lock(m_mutex);
    std::uint64_t const wanted = m_last, tries = m_tries;
    ++m_hurry;
    m_wake.notify_all();
    m_written.wait(lock, [&] { return m_durable >= wanted || (m_handled >= wanted && m_tries > tries); });
    --m_hurry;
    return m_durable >= wanted;
}

std::uint64_t Journal::durable() const
{
    std::lock_guard const lock(m_mutex);
    return m_durable;
}

JournalStatus Journal::status() const
{
    std::lock_guard const lock(m_mutex);
    return m_status;
}

void Journal::run()
{
    std::unique_lock lock(m_mutex);
    auto retry_at = std::chrono::steady_clock::now() + m_options.retry;
    while (true) {
        auto const something = [&] { return !m_queue.empty() || m_stop || (m_hurry > 0 && !m_status.saving); };
        if (m_compaction) {
            // goes on at once
        } else if (m_status.saving) {
            m_wake.wait(lock, something);
        } else {
            m_wake.wait_until(lock, retry_at, something);
        }
        if (!m_queue.empty() && !m_compaction)
            m_wake.wait_until(lock, m_first_queued + m_options.collect, [&] { return m_stop || m_hurry > 0; });
        bool const last_time = m_stop && m_queue.empty();
        std::vector<Item> items = std::exchange(m_queue, {});
        bool const try_now
            = m_status.saving || last_time || m_hurry > 0 || std::chrono::steady_clock::now() >= retry_at;
        lock.unlock();

        absorb(std::move(items));
        if (try_now) {
            write();
            retry_at = std::chrono::steady_clock::now() + m_options.retry;
        }

        lock.lock();
        m_handled = m_absorbed;
        m_tries += try_now ? 1 : 0;
        m_written.notify_all();
        if (last_time)
            return;
    }
}

/// Keeps in memory what is to be written, with changes of the same thing as one.
void Journal::absorb(std::vector<Item> items)
{
    for (Item& item : items) {
        Effect effect;
        apply(m_replica, item.changes, effect);
        m_absorbed = item.sequence;
        if (m_begin_anew)
            continue;                      // the replica will be written, not what led to it
        bool const one_each = !m_waiting.empty() && item.changes.size() == 1 && m_waiting.back().changes.size() == 1;
        if (one_each) {
            Change& before = m_waiting.back().changes[0];
            std::size_t const memory_before = memory_of(before);
            if (combine(before, item.changes[0])) {
                m_waiting_memory += memory_of(before) - memory_before;
                m_waiting.back().sequence = item.sequence;
                continue;
            }
        }
        for (Change const& change : item.changes)
            m_waiting_memory += memory_of(change);
        m_waiting.push_back(std::move(item));
    }
    if (m_waiting_memory > m_options.waiting_limit && !status().saving)
        m_begin_anew = true;
    if (m_begin_anew) {
        m_waiting.clear();
        m_waiting_memory = 0;
    }
}

/// Brings everything absorbed to the disk, whichever way is open.
void Journal::write()
{
    JournalStatus status;
    try {
        std::error_code error;
        if (m_file && !fs::exists(m_file_name, error))     // its folder was taken away: what is written there is gone
            m_begin_anew = true;
        if (m_begin_anew || !write_waiting())
            write_anew();
        else if (m_compaction)
            step_compaction();
        else if (m_file->size() > m_compact_at)
            begin_compaction();
    } catch (std::exception const& failure) {
        if (m_begin_anew || !m_waiting.empty())
            status = { false, std::format("the session cannot be saved and goes on in memory: {}", failure.what()) };
        else                               // only the compaction failed: later, then
            m_compact_at = m_file->size() + m_options.compact_after;
        drop_compaction();
    }
    report(std::move(status));
}

/// False when the file takes no more.
bool Journal::write_waiting()
{
    if (m_waiting.empty())
        return true;
    std::vector<std::byte> bytes;
    for (Item const& item : m_waiting) {
        auto const record = journal_record(RecordKind::changes, item.sequence, to_bytes(item.changes));
        bytes.insert(bytes.end(), record.begin(), record.end());
    }
    try {
        m_file->append(bytes);
    } catch (Error const&) {
        return false;
    }
    m_begin_anew = true;                   // unless the disk says that it has it
    m_file->sync();
    m_begin_anew = false;
    if (m_compaction)
        m_compaction->behind.insert(m_compaction->behind.end(), bytes.begin(), bytes.end());
    m_waiting.clear();
    m_waiting_memory = 0;
    return true;
}

/// A new file may be smaller than the old one and then fit where that cannot grow.
void Journal::write_anew()
{
    drop_compaction();
    std::error_code error;
    auto const space = fs::space(m_file_name.parent_path(), error);
    if (!error && space.available < m_base_size)
        fail(ErrorCode::disk_full, "the disk takes no more; make room on it");
    begin_compaction();
    while (!step_compaction()) { }
}

void Journal::begin_compaction()
{
    std::error_code error;
    fs::create_directories(m_file_name.parent_path(), error);
    m_compaction.emplace(GrowingFile::create(m_new_name), m_absorbed, changes_that_make(m_replica, m_options.piece));
    m_compaction->file.append(journal_header());
}

/// Writes about a piece of pixels; true when the new file is whole and in the old one's place.
bool Journal::step_compaction()
{
    Compaction& now = *m_compaction;
    for (std::size_t memory = 0; now.next < now.base.size() && memory < m_options.piece; ++now.next) {
        std::span const one(&now.base[now.next], 1);
        memory += memory_of(one[0]);
        now.file.append(journal_record(RecordKind::base, now.sequence, to_bytes(one)));
    }
    if (now.next < now.base.size())
        return false;
    finish_compaction();
    return true;
}

void Journal::finish_compaction()
{
    Compaction& now = *m_compaction;
    now.file.append(journal_record(RecordKind::base_end, now.sequence, {}));
    std::uint64_t const base_size = now.file.size();
    now.file.append(now.behind);
    now.file.sync();
    if (m_keep_old)
        keep_copy(m_file_name, m_copy_name);
    replace_file(m_new_name, m_file_name);
    m_file = std::move(now.file);
    m_base_size = base_size;
    m_compact_at = base_size + std::max(m_options.compact_after, base_size);
    m_begin_anew = m_keep_old = false;
    m_waiting.clear();
    m_waiting_memory = 0;
    m_compaction.reset();
}

void Journal::drop_compaction()
{
    if (!m_compaction)
        return;
    m_compaction.reset();
    std::error_code ignored;
    fs::remove(m_new_name, ignored);
}

void Journal::report(JournalStatus status)
{
    bool changed = false;
    {
        std::lock_guard const lock(m_mutex);
        if (status.saving)
            m_durable = m_absorbed;
        changed = status != m_status;
        m_status = status;
    }
    if (changed && m_on_status)
        m_on_status(status);
}

}
