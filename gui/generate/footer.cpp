// SPDX-License-Identifier: Apache-2.0
#include "gui/generate/footer.h"

#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace igneous {

namespace {

QString time_text(double seconds)
{
    if (seconds < 1)
        return GenerateFooter::tr("under a second");
    if (seconds < 90)
        return GenerateFooter::tr("%1 s").arg(qRound(seconds));
    return GenerateFooter::tr("%1 min").arg(qRound(seconds / 60));
}

QString bytes_text(std::uint64_t bytes) { return QLocale().formattedDataSize(static_cast<qint64>(bytes), 1); }

}

GenerateFooter::GenerateFooter(QWidget* parent)
    : QWidget(parent)
    , m_column(new QVBoxLayout(this))
    , m_buttons(new QHBoxLayout)
    , m_estimate(label(QString(), Tone::faint))
    , m_fix(new QPushButton)
    , m_generate(primary_button(tr("Generate")))
    , m_cancel(new QPushButton(tr("Cancel")))
{
    m_column->setContentsMargins(Measures::margin, Measures::gap, Measures::margin, Measures::margin);
    m_column->setSpacing(Measures::gap);
    m_estimate->setWordWrap(true);
    m_estimate->setAccessibleName(tr("What it will take"));
    m_generate->setToolTip(tr("Ctrl+Enter; with Shift to the front of the queue"));
    name_control(*m_cancel, tr("Cancel the picture that is being made"));
    m_cancel->hide();
    name_control(*m_fix, tr("Use what fits"));
    m_fix->hide();
    m_buttons->setSpacing(Measures::gap);
    m_buttons->addWidget(m_generate, 1);
    m_buttons->addWidget(m_cancel);
    m_column->addWidget(m_estimate);
    m_column->addWidget(m_fix, 0, Qt::AlignLeft);
    m_column->addLayout(m_buttons);
    connect(m_generate, &QPushButton::clicked, this, &GenerateFooter::generate_asked);
    connect(m_cancel, &QPushButton::clicked, this, &GenerateFooter::cancel_asked);
    connect(m_fix, &QPushButton::clicked, this, &GenerateFooter::fix_asked);
}

void GenerateFooter::show_plan(GenerationPlan const& plan, SafetyMeasures const& measures)
{
    QString const memory = bytes_text(plan.total_bytes);
    set_tone(*m_estimate, plan.fits() ? Tone::faint : Tone::danger);
    if (!plan.fits()) {
        m_estimate->setText(
            plan.budget_bytes > 0 && plan.total_bytes > plan.budget_bytes
                ? tr("Needs %1 of memory, but the device has %2 free").arg(memory, bytes_text(plan.budget_bytes))
                : tr("Needs %1 in one piece, but the device gives %2 at most")
                      .arg(bytes_text(plan.arena_bytes), bytes_text(plan.block_bytes)));
        return;
    }
    QString text = plan.seconds > 0 ? tr("%1 of memory, %2").arg(memory, time_text(plan.seconds)) : tr("%1 of memory").arg(memory);
    if (plan.streamed_bytes > 0)
        text += tr("; the model does not fit and is brought piece by piece: slower");
    else if (measures.frugal)
        text += tr("; with a part of the model there at a time: slower");
    m_estimate->setText(text);
    offer_fix({});
}

void GenerateFooter::show_problem(QString const& problem)
{
    set_tone(*m_estimate, Tone::danger);
    m_estimate->setText(problem);
    offer_fix({});
}

void GenerateFooter::offer_fix(QString const& words)
{
    m_fix->setVisible(!words.isEmpty());
    m_fix->setText(tr("Use %1, which fits").arg(words));
    m_fix->setAccessibleName(m_fix->text());
}

void GenerateFooter::set_running(bool running) { m_cancel->setVisible(running); }
void GenerateFooter::add_rows(QWidget* rows) { m_column->insertWidget(0, rows); }
void GenerateFooter::put_beside_generate(QWidget* control) { m_buttons->insertWidget(1, control); }

void GenerateFooter::name_generate(QString const& name)
{
    m_generate->setText(name);
    m_generate->setAccessibleName(name);
}

}
