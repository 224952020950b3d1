// SPDX-License-Identifier: Apache-2.0
#include "gui/window/progress_work.h"

#include "app/settings/settings.h"
#include "gui/studio/studio.h"
#include "gui/studio/way_back.h"
#include "gui/window/main_window.h"
#include "gui/window/status_bar.h"

#include <QHash>

namespace igneous {

using namespace std::chrono_literals;

namespace {

QString words_for(QString const& phase)
{
    static QHash<QString, char const*> const words {
        { QStringLiteral("load"), QT_TRANSLATE_NOOP("igneous::ProgressWork", "Loading the model") },
        { QStringLiteral("text"), QT_TRANSLATE_NOOP("igneous::ProgressWork", "Reading the prompt") },
        { QStringLiteral("encode"), QT_TRANSLATE_NOOP("igneous::ProgressWork", "Reading the picture") },
        { QStringLiteral("denoise"), QT_TRANSLATE_NOOP("igneous::ProgressWork", "Painting") },
        { QStringLiteral("decode"), QT_TRANSLATE_NOOP("igneous::ProgressWork", "Finishing the picture") },
    };
    char const* known = words.value(phase);
    return known ? ProgressWork::tr(known) : phase;
}

}

ProgressWork::ProgressWork(Parts const& parts, QObject* parent)
    : QObject(parent)
    , m_parts(parts)
{
    m_count_soon.setSingleShot(true);
    m_count_soon.setInterval(50ms);
    connect_job();
    connect_engine();
}

void ProgressWork::connect_job()
{
    Studio* studio = &m_parts.studio;
    connect(studio, &Studio::job_started, this, [this] {
        m_job_time.start();
        m_doing = tr("Starting");
        show_progress(0, 0);
    });
    connect(studio, &Studio::phase_started, this, [this](qint64, QString const& phase) {
        m_doing = words_for(phase);
        show_progress(std::max(m_percent, 0) / 100., 0);
    });
    connect(studio, &Studio::step_done, this, [this](qint64, int step, int total, double left) {
        m_doing = tr("Step %1 of %2").arg(step).arg(total);
        show_progress(static_cast<double>(step) / std::max(total, 1), left);
    });
    connect(studio, &Studio::job_ended, this,
        [this](qint64, int state, QString const& message) { job_ended(state, message); });
}

void ProgressWork::connect_engine()
{
    Studio* studio = &m_parts.studio;
    StatusBar* status = &m_parts.window.status();
    connect(studio, &Studio::engine_state_changed, status, &StatusBar::show_engine);
    connect(studio, &Studio::planned, status,
        [status](GenerationPlan const& plan) { status->show_memory(plan.total_bytes, plan.budget_bytes); });
    for (auto signal : { &Studio::queue_changed, &Studio::started })
        connect(studio, signal, this, [this] {
            if (!m_count_soon.isActive())
                m_count_soon.start();
        });
    connect(&m_count_soon, &QTimer::timeout, this, &ProgressWork::count_queue);
}

void ProgressWork::show_progress(double share, double seconds_left)
{
    m_percent = qRound(share * 100);
    m_parts.window.status().show_progress(share, m_doing, seconds_left);
    m_signs.show_progress(share);
    show_title();
}

void ProgressWork::job_ended(int state, QString const& message)
{
    m_percent = -1;
    m_parts.window.status().hide_progress();
    m_signs.show_progress(-1);
    show_title();
    bool const done = static_cast<JobState>(state) == JobState::done;
    bool const failed = static_cast<JobState>(state) == JobState::failed;
    bool const was_long = m_job_time.isValid() && m_job_time.elapsed() >= m_long_job.count();
    if ((!done && !failed) || !was_long || m_parts.window.isActiveWindow()
        || !m_parts.settings.get(setting::queue_notify))
        return;
    QString const title = done ? tr("The picture is done") : tr("The picture failed");
    QString const text
        = done ? tr("It took %1.").arg(time_text(static_cast<double>(m_job_time.elapsed()) / 1000)) : message;
    m_signs.notify(title, text);
    Q_EMIT notified(title, text);
}

void ProgressWork::count_queue()
{
    m_parts.studio.post([this, back = WayBack(this, &m_parts.studio)](Services& services) {
        back([this, waiting = services.queue.count(JobState::queued), paused = services.queue.paused()] {
            m_parts.window.status().show_queue(waiting, paused);
            m_signs.show_count(waiting);
        });
    });
}

void ProgressWork::show_title()
{
    QString const name = QStringLiteral("Igneous Studio");
    m_parts.window.setWindowTitle(m_percent < 0 ? name : QStringLiteral("%1 % - %2").arg(m_percent).arg(name));
}

}
