// SPDX-License-Identifier: Apache-2.0
#include "gui/generate/choice_row.h"

#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>

namespace igneous {

ChoiceRow::ChoiceRow(QString const& name, std::vector<Choice> const& choices, QWidget* parent)
    : QWidget(parent)
    , m_box(new QComboBox)
{
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(Measures::gap);
    auto* title = label(name, Tone::faint);
    title->setFixedWidth(76);
    title->setBuddy(m_box);
    name_control(*m_box, name);
    m_box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_box->setMinimumContentsLength(8);
    m_box->setFocusPolicy(Qt::StrongFocus);
    for (Choice const& choice : choices)
        m_box->addItem(QString::fromStdString(choice.shown), QString::fromStdString(choice.id));
    line->addWidget(title);
    line->addWidget(m_box, 1);
    connect(
        m_box, &QComboBox::activated, this, [this] { Q_EMIT edited(m_box->currentData().toString().toStdString()); });
}

void ChoiceRow::set_chosen(std::string const& id)
{
    QString const wanted = QString::fromStdString(id);
    int index = m_box->findData(wanted);
    if (index < 0) {
        m_box->addItem(wanted, wanted);
        index = m_box->count() - 1;
    }
    m_box->setCurrentIndex(index);
}

}
