// SPDX-License-Identifier: Apache-2.0
#pragma once

// Live mode: whatever is painted or typed sends a small job, and the newest wins. What is older is cancelled, what
// comes lies over the canvas and is kept by nobody until it is accepted.

#include "gui/window/task_sender.h"

#include <QTimer>

#include <atomic>

namespace igneous {

class LiveWork : public QObject {
    Q_OBJECT

public:
    /// `order` gives what would be sent now; nothing where no document is open.
    LiveWork(Parts const& parts, TaskSender& sender, std::function<std::optional<TaskOrder>()> order,
        QObject* parent = nullptr);
    bool is_on() const { return m_on; }
    void set_on(bool on);

Q_SIGNALS:
    void changed(bool on);
    /// What lies over the canvas is older than what is painted now.
    void outdated();

private:
    void something_changed();
    void send();
    void sent(qint64 job);
    void cancel(qint64 job);

    Parts m_parts;
    TaskSender& m_sender;
    std::function<std::optional<TaskOrder>()> m_order;
    QTimer m_soon;
    bool m_on = false;
    qint64 m_job = 0;                      // the newest; 0: none
    std::shared_ptr<std::atomic<int>> m_newest = std::make_shared<std::atomic<int>>();
};

}
