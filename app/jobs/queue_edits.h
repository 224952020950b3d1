// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a user does to the queue, each with the way back. Both functions are called on the store's thread, in turns.

#include "app/jobs/job_store.h"

namespace igneous {

struct QueueEdit {
    std::string name;                      // for the history
    std::function<void(JobStore&)> run, revert;
};

/// In their order, before a job that waits; 0: behind all.
QueueEdit move_jobs(std::vector<JobId> jobs, JobId before);
QueueEdit move_jobs_to_front(std::vector<JobId> jobs);
/// One place up (-1) or down (+1) each.
QueueEdit shift_jobs(std::vector<JobId> jobs, int by);
/// Taken back, they wait again where they waited.
QueueEdit cancel_jobs(std::vector<JobId> jobs);
/// Taken back, those that have not been made yet are cancelled.
QueueEdit retry_jobs(std::vector<JobId> jobs);
/// Everything that has ended; its pictures stay.
QueueEdit clear_ended();

}
