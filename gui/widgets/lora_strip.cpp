// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/lora_strip.h"

#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace igneous {

namespace {

constexpr double slider_least = -1, slider_most = 2, slider_step = 0.05;     // the field goes further
constexpr int slider_width = 92, field_width = 62;

int on_slider(double weight)
{
    return static_cast<int>(std::lround((std::clamp(weight, slider_least, slider_most) - slider_least) / slider_step));
}

}

class LoraStrip::Row : public QWidget {
public:
    explicit Row(QString const& lora);
    void show_weight(double weight);
    void show_note(LoraNote const& note);

    QString const name;
    std::function<void(double)> weighed;
    std::function<void()> taken_out;

protected:
    void resizeEvent(QResizeEvent*) override { elide(); }

private:
    void elide();

    QLabel* m_title;
    QLabel* m_warning;
    QSlider* m_slider;
    QDoubleSpinBox* m_field;
};

LoraStrip::Row::Row(QString const& lora)
    : name(lora)
    , m_title(label(lora))
    , m_warning(new QLabel)
    , m_slider(new QSlider(Qt::Horizontal))
    , m_field(new QDoubleSpinBox)
{
    m_title->setMinimumWidth(60);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_warning->hide();
    QString const title = LoraStrip::tr("Weight of %1").arg(lora);
    m_slider->setRange(0, on_slider(slider_most));
    m_slider->setFixedWidth(slider_width);
    m_slider->setFocusPolicy(Qt::TabFocus);          // the wheel scrolls the panel
    name_control(*m_slider, title);
    m_field->setRange(-10, 10);
    m_field->setSingleStep(slider_step);
    m_field->setDecimals(2);
    m_field->setFixedWidth(field_width);
    m_field->setAlignment(Qt::AlignRight);
    name_control(*m_field, title);
    QToolButton* out = icon_button(QStringLiteral("close"), LoraStrip::tr("Take %1 out").arg(lora));

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Measures::gap);
    row->addWidget(m_title, 1);
    row->addWidget(m_warning);
    row->addWidget(m_slider);
    row->addWidget(m_field);
    row->addWidget(out);
    connect(m_slider, &QSlider::valueChanged, this, [this](int at) {
        QSignalBlocker const quiet(m_field);
        m_field->setValue(slider_least + at * slider_step);
        weighed(m_field->value());
    });
    connect(m_field, &QDoubleSpinBox::valueChanged, this, [this](double weight) {
        QSignalBlocker const quiet(m_slider);
        m_slider->setValue(on_slider(weight));
        weighed(weight);
    });
    connect(out, &QToolButton::clicked, this, [this] { taken_out(); });
}

void LoraStrip::Row::elide()
{
    m_title->setText(m_title->fontMetrics().elidedText(name, Qt::ElideMiddle, std::max(20, m_title->width())));
}

void LoraStrip::Row::show_weight(double weight)
{
    QSignalBlocker const field(m_field), slider(m_slider);
    m_field->setValue(weight);
    m_slider->setValue(on_slider(weight));
}

void LoraStrip::Row::show_note(LoraNote const& note)
{
    bool const sign = note.tone == Tone::caution || note.tone == Tone::danger;
    QColor const colour = note.tone == Tone::caution ? colours().caution : colours().danger;
    m_warning->setPixmap(sign ? icon(QStringLiteral("warning"), colour).pixmap(16, 16) : QPixmap());
    m_warning->setVisible(sign);
    m_warning->setToolTip(note.text);
    m_warning->setAccessibleName(sign ? note.text : QString());
    m_title->setToolTip(note.text.isEmpty() ? name : name + QStringLiteral("\n\n") + note.text);
    m_title->setAccessibleDescription(note.text);
}

LoraStrip::LoraStrip(QWidget* parent)
    : QWidget(parent)
    , m_column(new QVBoxLayout(this))
{
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(Measures::unit);
    setAccessibleName(tr("LoRAs in use"));
    setVisible(false);
}

void LoraStrip::show_loras(std::vector<LoraUse> const& loras)
{
    bool const same = std::ranges::equal(m_loras, loras, {}, &LoraUse::name, &LoraUse::name);
    m_loras = loras;
    if (!same)
        rebuild();
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        m_rows[i]->show_weight(m_loras[i].weight);
    setVisible(!m_loras.empty());
}

void LoraStrip::set_notes(QHash<QString, LoraNote> const& notes)
{
    m_notes = notes;
    for (Row* row : m_rows)
        row->show_note(m_notes.value(row->name));
}

void LoraStrip::rebuild()
{
    for (Row* row : m_rows) {
        row->hide();
        row->deleteLater();                // its own button may have asked for this
    }
    m_rows.clear();
    for (std::size_t i = 0; i < m_loras.size(); ++i) {
        auto* row = new Row(QString::fromStdString(m_loras[i].name));
        row->weighed = [this, i](double weight) {
            m_loras[i].weight = weight;
            m_loras[i].text_weight.reset();
            Q_EMIT changed(std::vector(m_loras), QString::fromStdString(m_loras[i].name));
        };
        row->taken_out = [this, row] {
            auto rest = m_loras;
            std::erase_if(rest, [&](LoraUse const& lora) { return lora.name == row->name.toStdString(); });
            show_loras(rest);
            Q_EMIT changed(rest, row->name);
        };
        row->show_note(m_notes.value(row->name));
        m_column->addWidget(row);
        m_rows.push_back(row);
    }
}

}
