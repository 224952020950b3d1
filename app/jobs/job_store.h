// SPDX-License-Identifier: Apache-2.0
#pragma once

// The queue as its user sees it: jobs in the order in which they will run, and those that have run. Everything lies in
// queue.db and the folder jobs of the data folder; a change is there, whole, when its function returns, and several
// processes may change the same queue at once. Nothing here runs a job: JobClaims does. A JobStore belongs to one
// thread.

#include "app/database/database.h"
#include "app/jobs/job.h"

#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <span>

namespace igneous {

/// Where a job goes in the queue.
struct QueuePlace {
    enum class Kind : std::uint8_t { front, back, before, after } kind = Kind::back;
    JobId other = 0;                       // a queued job, for before and after
};

struct NewJob {
    GenerationRequest request;
    QueuePlace place;
    std::filesystem::path output;          // folder for the pictures; empty: pictures/YYYY-MM-DD of the data folder
    /// What whoever asked for the job wants to know again when its pictures are there: nothing to the queue.
    std::string origin {};
    std::map<std::string, Image> attachments {};   // pictures that belong to the origin, by a short name
};

/// What happens to a job that runs when the queue is paused.
enum class RunningJob : std::uint8_t { finishes, is_put_back };

class JobStore {
public:
    /// Milliseconds since 1970.
    using Clock = std::function<std::int64_t()>;
    static std::int64_t clock_on_the_wall();

    /// Opens the queue of a data folder, which need not exist yet. See rescue() for a damaged one.
    explicit JobStore(std::filesystem::path const& data_folder, Clock clock = clock_on_the_wall);

    /// What happened to a database that was damaged; the user is to be told.
    Rescue const& rescue() const { return m_rescue; }

    /// Keeps the job with its pictures. Throws disk_full, and then nothing was added.
    JobId add(NewJob const& job);

    /// A window of the queue: what runs, what waits in its order, then what ended last.
    std::vector<Job> list(std::optional<JobState> state, std::int64_t limit, std::int64_t offset = 0);
    /// All jobs in that order.
    std::vector<JobId> ids();
    std::optional<Job> find(JobId id);
    /// The request with its init image and mask. Throws file_missing or file_damaged where they are not what they were.
    GenerationRequest request(JobId id);
    std::int64_t count(std::optional<JobState> state = std::nullopt);
    /// A picture that was attached to a new job. Throws file_missing or file_damaged.
    Image attachment(JobId id, std::string_view name);
    /// Jobs whose origin is not empty, in the order in which they were added.
    std::vector<JobId> with_origin();
    void set_origin(JobId id, std::string_view origin);
    /// Removes one ended job as clear() does; false where it has not ended.
    bool forget(JobId id);

    // The following change the jobs of those states that allow it and say which they were.

    /// Queued and running jobs. A running one counts as cancelled at once; its runner notices and stops the engine.
    std::vector<JobId> cancel(std::span<JobId const> ids);
    /// Failed and cancelled jobs go to the end of the queue, as if they had never run. Pictures they have they keep.
    std::vector<JobId> retry(std::span<JobId const> ids);
    /// Every job in these states.
    std::vector<JobId> ids(std::span<JobState const> states);
    /// Removes ended jobs with what lies in their folders, not their pictures; how many there were. Jobs that failed
    /// with finished pictures still in their folder stay: retry() brings those to their place. `before`: only those that
    /// ended earlier, in ms since 1970.
    std::int64_t clear(
        std::span<JobState const> states, std::int64_t before = std::numeric_limits<std::int64_t>::max());
    /// Whether it was done: false where the job, or the one it should go beside, is not queued.
    bool move(JobId id, QueuePlace place);

    /// The queued jobs in this order; those that are not in it come behind, those that are not queued are left alone.
    void arrange(std::span<JobId const> order);
    /// As clear(), but they can come back with bring_back() for as long as this store lives; `pile` tells one such call
    /// from the others.
    std::int64_t set_aside(std::span<JobState const> states, std::int64_t pile);
    void bring_back(std::int64_t pile);

    /// No job begins until resume(), in any process. `reason`: for the user, where it was not the user.
    void pause(RunningJob running = RunningJob::finishes, std::string_view reason = {});
    void resume();
    bool paused();
    std::string pause_reason();

    /// Whether anything changed since the last call, by whomever: cheap, for polling.
    bool changed();

    std::filesystem::path const& data_folder() const { return m_data_folder; }
    /// Where a job keeps its init image and mask, and where its pictures are made. Need not exist.
    std::filesystem::path folder_of(JobId id) const;

private:
    friend class JobClaims;

    JobId next_free_id();
    std::int64_t position(QueuePlace const& place, JobId moved);
    std::optional<std::int64_t> edge(JobState state, std::string_view order);
    std::int64_t position_of_ended();
    Job read_job(Statement const& row);
    bool put_back(JobId id, std::string_view runner);

    std::filesystem::path m_data_folder;
    Clock m_clock;
    Rescue m_rescue;
    std::unique_ptr<Database> m_database;
    std::int64_t m_seen_changes = 0;
};

}
