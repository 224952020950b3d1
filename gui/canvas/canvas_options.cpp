// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/canvas_options.h"

#include <algorithm>
#include <cmath>

namespace igneous {

CanvasOptions::CanvasOptions(Settings& settings, QObject* parent)
    : QObject(parent)
    , m_settings(settings)
{
    connect(&settings, &Settings::changed, this, [this](QString const& name) {
        SettingInfo const* info = m_settings.schema().find(name.toStdString());
        if (info && (info->page == "canvas" || info->page == "pen"))
            Q_EMIT changed();
        if (name.startsWith(QLatin1String("mask.")))
            Q_EMIT mask_look_changed();
    });
}

Brush CanvasOptions::brush() const
{
    bool const pressure = get(setting::brush_pressure);
    return { .size = get(setting::brush_size),
        .hardness = get(setting::brush_hardness),
        .opacity = get(setting::brush_opacity),
        .flow = get(setting::brush_flow),
        .spacing = get(setting::brush_spacing),
        .pressure_to_size = pressure && get(setting::brush_pressure_size),
        .pressure_to_opacity = pressure && get(setting::brush_pressure_opacity) };
}

double CanvasOptions::pressure(double raw) const
{
    return get(setting::brush_pressure) ? std::pow(std::clamp(raw, 0., 1.), get(setting::brush_pressure_curve)) : 1;
}

QColor CanvasOptions::colour_of(SettingKey<std::string> key) const
{
    QColor const colour(QString::fromStdString(get(key)));
    return colour.isValid() ? colour : QColor(Qt::black);
}

void CanvasOptions::set_colour(SettingKey<std::string> key, QColor const& colour)
{
    m_settings.set(key, colour.name().toStdString());
}

void CanvasOptions::swap_colours()
{
    QColor const first = colour(), second = second_colour();
    set_colour(setting::brush_colour, second);
    set_colour(setting::second_colour, first);
}

void CanvasOptions::usual_colours()
{
    set_colour(setting::brush_colour, Qt::black);
    set_colour(setting::second_colour, Qt::white);
}

void CanvasOptions::set(SettingKey<double> key, double value)
{
    SettingInfo const* info = m_settings.schema().find(key.name);
    m_settings.set(key, std::clamp(value, info->lowest, info->highest));
}

void CanvasOptions::set(SettingKey<std::int64_t> key, std::int64_t value)
{
    SettingInfo const* info = m_settings.schema().find(key.name);
    m_settings.set(
        key, std::clamp(value, static_cast<std::int64_t>(info->lowest), static_cast<std::int64_t>(info->highest)));
}

}
