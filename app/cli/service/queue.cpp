// SPDX-License-Identifier: Apache-2.0
// `igneous queue`: jobs that wait for their turn, over restarts and crashes, beside a studio or without one.
#include "app/cli/cancel.h"
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/request_options.h"
#include "app/cli/service/queue_run.h"
#include "app/files/places.h"
#include "app/gallery/gallery_store.h"
#include "app/jobs/job_claims.h"
#include "app/jobs/worker_engine.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <QCoreApplication>

#include <memory>

namespace igneous {

namespace fs = std::filesystem;

namespace {

using Kind = QueuePlace::Kind;
using Ids = std::vector<JobId>;

struct QueueOptions {
    RequestOptions request;
    std::string prompt, out, state, device;
    bool front = false, back = false, run = false, all = false, now = false, until_empty = false;
    bool failed = false, done = false, cancelled = false;
    std::int64_t limit = 50, offset = 0;
    JobId id = 0, before = 0, after = 0;
    Ids ids;
};

JobStore open_queue(Console& console)
{
    JobStore store(data_folder());
    if (std::string const& reason = store.rescue().reason; !reason.empty()) {
        console.note("the queue was damaged: " + reason);
        console.object({ { "notice", reason } });
    }
    JobClaims::recover(store);
    return store;
}

/// The queue may be run from any folder.
void make_absolute(std::string& path)
{
    if (!path.empty())
        path = utf8_name(fs::absolute(path_from_utf8(path)));
}

/// One line of at most 40 characters.
std::string shortened(std::string const& text)
{
    constexpr int longest = 40;
    std::string line;
    int characters = 0;
    for (char const c : text) {
        bool const begins = (static_cast<unsigned char>(c) & 0xc0) != 0x80;    // a character of UTF-8
        if (begins && ++characters > longest)
            return line + "...";
        line += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
    return line;
}

void require_known(JobStore& store, Ids const& ids)
{
    for (JobId const id : ids)
        require(store.find(id).has_value(), "there is no job {}; see igneous queue list", id);
}

/// The answer to a command that changes jobs.
void show_changed(Console& console, JobStore& store, Ids const& asked, Ids const& changed, char const* word)
{
    for (JobId const id : asked)
        if (std::ranges::find(changed, id) == changed.end())
            if (auto const job = store.find(id))
                console.note(std::format("job {} is {}: it stays so", id, job_state_name(job->state)));
    console.print(std::format("{} {}", changed.size(), word));
    console.object({ { word, changed } });
}

void run_jobs(JobStore& store, std::string const& device, RunUntil until, Console& console)
{
    std::stop_token const stop = stop_on_signals();
    static int count = 1;
    static char name[] = "igneous";
    static char* arguments[] = { name, nullptr };
    QCoreApplication const application(count, arguments);
    WorkerEngineOptions options;
    options.program = path_from_utf8(QCoreApplication::applicationFilePath().toStdString());
    options.device = QString::fromStdString(device);
    options.job_folder = store.data_folder() / "jobs";
    options.previews_per_second = 0;
    WorkerEngine engine(std::move(options));
    JobRunner::Gallery keep;
    std::optional<GalleryStore> gallery;
    try {
        gallery.emplace(store.data_folder());
        keep = [&](JobId, JobPicture const& picture, GenerationRequest const& request) {
            gallery->add(picture.path, request, picture.index);
        };
    } catch (Error const& error) {         // pictures can be made without one; it is offered them another time
        console.note(error.what());
        console.object({ { "notice", error.what() } });
    }
    run_queue(store, engine, std::move(keep), until, console, stop);
}

void add(QueueOptions const& options, CLI::App const& app, Console& console)
{
    bool const positional = app.count("PROMPT") > 0, named = app.count("--prompt") + app.count("--prompt-file") > 0;
    require(positional || named || app.count("--recipe") > 0,
        "a prompt is missing: igneous queue add \"a lake at sunset\"");
    require(!(positional && named), "the prompt is given twice: once is enough");
    require(options.run || options.request.device().empty(),
        "--device belongs to the run: igneous queue run --device {}", options.request.device());
    RequestedPicture requested = options.request.requested();
    for (std::string const& note : requested.notes) {
        console.note(note);
        console.object({ { "notice", note } });
    }
    NewJob job {
        .request = std::move(requested.request), .place = { options.front ? Kind::front : Kind::back }, .output = {}
    };
    if (positional)
        job.request.prompt = options.prompt;
    make_absolute(job.request.model);
    for (LoraUse& lora : job.request.loras)
        make_absolute(lora.file);
    if (!options.out.empty())
        job.output = fs::absolute(path_from_utf8(options.out));
    JobStore store = open_queue(console);
    JobId const id = store.add(job);
    console.print(std::to_string(id));
    console.object({ { "added", job_object(store.find(id).value()) } });
    if (options.run)
        run_jobs(store, options.request.device(), RunUntil::empty, console);
}

void list(QueueOptions const& options, Console& console)
{
    auto const state = job_state_from(options.state);
    require(options.state.empty() || state, "--state: expected running, queued, done, failed or cancelled, got {}",
        options.state);
    require(options.limit >= 0 && options.offset >= 0, "--limit and --offset count from 0");
    JobStore store = open_queue(console);
    std::vector<std::vector<std::string>> rows;
    for (Job const& job : store.list(state, options.limit, options.offset)) {
        console.object({ { "job", job_object(job) } });
        rows.push_back({ std::to_string(job.id), std::string(job_state_name(job.state)),
            std::format("{}/{}", job.pictures.size(), job.request.batch), shortened(job.request.prompt), job.message });
    }
    if (!rows.empty())
        console.print(table({ ">job", "state", "pictures", "prompt", "" }, rows));
    nlohmann::ordered_json counts;
    std::string line;
    for (int i = 0; i < std::ssize(job_state_names); ++i) {
        auto const number = store.count(static_cast<JobState>(i));
        auto const at = static_cast<std::size_t>(i);
        counts[job_state_names[at]] = number;
        line += std::format("{}{} {}", line.empty() ? "" : ", ", number, job_state_names[at]);
    }
    bool const paused = store.paused();
    std::string const reason = store.pause_reason();
    counts["paused"] = paused;
    counts["pause_reason"] = reason;
    console.print(line + (paused ? "; paused" : "") + (reason.empty() ? "" : ": " + reason));
    console.object({ { "queue", counts } });
}

void move(QueueOptions const& options, Console& console)
{
    int const places = options.front + options.back + (options.before > 0) + (options.after > 0);
    require(places == 1, "where to? Give one of --before ID, --after ID, --front and --back");
    QueuePlace place { options.front    ? Kind::front
                       : options.back   ? Kind::back
                       : options.before ? Kind::before
                                        : Kind::after };
    place.other = options.before ? options.before : options.after;
    JobStore store = open_queue(console);
    require_known(store, { options.id });
    if (place.other)
        require_known(store, { place.other });
    require(store.move(options.id, place),
        "only jobs that wait can be moved, beside others that wait; see igneous queue list");
    console.print(std::format("job {} was moved", options.id));
    console.object({ { "moved", options.id } });
}

void cancel(QueueOptions const& options, Console& console)
{
    require(options.all != !options.ids.empty(), "which jobs? Give their numbers, or --all");
    JobStore store = open_queue(console);
    require_known(store, options.ids);
    Ids const ids = options.all ? store.ids(std::array { JobState::running, JobState::queued }) : options.ids;
    show_changed(console, store, options.ids, store.cancel(ids), "cancelled");
}

void retry(QueueOptions const& options, Console& console)
{
    JobStore store = open_queue(console);
    require_known(store, options.ids);
    show_changed(console, store, options.ids, store.retry(options.ids), "queued");
}

void clear(QueueOptions const& options, Console& console)
{
    bool const chosen = options.failed || options.done || options.cancelled;
    std::vector<JobState> states;
    if (options.done || !chosen)
        states.push_back(JobState::done);
    if (options.cancelled || !chosen)
        states.push_back(JobState::cancelled);
    if (options.failed)
        states.push_back(JobState::failed);
    JobStore store = open_queue(console);
    std::int64_t const cleared = store.clear(states);
    console.print(std::format("{} cleared", cleared));
    console.object({ { "cleared", cleared } });
    if (auto const kept = store.ids(states); !kept.empty())
        console.note(
            std::format("{} kept: finished pictures wait in their folders; make room and retry them", kept.size()));
}

void pause(QueueOptions const& options, Console& console)
{
    JobStore store = open_queue(console);
    store.pause(options.now ? RunningJob::is_put_back : RunningJob::finishes);
    console.print("paused");
    console.object({ { "paused", true } });
}

void resume(Console& console)
{
    JobStore store = open_queue(console);
    store.resume();
    console.print("resumed");
    console.object({ { "paused", false } });
}

}

CliCommand add_queue(CLI::App& program)
{
    CLI::App& app = *program.add_subcommand("queue", "Jobs that wait for their turn, kept over restarts and crashes");
    app.require_subcommand(1);
    auto const options = std::make_shared<QueueOptions>();
    QueueOptions& o = *options;
    std::vector<CliCommand> commands;
    auto const command = [&](char const* name, char const* what, std::function<void(Console&)> run) -> CLI::App& {
        CLI::App& sub = *app.add_subcommand(name, what);
        sub.fallthrough();                 // for --json
        commands.push_back({ &sub, std::move(run) });
        return sub;
    };

    CLI::App& adding
        = command("add", "Put a request into the queue, with the options of generate; prints the job's number", {});
    commands.back().run = [&o, &adding](Console& console) { add(o, adding, console); };
    adding.add_option("PROMPT", o.prompt, "What the picture shows");
    o.request.add_to(adding, PromptIs::optional);
    adding.add_flag("--front", o.front, "Before all others")->group("Queue");
    adding.add_option("--out", o.out, "Folder for the pictures [pictures/YYYY-MM-DD in the data folder]")
        ->group("Queue");
    adding.add_flag("--run", o.run, "Then run the queue until it is empty")->group("Queue");

    CLI::App& listing
        = command("list", "What runs, what waits, what has run", [&o](Console& console) { list(o, console); });
    listing.add_option("--state", o.state, "Only these: running, queued, done, failed, cancelled");
    listing.add_option("--limit", o.limit, "How many")->capture_default_str();
    listing.add_option("--offset", o.offset, "How many to leave out before")->capture_default_str();

    CLI::App& moving = command("move", "Change when a job has its turn", [&o](Console& console) { move(o, console); });
    moving.add_option("ID", o.id, "The job")->required();
    moving.add_option("--before", o.before, "Before this job");
    moving.add_option("--after", o.after, "After this job");
    moving.add_flag("--front", o.front, "Before all others");
    moving.add_flag("--back", o.back, "After all others");

    command("pause", "Begin no more jobs, in any process, until resume", [&o](Console& console) { pause(o, console); })
        .add_flag("--now", o.now, "Put the running job back too, rather than let it finish");
    command("resume", "Go on", resume);

    CLI::App& cancelling
        = command("cancel", "Stop jobs that wait or run", [&o](Console& console) { cancel(o, console); });
    cancelling.add_option("ID", o.ids, "Jobs");
    cancelling.add_flag("--all", o.all, "All that wait or run");

    command("retry", "Queue failed or cancelled jobs again", [&o](Console& console) { retry(o, console); })
        .add_option("ID", o.ids, "Jobs")
        ->required();

    CLI::App& clearing = command("clear", "Forget done and cancelled jobs; their pictures stay",
        [&o](Console& console) { clear(o, console); });
    clearing.add_flag("--done", o.done, "Only done ones, and others named");
    clearing.add_flag("--failed", o.failed, "Failed ones");
    clearing.add_flag("--cancelled", o.cancelled, "Cancelled ones");

    CLI::App& running = command("run", "Run the jobs in this process, until Ctrl-C", [&o](Console& console) {
        JobStore store = open_queue(console);
        run_jobs(store, o.device, o.until_empty ? RunUntil::empty : RunUntil::stopped, console);
    });
    running.add_flag("--until-empty", o.until_empty, "End when no job waits");
    running.add_option("--device", o.device, "Index or part of the name of a Vulkan device (see igneous devices)");

    return { &app, [options, commands](Console& console) {
                for (CliCommand const& each : commands)
                    if (each.app->parsed())
                        each.run(console);
            } };
}

}
