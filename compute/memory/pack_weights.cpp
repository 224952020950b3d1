// SPDX-License-Identifier: Apache-2.0
#include "compute/memory/pack_weights.h"

#include "compute/memory/device_memory.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace igneous {

namespace {

constexpr std::uint64_t most_host_bytes = 512ull << 20;

/// Lets threads take host memory as long as together they stay below a limit; one alone may exceed it.
class HostBudget {
public:
    void take(std::uint64_t bytes)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return m_taken == 0 || m_taken + bytes <= most_host_bytes; });
        m_taken += bytes;
    }
    void give(std::uint64_t bytes)
    {
        std::lock_guard const lock(m_mutex);
        m_taken -= bytes;
        m_changed.notify_all();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::uint64_t m_taken = 0;
};

class PackRun {
public:
    PackRun(Device& device, std::span<PackJob const> jobs)
        : m_device(device)
        , m_jobs(jobs)
    {
    }

    void work()
    {
        for (std::size_t i = m_next++; i < m_jobs.size(); i = m_next++) {
            try {
                run(m_jobs[i]);
            } catch (...) {
                std::lock_guard const lock(m_mutex);
                m_error = m_error ? m_error : std::current_exception();
                m_next = m_jobs.size();
            }
        }
    }
    void rethrow() const
    {
        if (m_error)
            std::rethrow_exception(m_error);
    }

private:
    void run(PackJob const& job)
    {
        Packer const& packer = find_packer(job.packing.name);
        DeviceBuffer const& target = device_buffer(*job.target);
        Block const& block = target.block();
        // Packers write here and there; memory that the host does not cache wants to be written in order.
        if (block.mapped && block.properties & VK_MEMORY_PROPERTY_HOST_CACHED_BIT) {
            packer.pack(*job.source, job.packing, { block.mapped + job.offset, job.bytes });
            target.core().flush(block, job.offset, job.bytes);
            return;
        }
        m_budget.take(job.bytes);
        try {
            std::vector<std::byte> packed(job.bytes);
            packer.pack(*job.source, job.packing, packed);
            m_device.update(*job.target, job.offset, packed);
        } catch (...) {
            m_budget.give(job.bytes);
            throw;
        }
        m_budget.give(job.bytes);
    }

    Device& m_device;
    std::span<PackJob const> m_jobs;
    std::atomic<std::size_t> m_next = 0;
    HostBudget m_budget;
    std::mutex m_mutex;
    std::exception_ptr m_error;
};

}

void pack_weights(Device& device, std::span<PackJob const> jobs)
{
    PackRun run(device, jobs);
    {
        std::vector<std::jthread> threads;
        std::size_t const count = std::min<std::size_t>(jobs.size(), std::max(1u, std::thread::hardware_concurrency()));
        for (std::size_t i = 1; i < count; ++i)
            threads.emplace_back([&] { run.work(); });
        run.work();
    }
    run.rethrow();
}

}
