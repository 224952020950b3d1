// SPDX-License-Identifier: Apache-2.0
#include "gui/generate/seed_row.h"

#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QRandomGenerator>
#include <QRegularExpressionValidator>
#include <QToolButton>

namespace igneous {

SeedRow::SeedRow(QWidget* parent)
    : QWidget(parent)
    , m_field(new QLineEdit)
    , m_lock(icon_button(QStringLiteral("unlock"), tr("Keep the seed")))
{
    auto* title = label(tr("Seed"), Tone::faint);
    title->setFixedWidth(76);
    title->setBuddy(m_field);
    name_control(*m_field, tr("Seed"));
    m_field->setValidator(new QRegularExpressionValidator(QRegularExpression(QStringLiteral("[0-9]{1,20}")), m_field));
    m_lock->setCheckable(true);
    auto* dice = icon_button(QStringLiteral("dice"), tr("A new seed"));

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Measures::unit);
    row->addWidget(title);
    row->addSpacing(Measures::unit);
    row->addWidget(m_field, 1);
    row->addWidget(dice);
    row->addWidget(m_lock);

    connect(dice, &QToolButton::clicked, this, &SeedRow::throw_dice);
    connect(m_field, &QLineEdit::textEdited, this, [this](QString const& text) {
        bool whole = false;
        std::uint64_t const seed = text.toULongLong(&whole);
        if (!whole)                                  // empty, or above 2^64: the last good one counts
            return;
        m_seed = seed;
        m_lock->setChecked(true);                    // who types a seed wants it
        Q_EMIT edited(m_seed);
    });
    connect(m_field, &QLineEdit::editingFinished, this, [this] { set_seed(m_seed); });
    connect(m_lock, &QToolButton::toggled, this, [this](bool locked) {
        m_lock->setIcon(icon(locked ? QStringLiteral("lock") : QStringLiteral("unlock")));
        Q_EMIT lock_changed(locked);
    });
    set_seed(0);
}

void SeedRow::set_seed(std::uint64_t seed)
{
    m_seed = seed;
    m_field->setText(QString::number(seed));
}

bool SeedRow::locked() const { return m_lock->isChecked(); }
void SeedRow::set_locked(bool locked) { m_lock->setChecked(locked); }

void SeedRow::throw_dice()
{
    set_seed(QRandomGenerator::global()->generate());   // 32 bits: what every other program can hold
    Q_EMIT edited(m_seed);
}

}
