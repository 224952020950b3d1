// SPDX-License-Identifier: Apache-2.0
#include "gui/queue/queue_panel.h"

#include "gui/queue/job_delegate.h"
#include "gui/studio/collection_edits.h"
#include "gui/studio/queue_model.h"
#include "gui/studio/studio.h"
#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QLocale>
#include <QMenu>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace igneous {

QueuePanel::QueuePanel(Studio& studio, QueueModel& model, CollectionEdits& edits, QWidget* parent)
    : QWidget(parent)
    , m_studio(studio)
    , m_model(model)
    , m_edits(edits)
    , m_list(new QListView)
    , m_counts(label(QString(), Tone::faint))
{
    m_list->setModel(&model);
    m_list->setItemDelegate(new JobDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setDragDropMode(QAbstractItemView::DragDrop);
    m_list->setDefaultDropAction(Qt::MoveAction);
    m_list->setDragDropOverwriteMode(false);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->setMouseTracking(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setAccessibleName(tr("Queue"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(make_bar());
    m_counts->setContentsMargins(Measures::margin, 0, Measures::margin, Measures::gap);
    m_counts->setWordWrap(true);
    m_counts->setAccessibleName(tr("How many jobs there are"));
    column->addWidget(m_counts);
    column->addWidget(m_list, 1);
    connect(m_list, &QListView::customContextMenuRequested, this, &QueuePanel::show_menu);
    connect(m_list, &QListView::activated, this, [this](QModelIndex const& index) {
        if (QString const path = index.data(QueueModel::picture_path).toString(); !path.isEmpty())
            Q_EMIT picture_asked(path);
    });
    connect(&model, &QueueModel::counts_changed, this, &QueuePanel::show_counts);
    connect(&model, &QueueModel::move_asked, this, [this](std::vector<qint64> const& jobs, qint64 before) {
        m_edits.apply(move_jobs(std::vector<JobId>(jobs.begin(), jobs.end()), before));
    });
    show_counts();
}

QWidget* QueuePanel::make_bar()
{
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(Measures::gap, Measures::unit, Measures::gap, Measures::unit);
    row->setSpacing(Measures::unit / 2);
    auto const add = [&](QString const& icon, QString const& name, auto const& done) {
        QToolButton* button = icon_button(icon, name);
        row->addWidget(button);
        connect(button, &QToolButton::clicked, this, done);
        return button;
    };
    m_pause = add(QStringLiteral("pause"), tr("Pause the queue"), [this] { pause(m_pause->isChecked()); });
    m_pause->setCheckable(true);
    add(QStringLiteral("up"), tr("One place up (Alt+Up)"), [this] { move_up(); });
    add(QStringLiteral("down"), tr("One place down (Alt+Down)"), [this] { move_down(); });
    add(QStringLiteral("stop"), tr("Cancel what is chosen (Del)"), [this] { cancel(); });
    add(QStringLiteral("retry"), tr("Try what is chosen again"), [this] { retry(); });
    row->addStretch(1);
    add(QStringLiteral("trash"), tr("Clear what has ended; the pictures stay"), [this] { clear_ended(); });
    return bar;
}

void QueuePanel::show_counts()
{
    QueueCounts const& counts = m_model.counts();
    {
        QSignalBlocker const quiet(m_pause);
        m_pause->setChecked(counts.paused);
        m_pause->setIcon(icon(counts.paused ? QStringLiteral("play") : QStringLiteral("pause")));
        m_pause->setToolTip(counts.paused ? tr("Go on with the queue") : tr("Pause the queue"));
        m_pause->setAccessibleName(m_pause->toolTip());
    }
    auto const number = [](qint64 count) { return QLocale().toString(count); };
    QStringList parts;
    if (counts.running > 0)
        parts.append(tr("%1 running").arg(number(counts.running)));
    if (counts.waiting > 0)
        parts.append(tr("%1 waiting").arg(number(counts.waiting)));
    if (counts.ended > 0)
        parts.append(tr("%1 ended").arg(number(counts.ended)));
    QString text = parts.isEmpty() ? tr("Nothing waits.") : parts.join(QStringLiteral(", "));
    if (counts.paused)
        text = tr("Paused: %1").arg(counts.pause_reason.isEmpty() ? text : counts.pause_reason);
    m_counts->setText(text);
    Q_EMIT badge_changed(counts.running + counts.waiting);
}

void QueuePanel::pause(bool pause)
{
    m_studio.post([pause, &studio = m_studio](Services& services) {
        pause ? services.queue.pause() : services.queue.resume();
        services.runner.look();
        Q_EMIT studio.queue_changed();
    });
}

bool QueuePanel::is_paused() const { return m_model.counts().paused; }

std::vector<qint64> QueuePanel::selected() const
{
    QModelIndexList chosen = m_list->selectionModel()->selectedIndexes();
    std::ranges::sort(chosen, {}, &QModelIndex::row);
    std::vector<qint64> jobs;
    for (QModelIndex const& index : chosen)
        jobs.push_back(index.data(QueueModel::job_id).toLongLong());
    return jobs;
}

namespace {

std::vector<JobId> ids_of(std::vector<qint64> const& jobs) { return { jobs.begin(), jobs.end() }; }

}

void QueuePanel::move_up()
{
    if (auto const jobs = ids_of(selected()); !jobs.empty())
        m_edits.apply(shift_jobs(jobs, -1));
}

void QueuePanel::move_down()
{
    if (auto const jobs = ids_of(selected()); !jobs.empty())
        m_edits.apply(shift_jobs(jobs, 1));
}

void QueuePanel::move_to_front()
{
    if (auto const jobs = ids_of(selected()); !jobs.empty())
        m_edits.apply(move_jobs_to_front(jobs));
}

void QueuePanel::cancel()
{
    if (auto const jobs = ids_of(selected()); !jobs.empty())
        m_edits.apply(cancel_jobs(jobs));
}

void QueuePanel::retry()
{
    if (auto const jobs = ids_of(selected()); !jobs.empty())
        m_edits.apply(retry_jobs(jobs));
}

void QueuePanel::clear_ended()
{
    if (m_model.counts().ended > 0)
        m_edits.apply(igneous::clear_ended());
}

void QueuePanel::show_menu(QPoint const& at)
{
    auto const job = m_model.job_at(m_list->indexAt(at));
    if (!job)
        return;
    QMenu menu(this);
    menu.addAction(tr("Use its settings"), this, [this, id = job->id] { Q_EMIT recipe_asked(id); });
    menu.addSeparator();
    bool const waits = job->state == JobState::queued;
    bool const ended = job->state == JobState::failed || job->state == JobState::cancelled;
    menu.addAction(tr("To the front"), this, &QueuePanel::move_to_front)->setEnabled(waits);
    menu.addAction(tr("Cancel"), this, &QueuePanel::cancel)->setEnabled(waits || job->state == JobState::running);
    menu.addAction(tr("Try again"), this, &QueuePanel::retry)->setEnabled(ended);
    menu.exec(m_list->viewport()->mapToGlobal(at));
}

}
