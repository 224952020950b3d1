// SPDX-License-Identifier: Apache-2.0
#pragma once

// A thread that does one task after the other, in order.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace igneous {

class TaskThread {
public:
    static constexpr std::size_t most_waiting = 64;

    TaskThread();
    ~TaskThread();                         // waits for the running task; the others are dropped
    /// False when too many wait already.
    bool add(std::function<void()> task);
    /// No further task begins; whether the running one ended within that time.
    bool stop(std::chrono::milliseconds limit);

private:
    void work(std::unique_lock<std::mutex> lock);

    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<std::function<void()>> m_tasks;
    bool m_stopping = false, m_done = false;
    std::jthread m_thread;                 // last: it uses the others
};

}
