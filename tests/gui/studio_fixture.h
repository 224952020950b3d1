// SPDX-License-Identifier: Apache-2.0
#pragma once

// The whole studio over a data folder of its own.

#include "gui/window/workbench.h"
#include "tests/app/process.h"

#include <QTest>

#include <functional>
#include <memory>

namespace igneous::test {

class StudioFixture {
public:
    explicit StudioFixture(int milliseconds_a_step = 5);
    /// Ends the studio and starts another over the same data.
    void restart();
    Workbench& operator*() { return *m_workbench; }
    Workbench* operator->() { return m_workbench.get(); }
    std::filesystem::path const& data() const { return m_folder.path(); }

private:
    void start();

    TemporaryFolder m_folder;
    int m_pace;
    std::unique_ptr<Workbench> m_workbench;
};

/// A studio over `data` with the worker process of this build, or with another program in its place.
std::unique_ptr<Workbench> open_with_worker(
    std::filesystem::path const& data, std::filesystem::path const& program = IGNEOUS_BINARY_DIR "/bin/igneous");

/// Runs the event loop until `condition` holds; false after five seconds.
bool wait_for(std::function<bool()> const& condition);

}
