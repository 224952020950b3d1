// SPDX-License-Identifier: Apache-2.0
#include "gui/tasks/task_bar.h"

#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"
#include "gui/widgets/number_row.h"
#include "gui/widgets/section.h"

#include <QHBoxLayout>
#include <QToolButton>
#include <QVBoxLayout>

namespace igneous {

TaskBar::TaskBar(QWidget* parent)
    : QWidget(parent)
    , m_strength(new NumberRow(tr("Strength"), { .least = 1, .most = 100, .suffix = QStringLiteral(" %") }))
    , m_padding(new NumberRow(tr("Context"), { .least = 0, .most = 300, .step = 5, .suffix = QStringLiteral(" %") }))
    , m_feather(new NumberRow(
          tr("Soft edge"), { .least = 0, .most = 256, .suffix = QStringLiteral(" px"), .slider_most = 64 }))
    , m_around(new Section(tr("Around the mask")))
    , m_live(new QToolButton)
    , m_button(icon_button(QStringLiteral("chevron-down"), tr("What to do on the canvas")))
{
    m_strength->setToolTip(tr("How far the result may go from what is there; 100 % begins anew"));
    m_padding->setToolTip(tr("How much around the mask the model sees, in parts of the mask's size"));
    m_feather->setToolTip(tr("How wide the result fades in, inside the mask"));
    m_live->setIcon(icon(QStringLiteral("live")));
    m_live->setText(tr("Live"));
    m_live->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_live->setCheckable(true);
    m_live->setFixedHeight(Measures::control);
    name_control(*m_live, tr("Live: paint, and see the result at once"));
    m_button->setPopupMode(QToolButton::InstantPopup);
    m_button->setFixedSize(Measures::control, 34);             // as high as the button beside it

    m_around->add(m_padding);
    m_around->add(m_feather);
    m_around->set_open(false);
    auto* first = new QHBoxLayout;
    first->setSpacing(Measures::gap);
    first->addWidget(m_strength, 1);
    first->addWidget(m_live);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Measures::unit);
    column->addLayout(first);
    column->addWidget(m_around);

    connect(m_strength, &NumberRow::edited, this, [this](double value) { Q_EMIT strength_edited(value / 100); });
    connect(m_padding, &NumberRow::edited, this, [this](double value) { Q_EMIT padding_edited(value / 100); });
    connect(m_feather, &NumberRow::edited, this, &TaskBar::feather_edited);
    connect(m_live, &QToolButton::clicked, this, &TaskBar::live_edited);
}

void TaskBar::show_values(double strength, double padding, double feather)
{
    m_strength->set_value(strength * 100);
    m_padding->set_value(padding * 100);
    m_feather->set_value(feather);
}

void TaskBar::set_live(bool live) { m_live->setChecked(live); }

void TaskBar::set_document(bool open)
{
    for (QWidget* widget : std::initializer_list<QWidget*> { m_around, m_live, m_button })
        widget->setVisible(open);
}

}
