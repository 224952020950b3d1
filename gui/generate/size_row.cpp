// SPDX-License-Identifier: Apache-2.0
#include "gui/generate/size_row.h"

#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace igneous {

namespace {

constexpr int grain = 8;                             // pixels of one latent

struct Shape {
    char const* name;
    double wide, high;
};

constexpr Shape shapes[] = { { QT_TRANSLATE_NOOP("igneous::SizeRow", "Square"), 1, 1 },
    { QT_TRANSLATE_NOOP("igneous::SizeRow", "Photo"), 3, 2 },
    { QT_TRANSLATE_NOOP("igneous::SizeRow", "Portrait"), 2, 3 },
    { QT_TRANSLATE_NOOP("igneous::SizeRow", "Wide"), 16, 9 },
    { QT_TRANSLATE_NOOP("igneous::SizeRow", "Tall"), 9, 16 } };

QSpinBox* side(QString const& name)
{
    auto* field = new QSpinBox;
    field->setRange(64, 8192);
    field->setSingleStep(64);
    field->setFixedWidth(66);
    field->setAlignment(Qt::AlignRight);
    field->setKeyboardTracking(false);
    name_control(*field, name);
    return field;
}

}

SizeRow::SizeRow(QWidget* parent)
    : QWidget(parent)
    , m_presets(new QComboBox)
    , m_width(side(tr("Width in pixels")))
    , m_height(side(tr("Height in pixels")))
{
    auto* title = label(tr("Size"), Tone::faint);
    title->setFixedWidth(76);
    title->setBuddy(m_presets);
    name_control(*m_presets, tr("Size presets"));
    auto* swap = icon_button(QStringLiteral("swap"), tr("Swap width and height"));

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Measures::unit);
    row->addWidget(title);
    row->addSpacing(Measures::unit);
    row->addWidget(m_presets, 1);
    row->addWidget(m_width);
    row->addWidget(swap);
    row->addWidget(m_height);

    connect(m_presets, &QComboBox::activated, this, [this](int index) {
        if (index < static_cast<int>(m_sizes.size())) {
            set_size(m_sizes[static_cast<std::size_t>(index)]);
            Q_EMIT edited(size());
        }
    });
    connect(swap, &QToolButton::clicked, this, &SizeRow::swap_sides);
    for (QSpinBox* field : { m_width, m_height })
        connect(field, &QSpinBox::valueChanged, this, [this] {
            set_size(QSize(m_width->value() / grain * grain, m_height->value() / grain * grain));
            Q_EMIT edited(size());
        });
    set_best_side(512);
    set_size(QSize(512, 512));
}

QSize SizeRow::size() const { return { m_width->value(), m_height->value() }; }

void SizeRow::set_size(QSize size)
{
    QSignalBlocker const quiet_width(m_width), quiet_height(m_height);
    m_width->setValue(size.width());
    m_height->setValue(size.height());
    show_preset();
}

void SizeRow::set_best_side(int best)
{
    if (best == m_best)
        return;
    m_best = best;
    int const coarse = best >= 512 ? 64 : grain * 2;
    auto const rounded
        = [&](double pixels) { return std::max(static_cast<int>(std::lround(pixels / coarse)) * coarse, 64); };
    m_sizes.clear();
    m_presets->clear();
    for (Shape const& shape : shapes) {
        double const ratio = std::sqrt(shape.wide / shape.high);
        m_sizes.push_back(QSize(rounded(best * ratio), rounded(best / ratio)));
        m_presets->addItem(tr(shape.name));
    }
    m_presets->addItem(tr("Custom"));
    show_preset();
}

void SizeRow::swap_sides()
{
    set_size(size().transposed());
    Q_EMIT edited(size());
}

void SizeRow::show_preset()
{
    auto const found = std::ranges::find(m_sizes, size());
    m_presets->setCurrentIndex(static_cast<int>(found - m_sizes.begin()));
}

}
