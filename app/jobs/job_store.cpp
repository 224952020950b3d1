// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/job_store.h"

#include "app/files/file.h"
#include "app/files/places.h"
#include "app/picture/picture.h"

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <format>
#include <limits>
#include <utility>

namespace igneous {

namespace fs = std::filesystem;

namespace {

// jobs.position orders the queued jobs, with wide gaps so that moving one changes one row; of ended jobs it is a number
// that falls with every job that ends, so that the last comes first. pictures.stage: 0 on its way from source to
// target, 1 there, 2 offered to the gallery.
constexpr std::string_view migrations[] = { R"(
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state INTEGER NOT NULL,
    position INTEGER NOT NULL,
    request TEXT NOT NULL,
    output TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    retries INTEGER NOT NULL DEFAULT 0,
    frugal INTEGER NOT NULL DEFAULT 0,
    f32 INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    message TEXT NOT NULL DEFAULT '',
    runner TEXT NOT NULL DEFAULT '',
    process INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL,
    started INTEGER NOT NULL DEFAULT 0,
    ended INTEGER NOT NULL DEFAULT 0,
    seconds REAL NOT NULL DEFAULT 0);
CREATE INDEX jobs_as_shown ON jobs (min(state, 2), position);
CREATE INDEX jobs_by_state ON jobs (state, position);
CREATE TABLE pictures (
    job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    source TEXT NOT NULL,
    target TEXT NOT NULL UNIQUE,
    stage INTEGER NOT NULL,
    runner TEXT NOT NULL,
    PRIMARY KEY (job, number));
CREATE INDEX pictures_not_offered ON pictures (stage) WHERE stage < 2;
CREATE TABLE paused (reason TEXT NOT NULL);
)",
    "ALTER TABLE jobs ADD COLUMN origin TEXT NOT NULL DEFAULT ''" };

constexpr std::string_view job_columns
    = "id, state, request, output, attempts, frugal, f32, error, message, process, created, "
      "started, ended, seconds, origin";
constexpr std::int64_t gap = 1ll << 32;

constexpr char const* init_file = "init.png";
constexpr char const* mask_file = "mask.png";

std::string attachment_file(std::string_view name) { return std::format("attached-{}.png", name); }

std::optional<ErrorCode> error_from(std::string_view name)
{
    for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code)
        if (error_name(static_cast<ErrorCode>(code)) == name)
            return static_cast<ErrorCode>(code);
    return std::nullopt;
}

}

std::string_view job_state_name(JobState state) { return job_state_names[static_cast<std::size_t>(state)]; }

std::optional<JobState> job_state_from(std::string_view name)
{
    auto const found = std::ranges::find(job_state_names, name);
    if (found == job_state_names.end())
        return std::nullopt;
    return static_cast<JobState>(found - job_state_names.begin());
}

std::int64_t JobStore::clock_on_the_wall()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

JobStore::JobStore(fs::path const& data_folder, Clock clock)
    : m_data_folder(data_folder)
    , m_clock(std::move(clock))
    , m_database(open_or_rescue(data_folder / "queue.db", migrations, m_rescue))
{
    changed();
}

fs::path JobStore::folder_of(JobId id) const { return m_data_folder / "jobs" / std::to_string(id); }

/// One that has no folder either: what a job left that a damaged database forgot is not given to another.
JobId JobStore::next_free_id()
{
    Statement last = m_database->prepare("SELECT max(coalesce((SELECT max(id) FROM jobs), 0), coalesce((SELECT seq "
                                         "FROM sqlite_sequence WHERE name = 'jobs'), 0))");
    last.step();
    JobId id = last.integer(0) + 1;
    std::error_code error;
    while (fs::exists(folder_of(id), error))
        ++id;
    return id;
}

JobId JobStore::add(NewJob const& job)
{
    std::map<std::string, std::vector<std::byte>> files;       // made before others have to wait
    if (job.request.init) {
        files[init_file] = encode_png(job.request.init->image);
        if (job.request.init->mask)
            files[mask_file] = encode_png(*job.request.init->mask);
    }
    for (auto const& [name, picture] : job.attachments)
        files[attachment_file(name)] = encode_png(picture);
    JobId id = 0;
    try {
        m_database->transaction([&] {
            id = next_free_id();
            m_database->run(
                "INSERT INTO jobs (id, state, position, request, output, created, origin) "
                "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                id, stored(JobState::queued), position(job.place, id), to_json(job.request), utf8_name(job.output),
                m_clock(), job.origin);
            if (files.empty())
                return;
            std::error_code error;
            fs::create_directories(folder_of(id), error);      // what is wrong with it, writing says
            for (auto const& [name, bytes] : files)
                write_file(folder_of(id) / name, bytes);
        });
    } catch (...) {
        std::error_code ignored;
        if (!files.empty() && id > 0)
            fs::remove_all(folder_of(id), ignored);
        throw;
    }
    return id;
}

GenerationRequest JobStore::request(JobId id)
{
    Statement row = m_database->prepare("SELECT request FROM jobs WHERE id = ?1");
    row.bind(id);
    if (!row.step())
        fail(ErrorCode::invalid_argument, "there is no job {}; see igneous queue list", id);
    GenerationRequest request = request_from_json(row.text(0));
    if (!request.init)
        return request;
    request.init->image = read_picture(folder_of(id) / init_file);
    std::error_code error;
    if (fs::exists(folder_of(id) / mask_file, error))
        request.init->mask = read_picture(folder_of(id) / mask_file);
    return request;
}

Job JobStore::read_job(Statement const& row)
{
    Job job;
    job.id = row.integer(0);
    auto const state = row.integer(1);     // of a rescued database it may be anything
    job.state = state >= 0 && state < std::ssize(job_state_names) ? static_cast<JobState>(state) : JobState::failed;
    job.output = path_from_utf8(row.text(3));
    job.attempts = static_cast<int>(row.integer(4));
    job.safety = { .frugal = row.integer(5) != 0, .f32 = row.integer(6) != 0 };
    job.error = error_from(row.text(7));
    job.message = row.text(8);
    job.process = row.integer(9);
    job.created = row.integer(10);
    job.started = row.integer(11);
    job.ended = row.integer(12);
    job.seconds = row.real(13);
    job.origin = row.text(14);
    try {
        job.request = request_from_json(row.text(2));
    } catch (Error const& error) {
        job.message += std::format("{}its request is damaged: {}", job.message.empty() ? "" : "; ", error.what());
    }
    Statement pictures = m_database->prepare(
        "SELECT number, seed, width, height, target FROM pictures WHERE job = ?1 AND stage > 0 ORDER BY number");
    pictures.bind(job.id);
    while (pictures.step())
        job.pictures.push_back({ static_cast<int>(pictures.integer(0)), static_cast<std::uint64_t>(pictures.integer(1)),
            static_cast<int>(pictures.integer(2)), static_cast<int>(pictures.integer(3)),
            path_from_utf8(pictures.text(4)) });
    return job;
}

Image JobStore::attachment(JobId id, std::string_view name)
{
    return read_picture(folder_of(id) / attachment_file(name));
}

std::vector<JobId> JobStore::with_origin()
{
    std::vector<JobId> found;
    Statement rows = m_database->prepare("SELECT id FROM jobs WHERE origin <> '' ORDER BY id");
    while (rows.step())
        found.push_back(rows.integer(0));
    return found;
}

void JobStore::set_origin(JobId id, std::string_view origin)
{
    m_database->run("UPDATE jobs SET origin = ?2 WHERE id = ?1", id, origin);
}

bool JobStore::forget(JobId id)
{
    bool forgotten = false;
    m_database->transaction([&] {
        forgotten = false;
        Statement row = m_database->prepare("SELECT 1 FROM jobs WHERE id = ?1 AND min(state, 2) = 2 "
                                            "AND id NOT IN (SELECT job FROM pictures WHERE stage = 0)");
        if (!row.bind(id).step())
            return;
        std::error_code ignored;
        fs::remove_all(folder_of(id), ignored);
        m_database->run("DELETE FROM jobs WHERE id = ?1", id);
        forgotten = true;
    });
    return forgotten;
}

std::vector<Job> JobStore::list(std::optional<JobState> state, std::int64_t limit, std::int64_t offset)
{
    Statement rows = m_database->prepare(state
            ? std::format("SELECT {} FROM jobs WHERE state = ?3 ORDER BY position, id LIMIT ?1 OFFSET ?2", job_columns)
            : std::format("SELECT {} FROM jobs ORDER BY min(state, 2), position, id LIMIT ?1 OFFSET ?2", job_columns));
    if (state)
        rows.bind(limit, offset, stored(*state));
    else
        rows.bind(limit, offset);
    std::vector<Job> jobs;
    while (rows.step())
        jobs.push_back(read_job(rows));
    return jobs;
}

std::optional<Job> JobStore::find(JobId id)
{
    Statement row = m_database->prepare(std::format("SELECT {} FROM jobs WHERE id = ?1", job_columns));
    row.bind(id);
    if (!row.step())
        return std::nullopt;
    return read_job(row);
}

std::int64_t JobStore::count(std::optional<JobState> state)
{
    Statement row
        = m_database->prepare(state ? "SELECT count(*) FROM jobs WHERE state = ?1" : "SELECT count(*) FROM jobs");
    if (state)
        row.bind(stored(*state));
    row.step();
    return row.integer(0);
}

std::vector<JobId> JobStore::ids(std::span<JobState const> states)
{
    std::vector<JobId> all;
    Statement rows = m_database->prepare("SELECT id FROM jobs WHERE state = ?1 ORDER BY position, id");
    for (JobState const state : states) {
        rows.bind(stored(state));
        while (rows.step())
            all.push_back(rows.integer(0));
    }
    return all;
}

std::vector<JobId> JobStore::ids()
{
    std::vector<JobId> all;
    Statement rows = m_database->prepare("SELECT id FROM jobs ORDER BY min(state, 2), position, id");
    while (rows.step())
        all.push_back(rows.integer(0));
    return all;
}

std::vector<JobId> JobStore::cancel(std::span<JobId const> ids)
{
    std::vector<JobId> cancelled;
    m_database->transaction([&] {
        cancelled.clear();
        Statement change
            = m_database->prepare("UPDATE jobs SET state = ?2, position = ?3, ended = ?4, error = '', runner = '', "
                                  "process = 0 WHERE id = ?1 AND state IN (?5, ?6)");
        std::int64_t position = position_of_ended();
        for (JobId const id : ids) {
            change
                .bind(id, stored(JobState::cancelled), position, m_clock(), stored(JobState::queued),
                    stored(JobState::running))
                .run();
            if (m_database->changes() == 0)
                continue;
            cancelled.push_back(id);
            --position;
        }
    });
    return cancelled;
}

std::vector<JobId> JobStore::retry(std::span<JobId const> ids)
{
    std::vector<JobId> queued;
    m_database->transaction([&] {
        queued.clear();
        Statement change = m_database->prepare("UPDATE jobs SET state = ?2, position = ?3, retries = 0, frugal = 0, "
                                               "f32 = 0, error = '', message = '', started = 0, "
                                               "ended = 0, seconds = 0 WHERE id = ?1 AND state IN (?4, ?5)");
        std::int64_t place = position({}, 0);
        for (JobId const id : ids) {
            change.bind(id, stored(JobState::queued), place, stored(JobState::failed), stored(JobState::cancelled))
                .run();
            if (m_database->changes() == 0)
                continue;
            queued.push_back(id);
            place += gap;
        }
    });
    return queued;
}

std::int64_t JobStore::clear(std::span<JobState const> states, std::int64_t before)
{
    std::int64_t cleared = 0;
    m_database->transaction([&] {
        cleared = 0;
        for (JobState const state : states) {
            require(state != JobState::queued && state != JobState::running,
                "clear: jobs that are {} are cancelled first", job_state_name(state));
            constexpr std::string_view cleared_jobs
                = "state = ?1 AND ended < ?2 AND id NOT IN (SELECT job FROM pictures WHERE stage = 0)";
            // Folders go first: killed on the way, a row without a folder is left, not a folder that nobody knows.
            Statement rows = m_database->prepare(std::format("SELECT id FROM jobs WHERE {}", cleared_jobs));
            rows.bind(stored(state), before);
            while (rows.step()) {
                std::error_code ignored;
                fs::remove_all(folder_of(rows.integer(0)), ignored);
            }
            m_database->run(std::format("DELETE FROM jobs WHERE {}", cleared_jobs), stored(state), before);
            cleared += m_database->changes();
        }
    });
    return cleared;
}

std::optional<std::int64_t> JobStore::edge(JobState state, std::string_view order)
{
    Statement row = m_database->prepare(
        std::format("SELECT position FROM jobs WHERE state = ?1 ORDER BY position {} LIMIT 1", order));
    row.bind(stored(state));
    return row.step() ? std::optional(row.integer(0)) : std::nullopt;
}

std::int64_t JobStore::position_of_ended()
{
    Statement row = m_database->prepare("SELECT position FROM jobs WHERE min(state, 2) = 2 ORDER BY position LIMIT 1");
    return row.step() ? row.integer(0) - 1 : 0;
}

/// Inside a transaction. `moved` does not count as a neighbour.
std::int64_t JobStore::position(QueuePlace const& place, JobId moved)
{
    using Kind = QueuePlace::Kind;
    if (place.kind == Kind::front || place.kind == Kind::back) {
        auto const at = edge(JobState::queued, place.kind == Kind::front ? "ASC" : "DESC");
        return at ? *at + (place.kind == Kind::front ? -gap : gap) : 0;
    }
    bool const before = place.kind == Kind::before;
    for (int tries = 0;; ++tries) {
        Statement other = m_database->prepare("SELECT position FROM jobs WHERE id = ?1 AND state = ?2");
        other.bind(place.other, stored(JobState::queued));
        if (!other.step())
            fail(ErrorCode::invalid_argument, "job {} is not in the queue; see igneous queue list", place.other);
        std::int64_t const at = other.integer(0);
        Statement beside = m_database->prepare(before ? "SELECT position FROM jobs WHERE state = ?1 AND position < ?2 "
                                                        "AND id <> ?3 ORDER BY position DESC LIMIT 1"
                                                      : "SELECT position FROM jobs WHERE state = ?1 AND position > ?2 "
                                                        "AND id <> ?3 ORDER BY position LIMIT 1");
        beside.bind(stored(JobState::queued), at, moved);
        if (!beside.step())
            return at + (before ? -gap : gap);
        std::int64_t const next = beside.integer(0);
        std::int64_t const middle = at + (next - at) / 2;
        if ((middle != at && middle != next) || tries > 0)
            return middle;
        // No room is left between the two: everything gets its gap back.
        m_database->run("UPDATE jobs SET position = spread.position FROM (SELECT id, row_number() OVER (ORDER BY "
                        "position, id) * ?2 "
                        "AS position FROM jobs WHERE state = ?1) AS spread WHERE jobs.id = spread.id",
            stored(JobState::queued), gap);
    }
}

bool JobStore::move(JobId id, QueuePlace place)
{
    bool moved = false;
    auto const queued = [&](JobId job) {
        Statement row = m_database->prepare("SELECT 1 FROM jobs WHERE id = ?1 AND state = ?2");
        row.bind(job, stored(JobState::queued));
        return row.step();
    };
    m_database->transaction([&] {
        bool const beside = place.kind == QueuePlace::Kind::before || place.kind == QueuePlace::Kind::after;
        if (!queued(id) || (beside && !queued(place.other)))
            return;
        moved = true;
        if (!beside || place.other != id)
            m_database->run("UPDATE jobs SET position = ?2 WHERE id = ?1", id, position(place, id));
    });
    return moved;
}

void JobStore::pause(RunningJob running, std::string_view reason)
{
    m_database->transaction([&] {
        m_database->run("DELETE FROM paused");
        m_database->run("INSERT INTO paused VALUES (?1)", reason);
        if (running == RunningJob::is_put_back)
            for (JobId const id : ids(std::array { JobState::running }))
                put_back(id, {});
    });
}

/// To the front of the queue. `runner`: only where it is the one that runs it.
bool JobStore::put_back(JobId id, std::string_view runner)
{
    bool changed = false;
    m_database->transaction([&] {
        m_database->run("UPDATE jobs SET state = ?2, position = ?3, runner = '', process = 0 "
                        "WHERE id = ?1 AND state = ?4 AND (?5 = '' OR runner = ?5)",
            id, stored(JobState::queued), position({ QueuePlace::Kind::front }, id), stored(JobState::running), runner);
        changed = m_database->changes() > 0;
    });
    return changed;
}

void JobStore::resume() { m_database->run("DELETE FROM paused"); }

bool JobStore::paused() { return m_database->prepare("SELECT 1 FROM paused").step(); }

std::string JobStore::pause_reason()
{
    Statement row = m_database->prepare("SELECT reason FROM paused");
    return row.step() ? row.text(0) : std::string();
}

bool JobStore::changed()
{
    bool const elsewhere = m_database->changed_elsewhere();
    std::int64_t const changes = sqlite3_total_changes(m_database->handle());
    return std::exchange(m_seen_changes, changes) != changes || elsewhere;
}

}
