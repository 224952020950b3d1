// SPDX-License-Identifier: Apache-2.0
#include "gui/queue/queue_panel.h"

#include "gui/queue/job_delegate.h"
#include "gui/studio/queue_model.h"
#include "gui/studio/studio.h"
#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QHBoxLayout>
#include <QListView>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

namespace igneous {

QueuePanel::QueuePanel(Studio& studio, QueueModel& model, QWidget* parent)
    : QWidget(parent)
    , m_studio(studio)
    , m_model(model)
    , m_list(new QListView)
{
    m_list->setModel(&model);
    m_list->setItemDelegate(new JobDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->setMouseTracking(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setAccessibleName(tr("Queue"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(make_bar());
    column->addWidget(m_list, 1);
    connect(m_list, &QListView::customContextMenuRequested, this, &QueuePanel::show_menu);
    connect(m_list, &QListView::doubleClicked, this, [this](QModelIndex const& index) {
        if (QString const path = index.data(QueueModel::picture_path).toString(); !path.isEmpty())
            Q_EMIT picture_asked(path);
    });
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
    m_pause = add(QStringLiteral("pause"), tr("Pause the queue"), [this] {
        bool const pause = m_pause->isChecked();
        m_studio.post([pause](Services& services) {
            pause ? services.queue.pause() : services.queue.resume();
            services.runner.look();
        });
    });
    m_pause->setCheckable(true);
    add(QStringLiteral("up"), tr("To the front"), [this] {
        m_studio.post([jobs = selected()](Services& services) {
            for (auto job = jobs.rbegin(); job != jobs.rend(); ++job)
                services.queue.move(*job, { QueuePlace::Kind::front });
            services.runner.look();
        });
    });
    add(QStringLiteral("stop"), tr("Cancel what is chosen"), [this] {
        m_studio.post([jobs = selected()](Services& services) {
            services.queue.cancel(std::vector<JobId>(jobs.begin(), jobs.end()));
            services.runner.look();
        });
    });
    add(QStringLiteral("retry"), tr("Try what is chosen again"), [this] {
        m_studio.post([jobs = selected()](Services& services) {
            services.queue.retry(std::vector<JobId>(jobs.begin(), jobs.end()));
            services.runner.look();
        });
    });
    row->addStretch(1);
    add(QStringLiteral("trash"), tr("Clear what has ended; the pictures stay"), [this] {
        m_studio.post([](Services& services) {
            JobState const ended[] = { JobState::done, JobState::failed, JobState::cancelled };
            services.queue.clear(ended);
            services.runner.look();
        });
    });
    return bar;
}

std::vector<qint64> QueuePanel::selected() const
{
    std::vector<qint64> jobs;
    for (QModelIndex const& index : m_list->selectionModel()->selectedIndexes())
        jobs.push_back(index.data(QueueModel::job_id).toLongLong());
    return jobs;
}

void QueuePanel::show_menu(QPoint const& at)
{
    auto const job = m_model.job_at(m_list->indexAt(at));
    if (!job)
        return;
    QMenu menu(this);
    menu.addAction(tr("Use its settings"), this, [this, id = job->id] { Q_EMIT recipe_asked(id); });
    menu.exec(m_list->viewport()->mapToGlobal(at));
}

}
