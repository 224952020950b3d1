// SPDX-License-Identifier: Apache-2.0
#include "gui/studio/queue_model.h"

#include "app/files/places.h"

#include <QMimeData>

namespace igneous {

namespace {

QString job_mime() { return QStringLiteral("application/x-igneous-jobs"); }

}

QueueModel::QueueModel(std::filesystem::path const& data_folder, QObject* parent)
    : LazyList(
          QStringLiteral("queue"),
          [this](std::span<std::int64_t const> ids) {
              std::vector<Job> jobs;
              for (JobId const id : ids)
                  if (auto job = store().find(id))
                      jobs.push_back(std::move(*job));
              return jobs;
          },
          parent)
    , m_data_folder(data_folder)
{
    refresh();
}

QueueModel::~QueueModel() { stop(); }

JobStore& QueueModel::store()
{
    if (!m_store)
        m_store = std::make_unique<JobStore>(m_data_folder);
    return *m_store;
}

void QueueModel::refresh()
{
    ask([this] {
        auto const count = [&](JobState of) { return static_cast<qint64>(store().count(of)); };
        QueueCounts counts { .waiting = count(JobState::queued),
            .running = count(JobState::running),
            .ended = count(JobState::done) + count(JobState::failed) + count(JobState::cancelled),
            .paused = store().paused(),
            .pause_reason = QString::fromStdString(store().pause_reason()) };
        answer([this, counts] {
            m_counts = counts;
            Q_EMIT counts_changed();
        });
        return store().ids();
    });
}

void QueueModel::set_progress(qint64 job, double share, double left)
{
    if (job != m_running)
        m_preview = {};
    m_running = job;
    m_share = share;
    m_left = left;
    if (rowCount() > 0)                    // what runs comes first
        Q_EMIT dataChanged(index(0), index(0), { progress, seconds_left });
}

void QueueModel::set_preview(qint64 job, QImage const& preview)
{
    m_running = job;
    m_preview = QPixmap::fromImage(preview);
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0), index(0), { Qt::DecorationRole });
}

std::optional<Job> QueueModel::job_at(QModelIndex const& index) const
{
    Job const* job = row(index);
    return job ? std::optional(*job) : std::nullopt;
}

QVariant QueueModel::data(QModelIndex const& index, int role) const
{
    if (!index.isValid())
        return {};
    if (role == job_id)
        return QVariant::fromValue<qint64>(id_at(index.row()));
    Job const* job = row(index);
    if (!job)
        return {};
    switch (role) {
    case Qt::DecorationRole: return is_running(*job) && !m_preview.isNull() ? QVariant(m_preview) : QVariant();
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole: return QString::fromStdString(job->request.prompt);
    case state: return static_cast<int>(job->state);
    case message: return QString::fromStdString(job->message);
    case progress: return is_running(*job) ? m_share : 0.0;
    case seconds_left: return is_running(*job) ? m_left : 0.0;
    case picture_path:
        return job->pictures.empty() ? QString() : QString::fromStdString(utf8_name(job->pictures.front().path));
    default: return {};
    }
}

Qt::ItemFlags QueueModel::flags(QModelIndex const& index) const
{
    if (!index.isValid())
        return Qt::ItemIsDropEnabled;      // between the rows
    Job const* job = row(index);
    bool const waits = job && job->state == JobState::queued;
    return IdList::flags(index) | (waits ? Qt::ItemIsDragEnabled : Qt::NoItemFlags);
}

QStringList QueueModel::mimeTypes() const { return { job_mime() }; }

QMimeData* QueueModel::mimeData(QModelIndexList const& indexes) const
{
    std::vector<int> rows;
    for (QModelIndex const& index : indexes)
        rows.push_back(index.row());
    std::ranges::sort(rows);
    QByteArray ids;
    for (int at : rows)
        ids += QByteArray::number(static_cast<qlonglong>(id_at(at))) + '\n';
    auto* mime = new QMimeData;
    mime->setData(job_mime(), ids);
    return mime;
}

bool QueueModel::dropMimeData(
    QMimeData const* data, Qt::DropAction, int at, int, QModelIndex const& parent)
{
    if (!data->hasFormat(job_mime()))
        return false;
    std::vector<qint64> jobs;
    for (QByteArray const& line : data->data(job_mime()).split('\n'))
        if (!line.isEmpty())
            jobs.push_back(line.toLongLong());
    int target = at >= 0 ? at : parent.isValid() ? parent.row() : rowCount();
    target = std::max(target, static_cast<int>(m_counts.running));
    bool const behind_all = target >= static_cast<int>(m_counts.running + m_counts.waiting);
    Q_EMIT move_asked(jobs, behind_all ? 0 : id_at(target));
    return false;                          // the view must not remove rows: they move when the queue has
}

}
