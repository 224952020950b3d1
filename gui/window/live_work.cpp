// SPDX-License-Identifier: Apache-2.0
#include "gui/window/live_work.h"

#include "app/jobs/job_runner.h"
#include "app/session/session.h"
#include "gui/studio/studio.h"

#include <algorithm>

namespace igneous {

using namespace std::chrono_literals;

namespace {

constexpr auto pause_of_the_hand = 120ms;
constexpr int most_steps = 8;

}

LiveWork::LiveWork(
    Parts const& parts, TaskSender& sender, std::function<std::optional<TaskOrder>()> order, QObject* parent)
    : QObject(parent)
    , m_parts(parts)
    , m_sender(sender)
    , m_order(std::move(order))
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(pause_of_the_hand);
    connect(&m_soon, &QTimer::timeout, this, &LiveWork::send);
    Session* session = &parts.session;
    for (auto const signal :
        { &Session::layers_changed, &Session::selection_changed, &Session::document_properties_changed })
        connect(session, signal, this, &LiveWork::something_changed);
    for (auto const signal : { &Session::request_changed, &Session::documents_changed })
        connect(session, signal, this, &LiveWork::something_changed);
    connect(session, &Session::document_changed, this, &LiveWork::something_changed);
    connect(&sender, &TaskSender::sent, this, [this](qint64 job, std::shared_ptr<SentTask const> const& task) {
        if (task->origin.live)
            sent(job);
    });
}

void LiveWork::set_on(bool on)
{
    if (on == m_on)
        return;
    m_on = on;
    if (on) {
        send();
    } else {
        m_soon.stop();
        ++*m_newest;
        cancel(std::exchange(m_job, 0));
    }
    Q_EMIT changed(on);
}

void LiveWork::something_changed()
{
    if (!m_on)
        return;
    Q_EMIT outdated();
    m_soon.start();
}

void LiveWork::send()
{
    auto order = m_order();
    if (!order)
        return;
    order->live = true;
    order->place = { QueuePlace::Kind::front };
    order->request.batch = 1;
    order->request.sampling.steps = std::min(order->request.sampling.steps, most_steps);
    m_sender.send(std::move(*order), [newest = m_newest, mine = ++*m_newest] { return *newest == mine; });
}

void LiveWork::sent(qint64 job)
{
    cancel(std::exchange(m_job, job));
    if (!m_on)
        cancel(std::exchange(m_job, 0));
}

/// Its end removes it from the queue; one that never began has no other end than this.
void LiveWork::cancel(qint64 job)
{
    if (job == 0)
        return;
    m_parts.studio.post([job](Services& services) {
        JobId const ids[] = { job };
        bool const ran = services.runner.job() == job;
        services.queue.cancel(ids);
        services.runner.look();
        if (!ran)
            services.queue.forget(job);
    });
}

}
