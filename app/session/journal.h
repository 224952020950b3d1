// SPDX-License-Identifier: Apache-2.0
#pragma once

// The workspace on disk, always: every change goes to the end of a file that is read again at the next start. A thread
// of its own writes, so that nobody who paints or types ever waits.
//
// What is promised: a change is on the disk 200 ms after it was made (100 ms are collected, then written and synced; a
// disk that needs longer to sync takes that much longer), and outlasts a kill and a power cut from then on. What is
// restored is the workspace after some change, never half a change, with every change that flush() or durable()
// confirmed. When the disk takes nothing more the session goes on in memory and the journal tries again until there is
// room.

#include "app/files/growing_file.h"
#include "app/session/change.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace igneous {

struct JournalOptions {
    std::chrono::milliseconds collect { 100 };     // what happens in this time is written together
    std::chrono::milliseconds retry { 1000 };      // after a failure
    /// The file is begun anew when this was added to it, or as much as it began with if that is more.
    std::uint64_t compact_after = 64u << 20;
    /// Changes that wait for room on the disk keep at most this much memory; then only the workspace itself waits.
    std::size_t waiting_limit = 256u << 20;
    std::size_t piece = 8u << 20;                  // pixels in one record of what a file begins with
};

struct JournalStatus {
    bool saving = true;                            // false: what is done now would be lost with the program
    std::string problem;                           // why, for the user
    bool operator==(JournalStatus const&) const = default;
};

/// What was there at the start.
struct OpenedJournal {
    Workspace workspace;
    std::uint64_t sequence = 0;
    std::filesystem::path kept_copy;               // of a damaged journal; empty where nothing was lost
    std::vector<std::string> notes;                // for the user, a sentence each
};

class Journal {
public:
    /// Reads `file`, or begins it, and goes on with it; only one process may (app/session/session_folder.h sees to
    /// that). Throws unsupported_model for the journal of a newer version. `on_status` is called from the writing
    /// thread.
    Journal(std::filesystem::path file, OpenedJournal& opened, JournalOptions options = {},
        std::function<void(JournalStatus const&)> on_status = {});
    /// Writes what is left.
    ~Journal();
    Journal(Journal const&) = delete;
    Journal& operator=(Journal const&) = delete;

    /// To be called for all that was applied to the workspace, in that order. Returns at once with the change's number.
    std::uint64_t append(std::vector<Change> changes);
    /// Waits until everything appended is on the disk; false when it could not be.
    bool flush();
    /// The number of the last change that is on the disk.
    std::uint64_t durable() const;
    JournalStatus status() const;

private:
    struct Item {
        std::uint64_t sequence;
        std::vector<Change> changes;
    };
    /// A new file that is being written while the old one still grows.
    struct Compaction {
        GrowingFile file;
        std::uint64_t sequence;
        std::vector<Change> base;
        std::size_t next = 0;
        std::vector<std::byte> behind;             // records that the old file got in the meantime
    };
    void read(OpenedJournal& opened);
    void run();
    void absorb(std::vector<Item> items);
    void write();
    bool write_waiting();
    void write_anew();
    void begin_compaction();
    bool step_compaction();
    void drop_compaction();
    void finish_compaction();
    void report(JournalStatus status);

    std::filesystem::path const m_file_name, m_new_name;
    JournalOptions const m_options;
    std::function<void(JournalStatus const&)> const m_on_status;

    // Shared.
    mutable std::mutex m_mutex;
    std::condition_variable m_wake, m_written;
    std::vector<Item> m_queue;
    std::chrono::steady_clock::time_point m_first_queued;
    std::uint64_t m_last = 0, m_handled = 0, m_durable = 0, m_tries = 0;
    int m_hurry = 0;                               // how many wait in flush()
    bool m_stop = false;
    JournalStatus m_status;

    // The writing thread's own.
    Workspace m_replica;                           // the workspace after all that was absorbed
    std::uint64_t m_absorbed = 0;
    std::optional<GrowingFile> m_file;
    std::uint64_t m_base_size = 0;
    std::vector<Item> m_waiting;                   // not yet in the file
    std::size_t m_waiting_memory = 0;
    bool m_begin_anew = false;                     // the file is not what it should be: only a new one will do
    bool m_keep_old = false;                       // it is damaged: a copy is kept
    std::filesystem::path m_copy_name;
    std::uint64_t m_compact_at = 0;
    std::optional<Compaction> m_compaction;

    std::thread m_thread;
};

}
