// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/lora_fits.h"

#include "app/files/places.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace igneous {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t most_known = 20'000;

/// Before all others where there is none; the clock's beginning lies in the future.
std::int64_t time_of(fs::path const& path)
{
    std::error_code error;
    auto const time = fs::last_write_time(path, error);
    return error ? std::numeric_limits<std::int64_t>::min()
                 : static_cast<std::int64_t>(time.time_since_epoch().count());
}

/// A folder's shapes are what its configs say.
std::int64_t time_of_model(std::string const& model)
{
    fs::path const path = path_from_utf8(model);
    return std::max({ time_of(path), time_of(path / "unet/config.json"), time_of(path / "text_encoder/config.json") });
}

}

LoraFits::LoraFits(Engine& engine, QObject* parent)
    : QObject(parent)
    , m_engine(engine)
{
    connect(&engine, &Engine::lora_matched, this, [this](qint64 ticket, LoraFit const& fit) { take(ticket, fit); });
    connect(&engine, &Engine::lora_match_failed, this, [this](qint64 ticket, EngineFailure const& failure) {
        if (failure.engine_died || failure.no_engine)
            engine_died(ticket);
        else
            take(ticket, std::nullopt);
    });
}

/// The list is done with; another look may do better. A file that it died of twice is left alone.
void LoraFits::engine_died(qint64 ticket)
{
    if (!m_asking || ticket != m_ticket)
        return;
    m_asking = false;
    m_waiting.clear();
    if (std::exchange(m_died_with, m_asked_lora) == m_asked_lora)
        m_known[{ m_asked_model, m_asked_lora }] = { m_asked_stamp, std::nullopt };
}

void LoraFits::ask(std::string model, std::vector<std::string> const& loras)
{
    m_model = std::move(model);
    m_waiting.assign(loras.begin(), loras.end());
    if (!m_asking)
        next();
}

void LoraFits::next()
{
    while (!m_waiting.empty()) {
        std::string const lora = std::move(m_waiting.front());
        m_waiting.pop_front();
        Stamp const stamp { time_of_model(m_model), time_of(path_from_utf8(lora)) };
        auto const known = m_known.find({ m_model, lora });
        if (known == m_known.end() || known->second.stamp != stamp) {
            m_asked_model = m_model;
            m_asked_lora = lora;
            m_asked_stamp = stamp;
            m_asking = true;
            return m_engine.match_lora(++m_ticket, m_model, lora);
        }
        if (known->second.fit)
            Q_EMIT told(QString::fromStdString(m_model), QString::fromStdString(lora), *known->second.fit);
    }
}

void LoraFits::take(qint64 ticket, std::optional<LoraFit> fit)
{
    if (!m_asking || ticket != m_ticket)
        return;
    m_asking = false;
    if (m_known.size() >= most_known)
        m_known.clear();
    m_known[{ m_asked_model, m_asked_lora }] = { m_asked_stamp, fit };
    if (fit)
        Q_EMIT told(QString::fromStdString(m_asked_model), QString::fromStdString(m_asked_lora), *fit);
    next();
}

}
