// SPDX-License-Identifier: Apache-2.0
#pragma once

// A thread that reads and writes for one list, so that the window never waits for the disk.

#include <QObject>
#include <QThread>

#include <functional>

namespace igneous {

class Reader {
public:
    explicit Reader(QString const& name);
    /// Waits for what is being done; what waits is done too.
    ~Reader();
    /// One after the other, in the order of the calls. Must not throw.
    void post(std::function<void()> work);

private:
    QThread m_thread;
    QObject* m_room;                       // lives on the thread
};

}
