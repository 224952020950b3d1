// SPDX-License-Identifier: Apache-2.0
#pragma once

// The queue as rows of a list: what runs, what waits, what ended last. Rows are read by window as they are shown; a queue
// of 100,000 jobs opens as fast as one of ten.

#include "app/jobs/job_store.h"

#include <QAbstractListModel>
#include <QCache>

#include <memory>

namespace igneous {

class QueueModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role { job_id = Qt::UserRole, state, message, progress, seconds_left, picture_path };

    /// Opens the queue of the data folder for reading.
    explicit QueueModel(std::filesystem::path const& data_folder, QObject* parent = nullptr);

    /// Something changed: rows are read anew as they are shown.
    void refresh();
    /// What the running job has got to, 0..1.
    void set_progress(qint64 job, double share, double left);
    std::optional<Job> job_at(QModelIndex const& index) const;

    int rowCount(QModelIndex const& parent = {}) const override;
    QVariant data(QModelIndex const& index, int role) const override;

private:
    Job const* row(int index) const;

    std::unique_ptr<JobStore> m_store;
    int m_count = 0;
    mutable QCache<int, Job> m_rows { 4096 };
    qint64 m_running = 0;
    double m_share = 0, m_left = 0;
};

}
