// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/job_claims.h"

#include "app/files/file.h"
#include "app/files/picture_names.h"
#include "app/files/places.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <format>
#include <limits>
#include <random>

#ifdef _WIN32
#include <process.h>
#define getpid _getpid
#else
#include <unistd.h>
#endif

namespace igneous {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t largest_picture_file = 4ull << 30;

/// A name that no other runner has or had.
std::string new_runner_name()
{
    std::random_device device;
    return std::format("{:08x}{:08x}{:08x}", device(), device(), device());
}

fs::path locks_folder(JobStore const& store) { return store.data_folder() / "runners"; }

fs::path lock_file(JobStore const& store, std::string const& runner)
{
    return locks_folder(store) / path_from_utf8(runner + ".lock");
}

/// "2026-11-21"
std::string local_date(std::int64_t milliseconds)
{
    std::time_t const seconds = milliseconds / 1000;
    std::tm parts {};
#ifdef _WIN32
    localtime_s(&parts, &seconds);
#else
    localtime_r(&seconds, &parts);
#endif
    return std::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

bool same_file(fs::path const& a, fs::path const& b)
{
    std::error_code error;
    if (fs::equivalent(a, b, error))
        return true;
    if (fs::file_size(a, error) != fs::file_size(b, error) || error)
        return false;
    return read_file(a, largest_picture_file) == read_file(b, largest_picture_file);
}

void make_folder(fs::path const& folder)
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        fail(error == std::errc::no_space_on_device ? ErrorCode::disk_full : ErrorCode::invalid_argument,
            "the folder {} cannot be made: {}; make it, or choose another for the pictures", utf8_name(folder),
            error.message());
}

constexpr std::string_view attempt_folder = "attempt-";

/// The number of "attempt-3"; 0 for other names.
int attempt_number(fs::path const& path)
{
    std::string const name = utf8_name(path.filename());
    int number = 0;
    if (name.starts_with(attempt_folder))
        std::from_chars(name.data() + attempt_folder.size(), name.data() + name.size(), number);
    return number;
}

/// None where the folder is not there.
std::vector<fs::path> entries_of(fs::path const& folder)
{
    std::vector<fs::path> entries;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        entries.push_back(entry->path());
    return entries;
}

bool holds_pictures_on_their_way(Database& database, JobId job, int attempt)
{
    Statement row = database.prepare("SELECT 1 FROM pictures WHERE job = ?1 AND stage = 0 AND source LIKE ?2");
    row.bind(job, std::format("{}{}/%", attempt_folder, attempt));
    return row.step();
}

/// Removes what the attempts up to this one left, but for finished pictures that still have to come to their place.
void remove_attempts(Database& database, fs::path const& folder, JobId job, int last)
{
    std::error_code ignored;
    for (fs::path const& entry : entries_of(folder)) {
        int const number = attempt_number(entry);
        if (number > 0 && number <= last && !holds_pictures_on_their_way(database, job, number))
            fs::remove_all(entry, ignored);
    }
    fs::remove(folder, ignored);           // unless it keeps something
}

/// The first name in the folder that neither a file has nor a picture will have.
fs::path free_name(Database& database, fs::path const& folder, std::string_view name, std::uint64_t seed)
{
    Statement promised = database.prepare("SELECT 1 FROM pictures WHERE target = ?1");
    for (int attempt = 0;; ++attempt) {
        fs::path target = folder / path_from_utf8(picture_name(name, seed, attempt));
        std::error_code error;
        if (!fs::exists(fs::symlink_status(target, error)) && !promised.bind(utf8_name(target)).step())
            return target;
    }
}

int count_placed(Database& database, JobId job)
{
    Statement row = database.prepare("SELECT count(*) FROM pictures WHERE job = ?1 AND stage > 0");
    row.bind(job);
    row.step();
    return static_cast<int>(row.integer(0));
}

struct WaitingPicture {
    fs::path source, target;               // source: in the job's folder
    std::uint64_t seed = 0;
};

// A statement that has rows left keeps the connection from writing after another process did: so this one ends here.
std::optional<WaitingPicture> waiting_picture(Database& database, JobId job, int number)
{
    Statement row
        = database.prepare("SELECT source, target, seed FROM pictures WHERE job = ?1 AND number = ?2 AND stage = 0");
    row.bind(job, number);
    if (!row.step())
        return std::nullopt;
    return WaitingPicture { path_from_utf8(row.text(0)), path_from_utf8(row.text(1)),
        static_cast<std::uint64_t>(row.integer(2)) };
}

std::string prompt_slug(Database& database, JobId job)
{
    Statement row = database.prepare("SELECT request FROM jobs WHERE id = ?1");
    row.bind(job);
    return row.step() ? slug(request_from_json(row.text(0)).prompt) : std::string();
}

}

JobClaims::JobClaims(JobStore& store)
    : m_store(store)
    , m_name(new_runner_name())
{
    make_folder(locks_folder(store));
    // Inside a transaction, and so is tidy(), which would remove the file before it is locked.
    database().transaction([&] { m_lock = FileLock::take(lock_file(store, m_name)); });
}

JobClaims::~JobClaims()
{
    try {
        put_back_all();
    } catch (Error const&) {               // the lock goes in any case: recover() does it then
    }
    m_lock.reset();
    std::error_code ignored;
    fs::remove(lock_file(m_store, m_name), ignored);
}

std::optional<Claim> JobClaims::claim_next()
{
    if (!m_store.edge(JobState::queued, "ASC") || m_store.paused())
        return std::nullopt;               // without keeping others from writing
    std::optional<Claim> claim;
    database().transaction([&] {
        claim.reset();
        if (m_store.paused())
            return;
        Statement next
            = database().prepare("SELECT id, attempts FROM jobs WHERE state = ?1 ORDER BY position, id LIMIT 1");
        next.bind(stored(JobState::queued));
        if (!next.step())
            return;
        claim = Claim { next.integer(0), static_cast<int>(next.integer(1)) + 1, std::chrono::steady_clock::now() };
        database().run(
            "UPDATE jobs SET state = ?2, runner = ?3, process = ?4, attempts = ?5, started = ?6 WHERE id = ?1",
            claim->job, stored(JobState::running), m_name, getpid(), claim->attempt, m_store.m_clock());
    });
    return claim;
}

bool JobClaims::holds(Claim const& claim)
{
    Statement row
        = database().prepare("SELECT 1 FROM jobs WHERE id = ?1 AND state = ?2 AND runner = ?3 AND attempts = ?4");
    row.bind(claim.job, stored(JobState::running), m_name, claim.attempt);
    return row.step();
}

fs::path JobClaims::attempt_folder_of(Claim const& claim) const
{
    return m_store.folder_of(claim.job) / std::format("{}{}", attempt_folder, claim.attempt);
}

fs::path JobClaims::begin_attempt(Claim const& claim)
{
    remove_attempts(database(), m_store.folder_of(claim.job), claim.job, claim.attempt - 1);
    fs::path folder = attempt_folder_of(claim);
    make_folder(folder);
    return folder;
}

std::optional<JobPicture> JobClaims::keep_picture(Claim const& claim, JobPicture const& finished)
{
    fs::path const file = attempt_folder_of(claim) / finished.path.filename();   // wherever an engine says it is
    bool wanted = false;
    database().transaction([&] {
        Statement known = database().prepare("SELECT 1 FROM pictures WHERE job = ?1 AND number = ?2");
        wanted = holds(claim) && !known.bind(claim.job, finished.index).step();
        if (!wanted)
            return;
        if (!fs::is_regular_file(fs::symlink_status(file)))
            igneous::fail(ErrorCode::file_damaged,
                "{}: the engine names this picture but it is not there; run the job again", utf8_name(file));
        Statement job = database().prepare("SELECT output FROM jobs WHERE id = ?1");
        job.bind(claim.job).step();
        fs::path folder = path_from_utf8(job.text(0));
        if (folder.empty())
            folder = m_store.data_folder() / "pictures" / local_date(m_store.m_clock());
        // The name is kept before the file has it, so that whoever comes after a kill knows whose it is.
        fs::path const target
            = free_name(database(), fs::absolute(folder), prompt_slug(database(), claim.job), finished.seed);
        database().run("INSERT INTO pictures (job, number, seed, width, height, source, target, stage, runner) "
                       "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8)",
            claim.job, finished.index, finished.seed, finished.width, finished.height,
            utf8_name(file.lexically_relative(m_store.folder_of(claim.job))), utf8_name(target), m_name);
    });
    if (!wanted) {
        std::error_code ignored;
        fs::remove(file, ignored);
        return std::nullopt;
    }
    try {
        place(m_store, claim.job, finished.index);
    } catch (Error const&) {               // it stays where it is, until the job is tried again
        database().run("UPDATE pictures SET runner = '' WHERE job = ?1 AND number = ?2", claim.job, finished.index);
        throw;
    }
    Statement row = database().prepare("SELECT target FROM pictures WHERE job = ?1 AND number = ?2");
    row.bind(claim.job, finished.index);
    if (!row.step())
        return std::nullopt;
    JobPicture placed = finished;
    placed.path = path_from_utf8(row.text(0));
    return placed;
}

/// Whatever happened before: killed at any line of this, calling it again ends with the one picture in its place.
void JobClaims::place(JobStore& store, JobId job, int number)
{
    Database& database = *store.m_database;
    while (auto const waiting = waiting_picture(database, job, number)) {
        fs::path const source = store.folder_of(job) / waiting->source;
        std::error_code error;
        bool placed = false;
        if (!fs::exists(source, error)) {
            if (!fs::exists(waiting->target, error)) {         // somebody took it away: to be made again
                database.run("DELETE FROM pictures WHERE job = ?1 AND number = ?2", job, number);
                return;
            }
            placed = true;
        } else {
            make_folder(waiting->target.parent_path());
            placed = move_file(source, waiting->target);
            if (!placed
                && same_file(source, waiting->target)) {   // killed between its new name and the end of the old one
                fs::remove(source, error);
                placed = true;
            }
        }
        if (placed) {
            database.run("UPDATE pictures SET stage = 1 WHERE job = ?1 AND number = ?2", job, number);
            return;
        }
        database.transaction([&] {         // somebody else took the name in the meantime
            fs::path const other
                = free_name(database, waiting->target.parent_path(), prompt_slug(database, job), waiting->seed);
            database.run(
                "UPDATE pictures SET target = ?3 WHERE job = ?1 AND number = ?2", job, number, utf8_name(other));
        });
    }
}

int JobClaims::place_kept(Claim const& claim)
{
    Statement waiting = database().prepare("SELECT number FROM pictures WHERE job = ?1 AND stage = 0");
    std::vector<int> numbers;
    waiting.bind(claim.job);
    while (waiting.step())
        numbers.push_back(static_cast<int>(waiting.integer(0)));
    for (int const number : numbers)
        place(m_store, claim.job, number);
    return count_placed(database(), claim.job);
}

std::vector<NewPicture> JobClaims::not_offered()
{
    std::vector<NewPicture> all;
    Statement rows
        = database().prepare("SELECT job, number, seed, width, height, target FROM pictures WHERE stage = 1");
    while (rows.step())
        all.push_back({ rows.integer(0),
            { static_cast<int>(rows.integer(1)), static_cast<std::uint64_t>(rows.integer(2)),
                static_cast<int>(rows.integer(3)), static_cast<int>(rows.integer(4)), path_from_utf8(rows.text(5)) } });
    return all;
}

void JobClaims::mark_offered(NewPicture const& picture)
{
    database().run("UPDATE pictures SET stage = 2 WHERE job = ?1 AND number = ?2 AND stage = 1", picture.job,
        picture.picture.index);
}

bool JobClaims::end(Claim const& claim, JobState state, std::string_view error, std::optional<std::string_view> message)
{
    double const seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - claim.since).count();
    bool ended = false;
    database().transaction([&] {
        database().run("UPDATE jobs SET state = ?5, position = ?6, ended = ?7, seconds = ?8, error = ?9, message = "
                       "coalesce(?10, message), "
                       "runner = '', process = 0 WHERE id = ?1 AND state = ?2 AND runner = ?3 AND attempts = ?4",
            claim.job, stored(JobState::running), m_name, claim.attempt, stored(state), m_store.position_of_ended(),
            m_store.m_clock(), seconds, error, message);
        ended = database().changes() > 0;
    });
    remove_attempts(database(), m_store.folder_of(claim.job), claim.job, claim.attempt);
    return ended;
}

bool JobClaims::finish(Claim const& claim) { return end(claim, JobState::done, {}, std::nullopt); }

bool JobClaims::fail(Claim const& claim, ErrorCode code, std::string_view message)
{
    return end(claim, JobState::failed, error_name(code), message);
}

bool JobClaims::put_back(Claim const& claim)
{
    bool const back = holds(claim) && m_store.put_back(claim.job, m_name);
    remove_attempts(database(), m_store.folder_of(claim.job), claim.job, claim.attempt);
    return back;
}

bool JobClaims::try_again(Claim const& claim, SafetyMeasures const& safety, std::string_view message)
{
    bool again = false;
    database().transaction([&] {
        again = holds(claim) && m_store.put_back(claim.job, m_name);
        if (again)
            database().run("UPDATE jobs SET retries = retries + 1, frugal = ?2, f32 = ?3, message = ?4 WHERE id = ?1",
                claim.job, safety.frugal, safety.f32, message);
    });
    return again;
}

bool JobClaims::retried(Claim const& claim)
{
    Statement row = database().prepare("SELECT 1 FROM jobs WHERE id = ?1 AND retries > 0");
    row.bind(claim.job);
    return row.step();
}

void JobClaims::recover(JobStore& store)
{
    Database& database = *store.m_database;
    std::vector<std::string> names;
    Statement runners = database.prepare("SELECT runner FROM jobs WHERE state = ?1 UNION "
                                         "SELECT runner FROM pictures WHERE stage = 0 AND runner <> ''");
    runners.bind(stored(JobState::running));
    while (runners.step())
        names.push_back(runners.text(0));
    for (std::string const& name : names) {
        fs::path const file = lock_file(store, name);
        auto dead = FileLock::take(file);
        if (!dead)
            continue;                      // its process lives
        std::vector<std::pair<JobId, int>> pictures;
        Statement waiting
            = database.prepare("SELECT job, number, target FROM pictures WHERE stage = 0 AND runner = ?1");
        waiting.bind(name);
        while (waiting.step()) {
            pictures.emplace_back(waiting.integer(0), static_cast<int>(waiting.integer(1)));
            remove_unfinished(path_from_utf8(waiting.text(2)));
        }
        for (auto const& [job, number] : pictures) {
            try {
                place(store, job, number);
            } catch (Error const&) {       // no room, say: tried again when the job is
                database.run("UPDATE pictures SET runner = '' WHERE job = ?1 AND number = ?2", job, number);
            }
        }
        put_back_jobs_of(store, name);     // where one has all its pictures, the next runner only notes that it is done
        dead.reset();
        std::error_code ignored;
        fs::remove(file, ignored);
    }
}

void JobClaims::put_back_jobs_of(JobStore& store, std::string_view runner)
{
    std::vector<JobId> jobs;
    Statement running = store.m_database->prepare("SELECT id FROM jobs WHERE state = ?1 AND runner = ?2");
    running.bind(stored(JobState::running), runner);
    while (running.step())
        jobs.push_back(running.integer(0));
    for (JobId const job : jobs)
        store.put_back(job, runner);
}

void JobClaims::put_back_all() { put_back_jobs_of(m_store, m_name); }

void JobClaims::tidy()
{
    recover(m_store);                      // whose locks are left after this, nobody needs
    database().transaction([&] {           // nobody adds a job or begins to run meanwhile
        for (fs::path const& file : entries_of(locks_folder(m_store))) {
            std::error_code ignored;
            if (FileLock::take(file))
                fs::remove(file, ignored);
        }
        Statement state = database().prepare("SELECT state FROM jobs WHERE id = ?1");
        for (fs::path const& folder : entries_of(m_store.data_folder() / "jobs")) {
            std::string const name = utf8_name(folder.filename());
            JobId id = 0;
            if (std::from_chars(name.data(), name.data() + name.size(), id).ptr != name.data() + name.size())
                continue;
            bool const known = state.bind(id).step();
            std::error_code ignored;
            if (known && state.integer(0) >= stored(JobState::done))
                remove_attempts(database(), folder, id, std::numeric_limits<int>::max());
            else if (!known && std::ranges::none_of(entries_of(folder), [](fs::path const& p) {
                         return attempt_number(p) > 0;
                     }))
                fs::remove_all(folder, ignored);
        }
    });
}

}
