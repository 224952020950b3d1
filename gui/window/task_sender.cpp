// SPDX-License-Identifier: Apache-2.0
#include "gui/window/task_sender.h"

#include "app/inpaint/canvas_part.h"
#include "gui/studio/studio.h"
#include "models/api/error.h"

#include <algorithm>
#include <cmath>

namespace igneous {

std::shared_ptr<SentTask const> sent_task(CanvasOrigin const& origin, Image before, Image mask)
{
    constexpr int longest = 128;           // as large as previews are, about
    double const scale = std::min(1.0, static_cast<double>(longest) / std::max(mask.width, mask.height));
    auto const side = [&](int pixels) { return std::max(1, static_cast<int>(std::lround(pixels * scale))); };
    Image small = resize_mask(mask, side(mask.width), side(mask.height));
    return std::make_shared<SentTask const>(SentTask { origin, std::move(before), std::move(mask), std::move(small) });
}

TaskSender::TaskSender(Parts const& parts, QObject* parent)
    : QObject(parent)
    , m_parts(parts)
{
    m_pool.setMaxThreadCount(1);           // in the order in which they were asked for
    connect(&parts.studio, &Studio::job_added, this, [this](qint64 job, quint64 ticket) {
        if (auto found = m_on_the_way.extract(ticket))
            Q_EMIT sent(job, found.mapped());
    });
}

TaskSender::~TaskSender() { m_pool.waitForDone(); }

void TaskSender::send(TaskOrder order, std::function<bool()> wanted)
{
    m_pool.start([this, order = std::move(order), wanted = std::move(wanted)]() mutable {
        bool const live = order.live;
        try {
            if (!wanted || wanted())
                add(std::move(order), wanted);
        } catch (std::exception const& error) {
            Q_EMIT trouble(QString::fromUtf8(error.what()), live);
        }
    });
}

void TaskSender::add(TaskOrder order, std::function<bool()> const& wanted)
{
    CanvasPart part = canvas_part(order.document, order.task, order.padding, order.best_side);
    Rect const area = part.frame.area;
    PreparedTask task = prepared(order.task, order.request, std::move(part));
    auto kept = sent_task({ order.document.id, area, order.task, order.feather, order.live }, std::move(task.before),
        std::move(task.mask));
    NewJob job { .request = std::move(task.request), .place = order.place, .output = {} };
    job.origin = to_text(kept->origin);
    if (order.live)
        job.output = m_parts.studio.data_folder() / "live";
    else
        job.attachments = { { "before", kept->before }, { "mask", kept->mask } };
    if (wanted && !wanted())
        return;
    // In this order the window's thread has the task before it hears of the job.
    quint64 const ticket = ++m_ticket;
    QMetaObject::invokeMethod(this, [this, ticket, task = std::move(kept)] { m_on_the_way[ticket] = task; });
    m_parts.studio.add_job(std::move(job), std::move(order.lora_folders), ticket);
}

}
