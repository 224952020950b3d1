// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/notice_bar.h"

#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace igneous {

NoticeBar::NoticeBar(QWidget* parent)
    : QWidget(parent)
    , m_text(label(QString()))
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
    row->addWidget(close);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    hide();
}

void NoticeBar::tell(QString const& message)
{
    m_text->setText(message);
    m_text->setAccessibleName(message);
    show();
}

}
