// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/notice_bar.h"

#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace igneous {

namespace {

constexpr qsizetype most_messages = 20;

}

NoticeBar::NoticeBar(QWidget* parent)
    : QWidget(parent)
    , m_text(label(QString()))
    , m_more(label(QString(), Tone::faint))
{
    auto* sign = new QLabel;
    sign->setPixmap(icon(QStringLiteral("warning")).pixmap(QSize(18, 18)));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* close = icon_button(QStringLiteral("close"), tr("Close the message"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(Measures::margin, Measures::unit, Measures::gap, Measures::unit);
    row->setSpacing(Measures::gap);
    row->addWidget(sign);
    row->addWidget(m_text, 1);
    row->addWidget(m_more);
    row->addWidget(close);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    connect(close, &QToolButton::clicked, this, [this] {
        m_messages.removeFirst();
        show_newest();
    });
    hide();
}

void NoticeBar::tell(QString const& message)
{
    if (message.isEmpty())
        return;
    m_messages.removeAll(message);
    m_messages.prepend(message);
    m_messages.resize(std::min(m_messages.size(), most_messages));
    show_newest();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void NoticeBar::forget(QString const& message)
{
    if (m_messages.removeAll(message) > 0)
        show_newest();
}

void NoticeBar::show_newest()
{
    setVisible(!m_messages.isEmpty());
    if (m_messages.isEmpty())
        return;
    m_text->setText(m_messages.front());
    m_text->setAccessibleName(m_messages.front());
    setAccessibleName(m_messages.front());
    int const more = static_cast<int>(m_messages.size()) - 1;
    m_more->setVisible(more > 0);
    m_more->setText(tr("%n more", nullptr, more));
}

}
