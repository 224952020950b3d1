// SPDX-License-Identifier: Apache-2.0
#include "gui/window/status_bar.h"

#include "gui/theme/icons.h"
#include "gui/widgets/labels.h"

#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QToolButton>

namespace igneous {

namespace {

constexpr int progress_width = 160;

QToolButton* text_button(QString const& name)
{
    auto* button = new QToolButton;
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    button->setProperty("quiet", true);    // as faint as the labels beside it
    name_control(*button, name);
    return button;
}

}

QString time_text(double seconds)
{
    auto const whole = static_cast<int>(std::ceil(std::max(seconds, 0.0)));
    if (whole < 100)
        return StatusBar::tr("%1 s").arg(whole);
    if (whole < 3600)
        return StatusBar::tr("%1 min %2 s").arg(whole / 60).arg(whole % 60);
    return StatusBar::tr("%1 h %2 min").arg(whole / 3600).arg(whole / 60 % 60);
}

StatusBar::StatusBar(QWidget* parent)
    : QStatusBar(parent)
    , m_engine(text_button(tr("Engine: open its settings")))
    , m_memory(label(QString(), Tone::faint))
    , m_doing(label(QString(), Tone::faint))
    , m_progress(new QProgressBar)
    , m_queue(text_button(tr("Queue: show it")))
    , m_zoom(label(QString(), Tone::faint))
{
    setSizeGripEnabled(false);
    addWidget(m_engine);
    addWidget(m_memory);
    m_progress->setTextVisible(false);
    m_progress->setRange(0, 1000);
    m_progress->setFixedWidth(progress_width);
    m_progress->setAccessibleName(tr("How far the picture is"));
    m_queue->setIcon(icon(QStringLiteral("queue")));
    m_queue->setIconSize(QSize(14, 14));
    m_queue->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    addPermanentWidget(m_doing);
    addPermanentWidget(m_progress);
    addPermanentWidget(m_queue);
    addPermanentWidget(m_zoom);
    hide_progress();
    show_engine(tr("not started yet"), {});
    show_queue(0, false);
    show_memory(0, 0);
    connect(m_queue, &QToolButton::clicked, this, &StatusBar::queue_asked);
    connect(m_engine, &QToolButton::clicked, this, &StatusBar::engine_asked);
}

void StatusBar::show_engine(QString const& state, QString const& device)
{
    m_engine->setText(device.isEmpty() ? tr("Engine: %1").arg(state) : QStringLiteral("%1: %2").arg(device, state));
    m_engine->setAccessibleDescription(m_engine->text());
}

void StatusBar::show_memory(quint64 bytes, quint64 of)
{
    QLocale const locale;
    auto const size = [&](quint64 amount) { return locale.formattedDataSize(static_cast<qint64>(amount), 1); };
    m_memory->setVisible(of > 0);
    m_memory->setText(tr("Memory %1 of %2").arg(size(bytes), size(of)));
    m_memory->setToolTip(tr("What the picture takes of the memory that the GPU gives"));
}

void StatusBar::show_progress(double share, QString const& doing, double seconds_left)
{
    m_progress->show();
    m_progress->setValue(qRound(share * 1000));
    m_doing->setText(
        seconds_left > 0 ? QStringLiteral("%1, %2").arg(doing, tr("%1 left").arg(time_text(seconds_left))) : doing);
}

void StatusBar::hide_progress()
{
    m_progress->hide();
    m_doing->clear();
}

void StatusBar::show_queue(qint64 waiting, bool paused)
{
    m_queue->setVisible(waiting > 0 || paused);
    m_queue->setText(paused ? tr("Paused, %n waiting", nullptr, static_cast<int>(waiting))
                            : tr("%n waiting", nullptr, static_cast<int>(waiting)));
    m_queue->setAccessibleDescription(m_queue->text());
}

void StatusBar::show_zoom(double share)
{
    m_zoom->setText(QStringLiteral("%1 %").arg(qRound(share * 100)));
    m_zoom->setAccessibleName(tr("Zoom %1").arg(m_zoom->text()));
}

}
