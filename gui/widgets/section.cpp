// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/section.h"

#include "gui/theme/icons.h"
#include "gui/theme/theme.h"

#include <QToolButton>
#include <QVBoxLayout>

namespace igneous {

Section::Section(QString const& title, QWidget* parent)
    : QWidget(parent)
    , m_title(new QToolButton)
    , m_body(new QWidget)
    , m_rows(new QVBoxLayout(m_body))
{
    m_title->setText(title);
    m_title->setCheckable(true);
    m_title->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_title->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_title->setAccessibleName(title);
    m_title->setStyleSheet(QStringLiteral(
        "QToolButton { text-align: left; font-weight: 600; padding: 4px 2px; border: 0; border-radius: 4px; }"
        "QToolButton:checked:!hover { background: transparent; }"));
    m_rows->setContentsMargins(0, Measures::unit, 0, Measures::gap);
    m_rows->setSpacing(Measures::gap);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_title);
    column->addWidget(m_body);
    connect(m_title, &QToolButton::toggled, this, [this](bool open) {
        set_open(open);
        Q_EMIT toggled(open);
    });
    set_open(true);
}

void Section::add(QWidget* widget) { m_rows->addWidget(widget); }
bool Section::is_open() const { return m_title->isChecked(); }

void Section::set_open(bool open)
{
    m_title->setChecked(open);
    m_title->setIcon(icon(open ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right")));
    m_body->setVisible(open);
}

}
