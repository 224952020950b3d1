// SPDX-License-Identifier: Apache-2.0
#include "tests/gui/studio_fixture.h"

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

bool wait_for(std::function<bool()> const& condition) { return QTest::qWaitFor(condition, 5000); }

}
