// SPDX-License-Identifier: Apache-2.0
#include "gui/studio/queue_model.h"

#include "app/files/places.h"

namespace igneous {

constexpr int window = 128;

QueueModel::QueueModel(std::filesystem::path const& data_folder, QObject* parent)
    : QAbstractListModel(parent)
    , m_store(std::make_unique<JobStore>(data_folder))
{
    refresh();
}

void QueueModel::refresh()
{
    beginResetModel();
    m_rows.clear();
    m_count = static_cast<int>(m_store->count());
    endResetModel();
}

void QueueModel::set_progress(qint64 job, double share, double left)
{
    m_running = job;
    m_share = share;
    m_left = left;
    if (m_count > 0)                       // what runs comes first
        Q_EMIT dataChanged(index(0), index(0), { progress, seconds_left });
}

Job const* QueueModel::row(int at) const
{
    if (Job const* known = m_rows.object(at))
        return known;
    int const first = at / window * window;
    int next = first;
    for (Job& job : m_store->list(std::nullopt, window, first))
        m_rows.insert(next++, new Job(std::move(job)));
    return m_rows.object(at);
}

std::optional<Job> QueueModel::job_at(QModelIndex const& index) const
{
    Job const* job = index.isValid() ? row(index.row()) : nullptr;
    return job ? std::optional(*job) : std::nullopt;
}

int QueueModel::rowCount(QModelIndex const& parent) const { return parent.isValid() ? 0 : m_count; }

QVariant QueueModel::data(QModelIndex const& index, int role) const
{
    Job const* job = index.isValid() ? row(index.row()) : nullptr;
    if (!job)
        return {};
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole: return QString::fromStdString(job->request.prompt);
    case job_id: return QVariant::fromValue<qint64>(job->id);
    case state: return static_cast<int>(job->state);
    case message: return QString::fromStdString(job->message);
    case progress: return job->id == m_running && job->state == JobState::running ? m_share : 0.0;
    case seconds_left: return job->id == m_running && job->state == JobState::running ? m_left : 0.0;
    case picture_path:
        return job->pictures.empty() ? QString() : QString::fromStdString(utf8_name(job->pictures.front().path));
    default: return {};
    }
}

}
