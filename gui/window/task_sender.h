// SPDX-License-Identifier: Apache-2.0
#pragma once

// A task on its way from the canvas to the queue: the document is flattened and prepared on a thread of its own, then
// the job is added with all that is needed to bring its pictures back.

#include "app/inpaint/origin.h"
#include "app/jobs/job_store.h"
#include "gui/window/parts.h"

#include <QObject>
#include <QThreadPool>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace igneous {

struct TaskOrder {
    Task task = Task::generate;
    Document document;                     // as it is now: copies share their pixels
    GenerationRequest request;
    double padding = 0.5, feather = 12;    // as FrameWish and ComposeOptions
    int best_side = 512;
    bool live = false;
    QueuePlace place;
    std::vector<std::filesystem::path> lora_folders;
};

/// What a job's pictures need to find back.
struct SentTask {
    CanvasOrigin origin;
    Image before, mask;                    // as composed() takes them
    Image small_mask;                      // for previews
};
std::shared_ptr<SentTask const> sent_task(CanvasOrigin const& origin, Image before, Image mask);

class TaskSender : public QObject {
    Q_OBJECT

public:
    explicit TaskSender(Parts const& parts, QObject* parent = nullptr);
    /// Waits for what is being prepared.
    ~TaskSender() override;

    /// `wanted`, asked on other threads, may say that nobody waits for it any more. sent() or trouble() follows, or
    /// nothing where it was not wanted.
    void send(TaskOrder order, std::function<bool()> wanted = {});

Q_SIGNALS:
    /// Before Studio tells anything of the job.
    void sent(qint64 job, std::shared_ptr<igneous::SentTask const> const& task);
    void trouble(QString const& message, bool live);

private:
    void add(TaskOrder order, std::function<bool()> const& wanted);

    Parts m_parts;
    std::map<quint64, std::shared_ptr<SentTask const>> m_on_the_way;   // by ticket
    std::atomic<quint64> m_ticket = 0;
    QThreadPool m_pool;
};

}
