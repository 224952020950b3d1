// SPDX-License-Identifier: Apache-2.0
#pragma once

// The queue as rows of a list: what runs, what waits, what ended last. Jobs that wait can be dragged to other places.

#include "app/jobs/job_store.h"
#include "gui/studio/lazy_list.h"

#include <QImage>
#include <QPixmap>

#include <memory>

namespace igneous {

/// How many jobs there are.
struct QueueCounts {
    qint64 waiting = 0, running = 0, ended = 0;
    bool paused = false;
    QString pause_reason {};
};

class QueueModel : public LazyList<Job> {
    Q_OBJECT

public:
    enum Role { job_id = Qt::UserRole, state, message, progress, seconds_left, picture_path };

    /// Opens the queue of the data folder for reading.
    explicit QueueModel(std::filesystem::path const& data_folder, QObject* parent = nullptr);
    ~QueueModel() override;

    /// Something changed: it is read anew.
    void refresh();
    /// What the running job has got to, 0..1.
    void set_progress(qint64 job, double share, double left);
    /// What the running job looks like.
    void set_preview(qint64 job, QImage const& preview);
    /// Nothing while it is being read.
    std::optional<Job> job_at(QModelIndex const& index) const;
    QueueCounts const& counts() const { return m_counts; }

    QVariant data(QModelIndex const& index, int role) const override;
    Qt::ItemFlags flags(QModelIndex const& index) const override;
    Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    QStringList mimeTypes() const override;
    QMimeData* mimeData(QModelIndexList const& indexes) const override;
    /// Asks for the move; the rows follow when it is done.
    bool dropMimeData(QMimeData const* data, Qt::DropAction action, int row, int column,
        QModelIndex const& parent) override;

Q_SIGNALS:
    /// Jobs were dropped before another; 0: behind all that wait.
    void move_asked(std::vector<qint64> const& jobs, qint64 before);
    void counts_changed();
    /// The queue cannot be read; why, for the user.
    void trouble(QString const& message);

private:
    JobStore& store();                     // opened, and used, on the reader's thread
    void failed(QString const& why) override { Q_EMIT trouble(why); }
    bool is_running(Job const& job) const { return job.id == m_running && job.state == JobState::running; }

    std::filesystem::path const m_data_folder;
    std::unique_ptr<JobStore> m_store;
    QueueCounts m_counts;
    qint64 m_running = 0;
    double m_share = 0, m_left = 0;
    QPixmap m_preview;
};

}
