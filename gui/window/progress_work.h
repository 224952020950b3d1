// SPDX-License-Identifier: Apache-2.0
#pragma once

// How far things are: in the status bar, in the window's title, on the program's icon, and a message when a long job
// ends while one looks elsewhere.

#include "gui/window/desktop_signs.h"
#include "gui/window/parts.h"

#include <QElapsedTimer>
#include <QTimer>

#include <chrono>

namespace igneous {

class ProgressWork : public QObject {
    Q_OBJECT

public:
    explicit ProgressWork(Parts const& parts, QObject* parent = nullptr);
    /// Jobs that take longer are worth a message [30 s].
    void set_long_job(std::chrono::milliseconds time) { m_long_job = time; }

Q_SIGNALS:
    /// What the desktop is asked to show.
    void notified(QString const& title, QString const& text);

private:
    void connect_job();
    void connect_engine();
    void show_progress(double share, double seconds_left);
    void job_ended(int state, QString const& message);
    void count_queue();
    void show_title();

    Parts m_parts;
    DesktopSigns m_signs;
    QElapsedTimer m_job_time;
    std::chrono::milliseconds m_long_job { 30'000 };
    QString m_doing;                       // "Step 3 of 20"
    int m_percent = -1;                    // of the running job; -1: none runs
    QTimer m_count_soon;
};

}
