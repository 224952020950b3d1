// SPDX-License-Identifier: Apache-2.0
#pragma once

// The queue as those who run jobs see it. A claim makes a job one runner's own; what the holder does with it counts
// only while nobody has taken it back (cancelled it, say), and when the holder's process ends, however it ends, the
// next one finishes what was begun: pictures come to their place, the job goes back to the front of the queue. There is
// no moment at which killing a process loses a picture or makes two of one.

#include "app/files/file_lock.h"
#include "app/jobs/job_store.h"

#include <chrono>

namespace igneous {

struct Claim {
    JobId job = 0;
    int attempt = 0;                       // counts from 1 over the job's life
    std::chrono::steady_clock::time_point since;
};

/// A picture in its place that the gallery has not seen.
struct NewPicture {
    JobId job = 0;
    JobPicture picture;
};

class JobClaims {
public:
    /// A runner of its own, whose jobs are taken back when this process dies. `store` must outlive it.
    explicit JobClaims(JobStore& store);
    /// What it still holds goes back to the front of the queue.
    ~JobClaims();
    JobClaims(JobClaims const&) = delete;

    /// The next job in the queue; nothing where none waits or the queue is paused.
    std::optional<Claim> claim_next();
    /// Whether the job is still this runner's to run.
    bool holds(Claim const& claim);

    /// An empty folder for this attempt to make pictures in. What earlier attempts left goes, but for finished
    /// pictures.
    std::filesystem::path begin_attempt(Claim const& claim);
    /// A finished picture goes from the attempt's folder to its place, under a name of its own. Nothing where the claim
    /// is lost or the picture was there from an earlier attempt. Throws, with the picture where it was, when there is
    /// no room: see place_kept().
    std::optional<JobPicture> keep_picture(Claim const& claim, JobPicture const& finished);
    /// Tries again to bring the pictures of this job to their place that could not come there; how many pictures of the
    /// job are in their place now.
    int place_kept(Claim const& claim);
    std::vector<NewPicture> not_offered();
    void mark_offered(NewPicture const& picture);

    // Each ends the claim; false where it was lost before.

    bool finish(Claim const& claim);
    bool fail(Claim const& claim, ErrorCode code, std::string_view message);
    /// To the front of the queue. Where the claim was lost, only what the attempt left is removed.
    bool put_back(Claim const& claim);
    /// All that this runner still holds, as its end does.
    void put_back_all();
    /// To the front of the queue, with safety measures for the next attempt and what happened so far in words. Once a
    /// job: retried() tells.
    bool try_again(Claim const& claim, SafetyMeasures const& safety, std::string_view message);
    bool retried(Claim const& claim);

    /// Does what dead runners owed. To be called now and then by whoever looks at a queue.
    static void recover(JobStore& store);
    /// Removes what nobody needs any more from the folders of jobs. Once, when a runner starts.
    void tidy();

private:
    static void place(JobStore& store, JobId job, int number);
    static void put_back_jobs_of(JobStore& store, std::string_view runner);
    bool end(Claim const& claim, JobState state, std::string_view error, std::optional<std::string_view> message);
    std::filesystem::path attempt_folder_of(Claim const& claim) const;
    Database& database() { return *m_store.m_database; }

    JobStore& m_store;
    std::string m_name;
    // The system gives it back when the process ends, however it ends: so others know who is dead, whatever clocks and
    // process numbers say.
    std::optional<FileLock> m_lock;
};

}
