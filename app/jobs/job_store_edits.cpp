// SPDX-License-Identifier: Apache-2.0
// Edits of the whole queue that can be taken back.
#include "app/jobs/job_store.h"

#include <array>
#include <format>
#include <unordered_set>

namespace igneous {

void JobStore::arrange(std::span<JobId const> order)
{
    constexpr std::int64_t gap = 1ll << 32;          // as add() leaves it
    m_database->transaction([&] {
        auto const queued = ids(std::array { JobState::queued });
        std::unordered_set<JobId> rest(queued.begin(), queued.end());
        Statement place = m_database->prepare("UPDATE jobs SET position = ?2 WHERE id = ?1");
        std::int64_t position = 0;
        for (JobId const id : order)
            if (rest.erase(id) > 0)
                place.bind(id, position += gap).run();
        for (JobId const id : queued)
            if (rest.contains(id))
                place.bind(id, position += gap).run();
    });
}

// The rows wait in tables of this connection. Their folders stay; what is left of them when the program ends, the next
// start sweeps away with all folders that no job has.
std::int64_t JobStore::set_aside(std::span<JobState const> states, std::int64_t pile)
{
    std::int64_t count = 0;
    m_database->transaction([&] {
        count = 0;
        m_database->run("CREATE TEMP TABLE IF NOT EXISTS aside_jobs AS SELECT 0 AS pile, * FROM jobs WHERE FALSE;"
                        "CREATE TEMP TABLE IF NOT EXISTS aside_pictures AS SELECT 0 AS pile, * FROM pictures WHERE FALSE");
        constexpr std::string_view which = "state = ?2 AND id NOT IN (SELECT job FROM pictures WHERE stage = 0)";
        for (JobState const state : states) {
            require(state != JobState::queued && state != JobState::running,
                "set_aside: jobs that are {} are cancelled first", job_state_name(state));
            m_database->run(std::format("INSERT INTO aside_pictures SELECT ?1, * FROM pictures WHERE job IN "
                                        "(SELECT id FROM jobs WHERE {})",
                                which),
                pile, stored(state));
            m_database->run(
                std::format("INSERT INTO aside_jobs SELECT ?1, * FROM jobs WHERE {}", which), pile, stored(state));
            m_database->run("DELETE FROM jobs WHERE state = ?2 AND id IN (SELECT id FROM aside_jobs WHERE pile = ?1)",
                pile, stored(state));
            count += m_database->changes();
        }
    });
    return count;
}

void JobStore::bring_back(std::int64_t pile)
{
    auto const columns = [&](std::string_view table) {
        Statement row
            = m_database->prepare(std::format("SELECT group_concat(name) FROM pragma_table_info('{}')", table));
        row.step();
        return row.text(0);
    };
    m_database->transaction([&] {
        for (std::string_view const table : { "jobs", "pictures" }) {
            m_database->run(std::format("INSERT OR IGNORE INTO {0} SELECT {1} FROM aside_{0} WHERE pile = ?1", table,
                                columns(table)),
                pile);
            m_database->run(std::format("DELETE FROM aside_{} WHERE pile = ?1", table), pile);
        }
    });
}

}
