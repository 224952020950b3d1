// SPDX-License-Identifier: Apache-2.0
// A program to be killed: adds jobs to the queue of a folder, then works until the queue is empty. Says on stdout what
// it may be held to afterwards, one line each: "added ID BATCH", "stored PATH", "ran ID".
//
//     queue_user DATA OUTPUT NAME JOBS      jobs are called NAME-0, NAME-1...; OUTPUT "-": where pictures go by
//     themselves
#include "app/jobs/job_runner.h"
#include "tests/app/jobs/fake_engine.h"

#include "app/files/file.h"

#include <QCoreApplication>

#include <cstdio>
#include <format>
#include <unistd.h>

using namespace igneous;

namespace {

/// At once, so that it is out before a kill can come.
void say(std::string line)
{
    line += '\n';
    [[maybe_unused]] auto const wrote = ::write(1, line.data(), line.size());
}

NewJob new_job(std::string name, int number, std::string const& output)
{
    NewJob job;
    job.request.prompt = std::format("{}-{}", name, number);
    job.request.batch = 1 + number % 3;
    job.request.seed = static_cast<std::uint64_t>(number);
    job.request.width = job.request.height = 64;
    if (number % 2)
        job.request.init.emplace(InitImage { .image = Image(64, 64, 3) });
    if (output != "-")
        job.output = output;
    return job;
}

}

int main(int count, char** values)
{
    if (count != 5)
        return 2;
    std::filesystem::path const data = values[1];
    test::need_application();
    JobStore store(data);
    for (int i = 0; i < std::atoi(values[4]); ++i) {
        NewJob const job = new_job(values[3], i, values[2]);
        JobId const id = store.add(job);
        say(std::format("added {} {}", id, job.request.batch));
    }
    test::FakeEngine engine;
    JobRunner runner(store, engine);
    runner.set_gallery([&](JobId, JobPicture const& picture, GenerationRequest const&) {
        std::filesystem::create_directories(data / "seen");
        write_file(data / "seen" / picture.path.filename(), {});
    });
    QObject::connect(&runner, &JobRunner::job_started, [](qint64 job) { say(std::format("ran {}", job)); });
    QObject::connect(&runner, &JobRunner::picture_stored,
        [](qint64, JobPicture const& picture) { say("stored " + picture.path.string()); });
    QObject::connect(
        &runner, &JobRunner::trouble, [](QString const& message) { say("trouble " + message.toStdString()); });
    runner.start();
    // Others' running jobs too: their runners may have been killed.
    return test::spin_until([&] { return store.count(JobState::queued) == 0 && store.count(JobState::running) == 0; })
               ? 0
               : 1;
}
