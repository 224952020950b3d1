// SPDX-License-Identifier: Apache-2.0
#include "tests/gui/scripted_engine.h"

#include "app/files/file.h"
#include "app/files/places.h"
#include "app/picture/png.h"
#include "app/recipes/write_recipe.h"

namespace igneous::test {

std::atomic<int> ScriptedEngine::deaths = 0;
std::atomic<int> ScriptedEngine::s_holds = 0;
std::atomic<int> ScriptedEngine::matches = 0;

ScriptedEngine::ScriptedEngine(int milliseconds_a_step)
    : m_timer(this)
{
    m_timer.setInterval(milliseconds_a_step);
    connect(&m_timer, &QTimer::timeout, this, &ScriptedEngine::step);
    QTimer::singleShot(
        0, this, [this] { Q_EMIT state_changed(QStringLiteral("ready"), QStringLiteral("Scripted GPU")); });
}

void ScriptedEngine::generate(
    qint64 job, GenerationRequest const& request, SafetyMeasures const&, std::filesystem::path const& folder)
{
    m_job = job;
    m_request = request;
    m_folder = folder;
    m_step = 0;
    Q_EMIT phase_started(job, QStringLiteral("denoise"));
    m_timer.start();
}

void ScriptedEngine::cancel(qint64 job)
{
    if (job != m_job || !m_timer.isActive())
        return;
    m_timer.stop();
    Q_EMIT failed(job, { ErrorCode::cancelled, QStringLiteral("cancelled"), false });
}

/// With less on the device at a time a quarter of the memory is enough.
void ScriptedEngine::plan(qint64 ticket, GenerationRequest const& request, SafetyMeasures const& safety)
{
    GenerationPlan plan;
    plan.total_bytes = static_cast<std::uint64_t>(request.width) * static_cast<std::uint64_t>(request.height) * (safety.frugal ? 1024 : 4096);
    plan.budget_bytes = 8ull << 30;
    plan.block_bytes = 2ull << 30;
    plan.seconds = 0.25 * request.sampling.steps;
    QMetaObject::invokeMethod(this, [this, ticket, plan] { Q_EMIT planned(ticket, plan); }, Qt::QueuedConnection);
}

void ScriptedEngine::match_lora(qint64 ticket, std::string const& model, std::string const& lora)
{
    ++matches;
    auto const later = [this](auto tell) { QMetaObject::invokeMethod(this, tell, Qt::QueuedConnection); };
    try {
        LoraFit const fit = igneous::match_lora(path_from_utf8(model), path_from_utf8(lora));
        later([this, ticket, fit] { Q_EMIT lora_matched(ticket, fit); });
    } catch (Error const& error) {
        EngineFailure const failure { error.code(), QString::fromUtf8(error.what()) };
        later([this, ticket, failure] { Q_EMIT lora_match_failed(ticket, failure); });
    }
}

void ScriptedEngine::step()
{
    if (s_holds > 0)
        return;
    ++m_step;
    if (m_step >= 2 && deaths > 0) {
        --deaths;
        m_timer.stop();
        Q_EMIT failed(m_job, { ErrorCode::device_lost, QStringLiteral("the device was lost"), true });
        return;
    }
    int const total = m_request.sampling.steps;
    Q_EMIT step_done(m_job, m_step, total, 0.25 * (total - m_step));
    Q_EMIT preview_ready(m_job, scripted_picture(16, 16, m_request.seed + static_cast<std::uint64_t>(m_step)), m_step);
    if (m_step < total)
        return;
    m_timer.stop();
    for (int i = 0; i < m_request.batch; ++i) {
        std::uint64_t const seed = m_request.seed + static_cast<std::uint64_t>(i);
        auto const file = m_folder / (std::to_string(i) + ".png");
        write_file(
            file, encode_png(scripted_picture(m_request.width, m_request.height, seed), recipe_texts(m_request, i)));
        Q_EMIT picture_ready(m_job, { i, seed, file, m_request.width, m_request.height });
    }
    Q_EMIT finished(m_job);
}

Image scripted_picture(int width, int height, std::uint64_t seed)
{
    Image image(width, height, 3);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            std::uint8_t* pixel = &image.pixels[(static_cast<std::size_t>(y) * static_cast<std::size_t>(width)
                                                    + static_cast<std::size_t>(x))
                                                * 3];
            pixel[0] = static_cast<std::uint8_t>(x * 255 / width);
            pixel[1] = static_cast<std::uint8_t>(y * 255 / height);
            pixel[2] = static_cast<std::uint8_t>(seed * 37 % 256);
        }
    return image;
}

}
