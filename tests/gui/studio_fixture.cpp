// SPDX-License-Identifier: Apache-2.0
#include "tests/gui/studio_fixture.h"

#include "app/jobs/worker_engine.h"
#include "tests/gui/scripted_engine.h"

namespace igneous::test {

StudioFixture::StudioFixture(int milliseconds_a_step)
    : m_pace(milliseconds_a_step)
{
    start();
}

void StudioFixture::start()
{
    StudioOptions options { .data_folder = m_folder.path(),
        .make_engine = [pace = m_pace] { return std::make_unique<ScriptedEngine>(pace); } };
    m_workbench = std::make_unique<Workbench>(std::move(options), IGNEOUS_SOURCE_DIR "/resources/starter");
    m_workbench->show();
}

void StudioFixture::restart()
{
    m_workbench.reset();
    start();
}

std::unique_ptr<Workbench> open_with_worker(std::filesystem::path const& data, std::filesystem::path const& program)
{
    WorkerEngineOptions engine;
    engine.program = program;
    engine.job_folder = data / "jobs";
    engine.first_pause = std::chrono::milliseconds(50);
    StudioOptions options { .data_folder = data,
        .make_engine = [engine] { return std::make_unique<WorkerEngine>(engine); } };
    auto workbench = std::make_unique<Workbench>(std::move(options), IGNEOUS_SOURCE_DIR "/resources/starter");
    workbench->show();
    return workbench;
}

bool wait_for(std::function<bool()> const& condition)
{
    constexpr int patience = 60'000;       // milliseconds; a machine that does other things too is slow, not wrong
    return QTest::qWaitFor(condition, patience);
}

}
