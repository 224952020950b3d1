// SPDX-License-Identifier: Apache-2.0
#include "gui/welcome/step_card.h"

#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QHBoxLayout>
#include <QLabel>

namespace igneous {

namespace {

constexpr int sign_size = 22;

}

StepCard::StepCard(QString const& name_of_icon, QString const& title, QWidget* parent)
    : QFrame(parent)
    , m_sign(new QLabel)
    , m_text(label(QString(), Tone::faint))
    , m_rows(new QVBoxLayout)
    , m_icon(name_of_icon)
{
    setProperty("card", true);
    m_text->setWordWrap(true);
    auto* name = label(title);
    QFont bold = name->font();
    bold.setBold(true);
    name->setFont(bold);
    m_sign->setFixedSize(sign_size, sign_size);
    m_rows->setSpacing(Measures::unit);
    m_rows->addWidget(name);
    m_rows->addWidget(m_text);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(Measures::margin, Measures::margin, Measures::margin, Measures::margin);
    row->setSpacing(Measures::margin);
    row->addWidget(m_sign, 0, Qt::AlignTop);
    row->addLayout(m_rows, 1);
    show_state(State::waits, {});
}

void StepCard::show_state(State state, QString const& text)
{
    QString const sign = state == State::good        ? QStringLiteral("check")
                         : state == State::attention ? QStringLiteral("warning")
                                                     : m_icon;
    m_sign->setPixmap(
        icon(sign).pixmap(QSize(sign_size, sign_size), QIcon::Normal, state == State::good ? QIcon::On : QIcon::Off));
    m_text->setText(text);
    m_text->setVisible(!text.isEmpty());
    if (isVisible())
        fit_text();
}

/// A scroll area asks nobody how high text is that wraps.
void StepCard::fit_text()
{
    m_text->setMinimumHeight(std::max(m_text->heightForWidth(m_text->width()), 0));
    layout()->invalidate();
    setMinimumHeight(layout()->totalHeightForWidth(width()));
}

void StepCard::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    layout()->activate();
    fit_text();
}

void StepCard::add(QWidget* widget) { m_rows->addWidget(widget); }

}
