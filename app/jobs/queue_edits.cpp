// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/queue_edits.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <format>
#include <memory>
#include <unordered_set>

namespace igneous {

namespace {

using Jobs = std::vector<JobId>;

std::string counted(std::string_view doing, std::size_t jobs)
{
    return jobs == 1 ? std::format("{} job", doing) : std::format("{} {} jobs", doing, jobs);
}

Jobs queued(JobStore& store) { return store.ids(std::array { JobState::queued }); }

/// `arranged` gets the order that there is and gives the one that is wanted.
QueueEdit rearrange(std::string name, std::function<Jobs(Jobs const&)> arranged)
{
    auto before = std::make_shared<Jobs>();
    return { std::move(name),
        [before, arranged = std::move(arranged)](JobStore& store) {
            *before = queued(store);
            store.arrange(arranged(*before));
        },
        [before](JobStore& store) { store.arrange(*before); } };
}

}

QueueEdit move_jobs(Jobs jobs, JobId before)
{
    std::string name = counted("Move", jobs.size());
    return rearrange(std::move(name), [jobs = std::move(jobs), before](Jobs const& now) {
        std::unordered_set<JobId> const moved(jobs.begin(), jobs.end());
        Jobs order;
        auto const put = [&] { order.insert(order.end(), jobs.begin(), jobs.end()); };
        for (JobId const id : now) {
            if (id == before)
                put();
            if (!moved.contains(id))
                order.push_back(id);
        }
        if (std::ranges::find(now, before) == now.end())
            put();
        return order;
    });
}

QueueEdit move_jobs_to_front(Jobs jobs)
{
    std::string name = counted("Move", jobs.size()) + " to the front";
    return rearrange(std::move(name), [jobs = std::move(jobs)](Jobs const&) { return jobs; });
}

QueueEdit shift_jobs(Jobs jobs, int by)
{
    std::string name = counted("Move", jobs.size());
    return rearrange(std::move(name), [jobs = std::move(jobs), by](Jobs order) {
        std::unordered_set<JobId> const moved(jobs.begin(), jobs.end());
        if (by > 0)
            std::ranges::reverse(order);
        for (std::size_t i = 1; i < order.size(); ++i)
            if (moved.contains(order[i]) && !moved.contains(order[i - 1]))
                std::swap(order[i], order[i - 1]);
        if (by > 0)
            std::ranges::reverse(order);
        return order;
    });
}

QueueEdit cancel_jobs(Jobs jobs)
{
    struct Before {
        Jobs order, cancelled;
    };
    auto before = std::make_shared<Before>();
    std::string name = counted("Cancel", jobs.size());
    return { std::move(name),
        [before, jobs = std::move(jobs)](JobStore& store) {
            before->order = store.ids(std::array { JobState::running, JobState::queued });
            before->cancelled = store.cancel(jobs);
        },
        [before](JobStore& store) {
            store.retry(before->cancelled);
            store.arrange(before->order);
        } };
}

QueueEdit retry_jobs(Jobs jobs)
{
    auto retried = std::make_shared<Jobs>();
    std::string name = counted("Try again:", jobs.size());
    return { std::move(name), [retried, jobs = std::move(jobs)](JobStore& store) { *retried = store.retry(jobs); },
        [retried](JobStore& store) { store.cancel(*retried); } };
}

QueueEdit clear_ended()
{
    static std::atomic<std::int64_t> piles = 0;
    std::int64_t const pile = ++piles;
    return { "Clear ended jobs",
        [pile](JobStore& store) {
            store.set_aside(std::array { JobState::done, JobState::failed, JobState::cancelled }, pile);
        },
        [pile](JobStore& store) { store.bring_back(pile); } };
}

}
