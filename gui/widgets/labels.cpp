// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/labels.h"

#include "gui/theme/icons.h"
#include "gui/theme/theme.h"

#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>

namespace igneous {

QLabel* label(QString const& text, Tone tone)
{
    auto* made = new QLabel(text);
    set_tone(*made, tone);
    return made;
}

void set_tone(QLabel& label, Tone tone)
{
    static constexpr char const* roles[] = { "", "faint", "good", "caution", "danger", "title" };
    label.setProperty("role", QLatin1String(roles[static_cast<int>(tone)]));
    label.style()->unpolish(&label);                 // style sheets look at properties only when asked to
    label.style()->polish(&label);
}

QToolButton* icon_button(QString const& name_of_icon, QString const& name)
{
    auto* button = new QToolButton;
    button->setIcon(icon(name_of_icon));
    button->setIconSize(QSize(18, 18));
    button->setFixedSize(Measures::control, Measures::control);
    name_control(*button, name);
    return button;
}

QPushButton* primary_button(QString const& text)
{
    auto* button = new QPushButton(text);
    button->setProperty("primary", true);
    name_control(*button, text);
    return button;
}

void name_control(QWidget& control, QString const& name)
{
    control.setAccessibleName(name);
    if (control.toolTip().isEmpty())
        control.setToolTip(name);
}

}
