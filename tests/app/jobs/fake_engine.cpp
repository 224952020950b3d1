// SPDX-License-Identifier: Apache-2.0
#include "tests/app/jobs/fake_engine.h"

#include "app/files/file.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTimer>

#include <chrono>
#include <format>

namespace igneous::test {

using namespace std::chrono_literals;

std::string painting(GenerationRequest const& request, int index)
{
    std::string text = std::format("{} seed {} picture {}\n", request.prompt, request.seed, index);
    for (int line = 0; line < 40; ++line)                      // more than one page
        text += std::format("{:=>120}\n", line);
    return text + "whole";
}

void FakeEngine::generate(
    qint64 job, GenerationRequest const& request, SafetyMeasures const& safety, std::filesystem::path const& folder)
{
    m_busy = true;
    ++m_run;
    Run const& run = runs.emplace_back(job, request, safety, folder);
    Q_EMIT phase_started(job, QStringLiteral("denoise"));
    switch (script(run)) {
    case Does::paints:
    case Does::forgets_one: return paint(0);
    case Does::dies: return fail_soon(ErrorCode::internal, "the engine ended by signal 11", true);
    case Does::hangs: return fail_soon(ErrorCode::internal, "the engine gave no sign of life for 10 s", true);
    case Does::loses_the_device: return fail_soon(ErrorCode::device_lost, "the driver gave up", false);
    case Does::runs_out_of_memory: return fail_soon(ErrorCode::out_of_memory, "the device has no memory left", false);
    case Does::makes_nan: return fail_soon(ErrorCode::numeric, "NaN in unet.mid", false);
    case Does::cannot_start: return fail_soon(ErrorCode::internal, "the engine cannot be started", false, true);
    case Does::stays_busy: Q_EMIT step_done(job, 1, 20, 100.0); return;
    }
}

void FakeEngine::fail_soon(ErrorCode code, char const* message, bool died, bool no_engine)
{
    QTimer::singleShot(1ms, this, [=, this, run = m_run] {
        if (!m_busy || run != m_run)
            return;
        m_busy = false;
        Q_EMIT failed(runs.back().job, { code, QString::fromUtf8(message), died, no_engine });
    });
}

void FakeEngine::paint(int index)
{
    QTimer::singleShot(1ms, this, [=, this, run = m_run] {
        if (!m_busy || run != m_run)
            return;
        Run const now = runs.back();
        int const pictures = script(now) == Does::forgets_one ? now.request.batch - 1 : now.request.batch;
        if (index >= pictures) {
            m_busy = false;
            Q_EMIT finished(now.job);
            return;
        }
        auto const file = now.folder / std::format("{}.png", index);
        std::string const picture = painting(now.request, index);
        write_file(file, std::as_bytes(std::span(picture)));
        before_picture();
        Q_EMIT picture_ready(now.job, { index, now.request.seed + static_cast<std::uint64_t>(index), file,
                                          now.request.width, now.request.height });
        paint(index + 1);
    });
}

void FakeEngine::cancel(qint64 job)
{
    if (!m_busy || runs.back().job != job)
        return;
    m_busy = false;
    QTimer::singleShot(
        5ms, this, [=, this] { Q_EMIT failed(job, { ErrorCode::cancelled, QStringLiteral("cancelled"), false }); });
}

void FakeEngine::plan(qint64 ticket, GenerationRequest const& request, SafetyMeasures const& safety)
{
    ++plans;
    GenerationPlan answer;
    answer.total_bytes = bytes_of(request) / (safety.frugal ? frugal_divisor : 1) / (safety.tiled ? tiled_divisor : 1);
    answer.budget_bytes = budget;
    QTimer::singleShot(0, this, [=, this] { Q_EMIT planned(ticket, answer); });
}

void FakeEngine::match_lora(qint64 ticket, std::string const&, std::string const& lora)
{
    matched.push_back(lora);
    auto const fit = lora_fits.find(lora);
    if (fit == lora_fits.end()) {
        EngineFailure const died { ErrorCode::internal, QStringLiteral("the engine crashed"), true };
        QTimer::singleShot(0, this, [=, this] { Q_EMIT lora_match_failed(ticket, died); });
    } else if (fit->second.keys == 0) {
        EngineFailure const damaged { ErrorCode::file_damaged, QStringLiteral("it is damaged") };
        QTimer::singleShot(0, this, [=, this] { Q_EMIT lora_match_failed(ticket, damaged); });
    } else {
        QTimer::singleShot(0, this, [=, this, answer = fit->second] { Q_EMIT lora_matched(ticket, answer); });
    }
}

void need_application()
{
    static int count = 1;
    static char name[] = "test";
    static char* arguments[] = { name, nullptr };
    static QCoreApplication const application(count, arguments);
}

bool spin_until(std::function<bool()> const& done)
{
    QElapsedTimer time;
    time.start();
    while (!done()) {
        if (time.elapsed() > 10000)
            return false;
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 20);
    }
    return true;
}

}
