// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the tools are set to, as the settings keep it.

#include "app/paint/stroke.h"
#include "app/settings/settings.h"

#include <QColor>

namespace igneous {

class CanvasOptions : public QObject {
    Q_OBJECT

public:
    explicit CanvasOptions(Settings& settings, QObject* parent = nullptr);

    Brush brush() const;
    /// As the pen's curve has it; 1 where pressure does not count.
    double pressure(double raw) const;
    QColor colour() const { return colour_of(setting::brush_colour); }
    QColor second_colour() const { return colour_of(setting::second_colour); }
    QColor mask_colour() const { return colour_of(setting::mask_colour); }
    void set_colour(SettingKey<std::string> key, QColor const& colour);
    void swap_colours();
    void usual_colours();

    template <class T>
    T get(SettingKey<T> key) const
    {
        return m_settings.get(key);
    }
    /// Kept within what the setting allows.
    void set(SettingKey<double> key, double value);
    void set(SettingKey<bool> key, bool value) { m_settings.set(key, value); }
    void set(SettingKey<std::int64_t> key, std::int64_t value);

Q_SIGNALS:
    void changed();
    /// How masks look on the screen.
    void mask_look_changed();

private:
    QColor colour_of(SettingKey<std::string> key) const;

    Settings& m_settings;
};

}
