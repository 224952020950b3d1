// SPDX-License-Identifier: Apache-2.0
#include "gui/studio/lora_verdicts.h"

#include "gui/studio/studio.h"

namespace igneous {

using namespace std::chrono_literals;

namespace {

/// "Not understood (21 keys): training_step, ..."
void add_reason(QStringList& lines, QString const& reason, LoraMisfits const& misfits)
{
    if (misfits.count == 0)
        return;
    QStringList examples;
    for (std::string const& example : misfits.examples)
        examples.append(QString::fromStdString(example));
    lines.append(LoraVerdicts::tr("%1 (%n key(s)): %2", nullptr, misfits.count)
            .arg(reason, examples.join(QStringLiteral(", "))));
}

/// Shapes stand among the reasons; what to do about them is what counts.
QString refusal_of(LoraFit const& fit)
{
    auto const& shapes = fit.wrong_shape.examples;
    if (!shapes.empty() && fit.refusal.starts_with(shapes.front()))
        return LoraVerdicts::tr(
            "its layers have other shapes. It was made for another model: choose that one, or another LoRA");
    return QString::fromStdString(fit.refusal);
}

}

LoraVerdict verdict_of(LoraFit const& fit, QString const& model)
{
    LoraVerdict verdict;
    verdict.brief = LoraVerdicts::tr("%1 of %2 keys fit").arg(fit.matched).arg(fit.keys);
    QString const count = LoraVerdicts::tr("%1 of %2 keys fit %3").arg(fit.matched).arg(fit.keys).arg(model);
    QString const refusal = refusal_of(fit);
    if (!refusal.isEmpty()) {
        verdict.kind = LoraVerdict::Kind::refused;
        verdict.brief = LoraVerdicts::tr("does not fit");
        verdict.sentence = fit.keys > 0 ? LoraVerdicts::tr("%1, so it cannot be used: %2.").arg(count, refusal)
                                        : LoraVerdicts::tr("It cannot be used: %1.").arg(refusal);
    } else if (fit.matched < fit.keys) {
        verdict.kind = LoraVerdict::Kind::partly;
        verdict.sentence = LoraVerdicts::tr("%1. The others change nothing.").arg(count);
    } else {
        verdict.sentence = count + QLatin1Char('.');
    }
    QStringList lines;
    add_reason(lines, LoraVerdicts::tr("No such layer in the model"), fit.no_such_layer);
    add_reason(lines, LoraVerdicts::tr("Layers of another shape"), fit.wrong_shape);
    add_reason(lines, LoraVerdicts::tr("Not understood"), fit.not_understood);
    verdict.reasons = lines.join(QLatin1Char('\n'));
    return verdict;
}

LoraVerdicts::LoraVerdicts(Studio& studio, QObject* parent)
    : QObject(parent)
    , m_studio(studio)
{
    for (QTimer* timer : { &m_asking, &m_telling })
        timer->setSingleShot(true);
    m_asking.setInterval(50ms);
    m_telling.setInterval(30ms);
    connect(&m_asking, &QTimer::timeout, this, &LoraVerdicts::ask);
    connect(&m_telling, &QTimer::timeout, this, &LoraVerdicts::changed);
    connect(&studio, &Studio::engine_state_changed, this, [this](QString const& state) {
        if (state == QLatin1String("ready"))   // one that died may have left questions open
            m_asking.start();
    });
    connect(
        &studio, &Studio::lora_fit_known, this, [this](QString const& model, QString const& lora, LoraFit const& fit) {
            if (model != m_model)
                return;
            m_verdicts.insert(lora, verdict_of(fit, m_name));
            if (!m_telling.isActive())
                m_telling.start();
        });
}

void LoraVerdicts::set_model(QString const& file, QString const& name)
{
    if (file == m_model)
        return;
    m_model = file;
    m_name = name;
    m_verdicts.clear();
    m_asking.start();
    Q_EMIT changed();
}

void LoraVerdicts::set_in_use(QStringList loras)
{
    if (loras == m_in_use)
        return;
    m_in_use = std::move(loras);
    m_asking.start();
}

void LoraVerdicts::set_in_sight(QStringList loras)
{
    if (loras == m_in_sight)
        return;
    m_in_sight = std::move(loras);
    m_asking.start();
}

void LoraVerdicts::look_again() { m_asking.start(); }

std::optional<LoraVerdict> LoraVerdicts::of(QString const& lora) const
{
    auto const found = m_verdicts.find(lora);
    return found == m_verdicts.end() ? std::nullopt : std::optional(*found);
}

void LoraVerdicts::ask()
{
    QStringList all = m_in_use + m_in_sight;
    all.removeDuplicates();
    if (!m_model.isEmpty() && !all.isEmpty())
        m_studio.ask_lora_fits(m_model, all);
}

}
