// SPDX-License-Identifier: Apache-2.0
#include "gui/window/task_results.h"

#include "app/files/places.h"
#include "app/inpaint/canvas_part.h"
#include "app/inpaint/compose.h"
#include "app/jobs/job_runner.h"
#include "app/picture/picture.h"
#include "app/session/session.h"
#include "gui/studio/images.h"
#include "gui/studio/studio.h"

namespace igneous {

namespace {

/// What was kept beside the job; nothing where the job is not for a canvas.
std::shared_ptr<SentTask const> kept_task(JobStore& queue, Job const& job)
{
    auto const origin = origin_from(job.origin);
    if (!origin || origin->live)
        return nullptr;
    try {
        return sent_task(*origin, queue.attachment(job.id, "before"), queue.attachment(job.id, "mask"));
    } catch (Error const&) {
        queue.set_origin(job.id, {});      // tell of it once: the picture is in the gallery all the same
        throw;
    }
}

/// The place where something was painted, with a little around it, as it looks then.
QImage thumbnail_of(SentTask const& task, Image const& layer)
{
    constexpr int side = 128;
    Rect const painted = bounds_in(task.mask);
    int const wanted = std::max(painted.width, painted.height) * 5 / 4;
    int const length = std::clamp(wanted, 1, std::min(layer.width, layer.height));
    int const x = std::clamp(painted.x + (painted.width - length) / 2, 0, layer.width - length);
    int const y = std::clamp(painted.y + (painted.height - length) / 2, 0, layer.height - length);
    return to_qimage(laid_over(task.before, layer))
        .copy(x, y, length, length)
        .scaled(side, side, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
}

/// Pictures that were made while one painted are nobody's.
void forget_live(JobStore& queue, Job const& job)
{
    JobId const ids[] = { job.id };
    queue.cancel(ids);
    std::error_code ignored;
    for (JobPicture const& picture : job.pictures)
        std::filesystem::remove(picture.path, ignored);
    queue.forget(job.id);
}

}

TaskResults::TaskResults(Parts const& parts, QObject* parent)
    : QObject(parent)
    , m_parts(parts)
{
    m_pool.setMaxThreadCount(1);           // the first of a batch comes first
    Studio* studio = &parts.studio;
    connect(studio, &Studio::started, this, &TaskResults::recover);
    connect(studio, &Studio::job_started, this, &TaskResults::look_up);
    connect(studio, &Studio::preview_ready, this, &TaskResults::show_preview);
    connect(studio, &Studio::picture_stored, this, &TaskResults::picture_stored);
    connect(studio, &Studio::job_ended, this, [this](qint64 job, int state, QString const& message) {
        job_ended(job, static_cast<JobState>(state), message);
    });
}

TaskResults::~TaskResults() { m_pool.waitForDone(); }

TaskResults::Known TaskResults::known(qint64 job) const
{
    auto const found = m_tasks.find(job);
    return found == m_tasks.end() ? nullptr : found->second;
}

void TaskResults::expect(qint64 job, Known const& task) { m_tasks[job] = task; }

void TaskResults::settle(std::vector<qint64> const& jobs)
{
    m_parts.studio.post([jobs](Services& services) {
        for (JobId const job : jobs)
            services.queue.set_origin(job, {});
    });
}

/// Pictures that came while the window was closing, or that nobody had looked at yet.
void TaskResults::recover()
{
    m_parts.studio.post([studio = &m_parts.studio, self = QPointer(this)](Services& services) {
        for (JobId const id : services.queue.with_origin()) {
            auto const job = services.queue.find(id);
            auto const origin = job ? origin_from(job->origin) : std::nullopt;
            if (origin && origin->live) {
                forget_live(services.queue, *job);
                continue;
            }
            if (!origin || job->state != JobState::done)
                continue;                  // look_up() when it begins
            auto const task = kept_task(services.queue, *job);
            for (JobPicture const& picture : job->pictures)
                QMetaObject::invokeMethod(studio,
                    [self, arrival = Arrival { id, picture.index, QString::fromStdString(utf8_name(picture.path)),
                               QString::fromStdString(job->request.prompt), {}, task }] {
                        if (self)
                            self->compose(arrival);
                    });
        }
    });
}

/// A job of an earlier run of the program begins: its previews need to know where they belong.
void TaskResults::look_up(qint64 job)
{
    if (known(job))
        return;
    m_parts.studio.post([studio = &m_parts.studio, self = QPointer(this), job](Services& services) {
        auto const found = services.queue.find(job);
        Known const task = found ? kept_task(services.queue, *found) : nullptr;
        if (task)
            QMetaObject::invokeMethod(studio, [self, job, task] {
                if (self)
                    self->expect(job, task);
            });
    });
}

void TaskResults::show_preview(qint64 job, QImage const& preview)
{
    Known const task = known(job);
    if (!task || preview.isNull())
        return;
    QImage shown = preview.convertToFormat(QImage::Format_ARGB32);
    shown.setAlphaChannel(to_qimage(resize_mask(task->small_mask, shown.width(), shown.height())));
    Q_EMIT preview_ready(task->origin.document, shown, task->origin.area);
}

void TaskResults::picture_stored(qint64 job, QString const& path, QImage const& picture)
{
    m_parts.studio.post(
        [studio = &m_parts.studio, self = QPointer(this), job, path, picture, task = known(job)](Services& services) {
            auto const found = services.queue.find(job);
            Known const whose = task || !found ? task : kept_task(services.queue, *found);
            if (!found || !whose)
                return;
            auto const stored = std::ranges::find(
                found->pictures, path.toStdString(), [](JobPicture const& one) { return utf8_name(one.path); });
            int const index = stored == found->pictures.end() ? 0 : stored->index;
            Arrival const arrival { job, index, path, QString::fromStdString(found->request.prompt), picture, whose };
            QMetaObject::invokeMethod(studio, [self, arrival] {
                if (self)
                    self->compose(arrival);
            });
        });
}

void TaskResults::compose(Arrival arrival)
{
    if (!find_document(m_parts.session.workspace(), arrival.task->origin.document))
        return settle({ arrival.job });    // it was closed: the picture stays in the gallery
    m_pool.start([this, arrival = std::move(arrival)] {
        try {
            CanvasOrigin const& origin = arrival.task->origin;
            Image const painted = arrival.picture.isNull() ? read_picture(path_from_utf8(arrival.path.toStdString()))
                                                           : from_qimage(arrival.picture);
            Image const layer
                = composed(arrival.task->before, painted, arrival.task->mask, { .feather = origin.feather });
            Candidate candidate { arrival.job, arrival.index, arrival.path, origin.document, origin.area, origin.task,
                arrival.prompt, layer, to_qimage(layer).convertToFormat(QImage::Format_ARGB32_Premultiplied),
                thumbnail_of(*arrival.task, layer), origin.live };
            QMetaObject::invokeMethod(this, [this, candidate] { Q_EMIT candidate_ready(candidate); });
        } catch (Error const&) {           // it was deleted meanwhile, or is damaged: the gallery says so
            QMetaObject::invokeMethod(this, [this, job = arrival.job] { settle({ job }); });
        }
    });
}

void TaskResults::job_ended(qint64 job, JobState state, QString const& message)
{
    Known const task = known(job);
    if (!task)
        return;
    Q_EMIT preview_over(task->origin.document);
    if (state == JobState::queued)
        return;                            // to be tried again
    m_tasks.erase(job);
    if (!task->origin.live)
        return;
    if (state == JobState::failed)
        Q_EMIT live_failed(message);
    m_parts.studio.post([job](Services& services) {
        if (auto const found = services.queue.find(job))
            forget_live(services.queue, *found);
    });
}

}
