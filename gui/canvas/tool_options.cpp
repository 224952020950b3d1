// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/tool_options.h"

#include "gui/canvas/canvas_options.h"
#include "gui/canvas/canvas_view.h"
#include "gui/theme/theme.h"
#include "gui/widgets/horizontal_scroll.h"
#include "gui/widgets/labels.h"

#include <QAction>
#include <QCheckBox>
#include <QColorDialog>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QToolButton>

namespace igneous {

namespace {

/// As wide as the page that is shown needs, as high as the highest.
class Pages : public QStackedWidget {
public:
    QSize sizeHint() const override { return { currentWidget()->sizeHint().width(), QStackedWidget::sizeHint().height() }; }
    QSize minimumSizeHint() const override
    {
        return { currentWidget()->minimumSizeHint().width(), QStackedWidget::minimumSizeHint().height() };
    }
};

QIcon swatch(QColor const& colour)
{
    QPixmap pixmap(32, 32);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colours().outline, 2));
    painter.setBrush(colour);
    painter.drawRoundedRect(2, 2, 28, 28, 6, 6);
    return pixmap;
}

}

ToolOptions::ToolOptions(
    CanvasTools& tools, CanvasOptions& options, CanvasView& view, Commands const& commands, QWidget* parent)
    : QWidget(parent)
    , m_options(options)
    , m_pages(new Pages)
{
    setAccessibleName(tr("Tool settings"));
    auto* all = new QHBoxLayout(this);
    all->setContentsMargins(Measures::margin, Measures::unit, Measures::margin, Measures::unit);
    add_brush(add_page({ ToolId::brush, ToolId::eraser }));
    QHBoxLayout* mask = add_page({ ToolId::mask });
    add_number(mask, { tr("Size"), tr(" px"), setting::brush_size });
    add_number(mask, { tr("Hardness"), tr(" %"), setting::brush_hardness, 100 });
    add_mask_look(mask);
    add_commands(mask, commands.mask);
    QHBoxLayout* select = add_page({ ToolId::lasso, ToolId::rectangle });
    add_hint(select, tr("Shift adds, Alt takes away"));
    add_commands(select, commands.select);
    add_fill(add_page({ ToolId::fill }));
    add_hint(add_page({ ToolId::picker }), tr("Click to take the colour that is seen there."));
    add_hint(add_page({ ToolId::move }),
        tr("Drag to move what is selected, or the layer. Arrow keys: one pixel."));
    add_transform(add_page({ ToolId::transform }), view);
    QHBoxLayout* frame = add_page({ ToolId::frame });
    add_hint(frame, tr("Drag the part that is generated."));
    add_commands(frame, commands.frame);
    for (int i = 0; i < m_pages->count(); ++i)
        qobject_cast<QHBoxLayout*>(m_pages->widget(i)->layout())->addStretch(1);
    all->addWidget(new HorizontalScroll(m_pages));
    auto const show = [this, &tools] {
        m_pages->setCurrentIndex(m_page_of[static_cast<std::size_t>(tools.chosen())]);
        m_pages->updateGeometry();
    };
    connect(&tools, &CanvasTools::chosen_changed, this, show);
    show();
}

QHBoxLayout* ToolOptions::add_page(std::initializer_list<ToolId> tools)
{
    auto* page = new QWidget;
    auto* row = new QHBoxLayout(page);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Measures::gap);
    int const number = m_pages->addWidget(page);
    for (ToolId tool : tools)
        m_page_of[static_cast<std::size_t>(tool)] = number;
    return row;
}

void ToolOptions::add_number(QHBoxLayout* row, Field const& field)
{
    SettingInfo const* info = igneous_settings().find(field.key.name);
    auto* title = label(field.name, Tone::faint);
    auto* box = new QDoubleSpinBox;
    box->setRange(info->lowest * field.scale, info->highest * field.scale);
    box->setDecimals(0);
    box->setSuffix(field.suffix);
    box->setAlignment(Qt::AlignRight);
    box->setFixedWidth(74);
    box->setKeyboardTracking(false);
    title->setBuddy(box);
    name_control(*box, field.name);
    auto const show = [this, box, field] {
        QSignalBlocker const quiet(box);
        box->setValue(m_options.get(field.key) * field.scale);
    };
    show();
    connect(&m_options, &CanvasOptions::changed, box, show);
    connect(box, &QDoubleSpinBox::valueChanged, this,
        [this, field](double value) { m_options.set(field.key, value / field.scale); });
    row->addWidget(title);
    row->addWidget(box);
}

void ToolOptions::add_brush(QHBoxLayout* row)
{
    add_number(row, { tr("Size"), tr(" px"), setting::brush_size });
    add_number(row, { tr("Hardness"), tr(" %"), setting::brush_hardness, 100 });
    add_number(row, { tr("Opacity"), tr(" %"), setting::brush_opacity, 100 });
    add_number(row, { tr("Flow"), tr(" %"), setting::brush_flow, 100 });
    add_switch(row, setting::brush_pressure_size, QStringLiteral("pressure-size"), tr("Pen pressure changes the size"));
    add_switch(row, setting::brush_pressure_opacity, QStringLiteral("pressure-opacity"),
        tr("Pen pressure changes the opacity"));
}

void ToolOptions::add_switch(QHBoxLayout* row, SettingKey<bool> key, QString const& icon, QString const& name)
{
    QToolButton* button = icon_button(icon, name);
    button->setCheckable(true);
    auto const show = [this, button, key] { button->setChecked(m_options.get(key)); };
    show();
    connect(&m_options, &CanvasOptions::changed, button, show);
    connect(button, &QToolButton::clicked, this, [this, key](bool on) { m_options.set(key, on); });
    row->addWidget(button);
}

void ToolOptions::add_mask_look(QHBoxLayout* row)
{
    auto* colour = new QToolButton;
    colour->setFixedSize(Measures::control, Measures::control);
    name_control(*colour, tr("Colour of the mask on the screen"));
    auto const show = [this, colour] { colour->setIcon(swatch(m_options.mask_colour())); };
    show();
    connect(&m_options, &CanvasOptions::changed, colour, show);
    connect(colour, &QToolButton::clicked, this, [this, colour] {
        auto* dialog = new QColorDialog(m_options.mask_colour(), colour);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setOption(QColorDialog::DontUseNativeDialog);
        connect(dialog, &QColorDialog::colorSelected, this,
            [this](QColor const& chosen) { m_options.set_colour(setting::mask_colour, chosen); });
        dialog->open();
    });
    row->addWidget(colour);
    add_number(row, { tr("Overlay"), tr(" %"), setting::mask_opacity, 100 });
}

void ToolOptions::add_fill(QHBoxLayout* row)
{
    auto* title = label(tr("Tolerance"), Tone::faint);
    auto* box = new QSpinBox;
    box->setRange(0, 255);
    box->setFixedWidth(64);
    box->setAlignment(Qt::AlignRight);
    title->setBuddy(box);
    name_control(*box, tr("Tolerance"));
    auto* connected = new QCheckBox(tr("Connected only"));
    name_control(*connected, tr("Fill only what is connected with the clicked place"));
    auto const show = [this, box, connected] {
        QSignalBlocker const quiet(box), quiet_too(connected);
        box->setValue(static_cast<int>(m_options.get(setting::fill_tolerance)));
        connected->setChecked(m_options.get(setting::fill_connected));
    };
    show();
    connect(&m_options, &CanvasOptions::changed, box, show);
    connect(box, &QSpinBox::valueChanged, this,
        [this](int value) { m_options.set(setting::fill_tolerance, std::int64_t { value }); });
    connect(connected, &QCheckBox::toggled, this, [this](bool on) { m_options.set(setting::fill_connected, on); });
    row->addWidget(title);
    row->addWidget(box);
    add_number(row, { tr("Opacity"), tr(" %"), setting::brush_opacity, 100 });
    row->addWidget(connected);
}

void ToolOptions::add_commands(QHBoxLayout* row, QList<QAction*> const& commands)
{
    for (QAction* command : commands) {
        auto* button = new QToolButton;
        button->setDefaultAction(command);
        button->setToolButtonStyle(command->icon().isNull() ? Qt::ToolButtonTextOnly : Qt::ToolButtonIconOnly);
        button->setIconSize(QSize(18, 18));
        button->setFixedHeight(Measures::control);
        button->setAccessibleName(command->text());
        row->addWidget(button);
    }
}

void ToolOptions::add_transform(QHBoxLayout* row, CanvasView& view)
{
    add_hint(row, tr("Drag handles to scale, inside to move, outside to turn."));
    auto* apply = new QPushButton(tr("Apply"));
    name_control(*apply, tr("Apply the transform (Enter)"));
    auto* cancel = new QPushButton(tr("Cancel"));
    name_control(*cancel, tr("Leave the layer as it was (Esc)"));
    connect(apply, &QPushButton::clicked, this, [&view] { view.tool() && view.tool()->confirm(); });
    connect(cancel, &QPushButton::clicked, this, [&view] { view.tool() && view.tool()->cancel(); });
    row->addWidget(apply);
    row->addWidget(cancel);
}

void ToolOptions::add_hint(QHBoxLayout* row, QString const& text)
{
    auto* hint = label(text, Tone::faint);
    hint->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    hint->setMinimumWidth(hint->fontMetrics().horizontalAdvance(text) / 2);
    row->addWidget(hint, 1);
}

}
