// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/number_row.h"

#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>

#include <algorithm>
#include <cmath>

namespace igneous {

NumberRow::NumberRow(QString const& name, NumberRange const& range, QWidget* parent)
    : QWidget(parent)
    , m_range(range)
    , m_slider(new QSlider(Qt::Horizontal))
    , m_field(new QDoubleSpinBox)
{
    if (m_range.slider_most == 0)
        m_range.slider_most = m_range.most;
    auto* title = label(name, Tone::faint);
    title->setFixedWidth(76);
    title->setBuddy(m_field);
    m_slider->setRange(0, static_cast<int>(std::lround((m_range.slider_most - m_range.least) / m_range.step)));
    m_slider->setFocusPolicy(Qt::TabFocus);          // the wheel scrolls the panel, it does not turn settings
    name_control(*m_slider, name);
    m_field->setRange(m_range.least, m_range.most);
    m_field->setSingleStep(m_range.step);
    m_field->setDecimals(m_range.decimals);
    m_field->setSuffix(m_range.suffix);
    m_field->setFixedWidth(72);
    m_field->setAlignment(Qt::AlignRight);
    m_field->setFocusPolicy(Qt::StrongFocus);
    name_control(*m_field, name);

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Measures::gap);
    row->addWidget(title);
    row->addWidget(m_slider, 1);
    row->addWidget(m_field);

    connect(m_slider, &QSlider::valueChanged, this, [this](int at) {
        QSignalBlocker const quiet(m_field);
        m_field->setValue(m_range.least + at * m_range.step);
        Q_EMIT edited(m_field->value());
    });
    connect(m_field, &QDoubleSpinBox::valueChanged, this, [this](double value) {
        show_on_slider(value);
        Q_EMIT edited(value);
    });
}

double NumberRow::value() const { return m_field->value(); }

void NumberRow::set_value(double value)
{
    QSignalBlocker const quiet(m_field);
    m_field->setValue(value);
    show_on_slider(value);
}

void NumberRow::show_on_slider(double value)
{
    QSignalBlocker const quiet(m_slider);
    m_slider->setValue(
        static_cast<int>(std::lround((std::min(value, m_range.slider_most) - m_range.least) / m_range.step)));
}

}
