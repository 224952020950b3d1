// SPDX-License-Identifier: Apache-2.0
#include "app/worker/task_thread.h"

namespace igneous {

TaskThread::TaskThread()
    : m_thread([this] { work(std::unique_lock(m_mutex)); })
{
}

TaskThread::~TaskThread()
{
    std::lock_guard const lock(m_mutex);
    m_stopping = true;
    m_changed.notify_all();
}

bool TaskThread::add(std::function<void()> task)
{
    std::lock_guard const lock(m_mutex);
    if (m_tasks.size() >= most_waiting)
        return false;
    m_tasks.push_back(std::move(task));
    m_changed.notify_all();
    return true;
}

bool TaskThread::stop(std::chrono::milliseconds limit)
{
    std::unique_lock lock(m_mutex);
    m_stopping = true;
    m_changed.notify_all();
    return m_changed.wait_for(lock, limit, [&] { return m_done; });
}

void TaskThread::work(std::unique_lock<std::mutex> lock)
{
    while (true) {
        m_changed.wait(lock, [&] { return m_stopping || !m_tasks.empty(); });
        if (m_stopping)
            break;
        auto task = std::move(m_tasks.front());
        m_tasks.pop_front();
        lock.unlock();
        task();
        task = nullptr;                    // what it holds goes before the next begins
        lock.lock();
    }
    m_done = true;
    m_changed.notify_all();
}

}
