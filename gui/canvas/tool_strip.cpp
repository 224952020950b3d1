// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/tool_strip.h"

#include "gui/canvas/canvas_options.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QAction>
#include <QColorDialog>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

namespace igneous {

ToolStrip::ToolStrip(CanvasTools& tools, CanvasOptions& options, QWidget* parent)
    : QWidget(parent)
{
    setAccessibleName(tr("Tools"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(Measures::unit, Measures::gap, Measures::unit, Measures::gap);
    column->setSpacing(2);
    for (int i = 0; i < tool_count; ++i) {
        auto const tool = static_cast<ToolId>(i);
        ToolName const name = name_of(tool);
        QToolButton* button = icon_button(name.icon, name.title);
        button->setFixedSize(36, 32);
        button->setCheckable(true);
        button->setChecked(tool == tools.chosen());
        connect(button, &QToolButton::clicked, this, [this, &tools, tool] {
            tools.choose(tool);
            // Where it was chosen already it stays so.
            m_buttons[static_cast<int>(tool)]->setChecked(true);
        });
        column->addWidget(button, 0, Qt::AlignHCenter);
        m_buttons.append(button);
        if (tool == ToolId::mask || tool == ToolId::picker)
            column->addSpacing(Measures::gap);
    }
    column->addSpacing(Measures::margin);
    column->addWidget(new ColourPair(options), 0, Qt::AlignHCenter);
    column->addStretch(1);
    connect(&tools, &CanvasTools::chosen_changed, this, [this, &tools] {
        for (int i = 0; i < tool_count; ++i)
            m_buttons[i]->setChecked(i == static_cast<int>(tools.chosen()));
    });
}

void ToolStrip::set_action(ToolId tool, QAction& action)
{
    QToolButton* button = m_buttons[static_cast<int>(tool)];
    auto const show = [button, &action] {
        QString const keys = action.shortcut().toString(QKeySequence::NativeText);
        button->setToolTip(keys.isEmpty() ? action.text() : QStringLiteral("%1 (%2)").arg(action.text(), keys));
    };
    connect(&action, &QAction::changed, button, show);
    show();
}

ColourPair::ColourPair(CanvasOptions& options, QWidget* parent)
    : QWidget(parent)
    , m_options(options)
{
    setFixedSize(sizeHint());
    setFocusPolicy(Qt::TabFocus);
    setAccessibleName(tr("Colours"));
    setToolTip(tr("Brush colour in front, second colour behind (X swaps them, D makes them black and white)"));
    connect(&options, &CanvasOptions::changed, this, qOverload<>(&QWidget::update));
}

void ColourPair::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    auto const swatch = [&](QRect const& box, QColor const& colour) {
        QRectF const shape = QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5);
        painter.setPen(QPen(colours().panel, 3));
        painter.setBrush(colour);
        painter.drawRoundedRect(shape, 4, 4);
        painter.setPen(QPen(hasFocus() ? colours().accent : colours().outline, 1));
        painter.drawRoundedRect(shape, 4, 4);
    };
    swatch(second(), m_options.second_colour());
    swatch(first(), m_options.colour());
}

void ColourPair::mousePressEvent(QMouseEvent* event)
{
    QPoint const at = event->position().toPoint();
    if (first().contains(at))
        choose(setting::brush_colour, m_options.colour(), tr("Brush colour"));
    else if (second().contains(at))
        choose(setting::second_colour, m_options.second_colour(), tr("Second colour"));
}

void ColourPair::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Space || event->key() == Qt::Key_Return)
        choose(setting::brush_colour, m_options.colour(), tr("Brush colour"));
    else
        QWidget::keyPressEvent(event);
}

void ColourPair::choose(SettingKey<std::string> key, QColor const& now, QString const& title)
{
    auto* dialog = new QColorDialog(now, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    dialog->setOption(QColorDialog::DontUseNativeDialog);
    connect(dialog, &QColorDialog::currentColorChanged, this,
        [this, key](QColor const& colour) { m_options.set_colour(key, colour); });
    connect(dialog, &QColorDialog::rejected, this, [this, key, now] { m_options.set_colour(key, now); });
    dialog->open();
}

}
