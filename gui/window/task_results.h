// SPDX-License-Identifier: Apache-2.0
#pragma once

// What comes back from the queue for a canvas: previews while a job runs, and finished pictures composed into layers,
// on a thread of their own. Also of jobs that were asked for before the program was started: they remember where they
// belong.

#include "gui/tasks/candidates.h"
#include "gui/window/task_sender.h"

#include <QPointer>

#include <map>

namespace igneous {

class TaskResults : public QObject {
    Q_OBJECT

public:
    explicit TaskResults(Parts const& parts, QObject* parent = nullptr);
    /// Waits for what is being composed.
    ~TaskResults() override;

    void expect(qint64 job, std::shared_ptr<SentTask const> const& task);
    /// Nobody waits for the pictures of these jobs any more: they are not brought back at the next start.
    void settle(std::vector<qint64> const& jobs);

Q_SIGNALS:
    void candidate_ready(igneous::Candidate const& candidate);
    /// Transparent where the task does not paint; of any size, to be drawn over `area`.
    void preview_ready(igneous::DocumentId document, QImage const& preview, igneous::Rect const& area);
    /// Its preview has served: the job ended, or waits again.
    void preview_over(igneous::DocumentId document);
    void live_failed(QString const& message);

private:
    struct Arrival {
        qint64 job = 0;
        int index = 0;
        QString path, prompt;
        QImage picture;                    // null: still to be read
        std::shared_ptr<SentTask const> task;
    };
    using Known = std::shared_ptr<SentTask const>;

    void recover();
    void look_up(qint64 job);
    void picture_stored(qint64 job, QString const& path, QImage const& picture);
    void show_preview(qint64 job, QImage const& preview);
    void job_ended(qint64 job, JobState state, QString const& message);
    void compose(Arrival arrival);
    Known known(qint64 job) const;

    Parts m_parts;
    std::map<qint64, Known> m_tasks;       // of jobs that wait or run
    QThreadPool m_pool;
};

}
